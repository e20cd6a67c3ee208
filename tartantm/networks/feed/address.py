"""Addresses of feeds, which may hold a key or a password."""

from __future__ import annotations

from urllib.parse import urlsplit


def shown(url: str) -> str:
    """An address as anybody may see it: without a key in its query, or a password."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def has_more(url: str) -> bool:
    """Whether an address is more than `shown` shows of it."""
    parts = urlsplit(url)
    return bool(parts.query) or "@" in parts.netloc
