"""A reader of the user's own: a server of the OpenAI-compatible protocol on their machine."""
