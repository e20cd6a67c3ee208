"""Agenda files: which format one is in, and what it holds."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from tartantm.agenda_files import read_markdown, read_toml
from tartantm.core.agenda import Agenda, AgendaError


class AgendaFile(NamedTuple):
    """An agenda with the SHA-256 of the file it was read from, to notice later changes."""

    agenda: Agenda
    digest: str


def load_agenda(path: Path) -> AgendaFile:
    """Read an agenda file, TOML or Markdown by its ending, else by its content.

    Raises AgendaError with file and line where it cannot be used.
    """
    path = path.expanduser()
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except FileNotFoundError:
        raise AgendaError(
            f"There is no agenda file {path}; 'tartantm run' alone helps to write one."
        ) from None
    except IsADirectoryError:
        raise AgendaError(f"{path} is a folder, not an agenda file.") from None
    except UnicodeDecodeError:
        raise AgendaError(f"{path} is not UTF-8 text; save the agenda as UTF-8.") from None
    except OSError as error:
        raise AgendaError(f"{path} cannot be read: {error.strerror}.") from None
    return AgendaFile(parse(text, str(path)), hashlib.sha256(content).hexdigest())


def parse(text: str, name: str) -> Agenda:
    """Read an agenda from `text`; `name` is the file's name, for errors and to tell the format."""
    suffix = Path(name).suffix.casefold()
    if suffix == ".toml" or (suffix not in (".md", ".markdown") and read_toml.looks_like(text)):
        return read_toml.parse(text, name)
    return read_markdown.parse(text, name)
