"""Reads an agenda file, or the text of one, in whichever format it is written."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import NamedTuple

from tartantm.agenda_files import read_markdown, read_toml
from tartantm.core.agenda import Agenda, AgendaError


class AgendaFile(NamedTuple):
    """An agenda with the SHA-256 of its file, by which later changes of the file are noticed."""

    agenda: Agenda
    digest: str


def load_agenda(path: Path) -> AgendaFile:
    """Read an agenda file; raises AgendaError that names file and line if it cannot be used."""
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
    """Read an agenda from `text`, as TOML or Markdown by the ending of `name`, else by content.

    `name` is also what errors name.
    """
    suffix = Path(name).suffix.casefold()
    if suffix == ".toml" or (suffix not in (".md", ".markdown") and read_toml.looks_like(text)):
        return read_toml.parse(text, name)
    return read_markdown.parse(text, name)
