"""What was erased is recognised in clear and by keyed hashes alike, and nothing else is."""

from __future__ import annotations

import re

import pytest

from tartantm.core.accounts import Account
from tartantm.core.agenda import Person
from tartantm.core.erased import (
    HELD_BACK,
    MOST_PARTS,
    ErasedNames,
    account_ids,
    account_names,
    address_names,
    blocked,
    later_handle,
    link_spans,
    may_be_name,
    name_parts,
    person_names,
    phrase_names,
    post_names,
    recognise,
    said_names,
)
from tartantm.core.events import Erased
from tartantm.core.folding import letters
from tartantm.core.identity import fingerprint
from tartantm.core.names import whole_names
from tartantm.core.post import NETWORKS, Author
from tartantm.core.spans import replaced
from tests.builders import AGENDA, captured, chat_of, post

SALT = "00" * 8
SAID = "Ours hangs beside the kettle where everybody reads it"
LATER = "and then a good many more words, until nobody can say what it was about at the start"
MINE = Author("calum", "Calum Sample", "17", "https://x.example/calum")
THEIRS = Author("kelpie", "Calum Otherwise", "22")


def without_facts(found: set[str]) -> set[str]:
    """Return names without what only tells how they are looked for, see `hashed_names.facts`."""
    facts = ("parted:", "gap:", "size:", "within:", "sieve:", "near:")
    return {each for each in found if not each.startswith(facts)}


def names() -> set[str]:
    """Return the names of one person, with one post."""
    account = Account("x", "17", {"calum": None}, {"Calum Sample": None})
    mine = post("1", SAID, author=MINE, aliases=("x:1100",), url="https://x.example/calum/1100")
    person = Person("Calum Sample", ("calum.example@bluesky", "cs"))
    found = account_names([account], [person], [], AGENDA)
    return found | post_names(mine) | said_names(SAID) | address_names(MINE.url)


@pytest.fixture(params=["in clear", "hashed"])
def erased(request: pytest.FixtureRequest) -> ErasedNames:
    """What was erased, known in both ways."""
    if request.param == "in clear":
        return ErasedNames(names().__contains__)
    return blocked(SALT, {fingerprint(SALT, name) for name in names()})


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, {Calum Sample}!",
        "thanks {CALUM  sample}",
        "by {Ｃａｌｕｍ Sa\u200bmple}",
        "by {Calum_Sample}: so",
        "{#CalumSample}",
        "{Cálum Sâmple} again",
        "Ask {@calum}.",
        "Ask {@Calum} and {＠calum}",
        "Ask {@calum.example}",
        "so {https://x.example/calum} is it",
        "so {https://x.example/calum/status/3} is it",
        "so {https://y.example/a?by=calum%20sample} is it",
        "so {https://x.example/other/1100} is it",
        "He said: “{Ours hangs beside the kettle, where everybody reads it}”.",
        "HE SAID {OURS HANGS BESIDE THE KETTLE WHERE EVERYBODY READS IT} QUITE",
    ],
)
def test_what_is_found_in_a_text(erased: ErasedNames, text: str) -> None:
    before, found, after = text.partition("{")[0], text, text.rpartition("}")[2]
    plain = text.replace("{", "").replace("}", "")
    left = erased.words(plain)
    assert left.startswith(before.replace("#", "")) or text.startswith("{")
    assert left.endswith(after) and left != plain and found
    for trace in ("alum", "ample", "ALUM", "kettle", "KETTLE", "1100"):
        assert trace not in left
    assert left.count("[") == text.count("{")
    assert erased.named_in(plain)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Calum",
        "Calum, a sample of wool",
        "Sample Calum",
        "calum",
        "Good evening all",
        "calum@elsewhere.example",
        "https://x.example/calumet/2",
        "Ours hangs beside the kettle",
        "@calumet",
        "@kelpie @sample",
    ],
)
def test_what_is_not_found_in_a_text(erased: ErasedNames, text: str) -> None:
    assert erased.words(text) == text
    assert not erased.named_in(text)


def test_a_handle_is_found_on_its_own_network_and_where_none_is_known(erased: ErasedNames) -> None:
    assert erased.words("@calum", "x") == "[name withheld]"
    assert erased.words("@calum", "mastodon") == "@calum"
    assert erased.words("@calum") == "[name withheld]"
    assert erased.words("@calum.example", "mastodon") == "[name withheld]"
    assert erased.words("@cs", "feed") == "[name withheld]"
    assert erased.handle("calum", "x") and not erased.handle("calum", "bluesky")


def test_links_that_go_are_replaced_with_the_rest_at_once(erased: ErasedNames) -> None:
    text = "https://x.example/calum x.example Calum Sample at x.example"
    left = erased.words(text, "x", ["x.example"])
    assert left == "[link withheld] [link withheld] [name withheld] at [link withheld]"


def test_the_name_within_words_goes_with_them() -> None:
    known = {*person_names("Calum Sample"), *said_names("I am Calum Sample and that is all of it")}
    found = ErasedNames(known.__contains__)
    assert found.words("So: I am Calum Sample and that is all of it!") == "So: [words withheld]!"
    assert found.words("Calum Sample, I am") == "[name withheld], I am"


def late(text: str, *accounts: Account) -> str:
    """Return what is left of a text that comes when only hashes of these accounts are known."""
    names = account_names(accounts, [], [], AGENDA)
    return blocked(SALT, {fingerprint(SALT, name) for name in names}).words(text, "x")


@pytest.mark.parametrize(
    ("handle", "name", "text"),
    [
        ("justin", "J E", "Just in time for Q2, and just in case"),
        ("mayben", "Dot Example", "it may Ben so"),
        ("togethery", "Dot Example", "to get Hery's vote"),
        ("theresa", "T. Example", "There's a plan, and there’s a boiler"),
        ("theresamay", "Theresa May", "There's a May Day event here"),
    ],
)
def test_words_that_only_spell_a_handle_stay(handle: str, name: str, text: str) -> None:
    account = Account("x", "7", {handle: None}, {name: None})
    assert late(text, account) == text
    assert late(f"so {handle}", account) == "so [name withheld]"
    found = ErasedNames(account_names([account], [], [], AGENDA).__contains__)
    assert found.words(text, "x") == text == found.reason(text)


@pytest.mark.parametrize(
    "text",
    [
        *("#ThankYouAilsaExample", "#AilsaExampleFan", "A.i.l.s.a E.x.a.m.p.l.e"),
        *("ailsa.example@council.example", "@ailsaex.bsky.social", "Theresa May", "#TheresaMay"),
    ],
)
def test_posts_that_come_late_lose_a_name_with_all_that_leads_to_it(text: str) -> None:
    ailsa = Account("x", "7", {"ailsaex": None}, {"Ailsa Example": None})
    may = Account("x", "8", {"tmay": None}, {"Theresa May": None})
    assert late(f"so {text} it is", ailsa, may) == "so [name withheld] it is"


def test_posts_that_come_late_lose_a_name_that_a_number_or_an_ending_follows() -> None:
    ailsa = Account("x", "7", {"ailsaex": None}, {"Ailsa Example": None})
    for text in ("AilsaExample2026", "ailsaex2026"):
        assert late(text, ailsa) == "[name withheld]2026"
    yamada = Account("x", "8", {"山田太郎": None}, {"山田 太郎": None})
    assert late("山田太郎さん", yamada) == "[name withheld]さん"
    kim = Account("x", "9", {"kim1": None}, {"김민수": None})
    assert late("김민수님", kim) == "[name withheld]님"
    ahmad = Account("x", "10", {"ahmad_s": None}, {"أحمد سعيد": None})
    assert late("لأحمد سعيد", ahmad) == "ل[name withheld]"


def test_what_an_earlier_version_hashed_is_found_though_another_of_that_name_is_erased() -> None:
    called = account_names([Account("x", "7", {"ailsaex.rose": None}, {})], [], [], AGENDA)
    found = ErasedNames({"name:ailsaex", *called}.__contains__)
    assert found.words("so ailsaex said") == "so [name withheld] said"


def test_words_are_found_whole_or_cut_but_not_in_parts(erased: ErasedNames) -> None:
    known = ErasedNames(said_names(f"{SAID} {LATER}").__contains__)
    cut = f"{SAID} {LATER}"[:80]
    assert known.words(f"{cut}…").startswith("[words withheld]")
    assert known.words(SAID) == SAID
    twice = erased.words(f"{SAID} – {SAID}")
    assert twice == "[words withheld] – [words withheld]"


def test_words_without_what_differs_between_networks_are_found() -> None:
    known = ErasedNames(said_names(f"{SAID} https://t.example/abc #tartantm").__contains__)
    assert known.words(f"{SAID} https://u.example/d").startswith("[words withheld]")


def test_words_that_are_not_theirs_alone_are_no_names() -> None:
    assert said_names(SAID, lambda said: False) == set()
    assert said_names("Good evening all") == set()
    assert said_names("abcdefghij klmnopqrst")
    assert not said_names("abcdefghij klmnopqrs")


@pytest.mark.parametrize(
    ("reason", "left"),
    [
        ("replies to Calum Sample in Q1", "replies to somebody in Q1"),
        ("after @calum in Q2", "after somebody in Q2"),
        ("after ＠calum in Q2", "after somebody in Q2"),
        ("after calum in Q2", "after somebody in Q2"),
        ("after Calum Sample (@calum)", "after somebody (somebody)"),
        (f"has the words “{SAID}”", "has the words “[words withheld]”"),
        ("replies to Isla Example in Q1", "replies to Isla Example in Q1"),
    ],
)
def test_reasons_name_nobody_who_was_erased(erased: ErasedNames, reason: str, left: str) -> None:
    assert erased.reason(reason) == left


@pytest.mark.parametrize(
    "late",
    [
        post("1"),
        post("1100"),
        post("5", aliases=("x:1",)),
        post("5", author=Author("renamed", "C", "17")),
        post("5", author=Author("Calum")),
        post("5", repost_of="x:1100", author=THEIRS),
        post("5", f"RT {SAID}", repost_of="x:777", author=THEIRS),
        post("5", SAID, author=Author("cs2", "Calum Sample", "3")),
        post("mastodon:https://m.example/1", SAID, author=Author("calum@m.example", "C", "u")),
        post("room:1", author=Author("Calum Sample", "Calum Sample")),
        post("room:1", author=Author("Dr Calum Sample (he/him)", "Dr Calum Sample (he/him)")),
    ],
)
def test_posts_that_go_as_a_whole(erased: ErasedNames, late: object) -> None:
    assert erased.post(late)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "late",
    [
        post("5"),
        post("5", author=Author("cs2", "Calum Sample", "3")),
        post("5", SAID, author=THEIRS),
        post("5", author=THEIRS),
        post("5", repost_of="x:777", author=THEIRS),
        post("5", reply_to="x:1", author=THEIRS),
        post("bluesky:at://5", author=Author("calum", "C", "did:3")),
        post("room:1", author=Author("Calum", "Calum")),
        post("room:1", author=Author("Isla Example", "Isla Example")),
    ],
)
def test_posts_of_strangers_stay(erased: ErasedNames, late: object) -> None:
    assert not erased.post(late)  # type: ignore[arg-type]


def test_people_of_the_agenda(erased: ErasedNames) -> None:
    assert erased.person(Person("Somebody", ("calum@x",)))
    assert erased.person(Person("Somebody", ("else@x", "@Calum")))
    assert erased.person(Person("Calum Sample"))
    assert not erased.person(Person("Calum Sample", ("else@x",)))
    assert not erased.person(Person("Isla Example", ("isla@x",)))
    assert not erased.person(Person("Calum"))


def test_keys_of_rules(erased: ErasedNames) -> None:
    assert erased.author_key("x:calum") and erased.author_key("bluesky:calum.example")
    assert not erased.author_key("mastodon:calum") and not erased.author_key("x:isla")
    assert erased.post_id("x:1") and not erased.post_id("x:2")


def test_short_ids_and_names_are_not_looked_for_in_addresses() -> None:
    known = ErasedNames(post_names(post("1")).__contains__)
    assert known.words("https://y.example/1") == "https://y.example/1"
    assert known.words("https://y.example/12") == "https://y.example/12"
    assert ErasedNames(post_names(post("12")).__contains__).address("https://y.example/12")


def test_handles_that_somebody_else_has_are_not_theirs_alone() -> None:
    mine = Account("x", "17", {"calum": None, "calumwrites": None}, {"Calum Sample": None})
    heir = Account("x", "99", {"Calum": None}, {"Heir": None})
    elsewhere = Account("mastodon", "u", {"calumwrites@m.example": None}, {})
    found = account_names([mine], [], [heir, elsewhere], AGENDA)
    assert "x:@calum" not in found and "part:calum" not in found
    assert "x:@calumwrites" in found and "part:calumwrites" not in found
    without_id = Account("x", "", {"calum": None}, {})
    assert "x:@calum" in account_names([without_id], [], [heir], AGENDA)


def test_names_of_accounts() -> None:
    account = Account("mastodon", "https://m.example/users/cs", {"cs@m.example": None}, {})
    assert without_facts(account_names([account], [], [], AGENDA)) == {
        "https://m.example/users/cs",
        "mastodon:@cs@m.example",
        "mastodon:@cs",
        "called:csmexample",
        "called:cs",
        "name:csmexample",
        "speaker:csmexample",
        "part:cs",
        "part:csmexample",
    }
    said_aloud = Account("room", "", {"Isla": None}, {"Isla": None})
    assert without_facts(account_names([said_aloud], [], [], AGENDA)) == {
        "room:@isla",
        "called:isla",
        "first:isla",
    }


def test_names_of_people() -> None:
    assert person_names("Dr Calum Sample (he/him)") >= {"name:calumsample", "called:calumsample"}
    assert without_facts(person_names("Calum")) == {"called:calum"}
    assert "name:kettlewatch" in person_names("Kettlewatch")
    assert person_names("🌻") == set()


def test_recognising_needs_something_erased() -> None:
    chat = chat_of(*captured(post("1")))
    assert recognise(chat) is None
    chat = chat_of(*captured(post("1")), Erased(1, (fingerprint(SALT, "x:9"),)))
    erased = recognise(chat)
    assert erased is not None and erased.post_id("x:9") and not erased.post_id("x:1")


def test_every_name_of_words_and_addresses() -> None:
    long = f"{SAID} {LATER} #tartantm"
    whole = letters(long)
    assert said_names(long) == {
        f"start:{whole[:20]}",
        f"words:{whole}",
        f"words:{whole[:60]}",
        f"words:{whole.removesuffix('tartantm')}",
    }
    assert address_names("https://x.example/calum/") == {"url:xexamplecalum"}
    assert address_names("https://x.example/a?to=https://y.example") == {
        "url:xexampleatohttpsyexample"
    }
    assert address_names(None) == address_names("x.example") == set()
    each = post("feed:https://f.example/posts/77/", url="https://f.example/a/p99/")
    assert post_names(each) == {
        each.id,
        "part:77",
        "part:p99",
        "url:fexampleposts77",
        "url:fexampleap99",
    }


def test_every_name_of_an_account() -> None:
    account = Account("mastodon", "https://m.example/users/c9/", {"Cs.x@m.example": None}, {})
    assert without_facts(account_names([account], [], [], AGENDA)) == {
        "https://m.example/users/c9/",
        "mastodon:@cs.x@m.example",
        "mastodon:@cs.x",
        "called:csxmexample",
        "called:csx",
        "called:cs",
        "name:csxmexample",
        "speaker:csxmexample",
        "part:c9",
        "part:csx",
        "part:csxmexample",
    }
    short = Account("x", "7", {"ab": None}, {"🌻 Calum Sample": None})
    found = account_names([short], [], [], AGENDA)
    assert {"part:ab", "called:ab", "name:calumsample"} <= found
    assert "part:7" not in found and "name:" not in found and "part:" not in found


def test_words_at_the_very_end_and_of_the_shortest_length_are_found() -> None:
    known = ErasedNames(said_names("abcdefghij klmnopqrst").__contains__)
    assert known.words("so abcdefghij klmnopqrst") == "so [words withheld]"
    assert known.reason("so abcdefghij klmnopqrst") == "so [words withheld]"


def recognised(*known: str) -> ErasedNames:
    return ErasedNames(known.__contains__)


def test_a_speaker_whose_name_has_a_colon() -> None:
    assert recognised("room:@the lady: in red").author_key("room:The Lady: in red")


def test_a_handle_may_be_written_with_its_sign() -> None:
    known = recognised("x:@calum")
    assert known.handle("@calum", "x") and known.handle("＠Calum", "x")
    assert not known.handle("calum@", "x") and not known.handle("Xcalum", "x")


def test_parts_of_a_name_are_its_words_and_the_halves_of_these() -> None:
    assert without_facts(name_parts("Dr Anne-Marie Poe-Madeup (she/her)")) == {
        *("first:annemarie", "first:anne", "first:marie"),
        *("later:poemadeup", "later:poe", "later:madeup"),
    }
    assert name_parts("Zo\u00eb") == {"first:zoe"}
    assert "near:" not in "".join(name_parts("Anna Poe"))
    assert name_parts("") == name_parts("- \u2013") == set()


@pytest.mark.parametrize(
    ("word", "is_near"),
    [
        ("madup", True),
        ("adeup", True),
        ("madeu", True),
        ("maadeup", True),
        ("xmadeup", True),
        ("madeups", True),
        ("nadeup", True),
        ("madeux", True),
        ("amdeup", True),
        ("madepu", True),
        ("anba", False),
        ("madeup", False),
        ("anna", False),
        ("edamup", False),
        ("maeup", True),
        ("maup", False),
        ("madeupss", False),
        ("adeupm", False),
        ("ameup", False),
        ("", False),
    ],
)
def test_a_part_of_a_name_is_known_with_another_letter(word: str, is_near: bool) -> None:
    assert may_be_name(name_parts("Anna Madeup").__contains__, word) is is_near


@pytest.mark.parametrize(
    ("word", "is_near"),
    [
        *(("kelt", True), ("kelti", True), ("keltyx", True), ("kel", False), ("kelty", False)),
        *(("anabel", True), ("annabel", False)),
    ],
)
def test_a_part_of_a_name_is_misspelt_from_five_letters_on(word: str, is_near: bool) -> None:
    assert may_be_name(name_parts("Annabel Kelty").__contains__, word) is is_near


def test_a_handle_of_the_agenda_is_one_on_its_network_or_one_on_each() -> None:
    found = account_names([], [Person("S", ("cs@x", "km"))], [], AGENDA)
    accounts = {each for each in found if ":@" in each}
    assert accounts == {"x:@cs", *(f"{network}:@km" for network in NETWORKS)}


def test_every_name_of_a_person_of_the_agenda() -> None:
    assert without_facts(account_names([], [Person("Isla Sample", ("islaex@x",))], [], AGENDA)) == {
        *("name:islasample", "called:islasample", "first:isla", "later:sample"),
        *("x:@islaex", "name:islaex", "called:islaex", "part:islaex"),
        *("speaker:islasample", "speaker:islaex", "agenda:islasample islaex@x"),
    }


def test_a_long_handle_is_a_name_though_it_is_a_first_name_too() -> None:
    long = Account("x", "", {"kettlewa": None}, {"Kettlewa Sample": None})
    short = Account("x", "", {"kettlew": None}, {"Kettlew Sample": None})
    assert "name:kettlewa" in account_names([long], [], [], AGENDA)
    assert "name:kettlew" not in account_names([short], [], [], AGENDA)


def test_a_handle_with_a_server_is_found_on_other_networks() -> None:
    assert recognised("mastodon:@cs@m").handle("cs@m", "x")
    assert recognised("bluesky:@cs.m").handle("cs.m", "x")
    assert not recognised("mastodon:@cs").handle("cs", "x")


def test_an_address_is_found_with_and_without_its_scheme_and_with_what_follows() -> None:
    known = recognised("url:xexampleab")
    for url in ("https://x.example/a/b", "x.example/a/b", "at://x.example/a/b/c"):
        assert known.address(url), url
    assert known.address("https://x.example/a/b?to=https://y.example/z")
    assert not known.address("https://y.example/x.example/a/b")
    assert not known.address("https://x.example/a")
    named = ErasedNames(person_names("Calum Sample").__contains__)
    assert named.address("https://y.example/by-calum-sample-2")


def test_a_handle_in_full_width_alone_is_found() -> None:
    assert recognised("x:@calum").words("Ask ＠calum", "x") == "Ask [name withheld]"


OURS = "Sample that all of us hang beside the kettle"


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (f"Calum {OURS}", ()),
        (f"@{OURS}", ()),
        (f"https://y.example/calum?{OURS.replace(' ', '-')}", ()),
        (f"y.example/{OURS}", ("y.example/Sample",)),
    ],
)
def test_what_overlaps_words_goes_with_them_though_it_begins_before(
    text: str, links: tuple[str, ...]
) -> None:
    names = {*said_names(OURS), *person_names("Calum Sample"), "x:@sample", "part:calum"}
    known = ErasedNames(names.__contains__)
    assert known.words(f"so {text} …", "x", links) == "so [words withheld] …"


def test_a_reason_with_a_name_that_is_no_wording_of_a_handle() -> None:
    known = recognised("name:ailsaex", "called:ailsa")
    assert known.reason("after Ailsa Ex (@ailsa.ex) in Q2") == "after somebody (somebody) in Q2"


def test_a_reason_with_words_that_begin_within_a_name() -> None:
    known = ErasedNames({*said_names(OURS), *person_names("Calum Sample")}.__contains__)
    assert known.reason(f"replies to Calum {OURS}") == "replies to [words withheld]"


def test_words_within_words_are_withheld_with_them() -> None:
    inner, outer = "hangs beside the kettle where everybody", SAID
    more = "beside the kettle where everybody reads it all the time"
    known = ErasedNames({*said_names(inner), *said_names(outer), *said_names(more)}.__contains__)
    assert known.words(f"so {outer} all the time, ok") == "so [words withheld], ok"
    assert known.words(f"so {outer}, ok") == "so [words withheld], ok"


def test_a_short_handle_with_a_digit_is_one_word() -> None:
    known = ErasedNames(
        account_names([Account("x", "7", {"et1": None}, {})], [], [], AGENDA).__contains__
    )
    assert known.words("So #et1, ET1") == "So [name withheld], [name withheld]"
    assert known.words("Moi et 1 autre, #et1s") == "Moi et 1 autre, #et1s"
    alone = ErasedNames({"name:et12", "name:a"}.__contains__)
    assert alone.words("et 12 a") == "[name withheld] [name withheld]"
    assert ErasedNames({"name:albex"}.__contains__).words("Al B Ex!") == "[name withheld]!"


def test_names_one_after_the_other() -> None:
    names = {
        *person_names("Al Bo"),
        *person_names("Al Bo Lee Ray Sky Max"),
        *person_names("Di Fox"),
    }
    known = ErasedNames(names.__contains__)
    shown = known.words("Al Bo Di Fox, Al Bo Lee Ray Sky Max and Bo Lee")
    assert shown == "[name withheld] [name withheld], [name withheld] and Bo Lee"


def test_parts_of_ids() -> None:
    each = post("feed:tag:f.example,2026:77", url="https://f.example/a/7X/")
    names = {"part:tagfexample202677", "part:7x", "url:fexamplea7x", each.id}
    assert post_names(each) == names
    assert not ErasedNames(post_names(post("1")).__contains__).address("https://y.example/1")


def test_an_id_with_signs_that_part_addresses_is_found_in_one() -> None:
    tag = ErasedNames(post_names(post("feed:tag:f.example,2026:a=7")).__contains__)
    assert tag.address("https://a.example/p?id=tag:f.example,2026:a=7&x=1")
    assert tag.address("https://a.example/tag%3Af.example%2C2026%3Aa%3D7")
    assert not tag.address("https://f.example/2026?a=7")
    assert not tag.address("https://a.example/p?id=tag:f.example,2026:a=8")
    guid = ErasedNames(post_names(post("feed:https://f.example/?p=57")).__contains__)
    assert guid.address("http://f.example/?p=57#more")
    assert not guid.address("https://other.example/?p=57")


@pytest.mark.parametrize(("end", "found"), [("ghijkl", True), ("ghijk", False)])
def test_a_short_id_is_not_found_in_several_parts_together(end: str, found: bool) -> None:
    known = ErasedNames({f"part:abcdef{end}"}.__contains__)
    assert known.address(f"https://b.example/x/abcdef={end}/y") == found


def test_every_name_of_an_account_without_a_server() -> None:
    account = Account("x", "users/c9X/", {"kettlewa": None}, {})
    assert without_facts(account_names([account], [], [], AGENDA)) == {
        *("users/c9X/", "part:c9x"),
        *("x:@kettlewa", "called:kettlewa", "name:kettlewa", "part:kettlewa"),
        "speaker:kettlewa",
    }
    short = account_names(
        [Account("x", "", {"a": None}, {}), Account("x", "", {"__": None}, {})], [], [], AGENDA
    )
    assert without_facts(short) == {"x:@a", "called:a", "x:@__"}


def test_who_spoke_at_the_venue_is_no_end_of_the_list() -> None:
    aloud, wrote = (Account(network, "", {"Isla": None}, {}) for network in ("room", "x"))
    assert "part:isla" in account_names([aloud, wrote], [], [], AGENDA)


def test_a_handle_that_somebody_has_elsewhere_is_not_looked_for_in_addresses() -> None:
    mine = Account("mastodon", "u", {"calumwrites@n.example": None, "cs": None}, {})
    others = [
        Account("mastodon", "v", {"CalumWrites@m.example": None}, {}),
        Account("bluesky", "did:plc:4", {"cs": None}, {}),
    ]
    found = account_names([mine], [], others, AGENDA)
    assert {"mastodon:@calumwrites@n.example", "mastodon:@cs"} <= found
    assert not {each for each in found if each.startswith("part:")}
    assert "mastodon:@calumwrites" not in found
    assert "part:calumwritesnexample" in account_names([mine], [], others[1:], AGENDA)


def test_whole_names() -> None:
    assert whole_names("Al Bo") == ("albo",)
    assert whole_names("Calumsam") == ("calumsam",)
    assert whole_names("Calumsa") == whole_names("🌻") == whole_names("") == ()


DID = "did:plc:calumsample"
TOOTING = "https://m.example/users/calum"


@pytest.mark.parametrize(
    ("post_id", "theirs"),
    [
        (f"bluesky:at://{DID}/app.bsky.feed.post/80", True),
        (f"bluesky:at://{DID}9/app.bsky.feed.post/80", False),
        (f"bluesky:at://did:plc:kelpie/{DID}", False),
        (f"bluesky:at://{DID}", False),
        (f"mastodon:{TOOTING}/statuses/7", True),
        (f"mastodon:{TOOTING}/statuses/7/activity", True),
        (f"mastodon:{TOOTING}9/statuses/7", False),
        (f"mastodon:https://m.example/statuses/{TOOTING}", False),
        (f"feed:{TOOTING}/7", False),
        ("x:17/80", False),
        ("x:80", False),
        ("bluesky:80", False),
        ("mastodon:17/1", False),
    ],
)
@pytest.mark.parametrize("hashed", [False, True])
def test_a_post_that_was_never_captured_is_known_by_its_account(
    post_id: str, theirs: bool, hashed: bool
) -> None:
    accounts = [
        Account("bluesky", DID, {"calum.example": None}),
        Account("mastodon", TOOTING, {"calum@m.example": None}),
        Account("x", "17", {"calum": None}),
    ]
    known = account_names(accounts, [], [], AGENDA)
    hashes = {fingerprint(SALT, name) for name in known}
    found = blocked(SALT, hashes) if hashed else ErasedNames(known.__contains__)
    assert found.post_id(post_id) is theirs
    assert found.post(post("1", author=THEIRS, repost_of=post_id)) is theirs
    assert found.post(post(post_id, author=THEIRS)) is theirs


def test_the_id_of_an_account_ends_before_a_slash_of_the_posts() -> None:
    site = "https://m.example"
    assert list(account_ids(f"mastodon:{site}//users/c:d/1")) == [
        *(site, f"{site}/", f"{site}//users", f"{site}//users/c:d")
    ]


@pytest.mark.parametrize(
    ("text", "repost_of", "theirs"),
    [
        ("RT @Calum: Words", "x:999", True),
        ("RT ＠calum: Words", "x:999", True),
        ("RT @calum: Words", None, False),
        ("RT @calumet: Words", "x:999", False),
        ("So: RT @calum: Words", "x:999", False),
        ("RT @calum Words", "x:999", False),
    ],
)
def test_a_repost_on_x_says_whose_post_it_repeats(
    erased: ErasedNames, text: str, repost_of: str | None, theirs: bool
) -> None:
    assert erased.post(post("9", text, author=THEIRS, repost_of=repost_of)) is theirs
    elsewhere = post("mastodon:9", text, author=THEIRS, repost_of="mastodon:999")
    assert not erased.post(elsewhere)


def test_words_of_a_rule_that_left_are_found_from_word_to_word() -> None:
    """The longest at each place; letters within another word are none."""
    known = names()
    clear = ErasedNames(known.__contains__)
    rules = ("Calum Sample of Pretend Street", "Calum Sample of", "@calum up", "a Calum Sample")
    known |= {name for rule in rules for name in phrase_names(rule, clear)}
    for found in (clear, blocked(SALT, {fingerprint(SALT, name) for name in known})):
        assert found.words("By Calum Sample of Pretend Street 5") == "By [words withheld] 5"
        assert (
            found.words("By Calum Sample of Pretend Place") == "By [words withheld] Pretend Place"
        )
        assert found.words("calum, up!") == "[words withheld]!"
        assert found.words("calum upwards") == "calum upwards"
        assert found.words("a Calum Sample") == "[words withheld]"
        assert found.words("Gala Calum Sample") == "Gala [name withheld]"
        assert found.named_in("calum up") and not found.named_in("of Pretend Street")


def test_a_rule_of_nothing_but_what_is_erased_has_no_words_of_its_own() -> None:
    clear = ErasedNames(names().__contains__)
    for rule in ("Calum Sample", "@calum", "“Calum Sample”, @calum.example", SAID):
        assert phrase_names(rule, clear) == set()


def test_words_of_a_rule_are_found_however_long_they_are() -> None:
    rules = ("hush", "Never say this about the old boiler", "All of it, by the boiler")
    nothing = recognised()
    assert phrase_names("hush", nothing) == {"phrase:", "phrase:hush"}
    known = ErasedNames({n for rule in rules for n in phrase_names(rule, nothing)}.__contains__)
    for text in (
        "so {hush} now",
        "What was said in the long room is to {hush} is it",
        "so {never say this about the old boiler}",
        "so {all of it, by the boiler}",
        "so never say this about the new boiler",
    ):
        withheld = re.sub("{.*}", "[words withheld]", text)
        assert known.words(text.replace("{", "").replace("}", "")) == withheld
    exact = ErasedNames(phrase_names("abcdefghij klmnopqrst", nothing).__contains__)
    assert exact.words("so abcdefghij-klmnopqrstuvw") == "so [words withheld]uvw"


@pytest.mark.parametrize(
    ("known", "found"),
    [
        ("feed:https://isla.example/2026/thanks-calum-sample/", True),
        ("https://isla.example/friends/calum-sample", True),
        ("mastodon:https://m.example/@calum/57", True),
        ("x:calum/57", True),
        ("https://isla.example/calum-sample?from=https://morag.example/", True),
        ("x:57", False),
        ("57", False),
        ("feed:https://isla.example/2026/calumet/", False),
    ],
)
def test_names_in_ids_and_addresses_of_others(known: str, found: bool) -> None:
    names = {*person_names("Calum Sample"), "part:calum", "part:57"}
    assert ErasedNames(names.__contains__).in_id(known) is found


def test_who_writes_for_the_same_site_keeps_ids_and_addresses() -> None:
    erased = ErasedNames({"url:siteexample", "url:siteexample2026oats"}.__contains__)
    assert not erased.in_id("feed:https://site.example/2026/barley")
    assert erased.address("https://site.example/2026/barley")
    assert erased.in_id("https://site.example/2026/oats")


def test_a_whole_name_that_somebody_has_who_stays_is_not_surely_a_speakers() -> None:
    gone = Account("x", "17", {"calum": None}, {"Calum Sample": None, "Ewan Madeup": None})
    named = Account("x", "18", {"ewan": None}, {"E": None}, person=Person("Ewan Madeup"))
    others = [Account("x", "19", {"cs": None}, {"Calum Sample": None}), named]

    def spoke(name: str, names: set[str]) -> bool:
        return ErasedNames(names.__contains__).post(post("room:1", author=Author("", name)))

    found = account_names([gone], [], others, AGENDA)
    assert not spoke("Calum Sample", found) and not spoke("Ewan Madeup", found)
    assert spoke("Ewan Madeup", account_names([gone], [], others[:1], AGENDA))
    assert spoke("Calum Sample", found | account_names([gone], [], [], AGENDA))
    assert spoke("Calum Sample", {"name:calumsample"})  # as earlier versions recorded it


def test_a_handle_of_the_agenda_without_letters_is_that_of_nobody_who_came_without_one() -> None:
    isla = Person("Isla Example", ("@",))
    known = ErasedNames(account_names([], [isla], [], AGENDA).__contains__)
    assert not known.post(post("1", author=Author("", "Participant 2")))
    assert known.person(isla) and not known.person(Person("Somebody Else", ("@",)))


def test_who_has_no_handle_is_known_by_name_and_nobody_by_that_handle() -> None:
    account = Account("x", "", {}, {"Calum": None})
    known = ErasedNames(account_names([account], [], [], AGENDA).__contains__)
    assert known.author_key("x:Calum") and not known.author_key("mastodon:calum")
    assert known.post(post("1", author=Author("", "Calum")))
    assert not known.post(post("1", author=Author("", "Calum", "participant-7")))
    assert not known.post(post("1", author=Author("calum", "Calum")))
    assert not known.handle("calum", "x")
    with_id = Account("x", "participant-9", {}, {"Calum": None})
    known = ErasedNames(account_names([with_id], [], [], AGENDA).__contains__)
    assert known.post(post("1", author=Author("", "Somebody", "participant-9")))
    namesake = Account("x", "participant-7", {}, {"Calum": None})
    shared = account_names([account], [], [namesake], AGENDA)
    assert not ErasedNames(shared.__contains__).author_key("x:calum")


def test_a_link_that_goes_takes_its_wording_along_and_no_part_of_a_word() -> None:
    def left(text: str, *shown: str) -> str:
        return replaced(text, link_spans(text, shown))

    assert left("A banana, see a", "a") == "A banana, see [link withheld]"
    assert left("See this, thistle", "this") == "See [link withheld], thistle"
    assert left("At e.example/c, e.example/cd", "e.example/c") == "At [link withheld], e.example/cd"
    assert left("See this, and this", "this") == "See this, and this"


def test_a_later_handle_is_withheld_in_mentions_on_its_network_alone() -> None:
    erased = ErasedNames({later_handle("x", "Kettle")}.__contains__)
    assert erased.words("@kettle, @KETTLE and kettle", "x") == (
        "[name withheld], [name withheld] and kettle"
    )
    assert erased.words("@kettle", "mastodon") == erased.words("@kettle") == "@kettle"
    assert not erased.post(post("1", author=Author("kettle")))
    assert not erased.handle("kettle", "x")


def test_ids_are_found_in_addresses_by_a_few_parts_together() -> None:
    erased = ErasedNames({"part:tagkettles202657", f"part:{'a' * MOST_PARTS}b"}.__contains__)
    assert erased.address("https://e.example/?id=tag:kettles,2026:57")
    assert not erased.address(f"https://e.example/{'a/' * MOST_PARTS}b")
    long = "https://e.example/" + "a=" * 12_000
    assert not erased.address(long)  # which took minutes when all parts were joined


def test_of_a_namesake_only_the_name_stays_and_not_where_a_rule_withheld_it() -> None:
    known = {*person_names("Calum Sample"), "x:@calum"}
    kept, held = (
        ErasedNames(known.__contains__),
        ErasedNames({*known, f"{HELD_BACK}calumsample"}.__contains__),
    )
    for name in ("Calum Sample", "Dr CALUM SAMPLE (he/him)"):
        assert kept.name_spans(name) == []
        assert [name[s.start : s.end].casefold() for s in held.name_spans(name)] == ["calum sample"]
    assert [s.start for s in kept.name_spans("Calum Sample fan")] == [0]


def test_who_spoke_is_doubtful_where_the_name_was_shared() -> None:
    erased = ErasedNames({"shared:calumsample"}.__contains__)
    spoken = post("room:1", author=Author("Calum Sample", "Dr Calum Sample"))
    assert erased.may_have_spoken(spoken)
    assert not erased.may_have_spoken(post("1", author=Author("calum", "Calum Sample")))
    assert not erased.may_have_spoken(post("room:1", author=Author("Calum", "Calum")))


def test_what_was_said_goes_from_texts_of_whoever_says_it_now() -> None:
    erased = ErasedNames(said_names("Kettles before ministers").__contains__)
    text = "He says: kettles, before MINISTERS and tea"
    assert erased.without_said(text) == "He says: [words withheld] and tea"
    assert erased.without_said("Kettles first") == "Kettles first"


def test_an_entry_of_the_agenda_is_hashed_the_same_in_every_version() -> None:
    person = Person("Ailsa Example", ("ailsa@x", "@Ailsa@mastodon.example"))
    names = account_names([], [person], [], AGENDA)
    assert "agenda:ailsaexample @ailsa@mastodon.example ailsa@x" in names
