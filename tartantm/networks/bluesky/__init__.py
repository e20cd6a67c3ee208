"""Bluesky: payloads, Jetstream, and the calls that go with it."""
