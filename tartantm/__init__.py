"""A terminal desk for the moderator of a hashtag chat, and the transcript that comes of it."""

__version__ = "0.1.0"
