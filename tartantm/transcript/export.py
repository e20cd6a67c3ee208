"""Writes transcripts into files, each whole or not at all."""

from __future__ import annotations

import gc
import os
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from tartantm.core.errors import BadInput, TartantmError
from tartantm.transcript.options import ExportOptions

if TYPE_CHECKING:
    from tartantm.core.chat import Chat
    from tartantm.transcript.model import Transcript
    from tartantm.transcript.visibility import PublicView


class ExportContext:
    """A chat to be exported; its transcript is made when the first format asks for it."""

    def __init__(self, chat: Chat, options: ExportOptions) -> None:
        self.chat, self.options = chat, options

    @cached_property
    def transcript(self) -> Transcript:
        """The one document that all formats of an export share."""
        from tartantm.transcript.build import build

        return build(self.view)

    @cached_property
    def view(self) -> PublicView:
        """What of the chat may be told."""
        from tartantm.transcript.visibility import PublicView

        return PublicView(self.chat, self.options)


@dataclass(frozen=True)
class Format:
    """A format that transcripts are written in; its writer is imported when it is used."""

    title: str
    suffix: str
    module: str

    def pieces(self, document: ExportContext) -> Iterator[str]:
        """The file's text, piece by piece."""
        write = import_module(self.module).write
        return cast("Iterator[str]", write(document.transcript, document.options))


class _Archive(Format):
    """The recorded posts themselves: made of the chat, not of its transcript."""

    def pieces(self, document: ExportContext) -> Iterator[str]:
        write = import_module(self.module).write
        hidden = document.options.include_hidden
        return cast("Iterator[str]", write(document.view.archive_chat(), include_hidden=hidden))


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("web page", ".html", "tartantm.transcript.formats.html.page"),
        "markdown": Format("Markdown", ".md", "tartantm.transcript.formats.markdown"),
        "json": Format("JSON", ".json", "tartantm.transcript.formats.json"),
        "csv": Format("table", ".csv", "tartantm.transcript.formats.csv"),
        "text": Format("plain text", ".txt", "tartantm.transcript.formats.text"),
        "archive": _Archive("archive", ".jsonl", "tartantm.archives.write"),
    }
)
"""Every format by the name that ``--format`` takes."""


def export(
    chat: Chat, formats: Iterable[str], folder: Path, name: str, *, options: ExportOptions
) -> list[Path]:
    """Write `chat` as ``NAME.suffix`` into `folder` in each format; gives the paths in order.

    Files appear only once all of them are whole: where one fails, what stood there before stays.
    Raises TartantmError with the reason.
    """
    wanted = list(dict.fromkeys(formats))
    for one in wanted:
        if one not in FORMATS:
            raise BadInput(f"There is no format {one!r}; choose from {', '.join(FORMATS)}.")
    if not name or Path(name).name != name or not name.isprintable():
        raise BadInput(f"{name!r} is no name for a file.")
    document = ExportContext(chat, options)
    collecting = gc.isenabled()
    written: list[tuple[Path, Path]] = []
    path = folder
    try:
        # A document has no circles, and a large chat takes long to be searched for them.
        gc.disable()
        folder.mkdir(parents=True, exist_ok=True)
        for one in wanted:
            form = FORMATS[one]
            path = folder / f"{name}{form.suffix}"
            unfinished = folder / f".{name}.{secrets.token_hex(4)}{form.suffix}"
            written.append((unfinished, path))
            _write(unfinished, form.pieces(document))
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
