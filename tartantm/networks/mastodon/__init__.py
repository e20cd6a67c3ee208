"""Mastodon, and servers that speak its API: streams, timelines, replies and rechecks."""
