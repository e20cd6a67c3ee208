"""Transcripts: a chat as its readers may see it, made into one document and written in six formats.

    visibility   what readers may see: redactions, pseudonyms, hidden posts, words on X
    build        makes the `Transcript` (see `model`) of that
    formats      one module for each format, which takes everything from the `Transcript`
    export       writes the files
    publish      writes the web page again and again while the chat is running

Withheld words, names and ids are removed in `visibility` and nowhere else; later modules never see
them. The table of formats is in `formats`. A transcript is a pure function of the session file:
nothing in it comes from the clock, the locale or the environment.
"""

from __future__ import annotations

from tartantm.transcript.export import export
from tartantm.transcript.formats import FORMATS, Format
from tartantm.transcript.options import ExportOptions

__all__ = ["FORMATS", "ExportOptions", "Format", "export"]
