"""Transcripts: one document made of a chat, and a writer for each format."""

from __future__ import annotations

from tartantm.transcript.export import FORMATS, Format, export
from tartantm.transcript.options import ExportOptions

__all__ = ["FORMATS", "ExportOptions", "Format", "export"]
