"""The session file: its journal, the engine below it, and what may change it."""
