"""One folder for each network, one protocol for all of them, and one bounded way out.

A source is one configured way to listen to one network. It satisfies `protocol.LiveSource` and
delivers `heard.Heard`: posts and deletions. In each folder ``source.py`` listens, and
``payload.py`` makes posts of what the network sends. So a post of Mastodon's stream goes through
``mastodon/client.py`` (bytes), ``mastodon/sse.py`` (events), ``mastodon/source.py`` (`_event`,
`read`) and becomes a `Post` in ``mastodon/payload.py`` (`post_of`).

To add a network: a folder here with ``source.py`` and ``payload.py``; its name in
`tartantm.core.post.NETWORKS`; a line in `tartantm.capture.registry.NETWORKS`, which says how its
source is made and which addresses it connects to; if it needs a token, a variable in
`tartantm.settings.credentials.VARIABLES`; and if recordings of it are to be read, a line in
`tartantm.archives.read`. Tests fail for a list that was forgotten.
"""
