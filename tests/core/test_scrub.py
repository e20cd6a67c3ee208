"""Events of others without what was erased; every kind and field is in `test_erase_fields`."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.agenda import Person, Venue
from tartantm.core.erased import ErasedNames, person_names
from tartantm.core.events import Event
from tartantm.core.post import Author, Link, Media, Post
from tartantm.core.scrub import Scrubber
from tests.builders import AGENDA, at, captured, placed, post

MASTODON = "mastodon:https://m.example/1"


@pytest.fixture
def scrub() -> Scrubber:
    """What takes out Calum Sample, @calum on X and addresses with "calum"."""
    names = {*person_names("Calum Sample"), "x:@calum", "part:calum"}
    return Scrubber(ErasedNames(names.__contains__))


def left_of(scrub: Scrubber, other: Post) -> Post:
    (event,) = captured(other)
    left = scrub.event(event)
    assert isinstance(left, ev.Captured)
    return left.post


def test_a_handle_of_another_network_stays_in_every_field(scrub: Scrubber) -> None:
    elsewhere = post(
        MASTODON,
        "Ask @calum",
        content_warning="by @calum",
        mentions=("calum",),
        reply_to_handle="calum",
        media=(Media("image", None, "@calum at sea"),),
        links=(Link("https://e.example/", "e.example", "@calum wrote"),),
    )
    assert left_of(scrub, elsewhere) is elsewhere
    assert scrub.words("@calum", "mastodon") == "@calum"
    assert scrub.words("@calum") == scrub.words("@calum", "x") == "[name withheld]"


@pytest.mark.parametrize(
    ("name", "left"),
    [
        ("Calum Sample", "Calum Sample"),
        ("Dr Calum SAMPLE (he/him)", "Dr Calum SAMPLE (he/him)"),
        ("Calum Sample @calum", "Calum Sample [name withheld]"),
        ("Friends of Calum Sample", "Friends of [name withheld]"),
    ],
)
def test_somebody_of_the_same_name_keeps_it_and_nothing_else(
    scrub: Scrubber, name: str, left: str
) -> None:
    theirs = post("2", "I am Calum Sample", author=Author("csample", name, "18"))
    kept = left_of(scrub, theirs)
    assert kept.author.name == left
    assert kept.text == "I am [name withheld]"


def test_links_that_lead_to_it_go_with_what_stands_for_them(scrub: Scrubber) -> None:
    links = (
        Link("https://e.example/calum", "e.example/c", "One"),
        Link("https://e.example/?by=calum-sample", "e.example/s", "Two"),
        Link("https://f.example/calum", "", "Three"),
        Link("https://g.example/", "g.example by Calum Sample", "Calum Sample: four"),
    )
    left = left_of(scrub, post("2", "See e.example/c, e.example/s and g.example", links=links))
    assert left.text == "See [link withheld], [link withheld] and g.example"
    kept = "g.example by [name withheld]", "[name withheld]: four"
    assert left.links == (Link("https://g.example/", *kept),)


def test_a_link_goes_whose_address_has_no_scheme(scrub: Scrubber) -> None:
    assert left_of(scrub, post("2", links=(Link("e.example/calum", "m", "T"),))).links == ()


def test_places_and_organisations_with_the_name(scrub: Scrubber) -> None:
    venue, named = "The Calum Sample Arms", "The [name withheld] Arms"
    assert left_of(scrub, post("room:1", venue=venue)).venue == named
    person = Person("Isla Example", (), "host", "Friends of Calum Sample")
    agenda = replace(AGENDA, people=(person,), venues=(Venue(venue), Venue("The Thistle")))
    left = scrub.agenda(agenda)
    assert left.people[0].organisation == "Friends of [name withheld]"
    assert left.venues == (Venue(named), Venue("The Thistle"))


def test_what_is_joined_to_an_act_that_goes_is_an_act_of_its_own(scrub: Scrubber) -> None:
    def muted(who: str, *, joined: bool = True) -> Event:
        return ev.Muted("author", f"x:{who}", joined=joined)

    gone, isla = muted("calum", joined=False), muted("isla", joined=False)
    assert scrub.events([gone, muted("one"), muted("two")]) == [
        muted("one", joined=False),
        muted("two"),
    ]
    assert scrub.events([isla, muted("calum"), muted("two")]) == [isla, muted("two")]
    assert scrub.events([muted("one"), muted("two")]) == [muted("one"), muted("two")]
    assert scrub.events([gone, muted("calum"), muted("two")]) == [muted("two", joined=False)]
    assert scrub.events([gone, isla, muted("one")]) == [isla, muted("one")]
    star = ev.Starred(("x:2",))
    assert scrub.events([gone, star, muted("one")]) == [star, muted("one")]
    redacted = ev.Redacted("author", "x:one", joined=True)
    assert scrub.events([gone, redacted]) == [replace(redacted, joined=False)]


def test_what_was_moved_along_stays_where_the_post_goes_that_it_followed() -> None:
    scrub = Scrubber(ErasedNames({"x:1", "x:2"}.__contains__))
    moves: dict[str, str | None] = {"x:1": "Q2"}
    both, three = {"x:2": placed("Q2"), "x:3": placed("Q2")}, {"x:3": placed("Q2")}
    assert scrub.event(ev.Placed(moves, both)) == ev.Placed({}, three)
    assert scrub.event(ev.Placed({**moves, "x:3": None})) == ev.Placed({"x:3": None})
    assert scrub.event(ev.Placed(moves, {"x:2": placed("Q2")})) is None


@pytest.mark.parametrize("withheld", ["names", "hidden", "redacted"])
def test_a_deletion_stays_for_what_it_withholds_besides(withheld: str) -> None:
    scrub = Scrubber(ErasedNames({"x:1", "x:@calum"}.__contains__))
    gone = ev.Deleted(("x:1",), at(2), redacted=("x:calum",))
    assert scrub.event(gone) is None
    left = scrub.event(replace(gone, **{withheld: ("x:isla",)}))
    assert left == replace(ev.Deleted((), at(2)), **{withheld: ("x:isla",)})


@pytest.mark.parametrize(
    ("source", "left"),
    [
        ("feed:https://calum-sample.example/feed.xml", "feed:[link withheld]"),
        ("feed:https://blogs.example/calum/feed.xml", "feed:[link withheld]"),
        ("file:/evenings/Calum Sample.jsonl", "file:[link withheld]"),
        ("file:/evenings/calum/2026.jsonl", "file:[link withheld]"),
        ("feed:https://blogs.example/feed.xml", "feed:https://blogs.example/feed.xml"),
        ("mastodon:m.example", "mastodon:m.example"),
        ("bluesky", "bluesky"),
        ("x:", "x:"),
    ],
)
def test_the_address_of_a_source_goes_with_whose_it_is(
    scrub: Scrubber, source: str, left: str
) -> None:
    before = "No answer from Calum Sample", "[name withheld] has no feed"
    told, why = (each.replace("[name withheld]", "Calum Sample") for each in before)
    told_left, why_left = (each.replace("Calum Sample", "[name withheld]") for each in before)
    events: list[tuple[Event, Event]] = [
        (ev.SourceChanged(source, "lost", told), ev.SourceChanged(left, "lost", told_left)),
        (
            ev.Filled(source, at(1), at(2), "", 0, why),
            ev.Filled(left, at(1), at(2), "", 0, why_left),
        ),
        (ev.Captured(post("2"), placed(), source), ev.Captured(post("2"), placed(), left)),
    ]
    for event, expected in events:
        assert scrub.event(event) == expected
    same = ev.SourceChanged(source, "ended")
    assert (scrub.event(same) is same) == (source == left)


def test_addresses_of_others_go_that_have_the_name_and_ids_stay(scrub: Scrubber) -> None:
    url = "https://isla.example/thanks-calum-sample"
    isla = Author("isla", "Isla", f"{url}/id", f"{url}/about")
    left = left_of(scrub, post(f"feed:{url}", author=isla, url=url))
    assert (left.id, left.url) == (f"feed:{url}", None)
    assert left.author == Author("isla", "Isla", f"{url}/id")


def test_other_addresses_of_others_stay(scrub: Scrubber) -> None:
    author = Author("isla", "Isla", "https://isla.example/", "https://isla.example/about")
    other = post("feed:https://isla.example/1", author=author, url="https://isla.example/1")
    assert left_of(scrub, other) is other
