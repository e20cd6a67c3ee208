from __future__ import annotations

from pathlib import Path

import pytest

from tartantm.core.errors import BadInput
from tartantm.settings.config import BlueskySettings, Config, XSettings, load


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "TARTANTM_X_URL", "TARTANTM_BLUESKY_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.delenv("TARTANTM_BLUESKY_JETSTREAM_URL", raising=False)


def config(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load(path)


def test_nothing_set_is_fine(tmp_path: Path) -> None:
    assert load(tmp_path / "none.toml") == Config()


def test_everything_set(tmp_path: Path) -> None:
    read = config(
        tmp_path,
        """
        theme = "loch"
        [network]
        ca_file = "council.pem"
        proxy = "http://proxy.example:3128"
        [sources]
        default = ["mastodon:mastodon.example", "bluesky"]
        [sources.x]
        url = "https://x.example/"
        price = 0.01
        cap = 5
        token_command = ["pass", "x"]
        [sources.bluesky]
        jetstream = "wss://jetstream.example"
        [sources."mastodon:mastodon.example"]
        token_command = "token-of"
        [export]
        x_text = "link"
        [grouping]
        inbox = "few"
        [keys]
        "note.star" = ["s", "*"]
        """,
    )
    assert read.sources == ("mastodon:mastodon.example", "bluesky")
    assert read.network.ca_file == Path("council.pem")
    assert read.network.proxy == "http://proxy.example:3128"
    assert read.x == XSettings("https://x.example", 0.01, 5.0, ("pass", "x"))
    assert read.bluesky == BlueskySettings(None, "wss://jetstream.example")
    assert read.accounts == ["x", "mastodon:mastodon.example"]
    assert read.token_command("mastodon:mastodon.example") == ("token-of",)
    assert read.token_command("bluesky") == read.token_command("mastodon:another.example") == ()
    assert read.inbox == "few"
    assert (read.x_text, read.keys) == ("link", {"note.star": ("s", "*")})


def test_the_environment_outranks_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARTANTM_X_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("SSL_CERT_FILE", "env.pem")
    read = config(tmp_path, 'sources = ["x"]')
    assert (read.x.url, read.network.ca_file) == ("http://127.0.0.1:9", Path("env.pem"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[netwrok]", "unknown key 'netwrok'; the nearest is 'network'"),
        ("network = 3", "'network' has to be a table"),
        ("[network]\nproxy = 'proxy:1'", "'network.proxy' has to be an address that begins with"),
        ("[sources.x]\ncap = -1", "'sources.x.cap' has to be an amount"),
        ("[sources.x]\nprice = true", "'sources.x.price' has to be an amount"),
        ("[sources.blusky]", "[sources.blusky] is no source; there are x, bluesky"),
        ("[sources.bluesky]\njetstream = 'https://a'", "begins with wss:// or ws://"),
        ("[sources.x]\ntoken = 'secret'", "unknown key 'sources.x.token'"),
        (
            "[sources.'mastodon:m.example']\ntoken = 'secret'",
            "line 2: unknown key 'sources.mastodon:",
        ),
        ("[keys]\nnote.star = 3", "line 2: 'keys.note.star' has to be a list"),
        ("[export]\nx_text = 'all'", '\'export.x_text\' has to be "full" or "link"'),
        ("[grouping]\ninbox = 'all'", '\'grouping.inbox\' has to be "few", "usual" or "thorough"'),
        ("[grouping]\nimbox = 'few'", "unknown key 'grouping.imbox'; the nearest is"),
        ("[keys]\n'note.star' = 3", "'keys.note.star' has to be a list"),
        ("sources = [3]", "line 1: 'sources' has to be a list"),
        ("[sources]\ndefault = [3]", "line 2: 'sources.default' has to be a list"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput) as error:
        config(tmp_path, text)
    assert words in str(error.value)
    assert "secret" not in str(error.value)


def test_keys_of_the_desk(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('[keys]\n"note.star" = "*"\nnote.hide = ["H", "Ctrl+H"]\n', encoding="utf-8")
    assert load(path).keys == {"note.star": ("*",), "note.hide": ("H", "Ctrl+H")}
    path.write_text("[keys]\nnote.star = 3\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"keys\.note\.star"):
        load(path)
