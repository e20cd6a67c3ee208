"""What the lines at the head and the foot of the desk say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tartantm.core.asked_sources import asked_last
from tartantm.core.chat import Chat
from tartantm.core.describe import posts
from tartantm.core.entry import Entry
from tartantm.core.plan import next_question, planned_end
from tartantm.desk.panes.agenda import AgendaList, minutes_words
from tartantm.desk.panes.bars import EDGES, sparkline
from tartantm.desk.panes.messages import Messages
from tartantm.desk.panes.pane_layout import PaneLayout
from tartantm.desk.panes.pieces import Piece, cells
from tartantm.desk.panes.posts import PostList
from tartantm.desk.panes.review_view import ReviewView
from tartantm.desk.panes.shown_list import ShownList
from tartantm.desk.panes.source_state import deafness, source_pieces
from tartantm.desk.panes.views import ALL, INBOX, NAMES, REVIEW, Views, per_minute, waits_in
from tartantm.moderation.conversation import alone
from tartantm.moderation.standing import gained, to_come
from tartantm.store.session import LiveSession
from tartantm.transcript.times import clock, clock_on

if TYPE_CHECKING:
    from tartantm.capture.supervisor import Supervisor

CUE_LASTS = timedelta(minutes=15)
SPARK_MINUTES = 12

CROWDED = 72
"""Columns below which posts a minute would leave no room for what is listed."""

Line = tuple[list[Piece], list[Piece]]


FOOTER = (
    *("place.accept", "place.other", "place.1", "place.general", "note.star", "note.write"),
    *("post.select", "note.hide", "desk.undo", "agenda.next", "view.inbox", "view.search"),
    *("move.newest", "note.mark", "view.details"),
)
"""The commands that the footer shows, the most used first; what does not fit is left out."""


class KeyHint(NamedTuple):
    """A command as the footer shows it."""

    key: str
    """Its first key as people write it; "" where it has none."""
    words: str
    for_post: bool
    """Whether it applies only where a post is under the cursor."""


NOT_LISTENING = "Not listening here, as you chose"
"""Where a session that listened to networks was opened and listens to none."""


def declined(chat: Chat) -> bool:
    """Returns whether networks were listened to last; who opens it without chose not to."""
    return bool(asked_last(chat.coverage))


def _makes_way(left: Sequence[Piece]) -> bool:
    """Returns whether it is the last post that stands at the left; see `StatusLines._left`."""
    return len(left) > 1


def is_live(capture: Supervisor | None) -> bool:
    """Returns whether a source may still deliver posts."""
    if capture is None:
        return False
    return any(health.state != "ended" for health in capture.health)


class StatusLines:
    """What each line says, by the state of the desk."""

    def __init__(
        self,
        session: LiveSession,
        views: Views,
        shown_list: ShownList,
        post_list: PostList,
        agenda: AgendaList,
        panes: PaneLayout,
        messages: Messages,
        capture: Supervisor | None,
        keys: Mapping[str, KeyHint],
    ) -> None:
        """`keys` has a hint for each command, by the command's id."""
        self._session, self._chat, self._capture = session, session.chat, capture
        self._unheard = ""
        """Why nothing is heard, where nothing is to be heard."""
        if capture is None:
            self._unheard = NOT_LISTENING if declined(session.chat) else "No network is heard"
        self._views, self._shown_list, self._post_list = views, shown_list, post_list
        self._agenda, self._panes, self._messages = agenda, panes, messages
        self._keys = keys

    def head(self, now: datetime) -> Line:
        """Hashtag and title; the chat's clock."""
        agenda = self._chat.agenda
        tag = f"#{agenda.hashtags[0]}  " if agenda.hashtags else ""
        right: list[Piece] = [(clock(now.astimezone(agenda.tz), seconds=True), "text")]
        period = self._chat.periods.last
        question = agenda.get(period.question) if period else None
        if period and question and now >= period.at and (passed := minutes_words(now - period.at)):
            over = (end := planned_end(self._chat)) is not None and now > end
            plan = f" of {question.minutes:g}" if question.minutes else ""
            if self._panes.narrow:
                # The narrow agenda pane has no room for it.
                style = "attention" if over else "question"
                right.insert(0, (f"{question.id} {passed}{plan}  ", style))
        return [(tag, "question"), (agenda.title, "strong")], right

    def list_head(self, now: datetime) -> Line:
        """What is listed, how many wait below and in the inbox; posts a minute."""
        view, chat, shown_list = self._post_list.view, self._chat, self._shown_list
        question = chat.agenda.get(self._shown_list.name)
        count, inbox = len(view), len(self._views[INBOX])
        left: list[Piece]
        if question:
            left = [(f"{question.id}  ", "question"), (question.text, "strong")]
        elif self._shown_list.name == INBOX:
            rows = f" in {count} rows" if count < inbox else ""
            words = f", {inbox} to place{rows}"
            left = [("Inbox", "strong"), (words, "attention" if count else "muted")]
        elif isinstance(self._views.review, ReviewView) and self._shown_list.name == REVIEW:
            left = [("Review", "strong"), (f", {gained(self._views.review.standing)}", "attention")]
        else:
            left = [(NAMES[self._shown_list.name], "strong"), (f", {posts(count)}", "muted")]
        if shown_list.filters:
            titles = " ".join(each.title for each in shown_list.filters)
            more = "or more " if shown_list.growing else ""
            left = [(f"{posts(count)} {more}{titles} in ", "attention"), left[0]]
        if chosen := len(self._post_list.selection.ids):
            grows = " ↕" if self._post_list.selection.anchor else ""
            left.insert(0, (f"{chosen} selected{grows}  ", "attention"))
        right: list[Piece] = []
        if waiting := self._post_list.unseen:
            right.append((f"{waiting} new ↓  ", "attention"))
        elif self._post_list.following:
            right.append(("following  ", "muted"))
        if inbox and self._shown_list.name != INBOX and not self._agenda.shows(INBOX):
            right.append((f"{inbox} in the inbox  ", "attention"))
        rates = per_minute(self._views[ALL], now, SPARK_MINUTES)
        says_more = bool(shown_list.filters) or shown_list.name == REVIEW
        crowded = self._panes.width < CROWDED or (says_more and self._panes.narrow)
        if (self._capture or any(rates)) and not crowded:
            right.append((f"{rates[-1]} a minute {sparkline(rates)}", "muted"))
        return left, right

    def empty(self) -> str:
        """What an empty list says."""
        if self._shown_list.filters:
            return "Nothing here that fits; Esc shows more."
        if self._shown_list.name == INBOX:
            more = f"; {self._keys['view.review'].key or 'z'} shows what else may stand wrong"
            return f"The inbox is empty{more if self._views[ALL] else ''}."
        if self._shown_list.name == REVIEW:
            return "Nothing is left to look at."
        if self._capture or self._views[ALL]:
            return "Nothing here yet."
        return "No network is heard yet; L says how to hear one."

    def cue(self, now: datetime) -> str:
        """Returns a hint once the open question has had its planned time; "" otherwise.

        A quarter of an hour later it is "" again: by then nobody follows the plan.
        """
        chat = self._chat
        end, period = planned_end(chat), chat.periods.last
        if end is None or period is None or not timedelta(0) <= now - end <= CUE_LASTS:
            return ""
        following = next_question(chat)
        key = self._keys["agenda.next"].key or "o"
        then = f"; {key} opens {following.id}" if following else ""
        minutes = round((end - period.at).total_seconds() / 60)
        return f"{period.question} has had its {minutes} minutes{then}"

    def _after_the_chat(self, now: datetime) -> str:
        """A hint at the review once the chat is over by the agenda, while posts wait."""
        ends, key = self._chat.agenda.ends, self._keys["view.review"].key
        if ends is None or now < ends or not self._views[INBOX] or not key:
            return ""
        return f"The chat is over; {key} shows what to look at first"

    def status(self, now: datetime) -> Line:
        """What is wrong, a message while it is new, else the last post; sources; what is saved."""
        capture, trouble = self._capture, self._session.trouble
        message = self._messages.current
        captures = capture is not None and capture.capture is not None
        deaf = deafness(capture.health) if captures and capture is not None else None
        alarms = []
        if trouble:
            # Without posts, it is placements that follow from an act that wait.
            waiting = f", {capture.waiting} waiting" if capture and capture.waiting else ""
            alarms.append(f"NOT SAVED{waiting}: {trouble}")
        if deaf is not None and (trouble or not message):
            alarms.append(deaf.in_full(self._keys["desk.reconnect"].key, self._sources_key))
        left = self._left(alarms, message, now)
        right: list[Piece] = []
        if capture and not captures and is_live(capture):
            right.append(("another tartantm listens  ", "attention"))
        if not trouble:
            slow = self._session.slow
            right.append(("saving …", "attention") if slow else ("saved ✓", "good"))
        if deaf is not None:
            return left, right if alarms else [(f"{deaf.short}  ", "trouble"), *right]
        room = self._panes.width - EDGES - cells(right)
        sources = self._sources(room, left)
        if _makes_way(left) and cells(left) + 2 + cells(sources) > room:
            left = []
        return left, [*sources, *right]

    def _left(self, alarms: Sequence[str], message: str, now: datetime) -> list[Piece]:
        if alarms:
            return [("  ".join(alarms), "trouble")]
        if message:
            return [(message, "trouble" if self._messages.trouble else "strong")]
        review = self._views.review
        if isinstance(review, ReviewView) and self._shown_list.name == REVIEW:
            return [(to_come(review.standing), "text")]
        if late := self.cue(now):
            return [(late, "attention")]
        if over := self._after_the_chat(now):
            return [(over, "attention"), ("", "muted")]
        # In two pieces, which are cut where there is little room; one alone would take more lines.
        return [(self._last_post(now), "muted"), ("", "muted")]

    def _sources(self, room: int, left: Sequence[Piece]) -> list[Piece]:
        """How each source is heard in so many cells beside what stands at the left.

        The last post makes way for trouble; anything else takes more lines beside it.
        """
        capture = self._capture
        if capture is None:
            listened = self._unheard == NOT_LISTENING and bool(self._views[ALL])
            return [("not listening here, as you chose  ", "attention")] if listened else []
        beside = cells(left) + 2
        most = room
        if not _makes_way(left):
            beside = min(beside, room // 2)
            most -= beside
        return source_pieces(capture.health, room - beside, most, key=self._sources_key)

    def _accepts(self, entry: Entry | None) -> bool:
        """Whether Enter accepts where a post stands, and does not open its details."""
        return entry is None or waits_in(self._shown_list.name, entry)

    @property
    def _sources_key(self) -> str:
        return self._keys["desk.sources"].key

    def _last_post(self, now: datetime) -> str:
        view = self._views[ALL]
        if not view:
            return self._unheard or "No posts yet"
        at = view.keys[-1][0]
        seconds = int((now - at).total_seconds())
        if 0 <= seconds < 120:
            return f"Last post {seconds} s ago"
        tz = self._chat.agenda.tz
        return f"Last post at {clock_on(at.astimezone(tz), now.astimezone(tz))}"

    def _applies(self, name: str, entry: Entry | None) -> bool:
        """Returns whether a command would do anything now: a row may offer no second place."""
        if name == "move.newest":
            return not self._post_list.following
        if name == "place.other" and entry is not None:
            row = self._post_list.view.conversation(entry.id) or alone(entry)
            return waits_in(self._shown_list.name, entry) and len(row.places) > 1
        return True

    def foot(self) -> Line:
        """The keys that matter now."""
        entry = self._chat.entry(self._post_list.cursor)
        pieces: list[Piece] = []
        all_keys = self._keys["desk.help"]
        right: list[Piece] = [(f"{all_keys.key} ", "question"), (all_keys.words, "muted")]
        room = self._panes.width - 12
        for name in FOOTER:
            key, words, for_post = self._keys[name]
            if not key or (for_post and entry is None) or not self._applies(name, entry):
                continue
            if name == "place.1":
                key, words = ("1-0" if key == "1" else key), "place"
            elif name == "place.accept" and not self._accepts(entry):
                words = "details"
            room -= len(key) + len(words) + 3
            if room < 0:
                break
            pieces += [(f"{key} ", "question"), (f"{words}  ", "muted")]
        return pieces, right
