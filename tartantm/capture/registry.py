"""Sources by their names on the command line and in the config file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.archives.playback import FileSource
from tartantm.core.errors import BadInput
from tartantm.networks.protocol import LiveSource
from tartantm.settings import credentials
from tartantm.settings.config import Config

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Source
    from tartantm.networks.http import HttpClients

SOURCES = "x, mastodon:HOST, bluesky, feed:URL or file:PATH"


def parts(name: str) -> tuple[str, str]:
    """A network's kind and where it is; raises BadInput with what can be written."""
    kind, _, rest = name.partition(":")
    if kind not in ("x", "mastodon", "bluesky", "feed") or bool(rest) != (
        kind in ("mastodon", "feed")
    ):
        raise BadInput(f"{name!r} is no source; write {SOURCES}.")
    return kind, rest


class SourceRegistry:
    """Makes sources for one chat: all go out by one `HttpClients`, X rules carry one `tag`."""

    def __init__(
        self, config: Config, http: HttpClients, hashtags: Sequence[str], tag: str
    ) -> None:
        self.config, self.http, self.hashtags, self.tag = config, http, hashtags, tag

    def make(self, name: str) -> Source:
        """The source of that name; raises BadInput with what can be written or what it lacks."""
        return file_source(name) if name.startswith("file:") else self.live(name)

    def live(self, name: str) -> LiveSource:
        """The source of that name, which listens to a network."""
        kind, rest = parts(name)
        if not self.hashtags and kind != "feed":
            raise BadInput(f"The agenda names no hashtag that {kind} could be asked for.")
        if kind == "x":
            return self._x()
        if kind == "bluesky":
            return self._bluesky()
        if kind == "mastodon":
            from tartantm.networks.mastodon.source import MastodonSource

            token = self._token(credentials.account_name(name))
            return MastodonSource(self.http, rest, self.hashtags, token)
        from tartantm.networks.feed.source import FeedSource

        return FeedSource(self.http, rest, self.hashtags)

    def addresses(self, name: str) -> list[str]:
        """Where a source connects to."""
        kind, _, rest = name.partition(":")
        if kind == "x":
            return [self.config.x.url]
        if kind == "mastodon":
            from tartantm.networks.mastodon.client import base_of

            return [base_of(rest)]
        if kind == "bluesky":
            from tartantm.networks.bluesky.jetstream import DEFAULT
            from tartantm.networks.bluesky.xrpc import PUBLIC

            settings = self.config.bluesky
            return [settings.url or PUBLIC, settings.jetstream or DEFAULT]
        return [rest]

    def _x(self) -> LiveSource:
        from tartantm.networks.x.source import XSource

        token = self._token("x")
        if token is None:
            raise BadInput(
                "X gives nothing without a token: type 'tartantm account add x', "
                f"or set {credentials.VARIABLES['x']}."
            )
        x = self.config.x
        return XSource(
            self.http, token, self.hashtags, self.tag, base=x.url, price=x.price, cap=x.cap
        )

    def _bluesky(self) -> LiveSource:
        from tartantm.networks.bluesky.jetstream import DEFAULT
        from tartantm.networks.bluesky.source import BlueskySource
        from tartantm.networks.bluesky.xrpc import ENTRY, PUBLIC, Account

        settings, account = self.config.bluesky, None
        if (token := self._token("bluesky")) is not None:
            secret = credentials.checked("bluesky", token)
            handle, _, password = secret.rpartition(":")
            account = Account(handle.lstrip("@"), password, settings.url or ENTRY)
        return BlueskySource(
            self.http,
            self.hashtags,
            jetstream=settings.jetstream or DEFAULT,
            service=settings.url or PUBLIC,
            account=account,
        )

    def _token(self, account: str) -> str | None:
        found = credentials.find(account, self.config)
        return found.secret if found else None


def file_source(name: str) -> FileSource:
    """The source called ``file:PATH``; raises BadInput where there is no such file."""
    path = Path(name.removeprefix("file:")).expanduser()
    if not path.is_file():
        raise BadInput(f"There is no file {path} to read posts from.")
    return FileSource(path)
