"""One module for each format that a transcript is written in."""
