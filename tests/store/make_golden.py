"""Make a golden session file: a made-up evening with every kind of event and every field.

    python tests/store/make_golden.py NAME [FOLDER]

writes FOLDER/NAME.tartantm and, as the chat that the code which made it saw, FOLDER/NAME.json. Each
format is made once, by the code of its release (put the release's folder on PYTHONPATH), and stays:
`test_golden` reads them all. Clock and salt are fixed, so that the same code makes the same events.
All people, places and words are invented.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec


def _module(*names: str) -> Any:
    """Import the first of these that there is: 0.1.0 kept its modules elsewhere."""
    for name in names:
        try:
            return import_module(f"tartantm.{name}")
        except ModuleNotFoundError:
            continue
    raise ModuleNotFoundError(names)


agenda = _module("core.agenda", "agenda")
edits = _module("core.agenda_edits", "agenda_edits")
chats = _module("core.chat", "chat")
ev = _module("core.events", "events")
posts = _module("core.post", "post")
erase = _module("store.erasure", "store.erase", "erase")
journals = _module("store.journal", "journal")

START = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)


class Clock(datetime):
    """A clock that goes on by ten seconds whenever it is read."""

    ticks = 0

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        Clock.ticks += 1
        return START + timedelta(seconds=10 * Clock.ticks)


def at(minute: float) -> datetime:
    """A time in minutes after the start."""
    return START + timedelta(minutes=minute)


MORAG = posts.Author("morag", "Morag Madeup", "1", "https://x.example/morag")
ANGUS = posts.Author("angus", "Angus Invented", "2")
EILIDH = posts.Author("eilidh@social.example", "Eilidh Fiction", "https://social.example/u/eilidh")
EILIDH_TOO = posts.Author("eilidh.example", "Eilidh Fiction", "did:example:eilidh")
FERGUS = posts.Author("fergus", "Fergus Sample", "4")
ROBOT = posts.Author("headlines", "Example Headlines", bot=True)

AGENDA = agenda.Agenda(
    "An evening that never was",
    ("tartantm", "madeup"),
    START,
    at(120),
    "Europe/London",
    ("Q", "A", "F"),
    (
        agenda.Person("Morag Madeup", ("morag@x", "@morag@social.example"), "host", "Nowhere Town"),
        agenda.Person("Angus Invented", ("angus",), "guest"),
        agenda.Person("Nobody Inparticular", (), "moderator"),
    ),
    (agenda.Venue("The Made-up Thistle"), agenda.Venue("The Pretend Arms")),
    (
        agenda.Question("Q1", "Does anybody read minutes?", None, 10, at(2)),
        agenda.Question("Q2", "Who writes them?"),
        agenda.Question("Q2a", "With what?", "Q2", 2.5),
        agenda.Question("Q3", "Where are they kept?", asked_by=("x:900", "x:4")),
        agenda.Question("Q4", "What comes after minutes?"),
        agenda.Question("Q5", "Anything else?"),
    ),
)


def post(post_id: str, author: Any, minute: float, text: str, **more: Any) -> Any:
    """Return a post, heard five seconds after it was written unless `more` says otherwise."""
    heard = {"received_at": at(minute) + timedelta(seconds=5)}
    return posts.Post(post_id, author, at(minute), text, **(heard | more))


def placed(question: str | None, by: str = "time", reason: str = "", **more: Any) -> Any:
    """Return where grouping might have put a post."""
    words = reason or f"said while {question} was open"
    return ev.Placement(question, by, words, more.pop("confidence", 0.75), **more)


class Evening:
    """A session file that is being made, and its chat."""

    def __init__(self, path: Path) -> None:
        self.journal = journals.Journal(path, create=True)
        self.chat = chats.Chat()

    def happen(self, *events: Any) -> None:
        """Record events in one commit."""
        recorded = self.journal.append(events)
        if getattr(recorded, "anew", False):
            self.chat.reload(self.journal.since(0))
            return
        for item in recorded:
            self.chat.apply(item)

    def edit(self, change: Any, *arguments: Any, **options: Any) -> None:
        """Edit the agenda by a function of `agenda_edits`."""
        if change is not edits.reword:
            options["fixed"] = {opened for opened in ("Q1", "Q2") if opened in self.chat.agenda}
        edit = change(self.chat.agenda, *arguments, **options)
        self.happen(ev.AgendaEdited(edit.agenda, edit.renamed, edit.words))

    def undo(self) -> None:
        """Undo the last act."""
        self.happen(ev.Undone(self.chat.history.undoable.seq))

    def redo(self) -> None:
        """Redo the act that was undone last."""
        self.happen(ev.Redone(self.chat.history.redoable.seq))

    def erase(self, *, author: str = "", post: str = "") -> None:
        """Erase for good, and make the chat anew."""
        if hasattr(erase, "Wanted"):
            network, _, handle = author.partition(":")
            wanted = erase.Wanted((f"{network}:@{handle}",) * bool(author), (post,) * bool(post))
            erasure = erase.Erasure(list(self.journal.since(0)), wanted)
        else:
            network, _, handle = author.partition(":")
            by = f"{handle}@{network}"
            erasure = erase.by_author(self.chat, by) if author else erase.one_post(self.chat, post)
        self.journal.erase(erasure.rewrite, erasure.event)
        self.chat.reload(self.journal.since(0))
        self.journal.position = self.chat.last_seq


def _posts_of_the_evening() -> list[Any]:
    everything = post(
        "mastodon:https://social.example/p/1",
        EILIDH,
        3,
        "A1 Minutes are where good evenings go to sleep, with a picture of that",
        url="https://social.example/@eilidh/1",
        aliases=("mastodon:social.example/101",),
        reply_to="x:1",
        reply_to_handle="morag",
        quote_of="x:2",
        thread="x:1",
        hashtags=("tartantm",),
        mentions=("morag", "angus"),
        links=(posts.Link("https://example.org/minutes", "example.org/minutes", "Minutes"),),
        media=(
            posts.Media("image", "https://social.example/m/1.png", "An empty book"),
            posts.Media("video"),
        ),
        languages=("en", "gd"),
        content_warning="Yawning",
        sensitive=True,
        visibility="unlisted",
        version="1",
        found_by="reply",
    )
    kept = msgspec.structs.replace(
        everything,
        id="mastodon:https://social.example/p/2",
        author=msgspec.structs.replace(EILIDH, handle="eilidh@other.example", id="o/eilidh"),
        text="A1 Minutes that everybody reads, with a picture of them",
        url="https://social.example/@eilidh/2",
        aliases=("mastodon:social.example/102",),
    )
    # The network's clock is ahead of ours.
    early = post("x:2", ANGUS, 4, "A1 I do, and I shall say so", received_at=at(3.5))
    copy = post("bluesky:at://did/1", EILIDH_TOO, 4, everything.text + ".", version="cid1")
    return [
        post("x:1", MORAG, 2, "Q1 Does anybody read minutes? #tartantm", languages=("en",)),
        everything,
        kept,
        early,
        copy,
        post("x:3", FERGUS, 5, "A repost of what nobody has heard", repost_of="x:9"),
        post("x:4", FERGUS, 6, "Where are they kept, though?", reply_to="x:2"),
        post("x:5", MORAG, 6, "A repost of Angus", repost_of="x:2"),
        post("feed:https://paper.example/1", ROBOT, 7, "Minutes read in the paper"),
        post("x:6", ANGUS, 8, "Only for followers", visibility="restricted"),
        post("x:7", ANGUS, 9, "Said, and taken back the same evening"),
        post("x:8", ANGUS, 9, "@fergus Quite so", reply_to="x:4", mentions=("fergus",)),
        post("x:10", FERGUS, 10, "A post that is erased alone"),
        post("x:11", MORAG, 11, "Its answer", reply_to="x:10"),
    ]


def _captures(evening: Evening) -> None:
    happen = evening.happen
    happen(ev.Begun(AGENDA, "d1" * 32, "5a17" * 4))
    happen(
        ev.SourceChanged("x", "connected", "Connected to X", at=at(0)),
        ev.SourceChanged("mastodon:social.example", "connected"),
        ev.Opened("Q1", at(2), "plan"),
    )
    for number, each in enumerate(_posts_of_the_evening()):
        source = "" if number == 5 else each.id.partition(":")[0]
        placement = placed("Q1", inbox=number % 3 == 0)
        if each.id == "x:8":
            placement = placed("Q1", "reply", "replies to Fergus Sample in Q1", confidence=0.9)
        happen(ev.Captured(each, placement, source))
    happen(ev.Captured(_posts_of_the_evening()[3], placed(None)))  # heard again: changes nothing
    later = post("x:2", ANGUS, 4, "A1 I do, and I say so", version="2", edited_at=at(12))
    old = post("x:2", ANGUS, 4, "A1 I do, nd I say so", version="1", edited_at=at(11))
    again = post("x:1", MORAG, 2, "Q1 Does anyone read minutes?", version="2", edited_at=at(13))
    happen(ev.Edited(later), ev.Edited(old), ev.Captured(again, placed("Q1"), "x"))
    theirs = post("mastodon:https://o.example/1", posts.Author("una@o.example", "Una"), 5, "Not so")
    ours = post(theirs.id, posts.Author("una@o.example", "Una Example"), 5, "Just so")
    by = ["mastodon:copies.example", "mastodon:o.example"]
    happen(ev.Captured(theirs, placed("Q1"), by[0]), ev.Edited(ours, by[1]))
    link = posts.Link("https://social.example/@eilidh/1", "", "A yawn")
    quoting = post("x:14", ANGUS, 13, "See that", quote_of="x:2", links=(link,))
    happen(ev.Captured(quoting, placed("Q1"), "x"), ev.Muted("phrase", "a yawn"))
    twice = [
        post("x:15", posts.Author("una", "Una Example", "15"), 13, "Here"),
        post("mastodon:https://u.example/1", posts.Author("una@u.example", "Una Example"), 13, "I"),
    ]
    happen(*(ev.Captured(each, placed("Q1"), "x") for each in twice))
    happen(ev.Redacted("author", "mastodon:una@u.example"), ev.Deleted((twice[1].id,), at(14)))
    happen(ev.Deleted(("mastodon:social.example/101", "x:12"), at(14)))
    happen(ev.Captured(post("x:12", ANGUS, 13, "Heard after its deletion"), placed("Q1"), "x"))
    happen(ev.Hidden(("x:7",)), ev.Deleted(("x:7",), at(14), "account"))
    happen(
        ev.Grouped(
            {
                "x:2": placed(
                    *("Q2", "label", 'labelled "A2"'), confidence=0.98, alternatives=("Q2a", None)
                ),
                "x:4": placed("Q2a", "wording", "worded like Q2a", inbox=True),
            }
        )
    )


def _people(evening: Evening) -> None:
    """Posts by an id alone, by somebody who changes the handle, and by who is no part of it."""
    if not hasattr(ev, "Identified"):
        return
    did, post_id = "did:example:iona", "bluesky:at://did:example:iona/app.bsky.feed.post"
    bare, then = posts.Author(did, id=did), posts.Author("iona.invented", "Iona", did)
    context = post("x:20", posts.Author("una", "Una Example", "15"), 3, "Said long ago")
    quoting = post("x:21", ANGUS, 14, "Just this", quote_of="x:20")
    evening.happen(
        ev.Captured(context, placed(None, "context", "came along"), "x", carried_by="x:21"),
        ev.Captured(quoting, placed("Q1"), "x"),
        ev.Captured(post(f"{post_id}/1", bare, 14, "Heard by a stream"), placed("Q1"), "bluesky"),
        ev.Identified("bluesky", posts.Author("iona.example", id=did)),
        ev.Captured(post(f"{post_id}/2", then, 14, "Renamed"), placed("Q1"), "bluesky"),
        ev.Captured(
            post("feed:https://example.example/1", ROBOT, 14, "Some day", undated=True),
            placed("Q1"),
            "feed:https://example.example/feed",
        ),
    )


def _acts(evening: Evening) -> None:
    happen = evening.happen
    happen(ev.Opened("Q2", at(15), "host", "x:1"))
    carried = {"x:8": placed("Q2", "reply", "replies to a post that was moved", confidence=0.9)}
    happen(ev.Placed({"x:4": "Q2", "x:1": None}, carried))
    happen(ev.Grouped({"x:4": placed("Q1")}))  # a person decided: changes nothing
    happen(ev.Starred(("x:1", "x:2")), ev.Starred(("x:1",), on=False))
    happen(ev.Hidden(("x:8", "x:11")), ev.Hidden(("x:8",), on=False))
    happen(ev.Marked(("x:2", "x:8"), "idea"), ev.Marked(("x:2",), "action"))
    happen(ev.Marked(("x:8",), "idea", on=False))
    happen(
        ev.Noted("x:2", "Ask Angus\nto say more"), ev.Noted("x:11", "No"), ev.Noted("x:11", None)
    )
    happen(ev.Summarised("Q1", "Few do."), ev.Summarised(None, "An evening on minutes."))
    happen(ev.Summarised("Q2", "Somebody."), ev.Summarised("Q3", None))
    speaker = posts.Author("Isobel Imagined", "Isobel Imagined")
    remark = post("room:5a17-1", speaker, 16, "We keep ours in a tin", venue="The Made-up Thistle")
    unsaid = post("room:5a17-2", speaker, 17, "Not said")
    happen(ev.Remarked(remark, "Q2"), ev.Remarked(unsaid, None))
    if hasattr(ev, "RemarkCorrected"):
        venue = "The Made-up Thistle"
        better = post("room:5a17-1", speaker, 17, "We keep ours in a tin box", venue=venue)
        happen(ev.RemarkCorrected(better))
    evening.undo()
    happen(ev.Closed("Q2", at(20)), ev.Opened("Q3", at(21), "moderator"))


def _agenda_edits(evening: Evening) -> None:
    evening.edit(edits.insert, "And who pays?", "Q3", follow_up=True)
    evening.edit(edits.promote, "Where are they kept, though?", "x:4", "Q2")
    evening.edit(edits.reword, "Q5", "What comes after these minutes?")
    evening.edit(edits.move, "Q6", -1)
    evening.edit(edits.split, "Q2", "Who writes minutes?", "Who would like to?")
    evening.happen(ev.Summarised("Q4", "In a drawer."), ev.Placed({"x:11": "Q4"}, late=True))
    evening.edit(edits.merge, "Q4", "Q3")
    evening.edit(edits.skip, "Q2a")
    evening.undo()
    evening.undo()
    evening.redo()
    changed = msgspec.structs.replace(
        evening.chat.agenda,
        title="An evening that never was, revised",
        questions=evening.chat.agenda.questions[:-1],
    )
    evening.happen(ev.AgendaChanged(changed, "d2" * 32, {"Q5": "Q3"}))


def _withheld_and_asked(evening: Evening) -> None:
    happen = evening.happen
    happen(ev.Muted("author", "feed:headlines"), ev.Muted("phrase", "Sleep"))
    happen(ev.Muted("phrase", "Sleep", on=False))
    happen(ev.Redacted("post", "x:11", reason="off-topic"), ev.Redacted("author", "x:angus"))
    happen(ev.Redacted("phrase", "tin", reason="request"), ev.Redacted("phrase", "drawer"))
    happen(ev.Redacted("phrase", "drawer", on=False))
    happen(ev.Redacted("phrase", "biscuit"), ev.Redacted("exact", "Tìn", joined=True))
    happen(ev.Muted("phrase", "crumbs"), ev.Muted("phrase", "teapot", joined=True))
    happen(
        ev.SourceChanged("x", "lost", "X hung up", 3, at(30), 14, 2),
        ev.Filled("x", at(30), at(33), "search", 2),
        ev.Filled("mastodon:social.example", at(30), at(31), "", why="The server keeps no history"),
        ev.SourceChanged("x", "connected", "", 3, at(33), 16, 2, how="stream"),
        ev.SourceChanged("bluesky", "asked", at=at(33), since=at(-30)),
        ev.SourceChanged("bluesky", "lost", "No answer", at=at(34), how="unreachable"),
        ev.SourceChanged("bluesky", "ended", at=at(60)),
        ev.SourceChanged("x", "ended", "", 3, at(60), 16, 2),
        ev.SourceChanged("mastodon:social.example", "failed", "The token was refused"),
        ev.Rechecked(12, 2, 1, 3),
    )


def _erasures(evening: Evening) -> None:
    happen = evening.happen
    options = {"pseudonyms": "all", "include_hidden": True, "width": 72}
    happen(ev.Exported("/srv/pages", "evening", ("html", "text"), options, 9, {"html": "d1" * 32}))
    happen(ev.LeaksAccepted(("5a17" * 8, "d1d2" * 8)), ev.LeaksAccepted(("d1d2" * 8,), on=False))
    happen(ev.InboxSet("thorough"), ev.InboxSet("few"))
    happen(
        ev.ReaderSaid(("x:2",), {"x:2": "Q1"}, ("x:1", "x:2"), (None, "Q1"), "d1" * 16, "made-up"),
        ev.ReaderSaid(("x:10",), {"x:10": None}, ("x:10",), (None, "Q1"), "d2" * 16, "made-up"),
    )
    happen(ev.Corrected({"redacted": 2, "deleted": 1}))
    evening.erase(post="x:10")
    evening.erase(author="x:fergus")
    names = {"redacted": ("x:morag",), "names": ("d1" * 16,)}
    kept = names | {"hidden": ("x:2",), "folds": {"x:2": ("x:11",)}}
    happen(ev.Erased(1, ("5a17" * 8,), accounts=1, rewritten=2, **kept))
    happen(ev.Muted("exact", "Spam"), ev.Muted("author", "x:spam", joined=True))
    happen(ev.Redacted("exact", "Scam"), ev.Redacted("phrase", "a scam", joined=True))
    evening.happen(ev.Captured(post("x:13", ANGUS, 61, "Said last"), placed("Q3"), "x"))
    evening.happen(ev.Starred(("x:13",)), ev.Noted("x:13", "The last word"))
    evening.undo()
    evening.happen(ev.Opened("Q1", at(62), "moderator"), ev.Closed("Q1", at(65)))


def seen(chat: Any) -> dict[str, Any]:
    """Return all that a chat holds, under names that no later version changes.

    Sentences that the program makes of it are left out: a later version may word them better.
    """
    periods = chat.periods.all_periods if hasattr(chat, "periods") else chat.turns.everything
    history = chat.history
    return {
        "agenda": chat.agenda,
        "digest": chat.digest,
        "salt": chat.salt,
        "entries": [
            _named(entry, ENTRY) | {"placement": _stored(entry.placement)}
            for entry in chat.ordered()
        ],
        "periods": [_named(period, PERIOD) for period in periods],
        "replies": {i: [e.id for e in chat.threads.replies(i)] for i in chat.entries},
        "summary": chat.summary,
        "summaries": {question: state.summary for question, state in chat.states.items()},
        "sources": chat.sources,
        "coverage": chat.coverage,
        "mutes": chat.mutes,
        "redactions": [[*rule, *why] for rule, why in chat.redactions.items()],
        "rechecked": chat.rechecked,
        "erased": chat.erased,
        "blocked": sorted(chat.blocked),
        **_since_version_2(chat),
        **_people_since_version_2(chat),
        "history": [{"kind": type(act.event).__name__, **_named(act, ACT)} for act in history.acts],
        "undoable": history.undoable and history.undoable.seq,
        "redoable": history.redoable and history.redoable.seq,
        "last": [chat.last_seq, chat.last_at],
    }


def _since_version_2(chat: Any) -> dict[str, Any]:
    """Return what version 2 brought, where the file has any: earlier files have no such events."""
    if not hasattr(chat, "exports"):
        return {}
    new = {
        "exports": chat.exports,
        "corrections": chat.corrections,
        "accepted_leaks": sorted(chat.accepted_leaks),
        "gone_names": sorted(chat.gone_names),
    }
    budget = {} if chat.inbox_budget == "usual" else {"inbox_budget": chat.inbox_budget}
    return (new if any(new.values()) else {}) | budget


def _people_since_version_2(chat: Any) -> dict[str, Any]:
    carried = [each.id for each in chat.ordered() if getattr(each, "carried", False)]
    ids = {(network, author.id): None for network, author in chat.authors if author.id}
    several = {
        f"{network}:{account}": handles
        for network, account in ids
        if hasattr(chat, "people") and len(handles := chat.people.handles(network, account)) > 1
    }
    return {"carried": carried, "handles": several} if carried or several else {}


ENTRY = (
    *("post", "seq", "starred", "hidden", "muted", "note", "marks", "withdrawn"),
    *("deleted_at", "deleted_why", "earlier", "folds", "folded_into", "source"),
    *("listed", "published", "in_inbox"),
)
PERIOD = ("at", "seq", "question", "by", "post", "withdrawn")
ACT = ("seq", "at", "by_person", "posts", "undone")


def _named(holder: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(holder, name) for name in names}


def _stored(placement: Any) -> Any:
    """Return a placement without the reason that the program words when a person places."""
    return msgspec.structs.replace(placement, reason="") if placement.by_person else placement


def as_json(chat: Any) -> bytes:
    """Return what `seen` holds, as a person reads it."""
    return msgspec.json.format(msgspec.json.encode(seen(chat)), indent=1) + b"\n"


def make(path: Path) -> Any:
    """Make the session file and return its chat."""
    Clock.ticks, journals.datetime = 0, Clock
    evening = Evening(path)
    try:
        _captures(evening)
        _people(evening)
        _acts(evening)
        _agenda_edits(evening)
        _withheld_and_asked(evening)
        _erasures(evening)
    finally:
        evening.journal.close()
        journals.datetime = datetime
    return evening.chat


def main(name: str, folder: str = str(Path(__file__).parent / "golden")) -> None:
    """Make a golden file of that name; refuses to replace one."""
    path = Path(folder) / f"{name}.tartantm"
    if path.exists():
        sys.exit(f"{path} is there already; a golden file is never changed.")
    path.with_suffix(".json").write_bytes(as_json(make(path)))
    if left := [each.name for each in path.parent.glob(f"{path.name}-*")]:
        sys.exit(f"SQLite left {', '.join(left)} behind.")
    path.chmod(0o644)


if __name__ == "__main__":
    main(*sys.argv[1:])
