"""What recordings become in a session, and `export`, also of the demo."""

from __future__ import annotations

import sys
import tempfile
from argparse import Namespace
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.cli import damage
from tartantm.cli.page_options import page_options, theme
from tartantm.core.describe import too_long
from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.retention import X_RULE
from tartantm.settings.paths import SUFFIX, find_session, paths
from tartantm.store.session import Session

if TYPE_CHECKING:
    from tartantm.archives.read import Archive
    from tartantm.archives.reading import Reading
    from tartantm.capture.capture import Capture
    from tartantm.core.agenda import Agenda
    from tartantm.core.chat import Chat
    from tartantm.core.events import Event
    from tartantm.moderation.act import PreparedAct
    from tartantm.networks.heard import Heard
    from tartantm.transcript import ExportOptions
    from tartantm.transcript.export import ExportContext

BATCH = 500
"""Posts to a commit while importing."""


def fill(session: Session, archives: list[Archive], *, keep: bool) -> str:
    """Put archives into a session, in the order of time. Returns words to add to the sentence.

    With `keep`, an archive of ours for the same questions keeps its placements and annotations.
    """
    from tartantm.archives.playback import in_order
    from tartantm.capture.capture import Capture
    from tartantm.networks.heard import in_batches

    if keep and len(archives) == 1 and _restore(session, archives[0]):
        return _RESTORED
    capture = Capture(session.chat, session.grouper)
    heard = in_order(item for archive in archives for item in archive.heard)
    for some in in_batches(heard, BATCH):
        session.act(*capture.events_for(some))
    return left_out_words(capture)


_RESTORED = ", placed and annotated as they were"


def restored(session: Session, reading: Reading, heard: Iterable[Heard]) -> str | None:
    """Put one archive of ours, for the same questions, back as it was; None where it is none.

    Returns words to add to the sentence.
    """
    from tartantm.archives.read import archive_of, decided_in

    # Whatever else it is may have millions of posts, which need not all be in memory at once.
    if len(reading.files) != 1 or decided_in(reading) is None:
        return None
    if (archive := archive_of(reading, heard)) is None:
        return None
    return _RESTORED if _restore(session, archive) else None


def _restore(session: Session, archive: Archive) -> bool:
    from tartantm.archives.restore import restore

    if not archive.kept or not _same_questions(archive.agenda, session.chat.agenda):
        return False
    for batch in _batches(restore(archive, session.chat.agenda)):
        session.record(*batch)
    return True


def left_out_words(capture: Capture) -> str:
    """Returns words about what a capture left out, to add to a sentence."""
    gone, unused = capture.deletions, capture.unused_deletions
    left_out = [
        (capture.duplicates, "known already"),
        (capture.restricted, "not public"),
        (capture.erased, "left out, for they were erased before"),
        (gone, f"deletion{'' if gone == 1 else 's'} carried out"),
        (unused, f"deletion{'' if unused == 1 else 's'} of posts that are not here"),
    ]
    return "".join(f"; {count} {words}" for count, words in left_out if count)


def _same_questions(one: Agenda | None, other: Agenda) -> bool:
    return one is not None and {q.id for q in one.questions} == {q.id for q in other.questions}


def _batches(events: list[Event]) -> Iterable[list[Event]]:
    for start in range(0, len(events), BATCH):
        yield events[start : start + BATCH]


def export(options: Namespace) -> int:
    """`tartantm export`: write the transcript in every format, or in those that are named."""
    from tartantm.transcript import FORMATS
    from tartantm.transcript.export import ExportContext

    wanted = [name.strip() for name in options.format.split(",") if name.strip()] or list(FORMATS)
    for name in wanted:
        if name not in FORMATS:
            raise BadInput(f"There is no format {name!r}; there are {', '.join(FORMATS)}.")
    if options.width and options.width < 20:
        raise BadInput("The text format needs 20 columns at least.")
    path = find_session(options.session)
    with Session(path) as session:
        chat = session.chat
        damage.refuse(path, session.damaged, despite=options.despite_damage, agenda=chat.agenda)
    how = replace(
        page_options(options, path.stem, include_hidden=options.include_hidden),
        width=options.width,
    )
    context = ExportContext(chat, how)  # all of it shares one view, and one look for leaks
    if _leaks(context, path) and options.strict:
        print("Nothing was written, as --strict asks.", file=sys.stderr)
        return 1
    folder = Path(options.output).expanduser()
    _write(context, wanted, folder, path.stem)
    _record(chat, path, folder, wanted, how)
    _remind(chat, path, how)
    return 0


def _record(chat: Chat, path: Path, folder: Path, wanted: list[str], how: ExportOptions) -> None:
    """Record which files were written and how, so that they can be corrected."""
    from tartantm.transcript.published_files import export_event, record_export

    event = export_event(folder, path.stem, wanted, how, chat.last_seq)
    if trouble := record_export(path, event):
        print(trouble, file=sys.stderr)


def _leaks(context: ExportContext, path: Path) -> int:
    """Report places that may name somebody withheld; returns how many are open."""
    from tartantm.transcript.withheld import is_any_withheld

    if not is_any_withheld(context.chat, context.options):
        return 0
    from tartantm.cli.leaks import report_found

    return report_found(context.leaks, path, context.options)


def _remind(chat: Chat, path: Path, how: ExportOptions) -> None:
    """Say on standard error what to think of before publishing."""
    heard = {entry.post.network for entry in chat.entries.values() if entry.published}
    if how.x_text == "full" and "x" in heard:
        print(X_RULE, file=sys.stderr)
    if chat.rechecked is None and sys.stdout.isatty() and heard & _rechecked():
        name = path.stem if path.parent == paths().sessions else path
        words = "The networks were not asked yet which posts are gone or edited:"
        print(f"{words} tartantm recheck {name}", file=sys.stderr)
    if warning := too_long(chat.summary):
        print(warning, file=sys.stderr)


def _rechecked() -> frozenset[str]:
    from tartantm.capture.recheck import RECHECKED

    return RECHECKED


def _write(context: ExportContext, wanted: list[str], folder: Path, name: str) -> None:
    from tartantm.transcript import export as write

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise TartantmError(f"The folder {folder} cannot be made: {error.strerror}.") from None
    chat, how = context.chat, context.options
    for path in write(chat, wanted, folder, name, options=how, context=context):
        print(path)


def write_demo(output: Path) -> int:
    """Write the transcripts of the demo's evening, moderated, without a desk."""
    from tartantm.agenda_files.load import load_agenda
    from tartantm.archives.read import read
    from tartantm.demo import AGENDA, EVENING
    from tartantm.transcript import FORMATS, ExportOptions
    from tartantm.transcript.export import ExportContext

    agenda, digest = load_agenda(AGENDA)
    with (
        tempfile.TemporaryDirectory() as kept,
        Session(Path(kept) / f"demo{SUFFIX}", create=True) as session,
    ):
        session.take_agenda(agenda, digest)
        fill(session, [read(EVENING)], keep=False)
        for act in _demo_acts(session.chat):
            session.record(*act.events)
        how = ExportOptions(theme=theme(None))
        _write(ExportContext(session.chat, how), list(FORMATS), output, "tartantm-demo")
    return 0


def _demo_acts(chat: Chat) -> Iterator[PreparedAct]:
    """What the demo's moderator did: mistakes mended, the inbox emptied, words written."""
    from tartantm.demo import gold, moderation
    from tartantm.moderation.annotate import mark, note, star, summarise
    from tartantm.moderation.place import place
    from tartantm.moderation.withhold import hide

    wanted, done = gold(), moderation()
    moves: dict[str | None, list[str]] = {}
    for entry in chat.posts():
        if entry.deleted_at:
            continue
        question = wanted[entry.id]
        if entry.placement.inbox or entry.placement.question != question:
            moves.setdefault(question, []).append(entry.id)
    # Every post is looked at, so nothing goes along with another.
    for question, ids in moves.items():
        yield place(chat, None, ids, question)
    yield star(chat, done.stars, True)
    yield hide(chat, done.hidden, True)
    for each, ids in done.marks.items():
        yield mark(chat, ids, each, True)
    for post, words in done.notes.items():
        yield note(chat, post, words)
    for question_id, words in done.summaries.items():
        yield summarise(chat, question_id, words)
    yield summarise(chat, None, done.summary)
