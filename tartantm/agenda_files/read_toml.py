"""Agenda files in TOML: strict about what they hold, exact about where they err."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any, ClassVar, NoReturn, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tartantm.core.agenda import Agenda, AgendaError, Person, Question, Role, Venue, numbered
from tartantm.core.post import clean, is_hashtag

T = TypeVar("T")
Path = tuple[str | int, ...]


def looks_like(text: str) -> bool:
    """Whether `text` is meant as TOML: its first line that says anything is a key or a table."""
    for line in text.splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            return bool(re.match(r"\s*(\[\[?\w+|[\w\"'.-]+\s*=)", line))
    return False


def parse(text: str, name: str) -> Agenda:
    """Read an agenda; raises AgendaError naming file, line and the nearest valid key."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason, _, place = str(error).rpartition(" (at ")
        line = re.match(r"line (\d+)", place)
        at = line[1] if line else text.count("\n") + (not text.endswith("\n"))
        raise AgendaError(f"{name}, line {at}: this is not TOML: {reason or error}.") from None
    return _agenda(_Table(data, (), name, key_lines(text)))


def key_lines(text: str) -> dict[Path, int]:
    """Tell the line of each key and table, by path: ``("questions", 1, "text")`` → 14."""
    lines: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    fence = ""
    for number, line in enumerate(text.splitlines(), 1):
        if fence:
            fence = "" if fence in line else fence
            continue
        if header := re.match(r"\s*(\[\[?)\s*([^\[\]]+?)\s*\]", line):
            *outer, last = re.split(r"\s*\.\s*", header[2].replace('"', "").replace("'", ""))
            table = ()
            for part in outer:
                table = (*table, part)
                if table in counts:
                    table = (*table, counts[table])
            table = (*table, last)
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines.setdefault(table, number)
        elif pair := re.match(r"\s*([\w\"'.-]+)\s*=\s*(.*)", line):
            lines.setdefault((*table, *pair[1].replace('"', "").split(".")), number)
            fence = next((f for f in ('"""', "'''") if pair[2].count(f) % 2), "")
    return lines


class _Table:
    """A TOML table of which every key has to be known."""

    KEYS: ClassVar[dict[str, list[str]]] = {
        "": [
            "title",
            "hashtags",
            "starts",
            "ends",
            "timezone",
            "labels",
            "people",
            "venues",
            "questions",
        ],
        "people": ["name", "handles", "role", "organisation"],
        "venues": ["name"],
        "questions": ["text", "number", "minutes", "opens_at", "asked_by", "follow_ups"],
        "follow_ups": ["text", "minutes", "opens_at", "asked_by"],
    }

    def __init__(self, data: Any, path: Path, name: str, lines: dict[Path, int]) -> None:
        self.path, self.name, self.lines = path, name, lines
        kind = str(path[-2]) if path else ""
        if not isinstance(data, dict):
            self.fail(f"what stands under [[{kind}]] has to be a table")
        self.data: dict[str, Any] = data
        known = self.KEYS[kind] if path else [*self.KEYS[""], "questions"]
        for key in data:
            if key not in known:
                near = get_close_matches(key, known, 1, 0.5)
                hint = f"the nearest is {near[0]!r}" if near else f"known: {', '.join(known)}"
                self.fail(f"unknown key {key!r}; {hint}", key)

    def fail(self, reason: str, key: str | None = None) -> NoReturn:
        path = self.path if key is None else (*self.path, key)
        while path and path not in self.lines:
            path = path[:-1]
        at = f", line {self.lines[path]}" if path else ""
        raise AgendaError(f"{self.name}{at}: {reason}.")

    def take(self, key: str, convert: Callable[[str, Any], T]) -> T | None:
        return convert(key, self.data[key]) if key in self.data else None

    def tables(self, key: str) -> list[_Table]:
        rows = self.data.get(key, [])
        if not isinstance(rows, list):
            self.fail(f"{key!r} has to be written [[{key}]], one a table", key)
        return [
            _Table(row, (*self.path, key, n), self.name, self.lines) for n, row in enumerate(rows)
        ]

    def text(self, key: str, value: Any) -> str:
        if not isinstance(value, str):
            self.fail(f"{key!r} has to be text in quotes", key)
        cleaned = clean(value, lines=False)
        if not cleaned:
            self.fail(f"{key!r} is empty", key)
        return cleaned

    def texts(self, key: str, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.fail(f'{key!r} has to be a list of texts, such as ["one", "two"]', key)
        return tuple(self.text(key, item) for item in value)

    def moment(self, key: str, value: Any) -> datetime:
        if not isinstance(value, datetime):
            kind = "is a date without a time" if isinstance(value, date) else "is no date and time"
            kind = "is a time without a date" if isinstance(value, time) else kind
            self.fail(f"{key!r} {kind}; write it like 2012-06-20T18:00:00+01:00, no quotes", key)
        return value

    def number(self, key: str, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 999:
            self.fail(f"{key!r} has to be a whole number from 0 to 999", key)
        return value

    def minutes(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1440:
            self.fail(f"{key!r} has to be a number of minutes above 0", key)
        return float(value)

    def role(self, key: str, value: Any) -> Role:
        roles: tuple[Role, ...] = ("host", "guest", "moderator")
        for role in roles:
            if value == role:
                return role
        self.fail(f"{key!r} has to be host, guest or moderator, not {value!r}", key)


def _agenda(table: _Table) -> Agenda:
    title = table.take("title", table.text)
    if not title:
        table.fail("the agenda has no 'title'")
    tags = [tag.lstrip("#＃") for tag in table.take("hashtags", table.texts) or ()]
    for tag in tags:
        if not is_hashtag(tag):
            table.fail(f"{tag!r} cannot be a hashtag: letters, digits and _ only", "hashtags")
    zone_name = table.take("timezone", table.text)
    zone = _zone(table, zone_name) if zone_name else None

    def moment(where: _Table, key: str) -> datetime | None:
        value = where.take(key, where.moment)
        if value is not None and value.tzinfo is None:
            if zone is None:
                where.fail(f"{key!r} has no offset from UTC; add one, such as +01:00", key)
            value = value.replace(tzinfo=zone)
        return value

    starts, ends = moment(table, "starts"), moment(table, "ends")
    if starts and ends and ends <= starts:
        table.fail("'ends' is not after 'starts'", "ends")
    labels = table.take("labels", table.texts) or ("Q", "A")
    for label in labels:
        if not re.fullmatch(r"[^\W\d_]{1,12}", label):
            table.fail(f"{label!r} cannot be a label: letters only, 12 at most", "labels")
    people = tuple(_person(row) for row in table.tables("people"))
    venues = tuple(_venue(row) for row in table.tables("venues"))
    questions = tuple(_questions(table.tables("questions"), moment))
    return Agenda(title, tuple(tags), starts, ends, zone_name, labels, people, venues, questions)


def _zone(table: _Table, name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.fail(f"{name!r} is no time zone; write one like Europe/London", "timezone")


def _person(table: _Table) -> Person:
    name = table.take("name", table.text)
    if not name:
        table.fail("a person has no 'name'")
    handles = table.take("handles", table.texts) or ()
    role = table.take("role", table.role) or ""
    organisation = table.take("organisation", table.text) or ""
    return Person(name, handles, role, organisation)


def _venue(table: _Table) -> Venue:
    name = table.take("name", table.text)
    if not name:
        table.fail("a venue has no 'name'")
    return Venue(name)


def _questions(
    tables: list[_Table], moment: Callable[[_Table, str], datetime | None]
) -> Iterable[Question]:
    number = 0
    seen: set[int] = set()
    for table in tables:
        given = table.take("number", table.number)
        number = number + 1 if given is None else given
        if number in seen:
            table.fail(f"there are two questions with number {number}", "number")
        seen.add(number)
        yield _question(table, numbered(number), None, moment)
        follow_ups = table.tables("follow_ups")
        if len(follow_ups) > 26:
            table.fail("a question has more than 26 follow-ups")
        for index, row in enumerate(follow_ups):
            yield _question(row, numbered(number, index), numbered(number), moment)


def _question(
    table: _Table,
    question_id: str,
    parent: str | None,
    moment: Callable[[_Table, str], datetime | None],
) -> Question:
    text = table.take("text", table.text)
    if not text:
        table.fail(f"{question_id} has no 'text'")
    minutes = table.take("minutes", table.minutes)
    opens_at = moment(table, "opens_at")
    asked_by = table.take("asked_by", table.texts) or ()
    return Question(question_id, text, parent, minutes, opens_at, asked_by)
