"""Bluesky: Jetstream for the live stream and replays, XRPC for names, search and rechecks."""
