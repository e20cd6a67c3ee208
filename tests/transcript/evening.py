"""Invented evenings for the tests: chats built by applying recorded events, as always."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.chat import Chat
from tartantm.core.events import (
    Begun,
    Captured,
    Closed,
    Deleted,
    Edited,
    Event,
    Hidden,
    Mark,
    Marked,
    Noted,
    Opened,
    Placed,
    Placement,
    Recorded,
    Remarked,
    SourceChanged,
    Starred,
    Summarised,
)
from tartantm.core.post import Author, Link, Media, Post

START = datetime(2012, 6, 20, 17, 0, tzinfo=UTC)
"""Six o'clock in summer."""

QUESTIONS = (
    Question("Q1", "Are the days of just getting on with it over?"),
    Question("Q2", "Do we really need a strategy?"),
    Question("Q2a", "And a policy on top?", parent="Q2"),
    Question("Q3", "How do we keep either of them agile?"),
    Question("Q4", "What if the keeper of the passwords moves on?"),
)

AGENDA = Agenda(
    "Public sector comms is at a crossroads",
    hashtags=("tartantm",),
    starts=datetime(2012, 6, 20, 17, 0, tzinfo=UTC),
    ends=datetime(2012, 6, 20, 19, 0, tzinfo=UTC),
    timezone="Europe/London",
    people=(
        Person("Ailsa Example", ("ailsa@x", "@ailsa@mastodon.example"), "host", "Example Council"),
        Person("Bruno Sample", ("bruno.example@bluesky",), "guest", "Sample NHS Trust"),
        Person("Moira Placeholder", (), "moderator"),
    ),
    venues=(Venue("Glasgow"), Venue("Dundee")),
    questions=QUESTIONS,
)

PEOPLE = {
    "ailsa": Author("ailsa", "Ailsa Example", id="11"),
    "calum": Author("calum@mastodon.example", "Calum Sample", id="https://mastodon.example/calum"),
    "bruno": Author("bruno.example", "Bruno Sample 🌻", id="did:plc:bruno"),
    "layla": Author("layla", "ليلى مثال", id="14"),
    "grazyna": Author("grazyna@social.example", "Grażyna Przykład", id="https://social.example/g"),
    "dele": Author("dele", "Dele Placeholder", id="16"),
}


def native(network: str, number: int, author: Author) -> str:
    """A post's id as the network would give it."""
    if network == "x":
        return f"x:{213_000_000_000_000_000 + number * 7_919}"
    if network == "mastodon":
        user, _, server = author.handle.partition("@")
        server = server or "mastodon.example"
        return f"mastodon:https://{server}/users/{user}/statuses/{108_000_000_000_000_000 + number}"
    if network == "bluesky":
        return f"bluesky:at://did:plc:{author.handle[:5]}/app.bsky.feed.post/3k{number:010}"
    return f"{network}:{number}"


def address(network: str, number: int, author: Author) -> str:
    """The URL of a post at its network."""
    user, _, server = author.handle.partition("@")
    if network == "x":
        return f"https://x.com/{user}/status/{213_000_000_000_000_000 + number * 7_919}"
    if network == "mastodon":
        return f"https://{server or 'mastodon.example'}/@{user}/{108_000_000_000_000_000 + number}"
    return f"https://bsky.app/profile/{author.handle}/post/3k{number:010}"


class Evening:
    """A chat that grows by one event at a time; times are minutes from six o'clock."""

    def __init__(self, agenda: Agenda = AGENDA) -> None:
        self.recorded: list[Recorded] = []
        self.chat = Chat()
        self.posts = 0
        self.happen(Begun(agenda, "digest", "salt"), -60)

    def happen(self, event: Event, minute: float = 0) -> None:
        """Let an event happen."""
        at = START + timedelta(minutes=minute)
        recorded = Recorded(len(self.recorded) + 1, at, event)
        self.recorded.append(recorded)
        self.chat.apply(recorded)

    def post(
        self,
        minute: float,
        author: Author,
        text: str,
        question: str | None = None,
        *,
        network: str = "x",
        by: str = "time",
        reason: str = "Q was open",
        confidence: float = 0.8,
        inbox: bool = False,
        **more: Any,
    ) -> str:
        """Somebody posts; returns the post's id."""
        self.posts += 1
        at = START + timedelta(minutes=minute)
        post_id = more.pop("id", None) or native(network, self.posts, author)
        more.setdefault("url", address(network, self.posts, author))
        post = Post(post_id, author, at, text, **more)
        placement = Placement(question, by, reason, confidence, inbox)
        self.happen(Captured(post, placement), minute)
        return post_id

    def remark(self, minute: float, speaker: str, venue: str, text: str, question: str) -> str:
        """Somebody says something aloud."""
        self.posts += 1
        at = START + timedelta(minutes=minute)
        post = Post(f"room:{self.posts}", Author("", speaker), at, text, venue=venue)
        self.happen(Remarked(post, question), minute)
        return post.id

    def open(self, minute: float, question: str, post: str | None = None) -> None:
        """A question is opened."""
        at = START + timedelta(minutes=minute)
        self.happen(Opened(question, at, "host" if post else "moderator", post), minute)

    def close(self, minute: float, question: str) -> None:
        """The last question is closed."""
        self.happen(Closed(question, START + timedelta(minutes=minute)), minute)

    def mark(self, mark: Mark, *posts: str) -> None:
        """The moderator marks posts."""
        self.happen(Marked(posts, mark), self.now)

    @property
    def now(self) -> float:
        """The minute of the last event."""
        return (self.recorded[-1].at - START) / timedelta(minutes=1)


def small() -> Evening:
    """A dozen posts with a bit of everything, for golden files."""
    e = Evening()
    who = PEOPLE
    e.happen(SourceChanged("x", "connected"), -30)
    e.happen(SourceChanged("mastodon:mastodon.example", "failed", "no answer for 3 minutes"), 40)
    e.happen(SourceChanged("file:/home/nobody/evening.jsonl", "ended", damaged=1), 41)
    e.post(
        -4, who["dele"], "Evening all, Dele here from the wet end of town #tartantm", by="wording"
    )
    q1 = e.post(
        0,
        who["ailsa"],
        "Q1 Are the days of just getting on with it over? #tartantm",
        "Q1",
        by="label",
        reason="asks Q1",
        confidence=0.99,
    )
    e.open(0, "Q1", q1)
    a1 = e.post(
        3,
        who["calum"],
        "A1 You write less policy and hold more conversations.\n\nAnd you keep at it.",
        "Q1",
        network="mastodon",
        by="label",
        reason="says A1",
        url="https://mastodon.example/@calum/108000000000000003",
        languages=("en",),
        edited_at=START + timedelta(minutes=5),
    )
    e.post(
        4,
        who["layla"],
        "نعم، انتهت #tartantm",
        "Q1",
        languages=("ar",),
        url="https://x.com/layla/status/213000000000031676",
    )
    e.post(
        5,
        who["bruno"],
        "Ours is one page: gov.example/one-page… and people read it 👏👏👏👏👏",
        "Q1",
        network="bluesky",
        by="reply",
        reason="replies to @calum in Q1",
        reply_to=a1,
        links=(
            Link(
                "https://gov.example/one-page?utm_source=bsky&v=2",
                "gov.example/one-page…",
                "Our one page",
            ),
        ),
        media=(
            Media("image", "https://cdn.example/1.jpg", "A whiteboard with one line on it"),
            Media("image", "https://cdn.example/2.jpg"),
        ),
    )
    e.open(12, "Q2")
    a2 = e.post(
        14, who["dele"], "A2 Only if somebody reads it, see https://gov.example/one-page?v=2.", "Q2"
    )
    e.post(15, who["calum"], "RT", "Q2", network="mastodon", by="repost", repost_of=a2)
    e.post(16, who["grazyna"], "RT", "Q2", network="mastodon", by="repost", repost_of=a2)
    e.post(
        17,
        who["grazyna"],
        "The canteen story, again",
        "Q2",
        network="mastodon",
        content_warning="food",
        inbox=True,
        confidence=0.41,
    )
    said = e.remark(18, "Morag", "Glasgow", "We wrote ours on a beer mat.", "Q2")
    e.open(20, "Q3")
    late = e.post(22, who["dele"], "And the beer mat still holds.", "Q1", reply_to=q1)
    e.post(23, who["dele"], "@someone quite so", "Q3", reply_to="x:999", reply_to_handle="someone")
    e.post(24, who["calum"], "So true", "Q3", network="mastodon", quote_of=a2, by="quote")
    hidden = e.post(25, Author("spam", "Buy Cheap Pills", id="66"), "Pills! pills.example", "Q3")
    e.post(
        26,
        who["dele"],
        "@spam go away",
        "Q3",
        by="reply",
        reason="replies to @spam",
        reply_to=hidden,
    )
    gone = e.post(27, Author("sorry", "Rue Regret", id="67"), "I should not have said that", "Q3")
    e.post(
        28,
        Author("shy@tiny.example", "Shy Follower"),
        "Only for my followers",
        "Q3",
        network="mastodon",
        visibility="restricted",
    )
    e.close(40, "Q3")
    e.post(45, who["ailsa"], "Thank you all, transcript to follow #tartantm")
    e.happen(Placed({late: "Q1"}), 50)
    e.happen(Starred((a1,)), 51)
    e.happen(Noted(a1, "Calum’s page: https://mastodon.example/about"), 52)
    e.mark("decision", a1)
    e.mark("action", said, late)
    e.happen(Summarised("Q1", "Not over, but *quieter*.\n\nTwo people disagreed."), 53)
    e.happen(Summarised(None, "A short evening with one page at the end of it."), 54)
    e.happen(Hidden((hidden,)), 55)
    e.happen(Deleted((gone,), START + timedelta(minutes=56)), 56)
    return e


_TEXT = """
we publish the register monthly and the hardest part is agreeing who owns each field before
anyone opens a spreadsheet so start there my team tried a shared calendar for it and people
stopped sending round robin emails within a fortnight which nobody expected least of all us
the policy fits on one page because nobody reads two of them at the end of a long shift
"""
_WORDS = _TEXT.split()
_FIRST = (
    *("Ailsa", "Bruno", "Catrin", "Dele", "Eilidh", "Fionn", "Grażyna", "Hamish", "Iona", "Jamila"),
    *("Kirsty", "Lachlan", "Morag", "Niamh", "Oluwaseun", "Paddy", "Rhona", "Struan", "ليلى", "明"),
)
_LAST = ("Example", "Sample", "Placeholder", "Specimen", "Muster", "Przykład")


def big(
    count: int, seed: int = 7, *, numbered: bool = False, known: tuple[Person, ...] = ()
) -> Evening:
    """An evening of `count` posts with everything that evenings bring; always the same.

    With `numbered` no two posts begin alike, which is quicker to build by the ten thousand.
    The agenda names who is `known` besides its own people.
    """
    draw = random.Random(seed)
    agenda = Agenda(
        AGENDA.title,
        hashtags=AGENDA.hashtags,
        starts=AGENDA.starts,
        ends=AGENDA.ends,
        timezone=AGENDA.timezone,
        people=(*AGENDA.people, *known),
        venues=AGENDA.venues,
        questions=(
            *QUESTIONS,
            Question("Q5", "Should an organisation’s accounts have a personality of their own?"),
            Question("Q6", "What happens when that personality leaves and takes everybody along?"),
            Question(
                "Q7", "The next big thing: how do we turn those at the top into early adopters?"
            ),
            Question("Q7a", "Do we have to?", parent="Q7"),
        ),
    )
    e = Evening(agenda)
    e.happen(SourceChanged("x", "ended", "asked to stop"), 130)
    e.happen(SourceChanged("mastodon:mastodon.example", "connected"), 130)
    authors = [
        Author(
            f"{'person' if ord(first[0]) > 300 else first.casefold()}{n}"
            + ("@mastodon.example" if n % 3 == 1 else ".example" if n % 3 == 2 else ""),
            f"{first} {_LAST[n % 6]}",
            id=str(1000 + n),
        )
        for n, first in enumerate(_FIRST * (1 + count // 300))
    ]
    questions = [question.id for question in agenda.questions][:-1]
    minutes = 110 / len(questions)
    ids: list[str] = []
    opened = 0
    for n in range(count):
        minute = -8 + 135 * n / count
        while opened < len(questions) and minute >= opened * minutes:
            e.open(opened * minutes, questions[opened])
            opened += 1
        question = questions[opened - 1] if opened and draw.random() > 0.12 else None
        if minute > 115:
            question = None
        who = draw.randrange(len(authors))
        more: dict[str, Any] = {}
        start = draw.randrange(len(_WORDS) - 30)
        text = " ".join(_WORDS[start : start + draw.randrange(6, 30)]).capitalize()
        text = f"{n} {text}" if numbered else text
        kind = n % 40
        if question and n % 3 == 0:
            text, more["by"] = f"A{question[1:]} {text}", "label"
        if kind == 3:
            text = "نعم، ننشر السجل كل شهر ونراجعه معا"
            more["languages"] = ("ar",)
        elif kind == 7:
            text += " https://guides.example/how-to/keep-a-register-alive?utm_source=x&page=2"
        elif kind == 9:
            text += " 👍🏽👩‍💻🏴󠁧󠁢󠁳󠁣󠁴󠁿"
        elif kind == 11:
            more["media"] = (
                Media("image", "https://cdn.example/a.jpg", "A board with five notes on it"),
            )
        elif kind == 13:
            more["media"] = (Media("image", "https://cdn.example/b.jpg"),)
        elif kind == 15:
            more["content_warning"] = "office politics"
        elif kind == 17:
            text += " https://long.example/" + "a-very-long-path/" * 12
        elif kind == 19:
            more["edited_at"] = START + timedelta(minutes=minute + 2)
        elif kind == 21:
            text += "\n\nAnd a second paragraph, because some networks have room for one."
        elif kind == 23:
            more |= {"repost_of": draw.choice(ids), "by": "repost"}
        elif kind == 25:
            more["quote_of"] = draw.choice(ids)
        elif kind == 29 and question and opened > 2:
            question = questions[opened - 2]
        if n % 4 == 1 and n > 4 and kind != 23:
            more |= {"reply_to": draw.choice(ids[-12:]), "by": "reply"}
        if kind == 31 and question:
            e.remark(minute, "Morag", "Glasgow", text, question)
            continue
        network = ("x", "mastodon", "bluesky")[who % 3]
        ids.append(
            e.post(minute, authors[who], text + " #tartantm", question, network=network, **more)
        )
    while opened < len(questions):
        e.open(opened * minutes, questions[opened])
        opened += 1
    e.close(115, questions[-1])
    later = 200
    for n, post_id in enumerate(ids):
        if n % 23 == 5:
            e.happen(Starred((post_id,)), later)
        if n % 31 == 6:
            e.happen(Noted(post_id, "Worth a page of its own in the guide."), later)
        if n % 29 == 8:
            marks: Iterable[Mark] = ("action", "decision", "idea", "resource", "question")
            e.mark(tuple(marks)[n // 29 % 5], post_id)
        if n % 37 == 10:
            e.happen(Placed({post_id: "Q3"}), later)
        if n % 50 == 12:
            e.happen(Hidden((post_id,)), later)
    for question in questions[:5]:
        words = "Most people named one owner a field, and nobody wanted a second policy."
        e.happen(Summarised(question, words), later)
    e.happen(Summarised(None, "Fewer documents, more owners.\n\nThree teams will try it."), later)
    return e


def edited(evening: Evening, post_id: str, text: str, minute: float) -> None:
    """The author of a post changes its words."""
    old = evening.chat.entries[post_id].post
    at = START + timedelta(minutes=minute)
    evening.happen(Edited(Post(post_id, old.author, old.created_at, text, edited_at=at)), minute)


def plain(count: int = 100) -> Evening:
    """Posts and nothing else, as the checker's own sample has them: for comparing weights."""
    e = Evening()
    names = ("Amara Quill", "Bo Ferris", "Catrin Voss", "Dele Marsh", "ليلى حداد", "Fionn O’Hare")
    for n in range(count):
        question = QUESTIONS[n * 5 // count].id
        if n * 5 // count != (n - 1) * 5 // count:
            e.open(n * 0.15, question)
        who = n % len(names)
        text = " ".join(_WORDS[(n * 3 + k) % len(_WORDS)] for k in range(8 + (n * 7) % 28))
        if n % 17 == 4:
            text = "نعم، ننشر البيانات كل شهر"
        elif n % 13 == 6:
            text = f"Guide here: https://example.org/guides/{n}?a=1&b=2 👍🏽"
        author = Author(f"person{who}", names[who], id=str(who))
        url = f"https://x.com/person{who}/status/{213_000_000_000_000_000 + n}"
        e.post(n * 0.15, author, f"{text} #tartantm", question, url=url)
    e.close(count * 0.15, QUESTIONS[-1].id)
    return e
