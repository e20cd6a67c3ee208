"""X by its API v2: the filtered stream, recent search, look-ups, and what they cost."""
