"""What can happen in a chat and what it means: no files, no clock, no network."""
