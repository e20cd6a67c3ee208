"""Tokens of the networks: read from environment, command, keyring or file; kept; masked in text.

An account is named as its source is: ``x``, ``mastodon:HOST``, ``bluesky``. X wants an app's bearer
token, Mastodon a user's access token, Bluesky ``handle:app-password``. A token for Mastodon belongs
to one origin (scheme, host and port): what was stored for https never goes out in clear.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tartantm.core.errors import BadInput, TartantmError
from tartantm.core.hosts import host_of
from tartantm.settings import token_command
from tartantm.settings.atomic_write import write_atomically
from tartantm.settings.file_guard import read_plain
from tartantm.settings.paths import ensure_folder, paths

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from tartantm.settings.config import Config

SERVICE = "tartantm"
"""The name under which the keyring keeps tokens."""

VARIABLES = {
    "x": "TARTANTM_X_TOKEN",
    "mastodon": "TARTANTM_MASTODON_TOKEN",
    "bluesky": "TARTANTM_BLUESKY_TOKEN",
}

_VARIABLE, _COMMAND = "the variable ", "the command "

_secrets: set[str] = set()


class NamedBy(Enum):
    """Who named the server that a token would go to."""

    USER = "user"
    """At the command line, in the settings, or in answer to a question."""
    FILE = "file"
    """A session file, which somebody else may have made, and may name any server."""


@dataclass(frozen=True)
class Token:
    """A token and where it was found."""

    secret: str = field(repr=False)
    where: str
    """For people: ``the variable TARTANTM_X_TOKEN``."""

    def __post_init__(self) -> None:
        register_secret(self.secret)

    @property
    def masked(self) -> str:
        """The last four characters, enough to tell two tokens apart; none of a short one."""
        return "…" + self.secret[-4:] if len(self.secret) >= 16 else "…"


def register_secret(secret: str) -> None:
    """Have `mask_secrets` mask a secret from elsewhere, such as the token that a login returns."""
    _secrets.add(secret)


def mask_secrets(text: str) -> str:
    """The text with every secret that this process has read replaced by "…"."""
    for secret in _secrets:
        for part in (secret, secret.rpartition(":")[2]):
            if len(part) >= 4:
                text = text.replace(part, "…")
    return text


def account_name(written: str) -> str:
    """The name of an account as users write it, in one spelling; raises BadInput if it has none.

    For Mastodon that is the server's origin: ``mastodon:HOST`` is reached by https, and
    ``mastodon:http://HOST`` is another account.
    """
    network, _, server = written.strip().partition(":")
    if network == "mastodon" and (origin := _origin(server)):
        return f"mastodon:{origin}"
    if network in ("x", "bluesky") and not server:
        return network
    raise BadInput(f"{written!r} has no account; write x, bluesky or mastodon:HOST.")


def _origin(server: str) -> str:
    """A server's origin in the one spelling of `host_of`, without what is usual; "" for none."""
    address = server if "://" in server else f"https://{server}"
    with suppress(ValueError):  # as for "[": half an IPv6 address
        parts = urlsplit(address)
        is_port = parts.port is None or parts.port >= 0
        is_web = parts.scheme in ("https", "http")
        if is_web and is_port and parts.hostname and "@" not in parts.netloc:
            return "http://" * (parts.scheme == "http") + host_of(address)
    return ""


def find(account: str, config: Config, named_by: NamedBy) -> Token | None:
    """The token of an account, None if there is none; raises TartantmError if it cannot be read.

    Where a file named the server, only a token that was stored for that very server counts, and not
    a variable whose token goes to whatever server is named.
    """
    network, _, server = account.partition(":")
    given = os.environ.get(VARIABLES[network], "").strip()
    value, is_for_any = _for_server(given, account) if server else (given, False)
    if value and not (is_for_any and named_by is NamedBy.FILE):
        return Token(value, f"{_VARIABLE}{VARIABLES[network]}")
    if command := _command(account, config):
        return Token(token_command.run(command), f"{_COMMAND}{command[0]}")
    if (keyring := _keyring()) and (kept := _from_keyring(keyring, account)):
        return Token(kept, "the system's keyring")
    if kept := _read_file().get(account):
        return Token(kept, f"the file {_path()}")
    return None


def is_withheld(account: str, config: Config, named_by: NamedBy) -> bool:
    """Whether there is a token that `find` does not send, since a file named the server."""
    network, _, server = account.partition(":")
    variable = VARIABLES[network]
    given, is_for_any = _for_server(os.environ.get(variable, "").strip(), account)
    if named_by is NamedBy.USER or not (server and given and is_for_any):
        return False
    return find(account, config, named_by) is None


def not_sent(accounts: Sequence[str], *, takes_source: bool = True) -> str:
    """Returns why tokens are withheld, with what helps; first a flag, where the command has it."""
    them, what = ("it", "that server") if len(accounts) == 1 else ("them", "those servers")
    flags = " ".join(f"--source {account}" for account in accounts)
    how = f"with {flags}, or " if takes_source else ""
    return (
        f"The token in {VARIABLES['mastodon']} is not sent to {' and '.join(accounts)}, since the"
        f" session names {what} and you did not: name {them} {how}under sources in the settings, or"
        f" add a token with 'tartantm account add {accounts[0]}'."
    )


def not_sent_shortly(account: str) -> str:
    """Returns the same as it follows "as", of a server that is asked without it."""
    return (
        f"the token in {VARIABLES['mastodon']} is not sent to a server that only the session names;"
        f" name it with --source {account}"
    )


def renewal(account: str, where: str) -> str:
    """What to do about a token that is not accepted, as the end of a sentence.

    `where` is a `Token.where`; "" where that is not known. Adding a token helps only where no other
    goes first (see `find`).
    """
    add = f"'tartantm account add {account}'"
    if where.startswith(_VARIABLE):
        # What runs does not see that its variables change.
        new = f"set a new one there, or unset it and add one with {add}"
        return f"; it comes from {where}: {new}; then start tartantm again."
    if where.startswith(_COMMAND):
        return f"; it comes from {where}: see what that prints."
    return f"{f'; it comes from {where}' * bool(where)}; add a new one with {add}."


def store(account: str, secret: str) -> Token:
    """Keep a token in the keyring if there is one, else in the file; returns it with the place."""
    secret = checked(account, secret)
    if keyring := _keyring():
        with suppress(Exception):  # the file takes the token of whoever has a locked keyring
            keyring.set_password(SERVICE, account, secret)
            if keyring.get_password(SERVICE, account) == secret:
                _write_file(
                    {name: value for name, value in _read_file().items() if name != account}
                )
                return Token(secret, "the system's keyring")
    _write_file(_read_file() | {account: secret})
    return Token(secret, f"the file {_path()}")


def remove(account: str) -> bool:
    """Remove a token that `store` kept; returns whether there was one."""
    found = False
    if (keyring := _keyring()) and _from_keyring(keyring, account):
        keyring.delete_password(SERVICE, account)
        found = True
    kept = _read_file()
    if kept.pop(account, None):
        _write_file(kept)
        found = True
    return found


def stored(config: Config) -> list[str]:
    """Accounts that are configured or have a token in the file; a keyring cannot be listed."""
    named = (*config.accounts, *own_accounts(config))
    return sorted({"x", "bluesky", *map(account_name, named), *_read_file()})


def own_accounts(config: Config) -> set[str]:
    """The accounts of the sources that the settings name, which are therefore the user's."""
    found = set()
    for name in config.sources:
        with suppress(BadInput):  # as for a feed, which has none
            found.add(account_name(name))
    return found


def checked(account: str, secret: str) -> str:
    """A token as somebody typed it, without surrounding white space; raises BadInput."""
    secret = secret.strip()
    if not secret:
        raise BadInput("There was no token.")
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise BadInput("A token is one word of plain letters, digits and signs.")
    if account == "bluesky" and not all(secret.rpartition(":")[::2]):
        raise BadInput("For Bluesky write your handle, a colon and an app password.")
    return secret


def _for_server(value: str, account: str) -> tuple[str, bool]:
    """The token in a variable for a server, and whether it is for any server.

    The variable may hold several, for one server each: ``host=token,host=token``.
    """
    pairs = [part.strip().partition("=") for part in value.split(",")]
    if all(token and ("." in name or ":" in name) for name, _, token in pairs):
        named = {f"mastodon:{_origin(name)}": token for name, _, token in pairs}
        return named.get(account, ""), False
    return value, True


def _command(account: str, config: Config) -> tuple[str, ...]:
    """The command that prints an account's token, however the settings spell its server."""
    spelt = (name for name in config.mastodon if _has_account(name, account))
    return config.token_command(next(spelt, account))


def _has_account(name: str, account: str) -> bool:
    network, _, server = name.partition(":")
    return bool(server) and f"{network}:{_origin(server)}" == account


def _keyring() -> KeyringBackend | None:
    """The system's keyring, None if it is not installed or has no usable backend."""
    try:
        import keyring
    except ImportError:
        return None
    backend = keyring.get_keyring()
    return backend if backend.priority >= 1 else None


def _from_keyring(keyring: KeyringBackend, account: str) -> str | None:
    try:
        return keyring.get_password(SERVICE, account)
    except Exception:  # each system's keyring has errors of its own; the file may still have it
        return None


def _path() -> Path:
    return paths().config.parent / "tokens.json"


def _read_file() -> dict[str, str]:
    path = _path()
    try:
        data = json.loads(read_plain(path, secret=True).decode())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise TartantmError(f"The tokens in {path} cannot be read.") from None
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise TartantmError(f"The tokens in {path} cannot be read.")
    return data


def _write_file(tokens: dict[str, str]) -> None:
    path = _path()
    if not tokens and not path.exists():
        return
    ensure_folder(path.parent)
    try:
        write_atomically(path, [json.dumps(tokens, indent=1) + "\n"], mode=0o600)
    except OSError as error:
        raise TartantmError(f"The token cannot be kept in {path}: {error.strerror}.") from None
