"""Makes events of what the networks deliver, each post once, and keeps the sources going."""
