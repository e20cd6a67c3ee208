"""What a moderator may do, as functions that return events and one sentence."""
