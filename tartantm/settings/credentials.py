"""Tokens: from the environment, a command, the system's keyring, or a file only the owner reads.

An account is named as its source is: ``x``, ``mastodon:HOST``, ``bluesky``. X wants an app's bearer
token, Mastodon a user's access token, Bluesky ``handle:app-password``.
"""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tartantm.core.errors import BadInput, TartantmError
from tartantm.settings.atomic_write import write_atomically
from tartantm.settings.paths import ensure_folder, paths

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

    from tartantm.settings.config import Config

SERVICE = "tartantm"
"""What the keyring files tokens under."""

COMMAND_SECONDS = 20.0
"""How long a token command may take: some ask for a finger."""

VARIABLES = {
    "x": "TARTANTM_X_TOKEN",
    "mastodon": "TARTANTM_MASTODON_TOKEN",
    "bluesky": "TARTANTM_BLUESKY_TOKEN",
}

_revealed: set[str] = set()


@dataclass(frozen=True)
class Token:
    """A secret and where it was found."""

    secret: str = field(repr=False)
    where: str
    """For people: ``the variable TARTANTM_X_TOKEN``."""

    def __post_init__(self) -> None:
        conceal(self.secret)

    @property
    def masked(self) -> str:
        """Enough of it to tell two tokens apart, and no more."""
        return "…" + self.secret[-4:] if len(self.secret) >= 16 else "…"


def conceal(secret: str) -> None:
    """Have `hide` know a secret that came from elsewhere, such as a login's own token."""
    _revealed.add(secret)


def hide(text: str) -> str:
    """A text without any token that this process has read."""
    for secret in _revealed:
        for part in (secret, secret.rpartition(":")[2]):
            if len(part) >= 4:
                text = text.replace(part, "…")
    return text


def account_name(written: str) -> str:
    """The account of a network as people write it; raises BadInput where there is none such."""
    network, _, server = written.strip().partition(":")
    if network == "mastodon" and server:
        with suppress(ValueError):  # as for "[": half an IPv6 address
            host = urlsplit(server if "://" in server else f"https://{server}").netloc.casefold()
            return f"mastodon:{host}"
    if network in ("x", "bluesky") and not server:
        return network
    raise BadInput(f"{written!r} has no account; write x, bluesky or mastodon:HOST.")


def find(account: str, config: Config) -> Token | None:
    """The token of an account; raises TartantmError where a place that has one cannot be read."""
    network, _, host = account.partition(":")
    if value := _for_host(os.environ.get(VARIABLES[network], "").strip(), host):
        return Token(value, f"the variable {VARIABLES[network]}")
    if command := config.token_command(account):
        return Token(_printed_by(command), f"the command {command[0]}")
    if (keyring := _keyring()) and (kept := _asked(keyring, account)):
        return Token(kept, "the system's keyring")
    if kept := _read().get(account):
        return Token(kept, f"the file {_path()}")
    return None


def store(account: str, secret: str) -> Token:
    """Keep a token: in the keyring where there is one, else in the file. Says where."""
    secret = checked(account, secret)
    if keyring := _keyring():
        with suppress(Exception):  # a locked keyring must not keep anybody from going on
            keyring.set_password(SERVICE, account, secret)
            if keyring.get_password(SERVICE, account) == secret:
                _write({name: value for name, value in _read().items() if name != account})
                return Token(secret, "the system's keyring")
    _write(_read() | {account: secret})
    return Token(secret, f"the file {_path()}")


def remove(account: str) -> bool:
    """Forget a token that `store` kept; gives whether there was one."""
    found = False
    if (keyring := _keyring()) and _asked(keyring, account):
        keyring.delete_password(SERVICE, account)
        found = True
    kept = _read()
    if kept.pop(account, None):
        _write(kept)
        found = True
    return found


def stored(config: Config) -> list[str]:
    """Accounts that have a token somewhere that can be listed."""
    named = {"x", "bluesky", *config.accounts, *_read()}
    named |= {account_name(name) for name in config.sources if name.startswith("mastodon:")}
    return sorted(named)


def checked(account: str, secret: str) -> str:
    """A token as somebody typed it, fit to be sent; raises BadInput saying what it lacks."""
    secret = secret.strip()
    if not secret:
        raise BadInput("There was no token.")
    if not secret.isascii() or not secret.isprintable() or " " in secret:
        raise BadInput("A token is one word of plain letters, digits and signs.")
    if account == "bluesky" and not all(secret.rpartition(":")[::2]):
        raise BadInput("For Bluesky write your handle, a colon and an app password.")
    return secret


def _for_host(value: str, host: str) -> str:
    """A variable's token; it may hold several as ``host=token,host=token``."""
    pairs = [part.strip().partition("=") for part in value.split(",")]
    if host and len(pairs[0][0]) and all("." in name and token for name, _, token in pairs):
        return next((token for name, _, token in pairs if name.casefold() == host), "")
    return value


def _printed_by(command: tuple[str, ...]) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=COMMAND_SECONDS, text=True, encoding="utf-8"
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise TartantmError(
            f"The token command {command[0]} did not work: {type(error).__name__}."
        ) from None
    lines = done.stdout.splitlines()
    if done.returncode or not lines or not lines[0].strip():
        raise TartantmError(
            f"The token command {command[0]} gave no token (exit code {done.returncode})."
        )
    return lines[0].strip()


def _keyring() -> KeyringBackend | None:
    """The system's keyring, None where it is not installed or nothing stands behind it."""
    try:
        import keyring
    except ImportError:
        return None
    backend = keyring.get_keyring()
    return backend if backend.priority >= 1 else None


def _asked(keyring: KeyringBackend, account: str) -> str | None:
    try:
        return keyring.get_password(SERVICE, account)
    except Exception:  # each system's keyring has errors of its own; the file may still have it
        return None


def _path() -> Path:
    return paths().config.parent / "tokens.json"


def _read() -> dict[str, str]:
    path = _path()
    try:
        mode = path.stat().st_mode
        data = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError):
        raise TartantmError(f"The tokens in {path} cannot be read.") from None
    if sys.platform != "win32" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise TartantmError(f"Others can read {path}; type: chmod 600 {path}")
    if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
        raise TartantmError(f"The tokens in {path} cannot be read.")
    return data


def _write(tokens: dict[str, str]) -> None:
    path = _path()
    if not tokens and not path.exists():
        return
    ensure_folder(path.parent)
    try:
        write_atomically(path, [json.dumps(tokens, indent=1) + "\n"], mode=0o600)
    except OSError as error:
        raise TartantmError(f"The token cannot be kept in {path}: {error.strerror}.") from None
