"""Which addresses of a reader are this machine, and which are none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core.errors import BadInput
from tartantm.settings.config import GroupingSettings
from tartantm.settings.reader_address import ReaderAddress, is_here, reader_address


def address(url: str, *, may_leave: bool = False) -> ReaderAddress:
    found = reader_address(GroupingSettings(reader=url, reader_may_leave=may_leave))
    assert found
    return found


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        ("http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"),
        ("http://127.0.0.1:11434/v1/", "http://127.0.0.1:11434/v1"),
        ("http://127.8.9.10:1234", "http://127.8.9.10:1234/v1"),
        ("http://localhost:8080", "http://localhost:8080/v1"),
        ("https://LOCALHOST/api/v1", "https://LOCALHOST/api/v1"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("http://[::ffff:127.0.0.1]:8080/v1", "http://[::ffff:127.0.0.1]:8080/v1"),
    ],
)
def test_this_machine(url: str, becomes: str) -> None:
    found = address(url)
    assert found.url == becomes and not found.leaves and found.warning == ""


def test_the_highest_port_and_the_sentences() -> None:
    assert address("http://127.0.0.1:65535").host == "127.0.0.1:65535"
    with pytest.raises(BadInput) as refused:
        address("http://127.0.0.1:65536/v1")
    assert str(refused.value) == (
        '[grouping] reader has to be a plain address, such as "http://127.0.0.1:11434/v1": no '
        "name, password or query in it."
    )
    with pytest.raises(BadInput) as refused:
        address("http://a.example:8080/v1")
    assert str(refused.value) == (
        "[grouping] reader is at a.example:8080, beyond this machine, and what people write would "
        "be sent there; name one on this machine, such as http://127.0.0.1:11434/v1, or allow it "
        "with reader_may_leave = true."
    )
    found = address("http://a.example:8080/v1", may_leave=True)
    assert found.warning == (
        "words leave this machine for your reader at a.example:8080, unencrypted"
    )


BEYOND = [
    *("http://192.168.1.5:11434/v1", "http://0.0.0.0:11434/v1", "http://[::]:8080/v1"),
    *("https://api.example/v1", "http://localhost.evil.example/v1", "http://ailsa.localhost/v1"),
    *("http://localhost./v1", "http://127.0.0.1.nip.io/v1", "http://127.1/v1"),
    *("http://2130706433/v1", "http://0x7f000001/v1", "http://0177.0.0.1/v1"),
    *("http://[::ffff:10.0.0.1]/v1", "http://[fe80::1]/v1", "http://127.0.0.256/v1"),
]


@pytest.mark.parametrize("url", BEYOND)
def test_beyond_this_machine_is_refused_and_said_all_evening_where_it_is_allowed(url: str) -> None:
    with pytest.raises(BadInput, match="beyond this machine"):
        address(url)
    found = address(url, may_leave=True)
    assert found.leaves
    assert found.warning.startswith(f"words leave this machine for your reader at {found.host}")
    assert found.warning.endswith("unencrypted") == url.startswith("http://")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1@evil.example/v1",
        "http://ailsa:secret@127.0.0.1/v1",
        "http://127.0.0.1\\@evil.example/v1",
        "http://127.0.0.1#@evil.example/v1",
        "http://127.0.0.1?@evil.example/v1",
        "http://127.0.0.1/v1?key=secret",
        "http://127.0.0.1%2eevil.example/v1",
        "http://127.0.0.1:99999/v1",
        "http://127.0.0.1:/v1",
        "http://[::1%25lo]/v1",
        "http://1２7.0.0.1/v1",
        "http://ⓛocalhost/v1",
        "http:///v1",
        "http://127.0.0.1/v1\n",
        "ftp://127.0.0.1/v1",
    ],
)
@pytest.mark.parametrize("may_leave", [False, True])
def test_what_programs_read_in_two_ways_is_no_address(url: str, may_leave: bool) -> None:
    with pytest.raises(BadInput, match="plain address"):
        address(url, may_leave=may_leave)


def test_what_a_path_ends_with_stays_but_for_slashes() -> None:
    address = reader_address(GroupingSettings(reader="http://127.0.0.1:1/apiX/"))
    assert address is not None and address.url == "http://127.0.0.1:1/apiX"
    assert not is_here("X127.0.0.1") and not is_here("127.0.0.1X")


def test_none_is_set() -> None:
    assert reader_address(GroupingSettings()) is None


@given(st.ip_addresses())
def test_only_loopback_is_here(found: object) -> None:
    loopback = getattr(getattr(found, "ipv4_mapped", None) or found, "is_loopback")  # noqa: B009
    assert is_here(str(found)) == loopback


@given(st.text(max_size=40))
def test_no_name_is_here(name: str) -> None:
    if is_here(name):
        assert name.lower() == "localhost" or set(name) <= set("0123456789abcdefABCDEF.:[]")
