"""The formats that a transcript is written in: one row of `FORMATS` and one module for each.

To add a format, write a module here with

    def write(transcript: Transcript, options: ExportOptions) -> Iterator[str]

that yields the file's text piece by piece, taking everything from `transcript` (see `model`), and
add its row below. The command line, the demo and the transcript's section about itself take their
lists of formats from here; tests hold the README and the help to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True)
class Format:
    """A format, with the module that writes it, which is imported only when it is used."""

    phrase: str
    """What it is called within a sentence: "a web page"."""
    suffix: str
    """The end of its files' names."""
    module: str
    of_posts: bool = False
    """Whether it holds the recorded posts themselves, and so is written from the chat."""


FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("a web page", ".html", "tartantm.transcript.formats.html.page"),
        "markdown": Format("Markdown", ".md", "tartantm.transcript.formats.markdown"),
        "json": Format("JSON", ".json", "tartantm.transcript.formats.json"),
        "csv": Format("a table (CSV)", ".csv", "tartantm.transcript.formats.csv"),
        "text": Format("plain text", ".txt", "tartantm.transcript.formats.text"),
        "archive": Format("an archive", ".jsonl", "tartantm.archives.write", of_posts=True),
    }
)
"""Every format by the name that ``--format`` takes."""
