"""The networks that can be listened to, and their sources by name: ``x``, ``mastodon:HOST``, ….

`NETWORKS` is the one place where networks are listed. A name is what ``--source`` and the config
file take: a network, and behind a colon where to reach it, if the network has many servers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.archives.playback import FileSource
from tartantm.core.errors import BadInput
from tartantm.core.listening import NOT_WHOLE
from tartantm.networks.protocol import LiveSource
from tartantm.settings import credentials
from tartantm.settings.config import Config

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Source
    from tartantm.networks.http import HttpClients


class SourceRegistry:
    """Makes the sources of one chat, which all connect through one `HttpClients`."""

    def __init__(
        self,
        config: Config,
        http: HttpClients,
        hashtags: Sequence[str],
        tag: str,
        *,
        is_trial: bool = False,
        named_by_file: bool = False,
    ) -> None:
        """`tag` marks the chat's own rule on X. What is made for a trial ends nobody's stream.

        Sources that are `named_by_file` were not named by the user: a session file from somebody
        else may name any server, so only tokens that were stored for that very server go there.
        """
        self.is_trial = is_trial
        self._named_by_file = named_by_file
        self.config, self.http, self.hashtags, self.tag = config, http, hashtags, tag

    def make(self, name: str) -> Source:
        """The source of that name; raises BadInput with what can be written or what it lacks."""
        return file_source(name) if name.startswith("file:") else self.live(name)

    def live(self, name: str) -> LiveSource:
        """The source of that name, which listens to a network; raises BadInput as `make` does."""
        network, place = parts(name)
        known = NETWORKS[network]
        if place.endswith(NOT_WHOLE):
            raise BadInput(
                f"The address of {name} goes on, which may be a key and is kept nowhere;"
                " name it whole with --source."
            )
        if known.needs_hashtag and not self.hashtags:
            raise BadInput(f"The agenda names no hashtag to ask {network} for.")
        return known.make(self, place)

    def addresses(self, name: str) -> list[str]:
        """The addresses that a source connects to; raises BadInput as `make` does."""
        network, place = parts(name)
        return NETWORKS[network].addresses(self.config, place)

    def trial_span(self, name: str) -> timedelta:
        """How far back a trial of a source asks; raises BadInput as `make` does."""
        network, _ = parts(name)
        return NETWORKS[network].trial_span(self)

    def token(self, account: str) -> credentials.Token | None:
        """The token of an account, None where there is none; the one way by which sources get it.

        A variable's goes to no server that only a file named.
        """
        return credentials.find(account, self.config, named_only=self._is_doubtful(account))

    def _is_doubtful(self, account: str) -> bool:
        own = {
            credentials.account_name(each) for each in self.config.sources if "mastodon:" in each
        }
        return self._named_by_file and account not in own


def parts(name: str) -> tuple[str, str]:
    """A source's network and place, as in ``mastodon:HOST``; raises BadInput."""
    network, _, place = name.partition(":")
    known = NETWORKS.get(network)
    if known is None or bool(place) != bool(known.place):
        raise BadInput(f"{name!r} is no source; write {SOURCES}.")
    return network, place


def file_source(name: str) -> FileSource:
    """The source called ``file:PATH``; raises BadInput where there is no such file."""
    path = Path(name.removeprefix("file:")).expanduser()
    if not path.is_file():
        raise BadInput(f"There is no file {path} to read posts from.")
    return FileSource(path)


class Network(NamedTuple):
    """How sources of one network are named, made and reached."""

    place: str
    """What stands behind the colon in a source's name, ``HOST`` or ``URL``; "" for nothing."""
    make: Callable[[SourceRegistry, str], LiveSource]
    """Makes a source for a place; its modules are loaded only then."""
    addresses: Callable[[Config, str], list[str]]
    """The addresses that such a source connects to, for ``tartantm doctor``."""
    trial_span: Callable[[SourceRegistry], timedelta]
    """How far back a trial asks, so that it costs next to nothing and is done in seconds."""
    needs_hashtag: bool = True
    """Whether there is nothing to ask for without a hashtag."""
    can_recheck: bool = True
    """Whether it says of posts that they are gone; only such networks are asked by `recheck`."""


def _x(registry: SourceRegistry, _: str) -> LiveSource:
    from tartantm.networks.x.source import XSource

    token = registry.token("x")
    if token is None:
        raise BadInput(
            "X lets nobody read without a token: type 'tartantm account add x', "
            f"or set {credentials.VARIABLES['x']}."
        )
    settings = registry.config.x
    return XSource(
        registry.http,
        token.secret,
        registry.hashtags,
        registry.tag,
        base=settings.url,
        price=settings.price,
        cap=settings.cap,
        ends_others=not registry.is_trial,
        token_from=token.where,
    )


def _x_addresses(config: Config, _: str) -> list[str]:
    return [config.x.url]


def _mastodon(registry: SourceRegistry, place: str) -> LiveSource:
    from tartantm.networks.mastodon.source import MastodonSource

    found = registry.token(credentials.account_name(f"mastodon:{place}"))
    secret, where = (found.secret, found.where) if found else (None, "")
    return MastodonSource(registry.http, place, registry.hashtags, secret, where)


def _mastodon_addresses(_: Config, place: str) -> list[str]:
    from tartantm.networks.mastodon.client import base_of

    return [base_of(place)]


def _bluesky(registry: SourceRegistry, _: str) -> LiveSource:
    from tartantm.networks.bluesky.jetstream import DEFAULT
    from tartantm.networks.bluesky.source import BlueskySource
    from tartantm.networks.bluesky.xrpc import ENTRY, PUBLIC, Account

    settings, account = registry.config.bluesky, None
    if (token := registry.token("bluesky")) is not None:
        secret = credentials.checked("bluesky", token.secret)
        handle, _, password = secret.rpartition(":")
        account = Account(handle.lstrip("@"), password, settings.url or ENTRY, token.where)
    return BlueskySource(
        registry.http,
        registry.hashtags,
        jetstream=settings.jetstream or DEFAULT,
        service=settings.url or PUBLIC,
        account=account,
    )


def _bluesky_addresses(config: Config, _: str) -> list[str]:
    from tartantm.networks.bluesky.jetstream import DEFAULT
    from tartantm.networks.bluesky.xrpc import PUBLIC

    return [config.bluesky.url or PUBLIC, config.bluesky.jetstream or DEFAULT]


def _bluesky_span(registry: SourceRegistry) -> timedelta:
    # An account can search; without one, each minute replays all of Bluesky, some 2 MB.
    has_account = registry.token("bluesky") is not None
    return timedelta(days=7) if has_account else timedelta(minutes=2)


def _feed(registry: SourceRegistry, place: str) -> LiveSource:
    from tartantm.networks.feed.source import FeedSource

    return FeedSource(registry.http, place, registry.hashtags)


def _feed_addresses(_: Config, place: str) -> list[str]:
    return [place]


NETWORKS: dict[str, Network] = {
    "x": Network(
        place="", make=_x, addresses=_x_addresses, trial_span=lambda _: timedelta(minutes=5)
    ),
    "mastodon": Network(
        place="HOST",
        make=_mastodon,
        addresses=_mastodon_addresses,
        trial_span=lambda _: timedelta(days=1),
    ),
    "bluesky": Network(
        place="", make=_bluesky, addresses=_bluesky_addresses, trial_span=_bluesky_span
    ),
    "feed": Network(
        place="URL",
        make=_feed,
        addresses=_feed_addresses,
        trial_span=lambda _: timedelta(days=7),
        needs_hashtag=False,
        can_recheck=False,
    ),
}
"""Every network by its name; lists that stand elsewhere are compared with it by a test."""

_NAMES = [f"{name}:{known.place}" if known.place else name for name, known in NETWORKS.items()]
SOURCES = f"{', '.join(_NAMES)} or file:PATH"
"""What can be written for a source."""
