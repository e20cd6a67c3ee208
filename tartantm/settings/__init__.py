"""Settings, folders, tokens, themes, and writing files whole."""
