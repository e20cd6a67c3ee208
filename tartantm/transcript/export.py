"""`export`: writes a chat into files, in the formats asked for, each file whole or not at all."""

from __future__ import annotations

import gc
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, cast

from msgspec.structs import replace

from tartantm.core.errors import BadInput, TartantmError
from tartantm.transcript.formats import FORMATS, Format
from tartantm.transcript.options import ExportOptions

if TYPE_CHECKING:
    from tartantm.core.chat import Chat
    from tartantm.transcript.leaks import Leak
    from tartantm.transcript.model import Transcript
    from tartantm.transcript.visibility import PublicView


CUT_OFF_SECONDS = 120
"""After so long without a change, an unfinished file has nobody who finishes it."""


class OpenLeaks(TartantmError):
    """Nothing was written, for places that may name somebody withheld wait for the moderator."""

    def __init__(self, count: int) -> None:
        places = "1 place" if count == 1 else f"{count} places"
        super().__init__(
            f"nothing is written while {places} may still name somebody withheld; see"
            " 'tartantm leaks'"
        )


class ExportContext:
    """One export of a chat; its public view and transcript are made when a format needs them."""

    def __init__(self, chat: Chat, options: ExportOptions) -> None:
        self.chat, self.options = chat, options

    @cached_property
    def public_view(self) -> PublicView:
        """What readers may see of the chat."""
        from tartantm.transcript.visibility import PublicView

        return PublicView(self.chat, self.options)

    @cached_property
    def transcript(self) -> Transcript:
        """The transcript that all formats of an export share."""
        from tartantm.transcript.leaks import count_of

        made, found = self._searched
        if found is None:
            return made
        return replace(made, coverage=replace(made.coverage, leaks=count_of(found)))

    @property
    def leaks(self) -> Sequence[Leak]:
        """What may still be read in it of what is withheld, accepted places too."""
        return self._searched[1] or ()

    @cached_property
    def _searched(self) -> tuple[Transcript, Sequence[Leak] | None]:
        """The transcript and what was found in it; None where nothing is withheld."""
        from tartantm.transcript.build import build
        from tartantm.transcript.leaks import leaks_in
        from tartantm.transcript.withheld import is_any_withheld

        made = build(self.public_view)
        if not is_any_withheld(self.chat, self.options):
            return made, None
        return made, leaks_in(self.chat, self.public_view, made)

    def pieces(self, form: Format) -> Iterator[str]:
        """Yields the text of the file in a format, piece by piece."""
        write = import_module(form.module).write
        if form.of_posts:
            hidden = self.options.include_hidden
            posts = write(self.public_view.archive_chat(), include_hidden=hidden)
            return cast("Iterator[str]", posts)
        return cast("Iterator[str]", write(self.transcript, self.options))


def export(
    chat: Chat,
    formats: Iterable[str],
    folder: Path,
    name: str,
    *,
    options: ExportOptions,
    strict: bool = False,
    context: ExportContext | None = None,
) -> list[Path]:
    """Write `chat` as ``NAME.suffix`` into `folder` in each format; returns the paths in order.

    Files appear only once all of them are complete: where one fails, the files that were there
    before stay. Raises BadInput for an unknown format or a name that is none for a file, and
    TartantmError where a file cannot be written. With `strict`, raises OpenLeaks before anything
    is written where the leak report has open places. A `context` of the same chat and options that
    was looked into before is not made anew.
    """
    wanted = list(dict.fromkeys(formats))
    for one in wanted:
        if one not in FORMATS:
            raise BadInput(f"There is no format {one!r}; choose from {', '.join(FORMATS)}.")
    if not name or Path(name).name != name or not name.isprintable():
        raise BadInput(f"{name!r} is no name for a file.")
    context = context or ExportContext(chat, options)
    found = context.transcript.coverage.leaks if strict else None
    if found and found.open:
        raise OpenLeaks(found.open)
    collecting = gc.isenabled()
    written: list[tuple[Path, Path]] = []
    path = folder
    try:
        # Nothing made here has reference cycles, and searching a large chat for them takes long.
        gc.disable()
        folder.mkdir(parents=True, exist_ok=True)
        for one in wanted:
            form = FORMATS[one]
            path = folder / f"{name}{form.suffix}"
            unfinished = folder / f".{name}.{secrets.token_hex(4)}{form.suffix}"
            written.append((unfinished, path))
            _write(unfinished, context.pieces(form))
        if written:
            _remove_cut_off(folder, name, written[0][0].stat().st_mtime - CUT_OFF_SECONDS)
        for unfinished, path in written:
            unfinished.replace(path)
    except OSError as error:
        raise TartantmError(
            f"{path} cannot be written: {error.strerror or error}. Nothing was changed there."
        ) from None
    finally:
        if collecting:
            gc.enable()
        for unfinished, _ in written:
            with suppress(OSError):
                unfinished.unlink()
    return [path for _, path in written]


def _write(path: Path, pieces: Iterator[str]) -> None:
    with path.open("x", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())


def _remove_cut_off(folder: Path, name: str, before: float) -> None:
    """Remove unfinished files of exports that were killed: they show what was withheld since.

    `before` is by the clock of the file system, which may be that of another machine.
    """
    endings = "|".join(re.escape(form.suffix) for form in FORMATS.values())
    unfinished = re.compile(rf"\.{re.escape(name)}\.[0-9a-f]{{8}}(?:{endings})")
    with suppress(OSError), os.scandir(folder) as found:
        for each in found:
            if unfinished.fullmatch(each.name) and each.is_file(follow_symlinks=False):
                with suppress(OSError):
                    if each.stat().st_mtime < before:
                        Path(each.path).unlink()
