"""What leads to a deleted post goes from what others wrote, and nothing beside it."""

from __future__ import annotations

import pytest

from tartantm.core.post import Link, Media
from tartantm.store.deleted_addresses import DELETED, names, names_of
from tartantm.store.without_addresses import without, without_handles
from tests.builders import post

ID, URL = "x:12345678901", "https://x.com/calum/status/12345678901"
FEED = post("feed:one", url="https://oats.example/a(b)/porridge,1")
NAMES = names_of([ID, FEED.id], [FEED])


def leads(address: str) -> bool:
    return not NAMES.isdisjoint(names(address))


def test_another_post_loses_what_leads_to_it_and_nothing_else() -> None:
    bad = "https://x.com/c/status/57"
    kept = Link("https://e.example/", "e.example", "Oats")
    other = post(
        "2",
        f"See e.example, {bad} and x.example/s, and/or none",
        url="https://e.example/57",
        links=(
            kept,
            Link(f"{bad}?s=1", "", "Said"),
            Link("https://t.example/x", "x.example/s", "Porridge"),
        ),
    )
    left = without(other, lambda address: bad in address, lambda title: "Porridge" in title)
    assert left.text == f"See e.example, {DELETED} and {DELETED}, and/or none"
    assert (left.links, left.url) == ((kept,), "https://e.example/57")
    assert without(other, lambda address: address.endswith("/57")).url is None
    assert without(other, lambda _: False) is other


def test_a_link_leads_to_it_by_what_it_shows() -> None:
    other = post(
        "2", "See x.com/c/status/57", links=(Link("https://t.example/a", "x.com/c/status/57", ""),)
    )
    left = without(other, lambda address: address.startswith("x.com"))
    assert (left.text, left.links) == (f"See {DELETED}", ())


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("看这里URL很有意思", "看这里[]很有意思"),
        ("看这里x.com/calum/status/12345678901，很有意思", "看这里[]，很有意思"),
        ("(URL), and", "([]), and"),
        ("yes/no,URL,and/or", "yes/no,[],and/or"),
        ("[good](URL)read", "[good]([])read"),
        ("**URL** URL/! URL?", "**[]** []! []?"),
        ("“URL” <URL> 'URL'", "“[]” <[]> '[]'"),
        ("See\nURL.\n\nEnd", "See\n[].\n\nEnd"),
        ("URL;URL e.example/a,URL", "[];[] e.example/a,[]"),
        ("a URL?s=20&t=1 b", "a [] b"),
        ("at https://old.example/web/URL", "at []"),
        ("at https://e.example/?u=https%3A%2F%2Fx.com%2Fc%2Fstatus%2F12345678901 ok", "at [] ok"),
        ("x.com/c/sta\u200btus/1234\u200b5678901 ok", "[] ok"),
        ("ｘ.com／c／status／12345678901 ok", "[] ok"),
        ("x.com&#47;c&#x2f;status&sol;12345678901", "[]"),
        ("web+ap://m.example/12345678901", "[]"),
        ("status/12345678901 is/was", "[] is/was"),
        ("(status/12345678901), ok", "([]), ok"),
        ("https://oats.example/a(b)/porridge,1 and 2", "[] and 2"),
        ("https://größe.example/12345678901 ok", "[] ok"),
        ("größe.example/12345678901 ok", "[] ok"),
        ("https://пример.example/привет-12345678901 ok", "[] ok"),
        ("e.example?id=12345678901 ok", "[] ok"),
        ("id 12345678901 ok? ok", "id 12345678901 ok? ok"),
        ("and/or e.example/f /// ()/", "and/or e.example/f /// ()/"),
        ("https://e.example/" + "a," * 40 + "12345678901", "[]"),
    ],
)
def test_only_the_address_goes(text: str, left: str) -> None:
    other = post("2", text.replace("URL", URL))
    assert without(other, leads).text == left.replace("[]", DELETED)


def test_where_no_part_of_a_word_leads_there_all_of_it_goes() -> None:
    other = post("2", "See (https://oats.example/a,b.example/c), ok")
    left = without(other, lambda address: "/a,b.example/c" in address)
    assert left.text == f"See {DELETED} ok"
    assert without(post("2", "See ()/ ok"), bool).text == f"See {DELETED} ok"
    assert without(post("2", "See ()\u200b/ ok"), bool).text == f"See {DELETED} ok"


def test_every_field_loses_what_leads_to_it() -> None:
    kept = Link("https://e.example/", "e.example", f"As in {URL}")
    other = post(
        "2",
        "See this and e.example",
        links=(Link(URL, "this"), kept),
        media=(
            Media("image", f"{URL}/photo/1", f"From {URL}"),
            Media("image", "https://e.example/p"),
        ),
        content_warning=f"See this: {URL}",
    )
    left = without(other, leads)
    assert left.text == f"See {DELETED} and e.example"
    assert left.content_warning == f"See {DELETED}: {DELETED}"
    assert left.links == (Link(kept.url, kept.shown, f"As in {DELETED}"),)
    assert left.media == (Media("image", None, f"From {DELETED}"), other.media[1])


def test_a_post_without_any_of_it_stays_as_it_is() -> None:
    other = post(
        "2",
        "See e.example/f",
        links=(Link("https://e.example/f", "e.example/f"),),
        media=(Media("image"), Media("image", "https://e.example/p", "A field")),
        content_warning="Oats",
        url="https://e.example/2",
        mentions=("isla",),
        reply_to_handle="isla",
    )
    assert without(other, leads) is other
    assert without_handles(other, lambda handle: handle == "calum") is other


def test_who_is_gone_is_named_neither_as_mentioned_nor_as_answered() -> None:
    other = post("2", "@calum Yes", mentions=("calum", "isla"), reply_to_handle="calum")
    left = without_handles(other, lambda handle: handle == "calum")
    assert (left.text, left.mentions, left.reply_to_handle) == ("@calum Yes", ("isla",), None)
    left = without_handles(other, lambda handle: handle == "isla")
    assert (left.mentions, left.reply_to_handle) == (("calum",), "calum")
    assert without_handles(post("3", reply_to_handle=""), bool).reply_to_handle == ""
