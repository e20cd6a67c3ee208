"""Keeps messages of the live stream that may concern posts which are still being asked for.

While a gap is filled, replies, edits and deletions come live whose posts are not known yet. They
are kept until the gap is filled; what does not fit is read again after that, see `PassedFrames`.
"""

from __future__ import annotations

from typing import NamedTuple

from tartantm.networks.bluesky.stream_filter import LARGEST

MOST_BYTES = 8 << 20
"""Bytes that are kept: some minutes of all replies on Bluesky."""


class Span(NamedTuple):
    """A stretch of the stream, by its server's time in microseconds since 1970."""

    first: int
    last: int


class PassedFrames:
    """Messages in their order, and between which times there were more than could be kept."""

    def __init__(self) -> None:
        self._frames: list[bytes] = []
        self._size = 0
        self.left_out: Span | None = None

    def add(self, frame: bytes, at: int) -> None:
        """Keep a message that the server sent at `at`, where it may concern another post."""
        if len(frame) > LARGEST or not (b'"reply"' in frame or b'"create"' not in frame):
            return
        if self._size + len(frame) > MOST_BYTES or self.left_out is not None:
            first = self.left_out.first if self.left_out else at
            self.left_out = Span(min(first, at), at)
            return
        self._frames.append(frame)
        self._size += len(frame)

    def take(self) -> list[bytes]:
        """What was kept, which is forgotten by this."""
        frames, self._frames, self._size = self._frames, [], 0
        return frames

    def begin_anew(self) -> None:
        """Forget everything: another connection has a gap of its own."""
        self.take()
        self.left_out = None
