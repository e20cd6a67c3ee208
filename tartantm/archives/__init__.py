"""Recordings of chats: recognised, read, checked, played back and written."""
