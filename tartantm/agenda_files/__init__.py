"""Agenda files: read from TOML or Markdown, written as TOML."""
