"""One folder for each network, one protocol for all of them, and one bounded way out.

A source is one configured way to listen to one network. It satisfies `protocol.LiveSource` and
delivers `heard.Heard`: posts and deletions. In each folder ``source.py`` listens, and
``payload.py`` makes posts of what the network sends. So a post of Mastodon's stream goes through
``mastodon/client.py`` (bytes), ``mastodon/sse.py`` (events), ``mastodon/source.py`` (`_event`,
`read`) and becomes a `Post` in ``mastodon/payload.py`` (`post_of`).

How to add a network is in ``CONTRIBUTING.md``, "Adding something".
"""
