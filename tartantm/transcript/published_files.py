"""Files that were written: recorded in the session, recognised before they are written again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from tartantm.core.errors import TartantmError
from tartantm.core.events import Exported
from tartantm.settings.file_guard import open_plain
from tartantm.store.journal import Journal
from tartantm.transcript.formats import FORMATS, MARK_WITHIN
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.recorded_options import recorded_options


def export_event(
    folder: Path,
    name: str,
    formats: Iterable[str],
    options: ExportOptions,
    shows: int,
    *,
    kept_up: bool = False,
) -> Exported:
    """Returns the event that records an export; `shows` is the number of its last event.

    A page that is `kept_up` to date is written again and again, so it is not known by its bytes.
    """
    # Links stay as they are: what "current" leads to may be another folder by the next time.
    place = os.path.abspath(folder)  # noqa: PTH100
    wanted = tuple(formats)
    event = Exported(place, name, wanted, recorded_options(options), shows)
    if kept_up:
        return event
    with suppress(OSError):  # gone again already: then it is not written again anyway
        return replace(event, digests={form: _digest(file_path(event, form)) for form in wanted})
    return event


def record_export(session: Path, event: Exported, *, hurried: bool = False) -> str:
    """Record an export in the session's file; returns a sentence where that fails, else "".

    Where it is `hurried`, it waits for nobody who holds the file.
    """
    try:
        with Journal(session) as journal:
            if hurried:
                journal.hurry()
            journal.append([event])
    except TartantmError as error:
        return f"It is not recorded that this was written: {error}"
    except UnicodeEncodeError:
        return f"It is not recorded that this was written: {event.folder!r} is no text."
    return ""


def file_path(export: Exported, form: str) -> Path:
    """Returns the path of a file that an export wrote."""
    return Path(export.folder) / f"{export.name}{FORMATS[form].suffix}"


def refusal(export: Exported, form: str, *, changed_too: bool) -> str:
    """Returns why a file may not be written again, in a sentence; "" where it may.

    With `changed_too` also one that somebody, or another session, wrote since. The session may
    have come from somebody else and name any place of this machine. So a file is written only where
    one stands that this program wrote, and none is made anew.
    """
    if form not in FORMATS:
        return f"{export.name}: there is no format {form!r}."
    if Path(export.name).name != export.name or not Path(export.folder).is_absolute():
        return f"{export.folder} is no folder of this machine."
    path = file_path(export, form)
    try:
        if path.is_symlink():
            return f"{path} is not written again: it only leads to another file."
        if not path.parent.is_dir():
            return f"{path} is not written again: its folder is gone."
        if not path.is_file():
            return f"{path} is not written again: it is gone."
        if not _is_ours(path, FORMATS[form].mark):
            return f"{path} is not written again: what stands there is no transcript of tartantm."
        digest = export.digests.get(form)
        if digest and digest != _digest(path) and not changed_too:
            return (
                f"{path} is not written again: it was changed by hand, or written from another"
                " session; --yes writes it all the same."
            )
        if not os.access(path.parent, os.W_OK):
            return f"{path} is not written again: its folder cannot be written."
    except OSError as error:
        return f"{path} cannot be read: {error.strerror or error}."
    except ValueError:  # a NUL in its name
        return f"{export.folder!r} is no folder of this machine."
    return ""


def is_as_written(export: Exported, form: str) -> bool:
    """Whether a file is known, by its bytes, to be the one that this export wrote."""
    digest = export.digests.get(form)
    return bool(digest) and digest == _digest(file_path(export, form))


def _digest(path: Path) -> str:
    with open_plain(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_ours(path: Path, mark: str) -> bool:
    with open_plain(path) as file:
        head = file.read(MARK_WITHIN)
        file.seek(max(0, path.stat().st_size - MARK_WITHIN))
        ends = (head, file.read(MARK_WITHIN))
    return any(mark in " ".join(end.decode("utf-8", "replace").split()) + " " for end in ends)
