"""Made-up chats in which things are withheld, and which words their exports contain.

Every word that somebody wrote is one of `token`: it begins with x, ends with q and has neither
between. So it is found in the letters of any file, whatever stands around it, and the program's own
words (headings, "[redacted]", numbers, hashed ids) are never taken for one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

import msgspec
from msgspec.structs import replace

from tartantm.core import events as ev
from tartantm.core.accounts import Accounts
from tartantm.core.agenda import Agenda, Person, Question, Venue
from tartantm.core.carried import CONTEXT
from tartantm.core.chat import Chat
from tartantm.core.entry import Entry
from tartantm.core.errors import BadInput
from tartantm.core.events import Event, Placement, Recorded
from tartantm.core.identity import author_key
from tartantm.core.post import Author, Link, Media, Post
from tartantm.moderation import agenda as agenda_acts
from tartantm.moderation import annotate, history, withhold
from tartantm.moderation.act import PreparedAct
from tartantm.moderation.erasing import carry_out, wanted_accounts
from tartantm.store.erasure import Wanted
from tartantm.store.journal import Journal
from tartantm.store.session import Session
from tartantm.transcript import FORMATS, ExportOptions
from tartantm.transcript.export import ExportContext
from tests.builders import START

TOKEN = re.compile(r"x(?:[bdfgklmnprst][aeiou]){3}[0-9]{3}q")

_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u034f"))
_NOT_LETTERS = re.compile(r"[^a-z0-9]+")
_STYLE = re.compile(r"<style>.*?</style>", re.DOTALL)

VOWELS = "aeiou"
CONSONANTS = "bdfgklmnprst"


def token(number: int) -> str:
    """Returns the word of a number: ``xbadoq``."""
    one, two = divmod(number, len(VOWELS) * len(CONSONANTS))
    syllables = [(number, len(CONSONANTS)), (two, 7), (one, 5)]
    body = "".join(CONSONANTS[n % len(CONSONANTS)] + VOWELS[n % len(VOWELS)] for n, _ in syllables)
    return f"x{body}{number:03}q"


def tokens_in(text: str) -> frozenset[str]:
    """Returns the words that a reader, or somebody who searches, finds in a text in any spelling.

    This folds texts by itself, not as the program does.
    """
    if "<style>" in text:
        text = _STYLE.sub("", text)
    if "%" in text:
        text = unquote(text)
    if "\\u" in text:  # JSON and archives
        text = re.sub(r"\\u([0-9a-f]{4})", lambda match: chr(int(match[1], 16)), text)
    if "&" in text:
        text = re.sub(r"&\w+;|&#\w+;", "", text)
    if "<" in text:
        text = re.sub(r"</?(?:b|i|em|strong|bdi|wbr)\b[^>]*>", "", text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text.translate(_UNSEEN))
        text = text.encode("ascii", "ignore").decode()  # what combines is none
    return frozenset(TOKEN.findall(_NOT_LETTERS.sub("", text.lower())))


def exported(chat: Chat, options: ExportOptions) -> dict[str, frozenset[str]]:
    """Returns the words of every format."""
    context = ExportContext(chat, options)
    return {name: tokens_in("".join(context.pieces(form))) for name, form in FORMATS.items()}


def words_of(*events: Event) -> frozenset[str]:
    """Returns every word, name and id in events."""
    return tokens_in(" | ".join(_strings(msgspec.to_builtins(list(events)))))


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield str(key)
            yield from _strings(held)
    elif isinstance(value, list | tuple):
        for held in value:
            yield from _strings(held)


def more(
    after: dict[str, frozenset[str]], before: dict[str, frozenset[str]]
) -> dict[str, set[str]]:
    """Returns the words that files have after something and did not have before, by format."""
    return {name: set(held - before[name]) for name, held in after.items() if held - before[name]}


def rules_said(chat: Chat) -> list[tuple[str, str, str, bool, bool]]:
    """Returns every mute and redaction that was said, of what, whether on, and whether undone."""
    return [
        (type(event).__name__, event.kind, event.value, event.on, act.undone)
        for act in chat.history.acts
        for event in act.events
        if isinstance(event, ev.Muted | ev.Redacted)
    ]


def withheld_by_author(chat: Chat) -> set[tuple[str, str]]:
    """Returns the posts of authors whom a mute or redaction names by a handle that they had."""
    accounts = Accounts(chat)
    return {
        (name, post)
        for name, rules in (("muted", chat.mutes), ("redacted", chat.redactions))
        for kind, value in rules
        if kind == "author"
        for account in accounts.of_key(value)
        for post in account.posts
    }


def rules_otherwise(before: Chat, after: Chat, recorded: Iterable[Event]) -> list[Any]:
    """Returns what is not with rules as it was before something left the file.

    Rules may leave, rules may be `recorded` with it, and they may name people by another handle;
    what is said of others is done or undone as it was.
    """
    was, now = rules_said(before), rules_said(after)
    now = now[: len(now) - sum(isinstance(event, ev.Muted | ev.Redacted) for event in recorded)]
    rest = iter(was)
    if not all(any(_is_alike(said, each) for each in rest) for said in now):
        return [was, now]
    if not any(isinstance(event, ev.Erased) for event in recorded):
        return [] if len(was) == len(now) else [was, now]
    if any(len(account.handles) > 1 for account in Accounts(before).all):
        return []
    left = {said[:3] for said in now}
    kept = [said for said in was if said[:3] in left]
    lost = [rule for rule in _held(before) if rule in left and rule not in _held(after)]
    return [kept, now] if kept != now else lost


def _is_alike(said: tuple[Any, ...], before: tuple[Any, ...]) -> bool:
    """Whether two rules are of the same kind, on, and undone, whatever they are about."""
    return (*said[:2], *said[3:]) == (*before[:2], *before[3:])


def _held(chat: Chat) -> list[tuple[str, ...]]:
    rules = [("Muted", *rule) for rule in chat.mutes]
    return [*rules, *(("Redacted", *rule) for rule in chat.redactions)]


def questions_of_unseen(chat: Chat) -> list[Question]:
    """Returns the questions that are in the words of a post which was hidden or muted."""
    return [
        question
        for question in chat.agenda.questions
        for entry in map(chat.entry, question.asked_by)
        if entry is not None
        and (entry.hidden or entry.muted)
        and any(question.text in text for text in (entry.post.text, *_earlier(entry)))
    ]


def without_words(chat: Chat, questions: Iterable[Question]) -> Chat:
    """Returns a chat with no words in these questions."""
    left, ids = copy(chat), {question.id for question in questions}
    left.agenda = replace(
        chat.agenda,
        questions=tuple(
            replace(each, text="?") if each.id in ids else each for each in chat.agenda.questions
        ),
    )
    return left


def _earlier(entry: Entry) -> Iterable[str]:
    return (wording.text for wording in entry.earlier)


DECORATIONS: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda text: f"**{text}**",
    lambda text: "\u200b".join(text),
    lambda text: text.replace("a", "á").replace("o", "ö"),
    lambda text: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text),
    lambda text: text[:3] + "\u00ad" + text[3:],
    lambda text: text.replace(" ", "\u00a0"),
    lambda text: "#" + "".join(word.title() for word in text.split()),
    lambda text: "https://a.example/" + quote(text.replace("a", "à")) + "/page",
    lambda text: text.replace(" ", ".") + "@mail.example",
    lambda text: text.replace(" ", "\n"),
    lambda text: text.replace(" ", "_"),
    lambda text: f"<b>{text.replace(' ', '</b> ')}",
]
"""How a name or a phrase is written by those who do not write it plainly."""

NETWORKS = ("x", "mastodon", "bluesky")
PERSONS = 4


@dataclass
class Who:
    """Somebody with an account on each network, who may rename it."""

    number: int
    name: str
    renamed: int = 0

    def author(self, network: str) -> Author:
        """Returns who they are on a network now."""
        handle = token(100 + self.number)
        if self.renamed > 1:
            handle = token(110 + self.number + 4 * (self.renamed // 2))
        shown = {0: self.name, 1: f"Dr {self.name} (she/her)", 2: f"{self.name} 🌻"}[
            self.renamed % 3
        ]
        if self.renamed > 3:
            shown = f"{token(140 + self.number)} {self.name.split()[1]}"
        if network == "mastodon":
            url = f"https://m.example/@{handle}"
            return Author(
                f"{handle}@m.example", shown, f"https://m.example/users/{self.number}", url
            )
        if network == "bluesky":
            return Author(f"{handle}.example", shown, f"did:plc:{token(130 + self.number)}")
        return Author(handle, shown, f"90{self.number}")


def people() -> list[Who]:
    """Returns those who take part."""
    return [Who(n, f"{token(2 * n).title()} {token(2 * n + 1).title()}") for n in range(PERSONS)]


AGENDA = Agenda(
    f"An evening of {token(60)}",
    ("tartantm",),
    START,
    START + timedelta(hours=2),
    "Europe/London",
    people=(
        Person(
            people()[0].name, (f"{token(100)}@x", f"@{token(100)}@m.example"), "host", token(61)
        ),
        Person(f"{token(62)} {token(63)}", (f"{token(64)}@x",), "guest", token(65)),
    ),
    venues=(Venue(f"The {token(66)}"),),
    questions=(
        Question("Q1", f"Why {token(67)} {token(68)}?"),
        Question("Q2", f"{token(69)}, {token(70)} and {token(71)}?"),
    ),
)

Kind = Literal["withholds", "adds", "shows"]


@dataclass
class Done:
    """An act, or something heard: the events, and whether it withholds."""

    kind: Kind
    recorded: list[Recorded]
    taken_back: bool = False


@dataclass
class Evening:
    """A chat that goes on by numbers: the same numbers make the same evening."""

    recorded: list[Recorded] = field(default_factory=list)
    chat: Chat = field(default_factory=Chat)
    who: list[Who] = field(default_factory=people)
    done: list[Done] = field(default_factory=list)
    minute: int = 0

    def __post_init__(self) -> None:
        """Begin."""
        self.happen("adds", ev.Begun(AGENDA, "d", "00" * 8), ev.Opened("Q1", START, "moderator"))

    def happen(self, kind: Kind, *events: Event) -> Done:
        """Let events happen together."""
        self.minute += 1
        at = START + timedelta(minutes=self.minute)
        first = self.chat.last_seq + 1
        items = [Recorded(first + n, at, event) for n, event in enumerate(events)]
        for item in items:
            self.chat.apply(item)
        self.recorded += items
        self.done.append(Done(kind, items))
        return self.done[-1]

    def without(self, done: Done) -> Chat:
        """Returns the chat as it would be had an act never happened, nor been taken back."""
        seqs = {item.seq for item in done.recorded}
        return Chat(
            item
            for item in self.recorded
            if item.seq not in seqs
            and not (isinstance(item.event, ev.Undone | ev.Redone) and item.event.act in seqs)
        )

    @property
    def begun(self) -> Event:
        """How it began: with an agenda."""
        return self.recorded[0].event

    @property
    def posts(self) -> list[str]:
        """Ids of all posts that are held."""
        return list(self.chat.entries)

    def pick(self, number: int) -> str | None:
        """Returns one of the posts."""
        return self.posts[number % len(self.posts)] if self.posts else None

    def phrase(self, number: int) -> str:
        """Returns words that may stand in the chat: names, and two or three words in a row."""
        if number % 3 == 0:
            return self.who[number % PERSONS].name
        first = 10 + number % 12
        return " ".join(token(n) for n in range(first, first + 1 + number % 3))


@dataclass
class KeptEvening(Evening):
    """An evening in a session file, as deleting and erasing need it: they rewrite what is kept."""

    path: Path = field(default_factory=Path)
    session: Session | None = None

    def happen(self, kind: Kind, *events: Event) -> Done:
        """Record events, and go on with what the file says now."""
        if self.session is None:
            self.session = Session(self.path, create=True)
        before = self.session.chat.last_seq
        self.minute += 1
        self.session.record(*events)
        return self._done(kind, before)

    def erase(self, wanted: Wanted) -> Done | None:
        """Erase for good; None where nothing is there."""
        assert self.session is not None
        before = self.session.chat.last_seq
        self.minute += 1
        try:
            carry_out(self.session.journal, wanted)
        except BadInput:
            return None
        self.close()
        self.session = Session(self.path)
        return self._done("withholds", before)

    def close(self) -> None:
        """Let the file go."""
        if self.session is not None:
            self.session.journal.close()

    def _done(self, kind: Kind, before: int) -> Done:
        assert self.session is not None
        self.chat = self.session.chat
        with Journal(self.path) as journal:
            self.recorded = list(journal.since(0))
        self.done.append(Done(kind, [item for item in self.recorded if item.seq > before]))
        return self.done[-1]


REWRITING = ("delete", "recheck", "erase")
"""What rewrites the file, so that it needs one."""


def words(numbers: tuple[int, ...]) -> str:
    """Returns words in a row, so that phrases of two or three occur."""
    first = 10 + numbers[0] % 10
    return " ".join(token(n) for n in range(first, first + 2 + numbers[1] % 6))


def text_of(evening: Evening, numbers: tuple[int, ...]) -> str:
    """Returns what somebody writes: words, a name or a handle in some spelling, a quotation."""
    one, two, three, four = numbers
    parts = [words((one, two))]
    person = evening.who[three % PERSONS]
    decorate = DECORATIONS[four % len(DECORATIONS)]
    kind = (one + four) % 6
    if kind == 0:
        parts.append(f"thanks {decorate(person.name)}!")
    elif kind == 1:
        parts.insert(0, f"@{person.author(NETWORKS[two % 3]).handle}")
    elif kind == 2:
        parts.append(decorate(words((three, two))))
    elif kind == 3 and (post := evening.pick(three)) and evening.chat.entries[post].post.text:
        parts = [f"“{evening.chat.entries[post].post.text}”"]
    elif kind == 4:
        parts.append(f"{person.author('bluesky').handle} said so")
    return " ".join(parts)


def post_of(evening: Evening, numbers: tuple[int, ...], **given: Any) -> Post:
    """Returns a post of somebody, with what posts may have."""
    one, two, three, four = numbers
    person, network = evening.who[one % PERSONS], NETWORKS[two % 3]
    author = given.pop("author", None) or person.author(network)
    network = given.pop("network", network)
    name = token(200 + evening.minute)  # never given twice, as networks' ids are
    handle = author.handle.partition("@")[0]
    post_id = {
        "x": f"x:{name}",
        "mastodon": f"mastodon:https://m.example/users/{handle}/statuses/{name}",
        "bluesky": f"bluesky:at://{author.id}/app.bsky.feed.post/{name}",
    }[network]
    at = START + timedelta(minutes=evening.minute)
    text = given.pop("text", None) or text_of(evening, (three, four, one, two))
    url = f"https://{network}.example/{handle}/{name}"
    if four % 5 == 0:
        words_there = words((two, one))
        given.setdefault(
            "links", (Link(f"https://n.example/{token(50 + two % 3)}", "n.example/…", words_there),)
        )
    if four % 5 == 1:
        given.setdefault(
            "media", (Media("image", f"https://i.example/{name}", words((one, three))),)
        )
    if four % 7 == 2:
        given.setdefault("content_warning", words((four, 0)))
    if four % 3 == 0:
        given.setdefault("hashtags", ("tartantm", token(10 + three % 10)))
    return Post(post_id, author, at, text, url=url, **given)


def captured(evening: Evening, post: Post, numbers: tuple[int, ...]) -> Done:
    """Let a source hear a post."""
    reason = "Q1 open since 18:01"
    replied = evening.chat.entry(post.reply_to)
    if replied is not None:
        reason = f"replies to {replied.post.author.shown} in Q1"
    if numbers[0] % 9 == 0:
        reason = f'says "{post.text[:12]}" as Q1 does'
    return evening.happen("adds", ev.Captured(post, Placement("Q1", "reply", reason, 0.8)))


def _new(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    more: dict[str, Any] = {}
    if (target := evening.pick(numbers[3])) and numbers[2] % 3 == 0:
        more = {
            "reply_to": target,
            "reply_to_handle": evening.chat.entries[target].post.author.handle,
        }
    return captured(evening, post_of(evening, numbers, **more), numbers)


def _repost(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[3])
    if target is None:
        return None
    original = evening.chat.entries[target].post
    where = original.network if original.network in NETWORKS else "x"
    author = evening.who[numbers[0] % PERSONS].author(where)
    reposted = (
        target if numbers[2] % 4 else f"{where}:https://m.example/users/1/statuses/{token(90)}"
    )
    text = original.text or "RT"
    post = post_of(
        evening, (*numbers[:3], 4), author=author, network=where, text=text, repost_of=reposted
    )
    return captured(evening, post, numbers)


def _copy(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[3])
    if target is None or not evening.chat.entries[target].post.text:
        return None
    original = evening.chat.entries[target].post
    owner = next(
        (w for w in evening.who if w.author(original.network).id == original.author.id), None
    )
    if owner is None:
        return None
    network = NETWORKS[numbers[1] % 3]
    text = original.text if numbers[2] % 4 else original.text + " #tartantm"
    post = post_of(
        evening,
        (*numbers[:3], 3 + numbers[3]),
        author=owner.author(network),
        network=network,
        text=text,
    )
    return captured(evening, post, numbers)


def _quote(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[3])
    if target is None:
        return None
    original = evening.chat.entries[target].post
    card = Link(
        original.url or f"https://n.example/{token(51)}", "n.example/q…", original.text[:80]
    )
    return captured(evening, post_of(evening, numbers, quote_of=target, links=(card,)), numbers)


def _carry(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    """Let a source hear a post that brings along what it quotes, answers or reposts."""
    came = [entry for entry in evening.chat.entries.values() if entry.carried]
    events: list[Event] = []
    if came and numbers[1] % 3 == 0:
        context = came[numbers[3] % len(came)].post
    else:
        context = post_of(evening, (numbers[3], numbers[2], numbers[1], numbers[0]))
        evening.minute += 1
    field = ("quote_of", "reply_to", "repost_of")[numbers[0] % 3]
    more: dict[str, Any] = {"text": context.text or "RT"} if field == "repost_of" else {}
    post = post_of(evening, numbers, **{field: context.id}, **more)
    if context.id not in evening.chat.entries:
        events.append(ev.Captured(context, CONTEXT, "", post.id))
    where = Placement("Q1", "reply", "Q1 open since 18:01", 0.8)
    return evening.happen("adds", *events, ev.Captured(post, where))


def _join(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    """Let what came along before turn out to be a post of the chat."""
    came = [e for e in evening.chat.entries.values() if e.carried and not e.deleted_at]
    if not came:
        return None
    post = came[numbers[3] % len(came)].post
    where = Placement("Q1", "time", "Q1 open since 18:01", 0.8)
    return evening.happen("adds", ev.Captured(post, where))


def _edit(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[3])
    entry = evening.chat.entry(target)
    if entry is None or entry.deleted_at or entry.post.is_remark:
        return None
    at = START + timedelta(minutes=evening.minute)
    owner = next(
        (w for w in evening.who if w.author(entry.post.network).id == entry.post.author.id), None
    )
    author = owner.author(entry.post.network) if owner else entry.post.author
    text = text_of(evening, numbers)
    if numbers[2] % 3 == 0:
        text = f"{entry.post.text} {text}"
    changed = replace(
        entry.post, text=text, edited_at=at, version=str(evening.minute), author=author
    )
    return evening.happen("adds", ev.Edited(changed))


def _rename(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    evening.who[numbers[0] % PERSONS].renamed += 1
    return _new(evening, numbers)


def _remark(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    name = evening.who[numbers[0] % PERSONS].name if numbers[1] % 2 else token(95)
    said = f"{name}: {text_of(evening, numbers)}"
    at = START + timedelta(minutes=evening.minute)
    return act(evening, "adds", lambda: annotate.remark(evening.chat, said, token(66), at, "Q1"))


def _correct(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    """Correct a remark: its words, and mostly its speaker."""
    remarks = [each.id for each in evening.chat.entries.values() if each.post.is_remark]
    if not remarks:
        return None
    target = remarks[numbers[3] % len(remarks)]
    said = text_of(evening, numbers)
    if numbers[1] % 3:
        said = f"{evening.who[numbers[2] % PERSONS].name}: {said}"
    at = START + timedelta(minutes=numbers[0])
    return act(
        evening, "adds", lambda: annotate.correct_remark(evening.chat, target, said, None, at)
    )


def _note(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[3])
    if target is None:
        return None
    quoted = evening.chat.entries[target].post.text if numbers[0] % 2 else text_of(evening, numbers)
    return act(evening, "adds", lambda: annotate.note(evening.chat, target, quoted))


def _summary(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    question = [None, "Q1", "Q2"][numbers[0] % 3]
    said = text_of(evening, numbers)
    return act(evening, "adds", lambda: annotate.summarise(evening.chat, question, said))


def _place(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    """Place a post by hand; its replies go along."""
    chat, target = evening.chat, evening.pick(numbers[3])
    if target is None:
        return None
    questions = [None, *(question.id for question in chat.agenda.questions)]
    question = questions[numbers[0] % len(questions)]
    reason = f"replies to {chat.entries[target].post.author.shown} in {question}"
    carried = {
        entry.id: Placement(question, "reply", reason, 0.8)
        for entry in chat.entries.values()
        if entry.post.reply_to == target
    }
    return evening.happen("adds", ev.Placed({target: question}, carried))


def _promote(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[3])
    if target is None or not evening.chat.entries[target].post.text:
        return None
    said = evening.chat.entries[target].post.text
    text = said if numbers[0] % 2 else " ".join(said.split()[:5])
    return act(evening, "adds", lambda: agenda_acts.promote(evening.chat, target, text, "end"))


def _reword(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    """Give a question that was made of a post other words, with more or less of the post's."""
    chat = evening.chat
    made = [question for question in chat.agenda.questions if question.asked_by]
    if not made:
        return None
    question = made[numbers[3] % len(made)]
    asked = chat.entry(question.asked_by[0])
    said = (asked.post.text if asked else "").split()
    first, size = numbers[0] % 4, numbers[1] % 8
    own = [token(72 + numbers[2] % 9 + n) for n in range(numbers[2] % 7)]
    text = " ".join([*own, *said[first : first + size], f"{token(94)}?"])
    return act(evening, "adds", lambda: agenda_acts.reword(chat, question.id, text))


def _merge(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    chat = evening.chat
    ids = [question.id for question in chat.agenda.questions]
    one, other = ids[numbers[0] % len(ids)], ids[numbers[1] % len(ids)]
    return act(evening, "adds", lambda: agenda_acts.merge(chat, one, other))


def _hide(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[0])
    if target is None:
        return None
    return act(evening, "withholds", lambda: withhold.hide(evening.chat, [target], True))


def _show(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    hidden = [entry.id for entry in evening.chat.entries.values() if entry.hidden]
    if not hidden:
        return None
    target = hidden[numbers[0] % len(hidden)]
    return act(evening, "shows", lambda: withhold.hide(evening.chat, [target], False))


def _author_of(evening: Evening, number: int) -> str | None:
    target = evening.pick(number)
    return author_key(evening.chat.entries[target].post) if target else None


def _mute(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    key = _author_of(evening, numbers[1])
    if numbers[0] % 2 and key:
        return act(evening, "withholds", lambda: withhold.mute_authors(evening.chat, [key]))
    phrase, exact = evening.phrase(numbers[1]), numbers[2] % 4 == 0
    return act(
        evening, "withholds", lambda: withhold.mute_phrase(evening.chat, phrase, exact=exact)
    )


def _redact(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    chat, kind = evening.chat, numbers[0] % 3
    if kind == 0 and (key := _author_of(evening, numbers[1])):
        return act(evening, "withholds", lambda: withhold.redact_authors(chat, [key]))
    if kind == 1 and (target := evening.pick(numbers[1])):
        return act(evening, "withholds", lambda: withhold.redact_post(chat, target, "abuse"))
    phrase, exact = evening.phrase(numbers[1]), numbers[2] % 4 == 0
    return act(evening, "withholds", lambda: withhold.redact_phrase(chat, phrase, exact=exact))


def _mute_several(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    return _about_several(evening, "withholds", numbers, withhold.mute_authors)


def _redact_several(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    return _about_several(evening, "withholds", numbers, withhold.redact_authors)


def _end_several(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    acts = (withhold.mute_authors, withhold.redact_authors)
    return _about_several(evening, "shows", numbers, partial(acts[numbers[0] % 2], on=False))


def _about_several(
    evening: Evening,
    kind: Kind,
    numbers: tuple[int, ...],
    prepare: Callable[[Chat, list[str]], PreparedAct],
) -> Done | None:
    found = (_author_of(evening, number) for number in numbers[1:])
    keys = list(dict.fromkeys(filter(None, found)))
    return act(evening, kind, lambda: prepare(evening.chat, keys)) if keys else None


def _end_rule(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    chat = evening.chat
    rules = [*chat.mutes, *chat.redactions]
    if not rules:
        return None
    index = numbers[0] % len(rules)
    end = withhold.end_mute if index < len(chat.mutes) else withhold.end_redaction
    return act(evening, "shows", lambda: end(chat, rules[index]))


def _delete(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[0])
    if target is None or evening.chat.entries[target].post.is_remark:
        return None
    at = START + timedelta(minutes=evening.minute)
    return evening.happen("withholds", ev.Deleted((target,), at))


def _recheck(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[0])
    if target is None or evening.chat.entries[target].post.is_remark:
        return None
    at = START + timedelta(minutes=evening.minute)
    return evening.happen("withholds", ev.Deleted((target,), at, "gone"), ev.Rechecked(1, 1))


def _erase(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    target = evening.pick(numbers[1])
    if target is None or not isinstance(evening, KeptEvening):
        return None
    if numbers[0] % 2:
        return evening.erase(Wanted(posts=(target,)))
    account = Accounts(evening.chat).of_post(target)
    return evening.erase(wanted_accounts([account])) if account else None


def _undo(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    last = evening.chat.history.undoable  # it is agreed to, also where an erasure is newer
    agreed = last.seq if last else 0
    return _taken_back(evening, lambda: history.undo(evening.chat, agreed=agreed), to=True)


def _redo(evening: Evening, numbers: tuple[int, ...]) -> Done | None:
    return _taken_back(evening, lambda: history.redo(evening.chat), to=False)


def _taken_back(evening: Evening, prepare: Callable[[], PreparedAct], *, to: bool) -> Done | None:
    done = act(evening, "shows", prepare)
    if done is None:
        return None
    (event,) = (item.event for item in done.recorded)
    assert isinstance(event, ev.Undone | ev.Redone)
    for each in evening.done:
        if event.act in {item.seq for item in each.recorded}:
            each.taken_back = to
            if not to and each.kind == "withholds":
                done.kind = "withholds"
    return done


def act(evening: Evening, kind: Kind, prepare: Callable[[], PreparedAct]) -> Done | None:
    """Let the moderator act; None where the act is refused."""
    try:
        prepared = prepare()
    except BadInput:
        return None
    return evening.happen(kind, *prepared.events)


STEPS: dict[str, Callable[[Evening, tuple[int, ...]], Done | None]] = {
    "post": _new,
    "repost": _repost,
    "copy": _copy,
    "quote": _quote,
    "carry": _carry,
    "join": _join,
    "edit": _edit,
    "rename": _rename,
    "remark": _remark,
    "correct": _correct,
    "note": _note,
    "summary": _summary,
    "place": _place,
    "promote": _promote,
    "reword": _reword,
    "merge": _merge,
    "hide": _hide,
    "show": _show,
    "mute": _mute,
    "redact": _redact,
    "mute several": _mute_several,
    "redact several": _redact_several,
    "end": _end_rule,
    "end several": _end_several,
    "delete": _delete,
    "recheck": _recheck,
    "erase": _erase,
    "undo": _undo,
    "redo": _redo,
}
"""What may happen, by name."""

BEGINS = (
    "post",
    "post",
    "copy",
    "repost",
    "quote",
    "carry",
    "rename",
    "remark",
    "correct",
    "note",
    "summary",
    "place",
    "promote",
    "reword",
)
"""What a made-up evening begins with, before anything is withheld."""
