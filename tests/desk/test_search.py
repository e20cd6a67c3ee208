"""Words, filters and lists made of them, without a screen."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.chat import Chat
from tartantm.core.entry import Change
from tartantm.desk.panes import search
from tartantm.desk.panes.filters import Filter, FilteredView
from tartantm.desk.panes.search import SearchIndex
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.views import ALL, HIDDEN, View, Views
from tartantm.moderation.search import Query
from tests.builders import captured, chat_of, happen, post, recorded


def ids(view: View) -> list[str]:
    return [view.id_at(n) for n in range(len(view))]


def found(chat: Chat, words: str) -> list[str]:
    return sorted(entry.id for entry in SearchIndex(chat).find(words) if entry)


def narrowed(chat: Chat, *filters: Filter, name: str = ALL) -> list[str]:
    view = FilteredView(chat, Views(chat)[name], filters, SearchIndex(chat))
    while not view.complete:
        view.grow(0.0)
    return ids(view)


def test_search_looks_at_words_people_roles_and_notes() -> None:
    posts = [
        post("1", "About Strategy"),
        post("2", "Nothing", author="Calum"),
        post("mastodon:https://a.example/3", "Also nothing"),
        post("4", "Straße und 日本語", author="isla"),
    ]
    chat = chat_of(*captured(*posts), ev.Noted("x:2", "parrots"))
    assert found(chat, "strategy") == ["x:1"]
    assert found(chat, "calum parrot") == ["x:2"]
    assert found(chat, "MASTODON") == ["mastodon:https://a.example/3"]
    assert found(chat, "host") == found(chat, "STRASSE 本語") == ["x:4"]
    assert found(chat, "calum strategy") == []


letters = st.text("abAB éẞß本ｂ-?\u0301\u200b%<>4", max_size=6)


@settings(max_examples=60)
@given(st.lists(letters, max_size=20), st.lists(letters, max_size=6), letters)
def test_the_index_finds_what_reading_every_post_finds(
    texts: list[str], later: list[str], words: str
) -> None:
    search_block, search.BLOCK = search.BLOCK, 3
    try:
        if not words.split():
            return
        posts = [post(f"{n}", text, author="c") for n, text in enumerate([*texts, *later])]
        chat = chat_of(*captured(*posts[: len(texts)]))
        index = SearchIndex(chat)
        list(index.find(words))
        for event in [*captured(*posts[len(texts) :]), ev.Noted("x:0", words)]:
            (item,) = recorded([event], chat.last_seq + 1)
            index.apply(chat.apply(item))
        query = Query(chat, words)
        expected = [entry.id for entry in chat.entries.values() if query.matches(entry)]
        assert sorted(e.id for e in index.find(words) if e) == sorted(expected)
    finally:
        search.BLOCK = search_block


def test_many_scripts_in_one_block_and_none_beyond_ascii() -> None:
    texts = [
        "plain words",
        "Ｆｕｌｌ width",
        "Gàidhlig ÀÈÌÒÙ",
        "ŁÓDŹ Ørsted",
        "日本語 ガイド",
        "한글",
    ]
    texts += [f"letter {chr(0xC0 + n)}{chr(0x390 + n)}" for n in range(60)]
    chat = chat_of(*captured(*(post(f"{n}", text) for n, text in enumerate(texts))))
    for words, wanted in {
        **{"full WIDTH": 1, "gaidhlig": 2, "aeiou": 2, "lodz orsted": 3, "本語 ｶﾞｲﾄﾞ": 4, "한글": 5},
        **{"plain words": 0},
    }.items():
        assert found(chat, words) == [f"x:{wanted}"], words


def test_a_text_with_a_zero_byte_costs_nothing_else() -> None:
    chat = chat_of(*captured(post("1", "one\0two"), post("2", "three"), post("3", "four")))
    assert found(chat, "two") == ["x:1"] and found(chat, "four") == ["x:3"]


def test_a_number_or_a_link_finds_its_post_alone() -> None:
    url = "https://m.example/@ailsa/4000"
    chat = chat_of(
        *captured(post("1", "see #4"), post("2", "57 words"), post("3", "This one", url=url))
    )
    assert found(chat, "#4") == found(chat, " ＃４ ") == found(chat, f"{url}?lang=gd") == ["x:3"]
    assert found(chat, "#57") == ["x:2"] and found(chat, "https://m.example/@ailsa/1") == []
    view = FilteredView(chat, Views(chat)[ALL], (Filter("words", "#5"),), SearchIndex(chat))
    view.grow(0.0)
    assert ids(view) == ["x:2"]
    happen(chat, *captured(post("late", "no words of it")))
    assert found(chat, "#5") == ["x:late"]


def test_filters_add_up() -> None:
    chat = chat_of(
        *captured(
            post("1", "Why?", 1, author="isla"),
            post("2", "Because of parrots", 2, author="calum", reply_to="x:1"),
            post("3", "Parrots again", 3, author="calum"),
            post("4", "A reply to a reply about parrots", 4, author="zainab", reply_to="x:2"),
        ),
        ev.Opened("Q1", chat_of().agenda.starts or post().created_at, "host", "x:1"),
        ev.Starred(("x:2", "x:3")),
        ev.Marked(("x:4",), "question"),
        ev.Noted("x:3", "Ask"),
    )
    words, starred = Filter("words", "parrots"), Filter("starred")
    assert narrowed(chat, words) == ["x:2", "x:3", "x:4"]
    assert narrowed(chat, Filter("thread", "x:4")) == ["x:1", "x:2", "x:4"]
    assert narrowed(chat, Filter("thread", "x:4"), starred) == ["x:2"]
    assert narrowed(chat, Filter("author", "x:calum"), words) == ["x:2", "x:3"]
    assert narrowed(chat, Filter("questions")) == ["x:1", "x:4"]
    assert narrowed(chat, Filter("people")) == ["x:1"]
    assert narrowed(chat, Filter("noted")) == ["x:3", "x:4"]
    assert narrowed(chat, Filter("network", "bluesky")) == []
    assert narrowed(chat, words, starred, Filter("noted"), name="Q1") == ["x:3"]


def test_a_list_is_found_newest_first_in_slices_and_kept_up() -> None:
    chat = chat_of(*captured(*(post(f"{n}", "Needle" if n % 3 else "Hay", n) for n in range(900))))
    view = FilteredView(chat, Views(chat)[ALL], (Filter("words", "needle"),), SearchIndex(chat))
    view.grow(0.0)
    assert not view.complete and ids(view)[-1] == "x:899"
    happen(chat, *captured(post("new", "Needle", 3.5)), ev.Noted("x:0", "needle"))
    base = Views(chat)[ALL]
    view.base = base
    for post_id in ("x:new", "x:0"):
        assert view.update(chat.entries[post_id])
        assert not view.update(chat.entries[post_id])
    while not view.complete:
        view.grow(0.0)
    wanted = [i for i in ids(base) if chat.entries[i].post.text == "Needle" or i == "x:0"]
    assert ids(view) == wanted


def test_a_listing_follows_the_chat() -> None:
    chat = chat_of(*captured(post("1", "Parrots"), post("2", "Strategy", 2)))
    views = Views(chat)
    shown_list = ShownList(chat, views)

    def let(*events: ev.Event) -> None:
        items = recorded(events, chat.last_seq + 1)
        change = Change().merge([chat.apply(item) for item in items])
        views.apply(change)
        shown_list.apply(change)

    shown_list.search_for("parrots")
    assert ids(shown_list.rebuild()) == ["x:1"]
    let(*captured(post("3", "More parrots", 3)), ev.Noted("x:2", "parrots"))
    assert ids(shown_list.view) == ["x:1", "x:2", "x:3"]
    let(ev.Muted("phrase", "more parrots"))
    assert ids(shown_list.view) == ["x:1", "x:2"] and ids(views[HIDDEN]) == ["x:3"]
    shown_list.toggle(Filter("starred"))
    assert ids(shown_list.rebuild()) == []
    shown_list.toggle(Filter("starred"))
    shown_list.search_for("")
    assert ids(shown_list.rebuild()) == ["x:1", "x:2"]
    hits = shown_list.hits()
    assert hits is not None and ids(hits) == ["x:1", "x:2"]
    let(*captured(post("4", "Parrots too", 4)))
    assert ids(hits) == ["x:1", "x:2", "x:4"]
    shown_list.set(Filter("thread", "x:1"))
    assert ids(shown_list.rebuild()) == ["x:1"]
    let(*captured(post("5", "A reply", 5, reply_to="x:1")))
    assert ids(shown_list.view) == ["x:1", "x:5"]
