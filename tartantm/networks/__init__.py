"""One folder for each network, one protocol for all of them, and one bounded way out.

A source is one configured way to listen to one network. It satisfies `protocol.LiveSource` and
delivers `heard.Heard`: posts and deletions. In each folder ``source.py`` listens, and
``payload.py`` makes posts of what the network sends. So a post of Mastodon's stream goes through
``mastodon/client.py`` (bytes), ``mastodon/sse.py`` (events), ``mastodon/source.py`` (`_event`,
`read`) and becomes a `Post` in ``mastodon/payload.py`` (`post_of`).

To add a network: a folder here with ``source.py`` and ``payload.py``; its name for people in
`tartantm.core.post.NETWORKS`; an entry in `tartantm.capture.registry.NETWORKS`, which says how its
sources are made and which addresses they connect to; and the help of ``--source`` in
`tartantm.cli.parsers`. If it needs a token: `VARIABLES` and `account_name` in
`tartantm.settings.credentials`, its table in `tartantm.settings.config`, the prompt in
`tartantm.cli.networks`. If its recordings are to be read: `FORMATS` in `tartantm.archives.read`.
``tests/capture/test_registry.py`` fails for any of these that was forgotten.
"""
