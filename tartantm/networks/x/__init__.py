"""X by its API v2: payloads, the live source, and what it costs."""
