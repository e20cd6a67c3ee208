"""Names of sources are short, and no two look alike."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tartantm.desk.panes.source_names import short_name, shown_names

NAMES = st.lists(
    st.one_of(
        st.builds("mastodon:http://127.0.0.1:{}".format, st.integers(1, 65535)),
        st.builds("feed:https://a.example/{}".format, st.text("ab/é漢", max_size=40)),
        st.sampled_from(["x", "bluesky", "mastodon:a.example", "feed:https://a.example"]),
    ),
    max_size=8,
)


def test_a_name_is_what_people_call_it() -> None:
    assert short_name("mastodon:https://a.example") == "a.example"
    assert short_name("feed:http://127.0.0.1:4003/") == "127.0.0.1:4003"
    assert short_name("x") == "x"


def test_the_port_is_kept_where_it_is_what_differs() -> None:
    servers = [f"mastodon:http://127.0.0.1:{port}" for port in (4190, 4191)]
    assert [*shown_names(servers, 12).values()] == ["127.0.…:4190", "127.0.…:4191"]


def test_what_differs_at_its_end_is_cut_in_the_middle() -> None:
    feeds = [f"feed:https://a.example/the/same/way/{n}" for n in "ab"]
    assert [*shown_names(feeds, 15).values()] == ["a.examp…e/way/a", "a.examp…e/way/b"]


def test_the_same_host_on_two_networks_is_named_with_its_network() -> None:
    names = ["mastodon:a.example", "feed:https://a.example"]
    assert [*shown_names(names, 12).values()] == names


@given(NAMES, st.integers(9, 30))
def test_no_two_look_alike(names: list[str], room: int) -> None:
    shown = shown_names(names, room)
    assert set(shown) == set(names)
    assert len(set(shown.values())) == len(shown)
    for name, words in shown.items():
        assert cell_len(words) <= room or words in (short_name(name), name)
