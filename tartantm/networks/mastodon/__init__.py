"""Mastodon and its kin: payloads, and the live source."""
