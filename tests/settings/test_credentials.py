from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend

from tartantm.core.errors import BadInput, TartantmError
from tartantm.settings import credentials
from tartantm.settings.config import Config, MastodonSettings, XSettings
from tartantm.settings.credentials import (
    NamedBy,
    Token,
    account_name,
    find,
    is_withheld,
    mask_secrets,
    not_sent,
    remove,
    store,
    stored,
)

SECRET = "made-up-token-of-nobody-9876"


class Locker(KeyringBackend):
    """A keyring that remembers for the length of a test."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def locker() -> object:
    before, here = keyring.get_keyring(), Locker()
    keyring.set_keyring(here)
    yield here
    keyring.set_keyring(before)


@pytest.fixture(autouse=True)
def no_locker() -> object:
    from keyring.backends.null import Keyring

    before = keyring.get_keyring()
    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]
    yield None
    keyring.set_keyring(before)


def test_a_token_is_kept_in_a_file_of_the_owners(home: Path) -> None:
    kept = store("x", f" {SECRET}\n")
    path = home / "tokens.json"
    assert str(path) in kept.where
    if sys.platform != "win32":
        assert path.stat().st_mode & 0o777 == 0o600
        assert home.stat().st_mode & 0o777 == 0o700
    found = find("x", Config(), NamedBy.USER)
    assert found and found.secret == SECRET
    assert find("bluesky", Config(), NamedBy.USER) is None
    assert remove("x") and not remove("x")
    assert SECRET not in path.read_text("utf-8")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps no such modes")
def test_a_file_that_others_can_read_is_refused(home: Path) -> None:
    store("x", SECRET)
    (home / "tokens.json").chmod(0o644)
    with pytest.raises(TartantmError, match=r"Others can read .* chmod 600"):
        find("x", Config(), NamedBy.USER)


@pytest.mark.parametrize("text", ["{", "[]", '{"x": 3}'])
def test_a_damaged_file_is_one_sentence(home: Path, text: str) -> None:
    home.mkdir()
    path = home / "tokens.json"
    path.write_text(text, encoding="utf-8")
    path.chmod(0o600)
    with pytest.raises(TartantmError, match="cannot be read"):
        find("x", Config(), NamedBy.USER)


def test_the_keyring_is_taken_where_there_is_one(locker: Locker, home: Path) -> None:
    assert "keyring" in store("bluesky", "ailsa.example:abcd-efgh").where
    assert not (home / "tokens.json").exists()
    found = find("bluesky", Config(), NamedBy.USER)
    assert found and found.where == "the system's keyring"
    assert remove("bluesky")
    assert locker.kept == {}


def test_the_environment_comes_first_then_a_command(monkeypatch: pytest.MonkeyPatch) -> None:
    store("x", SECRET)
    program = (sys.executable, "-c", "print('from-the-command\\nsecond line')")
    config = Config(x=XSettings(token_command=program))
    assert (found := find("x", config, NamedBy.USER)) and found.secret == "from-the-command"
    monkeypatch.setenv("TARTANTM_X_TOKEN", "from-the-environment")
    assert (found := find("x", config, NamedBy.USER)) and found.secret == "from-the-environment"


@pytest.mark.parametrize(
    "program",
    [("no-such-program-anywhere",), (sys.executable, "-c", "raise SystemExit('my secret')")],
)
def test_a_token_command_that_fails_says_nothing_secret(program: tuple[str, ...]) -> None:
    with pytest.raises(TartantmError, match="The token command") as error:
        find("x", Config(x=XSettings(token_command=program)), NamedBy.USER)
    assert "my secret" not in str(error.value)


def test_a_token_for_any_server_does_not_go_to_one_that_a_file_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    account = "mastodon:mine.example"
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "for-any-server-0123456789")
    assert find(account, Config(), NamedBy.FILE) is None
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "mine.example=for-mine-0123456789")
    found = find(account, Config(), NamedBy.FILE)
    assert found and found.secret == "for-mine-0123456789"
    monkeypatch.setenv("TARTANTM_X_TOKEN", "for-x-0123456789")
    assert find("x", Config(), NamedBy.FILE)


ORIGINS = st.tuples(
    st.sampled_from(["https", "http"]),
    st.sampled_from(["mine.example", "example", "nine.example", "127.0.0.1", "[::1]"]),
    st.sampled_from([80, 443, 4190]),
)


def spellings(origin: tuple[str, str, int]) -> list[str]:
    """The ways to write a server."""
    scheme, host, port = origin
    usual = port == {"https": 443, "http": 80}[scheme]
    written = [f"{scheme}://{host}:{port}", f"{scheme}://{host.upper()}:{port}/"]
    written += [f"{scheme}://{host}"] * usual
    return written + ([f"{host}:{port}"] + [host] * usual) * (scheme == "https")


@given(ORIGINS, ORIGINS, st.data())
def test_a_token_goes_to_one_origin_however_that_is_spelt(
    stored: tuple[str, str, int], asked: tuple[str, str, int], data: st.DataObject
) -> None:
    one, other = (
        account_name(f"mastodon:{data.draw(st.sampled_from(spellings(each)))}")
        for each in (stored, asked)
    )
    assert (one == other) == (stored == asked)
    assert account_name(one) == one
    given = data.draw(st.sampled_from(spellings(stored)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TARTANTM_MASTODON_TOKEN", f"{given}={SECRET}")
        found = find(other, Config(), data.draw(st.sampled_from(NamedBy)))
    if ":" in given or "." in given:
        assert bool(found) == (stored == asked)


def test_what_was_stored_for_https_is_not_for_http() -> None:
    store(account_name("mastodon:127.0.0.1:4190"), SECRET)
    assert find("mastodon:127.0.0.1:4190", Config(), NamedBy.FILE)
    for by in NamedBy:
        assert find(account_name("mastodon:http://127.0.0.1:4190"), Config(), by) is None


def test_a_command_is_for_the_server_that_it_stands_under() -> None:
    program = MastodonSettings((sys.executable, "-c", f"print({SECRET!r})"))
    config = Config(mastodon={"mastodon:https://Mine.example/": program, "mastodon:": program})
    found = find("mastodon:mine.example", config, NamedBy.FILE)
    assert found and found.secret == SECRET
    assert find("mastodon:http://mine.example", config, NamedBy.USER) is None


def test_what_is_not_sent_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    account = "mastodon:http://127.0.0.1:4190"
    assert not is_withheld(account, Config(), NamedBy.FILE)
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", SECRET)
    assert is_withheld(account, Config(), NamedBy.FILE)
    words = not_sent([account])
    assert f"TARTANTM_MASTODON_TOKEN is not sent to {account}, since" in words
    assert f"name it with --source {account}, or" in words
    assert f"'tartantm account add {account}'" in words and SECRET not in words
    words = not_sent(["mastodon:a.example", "mastodon:b.example"])
    assert "to mastodon:a.example and mastodon:b.example, since" in words
    assert "them with --source mastodon:a.example --source mastodon:b.example, or" in words
    assert not is_withheld(account, Config(), NamedBy.USER)
    store(account, SECRET)
    assert not is_withheld(account, Config(), NamedBy.FILE)
    monkeypatch.setenv("TARTANTM_X_TOKEN", SECRET)
    assert not is_withheld("x", Config(), NamedBy.FILE)


def test_a_token_goes_to_its_own_server_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARTANTM_MASTODON_TOKEN", "a.example=one, b.example=two")
    accounts = [f"mastodon:{host}" for host in ("a.example", "b.example", "c.example")]
    found = [find(account, Config(), NamedBy.USER) for account in accounts]
    assert [token and token.secret for token in found] == ["one", "two", None]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("x", "x"),
        ("mastodon:Mastodon.Example", "mastodon:mastodon.example"),
        ("mastodon:http://127.0.0.1:4190/", "mastodon:http://127.0.0.1:4190"),
        ("mastodon:127.0.0.1:4190", "mastodon:127.0.0.1:4190"),
        ("mastodon:https://A.Example:443", "mastodon:a.example"),
        ("mastodon:http://a.example:80", "mastodon:http://a.example"),
        ("mastodon:http://a.example:443", "mastodon:http://a.example:443"),
        ("mastodon:https://[::1]:4190", "mastodon:[::1]:4190"),
        ("mastodon:Straße.example", "mastodon:xn--strae-oqa.example"),
        ("mastodon:strasse.example.", "mastodon:strasse.example"),
        ("bluesky", "bluesky"),
    ],
)
def test_names_of_accounts(written: str, name: str) -> None:
    assert account_name(written) == name


@pytest.mark.parametrize(
    "written",
    [
        "mastodon",
        "feed:https://a.example",
        "",
        "x:y",
        "mastodon:ftp://a.example",
        "mastodon:https://",
        "mastodon:me@a.example",
        "mastodon:a.example:99999",
    ],
)
def test_what_has_no_account(written: str) -> None:
    with pytest.raises(BadInput, match="write x, bluesky or mastodon:HOST"):
        account_name(written)


@pytest.mark.parametrize(
    ("account", "secret"),
    [("x", " "), ("x", "two words"), ("x", "é"), ("x", "a\x1b[b"), ("bluesky", "no-handle")],
)
def test_what_is_no_token(account: str, secret: str) -> None:
    with pytest.raises(BadInput):
        store(account, secret)


def test_tokens_are_masked_everywhere() -> None:
    token = Token(SECRET, "a test")
    assert SECRET not in repr(token)
    assert token.masked == "…9876"
    assert Token("short", "a test").masked == "…"
    assert mask_secrets(f"Bearer {SECRET} refused") == "Bearer … refused"
    Token("ailsa.example:abcd-efgh", "a test")
    assert mask_secrets("wrong password abcd-efgh") == "wrong password …"


def test_every_account_that_has_a_token_is_listed() -> None:
    store("mastodon:a.example", SECRET)
    config = Config(sources=("mastodon:b.example", "bluesky"), x=XSettings(token_command="pass"))
    assert stored(config) == ["bluesky", "mastodon:a.example", "mastodon:b.example", "x"]


def test_writing_keeps_what_is_there(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store("x", SECRET)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TartantmError, match=r"cannot be kept in .*: No space left"):
        store("bluesky", "ailsa.example:abcd")
    assert json.loads((home / "tokens.json").read_text("utf-8")) == {"x": SECRET}
    assert credentials.find("x", Config(), NamedBy.USER)


def test_half_an_address_is_no_account() -> None:
    with pytest.raises(BadInput, match="has no account"):
        credentials.account_name("mastodon:[::1")


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("the variable TARTANTM_MASTODON_TOKEN", "; then start tartantm again."),
        ("the command pass", "see what that prints"),
        ("the system's keyring", "keyring; add a new one with 'tartantm account add mastodon:a"),
        ("", "; add a new one with"),
    ],
)
def test_what_to_do_about_a_token_depends_on_where_it_comes_from(where: str, words: str) -> None:
    said = credentials.renewal("mastodon:a.example", where)
    assert words in said and where in said and said.startswith("; ") and said.endswith(".")
