"""The networks that can be listened to, and their sources by name: ``x``, ``mastodon:HOST``, ….

`NETWORKS` is the one place where networks are listed. A name is what ``--source`` and the config
file take: a network, and behind a colon where to reach it, if the network has many servers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tartantm.archives.playback import FileSource
from tartantm.core.asked_sources import NOT_WHOLE
from tartantm.core.errors import BadInput, TartantmError
from tartantm.networks.protocol import Advised, LiveSource
from tartantm.settings import credentials
from tartantm.settings.config import Config
from tartantm.settings.credentials import NamedBy, Token

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Source
    from tartantm.networks.http import HttpClients


class NamedSource(NamedTuple):
    """The name of a source, and who named it: on that it depends which tokens it may have.

    A session file from somebody else may name any server; only tokens that were stored for that
    very server go there. So no source is made of a name alone.
    """

    name: str
    by: NamedBy


def named(names: Iterable[str], by: NamedBy) -> list[NamedSource]:
    """Sources that were all named by the user, or all by a file."""
    return [NamedSource(name, by) for name in names]


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
        tz: tzinfo = UTC,
    ) -> None:
        """`tag` marks the chat's own rule on X. What is made for a trial ends nobody's stream.

        `tz` is the chat's zone, for feeds whose times have none.
        """
        self.tz = tz
        self.is_trial = is_trial
        self.config, self.http, self.hashtags, self.tag = config, http, hashtags, tag

    def make(self, source: NamedSource) -> Source:
        """The source of that name; raises BadInput with what can be written or what it lacks."""
        name = source.name
        return file_source(name, self.tz) if name.startswith("file:") else self.live(source)

    def live(self, source: NamedSource) -> LiveSource:
        """The source of that name, which listens to a network; raises BadInput as `make` does.

        Certificates are read here, which takes 40 ms: the desk makes its sources in a thread.
        """
        network, place = parts(source.name)
        known = NETWORKS[network]
        if place.endswith(NOT_WHOLE):
            kept = source.name.removesuffix(NOT_WHOLE)
            words = f"The address of {kept} goes on, which may be a key and is kept nowhere"
            raise BadInput(Advised(words, f"; leave, and name it whole with --source {network}:…"))
        if known.needs_hashtag and not self.hashtags:
            raise BadInput(f"The agenda names no hashtag to ask {network} for.")
        self.http.tls  # noqa: B018  # it is kept
        made = known.make(self, source)
        by_user = source.by is NamedBy.USER or source.name in self.config.sources
        self.http.clock.admit(known.witnesses(self.config, place), by_user=by_user)
        return made

    def addresses(self, name: str) -> list[str]:
        """The addresses that a source connects to; raises BadInput as `make` does."""
        network, place = parts(name)
        return NETWORKS[network].addresses(self.config, place)

    def trial_span(self, source: NamedSource) -> timedelta:
        """How far back a trial of a source asks; raises BadInput as `make` does."""
        network, _ = parts(source.name)
        return NETWORKS[network].trial_span(self, source)

    def token(self, source: NamedSource) -> Token | None:
        """The token that a source may have, None for none; the one way by which sources get it."""
        return credentials.find(*self._account(source))

    def withheld(self, source: NamedSource) -> str:
        """The account whose token a source may not have, since a file named it; else ""."""
        return withheld(source, self.config)

    def _account(self, source: NamedSource) -> tuple[str, Config, NamedBy]:
        return _account(source, self.config)


def withheld(source: NamedSource, config: Config) -> str:
    """The same by the settings alone, for a source that is not made yet."""
    if source.name.partition(":")[0] in credentials.VARIABLES:
        with suppress(TartantmError):  # whoever makes it says why it cannot be
            account, _, by = _account(source, config)
            return account if credentials.is_withheld(account, config, by) else ""
    return ""


def _account(source: NamedSource, config: Config) -> tuple[str, Config, NamedBy]:
    """Whose token a source asks for; what the settings name, too, is named by the user."""
    account = credentials.account_name(source.name)
    own = account in credentials.own_accounts(config)
    return account, config, NamedBy.USER if own else source.by


def parts(name: str) -> tuple[str, str]:
    """A source's network and place, as in ``mastodon:HOST``; raises BadInput."""
    network, _, place = name.partition(":")
    known = NETWORKS.get(network)
    if known is None or bool(place) != bool(known.place):
        raise BadInput(f"{name!r} is no source; write {SOURCES}.")
    return network, place


def file_source(name: str, zone: tzinfo = UTC) -> FileSource:
    """The source called ``file:PATH``; raises BadInput where there is no such file."""
    path = Path(name.removeprefix("file:")).expanduser()
    if not path.is_file():
        raise BadInput(f"There is no file {path} to read posts from.")
    return FileSource(path, zone)


class Network(NamedTuple):
    """How sources of one network are named, made and reached."""

    place: str
    """What stands behind the colon in a source's name, ``HOST`` or ``URL``; "" for nothing."""
    make: Callable[[SourceRegistry, NamedSource], LiveSource]
    """Makes a source of that name; its modules are loaded only then."""
    addresses: Callable[[Config, str], list[str]]
    """The addresses that such a source connects to, for ``tartantm doctor``."""
    witnesses: Callable[[Config, str], list[str]]
    """The addresses whose time counts: what a person named or is built in, and nothing else."""
    trial_span: Callable[[SourceRegistry, NamedSource], timedelta]
    """How far back a trial asks, so that it costs next to nothing and is done in seconds."""
    needs_hashtag: bool = True
    """Whether there is nothing to ask for without a hashtag."""
    can_recheck: bool = True
    """Whether it says of posts that they are gone; only such networks are asked by `recheck`."""


def _x(registry: SourceRegistry, source: NamedSource) -> LiveSource:
    from tartantm.networks.x.source import XSource

    token = registry.token(source)
    if token is None:
        advice = f"or set {credentials.VARIABLES['x']} before you start tartantm."
        raise BadInput(
            Advised(
                "X lets nobody read without a token", f": type 'tartantm account add x', {advice}"
            )
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


def _mastodon(registry: SourceRegistry, source: NamedSource) -> LiveSource:
    from tartantm.networks.mastodon.source import MastodonSource

    place = parts(source.name)[1]
    token = registry.token(source)
    secret, where = (token.secret, token.where) if token else (None, "")
    made = MastodonSource(registry.http, place, registry.hashtags, secret, where)
    if kept := registry.withheld(source):
        made.lacks = credentials.not_sent_shortly(kept)
    return made


def _mastodon_addresses(_: Config, place: str) -> list[str]:
    from tartantm.networks.mastodon.addresses import base_of

    return [base_of(place)]


def _bluesky(registry: SourceRegistry, source: NamedSource) -> LiveSource:
    from tartantm.networks.bluesky.jetstream import DEFAULT
    from tartantm.networks.bluesky.source import BlueskySource
    from tartantm.networks.bluesky.xrpc import ENTRY, PUBLIC, Account

    settings, account = registry.config.bluesky, None
    if (token := registry.token(source)) is not None:
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


def _bluesky_witnesses(config: Config, place: str) -> list[str]:
    from tartantm.networks.bluesky.jetstream import DEFAULT, SERVERS

    named = _bluesky_addresses(config, place)
    return [*named, *SERVERS] if DEFAULT in named else named


def _bluesky_span(registry: SourceRegistry, source: NamedSource) -> timedelta:
    # An account can search; without one, each minute replays all of Bluesky, some 2 MB.
    has_account = registry.token(source) is not None
    return timedelta(days=7) if has_account else timedelta(minutes=2)


def _feed(registry: SourceRegistry, source: NamedSource) -> LiveSource:
    from tartantm.networks.feed.source import FeedSource

    return FeedSource(registry.http, parts(source.name)[1], registry.hashtags, registry.tz)


def _feed_addresses(_: Config, place: str) -> list[str]:
    return [place]


NETWORKS: dict[str, Network] = {
    "x": Network(
        place="",
        make=_x,
        addresses=_x_addresses,
        witnesses=_x_addresses,
        trial_span=lambda *_: timedelta(minutes=5),
    ),
    "mastodon": Network(
        place="HOST",
        make=_mastodon,
        addresses=_mastodon_addresses,
        witnesses=_mastodon_addresses,
        trial_span=lambda *_: timedelta(days=1),
    ),
    "bluesky": Network(
        place="",
        make=_bluesky,
        addresses=_bluesky_addresses,
        witnesses=_bluesky_witnesses,
        trial_span=_bluesky_span,
    ),
    "feed": Network(
        place="URL",
        make=_feed,
        addresses=_feed_addresses,
        witnesses=_feed_addresses,
        trial_span=lambda *_: timedelta(days=7),
        needs_hashtag=False,
        can_recheck=False,
    ),
}
"""Every network by its name; lists that stand elsewhere are compared with it by a test."""

_NAMES = [f"{name}:{known.place}" if known.place else name for name, known in NETWORKS.items()]
SOURCES = f"{', '.join(_NAMES)} or file:PATH"
"""What can be written for a source."""
