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

MARK_WITHIN = 8192


@dataclass(frozen=True)
class Format:
    """A format, with the module that writes it, which is imported only when it is used."""

    phrase: str
    """What it is called within a sentence: "a web page"."""
    suffix: str
    """The end of its files' names."""
    module: str
    mark: str
    """Words in its first or last `MARK_WITHIN` bytes, by which a file of ours is recognised."""
    of_posts: bool = False
    """Whether it holds the recorded posts themselves, and so is written from the chat."""


_MADE = "Made with tartantm "
"""Of the section about the transcript; `published_files` reads line ends as blanks."""

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "html": Format("a web page", ".html", "tartantm.transcript.formats.html.page", _MADE),
        "markdown": Format("Markdown", ".md", "tartantm.transcript.formats.markdown", _MADE),
        "json": Format(
            "JSON", ".json", "tartantm.transcript.formats.json", '"format": "tartantm-transcript"'
        ),
        "csv": Format(
            "a table (CSV)", ".csv", "tartantm.transcript.formats.csv", "number,id,network,"
        ),
        "text": Format("plain text", ".txt", "tartantm.transcript.formats.text", _MADE),
        "archive": Format(
            "an archive",
            ".jsonl",
            "tartantm.archives.write",
            '"format":"tartantm-archive"',
            of_posts=True,
        ),
    }
)
"""Every format by the name that ``--format`` takes."""
