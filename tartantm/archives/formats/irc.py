"""IRC logs: weechat, irssi, ZNC, HexChat and XChat, mIRC, and whatever writes alike.

Shapes from what the clients' own manuals and loggers say: weechat's logger plugin (date, prefix and
message between tabs), irssi's ``log_*`` settings and theme formats, ZNC's log module (a file a
day), HexChat's ``**** BEGIN LOGGING AT``, mIRC's ``Session Start``. They are local time, so the
chat's zone is taken; joins, topics and modes are no posts. Matrix clients that save text as
``[time] <nick> words`` are read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from pathlib import PurePath

from tartantm.archives.local_times import (
    MONTH,
    LocalTimes,
    clock_in,
    day_in,
    made_day,
    month_number,
    next_day_at,
    offset_in,
)
from tartantm.archives.shape import Context, Line, TextFormat
from tartantm.archives.text_posts import PostMaker, name_of
from tartantm.core.post import Author
from tartantm.networks.heard import Named, Parsed

_STAMP = re.compile(
    rf"""\s{{0,4}}
    (?P<open>[\[(])?
    (?:(?P<day>\d{{4}}-\d\d-\d\d)[T ]\s?
      | (?P<month>{MONTH})\s(?P<of_month>\d{{1,2}})\s)?
    (?P<clock>\d{{1,2}}:\d\d(?::\d\d)?)(?:[.,]\d{{1,6}})?
    (?P<zone>Z|[+-]\d\d:?\d\d)?
    (?(open)[\])])
    (?=[\s<*-])""",
    re.X | re.I,
)
_SAID = re.compile(
    r"\s{1,4}<(?P<nick>[^<>\n]{1,100})>[ \t]?(?P<words>.*)|\s?<(?P<n>[^<>]+)>(?P<w>.*)"
)
_WEECHAT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t[^\t]{0,100}\t")
_NETWORK_EVENT = re.compile(
    r"(?:\*{3}|-!-|-->|<--|--|=!=|-\S+-|>{1,2}|<{1,2}|!\S*|·|---|→|←|ℹ|⚙)(?:\s|$)"
)
_ACTION = re.compile(r"(?:\*|•)\s+(?P<nick>\S{1,100})(?:\s(?P<words>.*))?$")
_HAPPENED = re.compile(
    r"""\S+\s(?:
      (?:\([^)]*\)\s|\[[^]]*\]\s)?(?:has\s(?:joined|left|quit)|(?:joined|left|quit)\b)
      | sets?\s(?:channel\s)?(?:mode|ban)|gives\s|removes\s|was\skicked|has\skicked|has\schanged
      | changes?\stopic|is\snow\sknown\sas | set\sthe\stopic
    )
    | (?:Now\stalking\s|Topic\s(?:for|is)\b|Set\sby\s|Disconnected\b|Rejoined\b|Connect|Loaded\s
      | You\sare\snow\sknown\sas|Attempting\s|Retrieving\s|[#&]\S+\s)""",
    re.X,
)
"""What HexChat and mIRC write with the same star as what somebody does."""
_RENAMED = re.compile(r"(\S{1,100}) (?:is now known as|\[?is now\]?) (\S{1,100})$")
_JOINED = re.compile(r"(?:Joins: )?(\S{1,100}) (?:\(|\[|has joined)")
_NEW_DAY = re.compile(
    r"(?:---\s?(?:Log opened|Log closed|Day changed)|\*{4} (?:BEGIN|ENDING) LOGGING AT"
    r"|Session (?:Start|Time|Close)|\[?Log(?:ging)? started)\b:?(?P<rest>.*)",
    re.I,
)
_NO_POST = re.compile(r"\s*$|Session Ident: |(?:--- |\*{4} )|#")
_FORMATTING = re.compile(
    r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9a-fA-F]{6}|[\x02\x0f\x11\x16\x1d-\x1f]"
)
"""Colours and type faces of mIRC."""
_MODES = "@+~&%!* "
_BRIDGES = re.compile(r"[\u200b-\u200d\u2060\ufeff]")
"""Put into nicks by bridges, so that nobody is rung."""

MOST_SAME_PEOPLE = 100_000
"""Nicks of one log that are remembered."""


class Log:
    """Reads one log, line by line."""

    def __init__(self, context: Context) -> None:
        self._times = LocalTimes(context.zone, context.day)
        self._make = PostMaker("irc")
        self._day = day_in(PurePath(context.name).name)
        self._has_chat_day = context.day is not None
        self._today = (context.day or context.now).astimezone(context.zone).date()
        self._is_guessed = self._day is None and context.day is None
        self._last: time | None = None
        self._latest: datetime | None = None
        self._people: dict[str, str] = {}
        """By the nick, in lower case, under which somebody is now, the first nick of theirs."""

    def read(self, line: str) -> Parsed | None:
        """Returns what a line holds, None where it goes on with the words before."""
        line = _FORMATTING.sub("", line.lstrip("\ufeff"))
        if changed := _NEW_DAY.match(line):
            return self._new_day(changed["rest"])
        stamp = _STAMP.match(line)
        if stamp is None:
            return Parsed() if _NO_POST.match(line) else None
        rest = line[stamp.end() :]
        if _WEECHAT.match(line):
            return self._of_weechat(stamp, rest)
        if said := _SAID.match(rest):
            nick, words = (said["nick"], said["words"]) if said["nick"] else (said["n"], said["w"])
            return self._post(stamp, nick, words)
        rest = rest.strip()
        if _NETWORK_EVENT.match(rest):
            return self._happened(stamp, rest.partition(" ")[2].strip())
        if acts := _ACTION.match(rest):
            what = rest.lstrip("*• \t")
            if _HAPPENED.match(what):
                return self._happened(stamp, what)
            return self._post(stamp, acts["nick"], f"* {acts['words'] or ''}")
        return Parsed(problems=["no nick and words that can be read"])

    def _of_weechat(self, stamp: re.Match[str], rest: str) -> Parsed:
        prefix, _, words = rest[1:].partition("\t")
        prefix = prefix.strip()
        if prefix in ("*", "•"):
            nick, _, words = words.partition(" ")
            return self._post(stamp, nick, f"* {words}")
        if not prefix or _NETWORK_EVENT.fullmatch(prefix):
            return self._happened(stamp, words)
        return self._post(stamp, prefix.strip("<>"), words)

    def _new_day(self, rest: str) -> Parsed:
        if (day := day_in(rest)) is None:
            return Parsed(problems=[f"a day that cannot be read: “{rest.strip()[:60]}”"])
        self._day, self._is_guessed = day, False
        clock = re.search(r"\d\d:\d\d:\d\d", rest)
        self._last = clock_in(clock[0]) if clock else None
        return Parsed()

    def _happened(self, stamp: re.Match[str], what: str) -> Parsed:
        """Takes note of who is here, and of who is called otherwise from now on."""
        if renamed := _RENAMED.match(what):
            old, new = (name_of(each.strip("[]")) for each in renamed.groups())
            if (at := self._at(stamp)) is None or not (old and new):
                return Parsed()
            first = self._people.pop(old.casefold(), old)
            # A nick that was here before is whose it was: somebody who comes back takes their own.
            first = self._people.setdefault(new.casefold(), first)
            return Parsed([Named("irc", Author(new, id=_id(first)), at)])
        if joined := _JOINED.match(what):
            self._know(name_of(joined[1].lstrip(_MODES)))
        return Parsed()

    def _post(self, stamp: re.Match[str], nick: str, words: str) -> Parsed:
        nick = name_of(_BRIDGES.sub("", nick).strip().lstrip(_MODES))
        if not nick:
            return Parsed(problems=["no nick"])
        if not words.strip("* \t"):
            return Parsed()  # somebody sent an empty line
        at = self._at(stamp)
        if at is None:
            return Parsed(problems=[f"no time: “{stamp[0].strip()[:40]}”"])
        doubts = ["the log names no day: today's was taken"] if self._is_guessed else []
        known = self._people
        post = self._make.post(Author(nick, id=_id(self._know(nick))), at, words, known=known)
        return Parsed([post], doubts=doubts)

    def _know(self, nick: str) -> str:
        if len(self._people) >= MOST_SAME_PEOPLE:
            return self._people.get(nick.casefold(), nick)
        return self._people.setdefault(nick.casefold(), nick)

    def _at(self, stamp: re.Match[str]) -> datetime | None:
        """The time of a line in UTC; that of a line without its day follows on the one before."""
        clock = clock_in(stamp["clock"])
        if clock is None:
            return None
        day = self._said_day(stamp)
        if day is None and self._day is not None:
            day = self._day = next_day_at(self._day, self._last, clock)
        elif day is None and not self._has_chat_day:
            day = self._day = self._today
        elif day is not None:
            self._day = day
        self._last = clock
        offset = offset_in(stamp["zone"]) if stamp["zone"] else None
        return self._times.at(day, clock, offset)

    def _said_day(self, stamp: re.Match[str]) -> date | None:
        if stamp["day"]:
            self._is_guessed = False
            return day_in(stamp["day"])
        if not stamp["month"]:
            return None
        month, day = month_number(stamp["month"]), int(stamp["of_month"])
        near = self._day or self._today
        # HexChat leaves out the year: the log's heading says it, and goes on past New Year.
        years = (near.year, near.year + 1, near.year - 1)
        days = [each for year in years if (each := made_day(year, month, day))]
        return min(days, key=lambda each: abs((each - near).days), default=None)


def _id(first_nick: str) -> str:
    """The permanent id of whoever began the log under a nick."""
    return f"nick:{first_nick.casefold()}"


def _read(lines: Iterator[tuple[int, str]], context: Context) -> Iterator[Line]:
    log = Log(context)
    for number, line in lines:
        parsed = log.read(line)
        yield number, parsed or Parsed(problems=["no time that can be read"])


_WRITERS = {
    "weechat": re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\t[^\t]{0,100}\t"),
    "HexChat": re.compile(
        rf"\*{{4}} (?:BEGIN|ENDING) LOGGING|{MONTH} \d\d \d\d:\d\d:\d\d [<*-]", re.I
    ),
    "irssi": re.compile(
        r"--- (?:Log|Day) |\d\d:\d\d(?::\d\d)? (?:<[ @+%~&!*]?[^ <>]+> |-!- | \* )"
    ),
    "mIRC": re.compile(r"Session (?:Start|Time|Close|Ident)|\[\d\d:\d\d\] [<*]"),
    "ZNC": re.compile(r"\[(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\] (?:<[^<>]+> |\*{1,3} |-\S+- )"),
    "": re.compile(
        r"[\[(]?(?:\d{4}-\d\d-\d\d[T ] ?)?\d\d:\d\d(?::\d\d)?(?:[.,]\d+)?"
        r"(?:Z|[+-]\d\d:?\d\d)?[\])]?"
        r"\s{1,3}(?:<[^<> ]{1,64}>(?: |$)|\*{1,3} \S|-!- )"
    ),
}
"""By whose log a line is; the last are those of many other clients and bots."""

_MOST = 0.6
"""Of the first lines, those that have to be of one client."""


def _format(client: str, line: re.Pattern[str]) -> TextFormat:
    def fits(begun: Sequence[str], _: Context) -> bool:
        lines = [each for each in begun if each.strip()]
        own = sum(line.match(each.lstrip("\ufeff")) is not None for each in lines)
        return bool(lines) and own >= max(1, len(lines) * _MOST)

    shown = f"IRC log ({client})" if client else "IRC log"
    return TextFormat(f"irc-{client.lower()}" if client else "irc", shown, fits, _read)


IRC = tuple(_format(client, line) for client, line in _WRITERS.items())
