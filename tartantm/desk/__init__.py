"""The moderator's desk. Nothing outside this package imports it but the commands that open it."""
