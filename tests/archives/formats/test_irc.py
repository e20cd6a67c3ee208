"""IRC logs of several clients. All people and words are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.archives.formats.irc import IRC
from tartantm.archives.found import FileFound
from tartantm.archives.reading import Reading
from tartantm.archives.shape import Context
from tartantm.core.post import Post
from tartantm.networks.heard import Heard, Named

LONDON = ZoneInfo("Europe/London")
CHAT = datetime(2012, 6, 20, 17, tzinfo=UTC)

WEECHAT = """\
2012-06-20 18:04:00\t--\tTopic for #example is "An evening"
2012-06-20 18:05:00\t@ailsa\tA1 we publish it
2012-06-20 18:05:10\t-->\tcalum (c@host.example) has joined #example
2012-06-20 18:06:00\t *\tcalum waves
2012-06-20 18:07:00\t--\tcalum is now known as calum_away
2012-06-20 18:08:00\tcalum_away\tailsa: so do we
2012-06-20 18:09:00\t<--\tcalum_away (c@host.example) has quit (Ping timeout)
"""
IRSSI = """\
--- Log opened Wed Jun 20 17:58:01 2012
17:58 -!- ailsa [a@host.example] has joined #example
18:05 <@ailsa> A1 we publish it
18:06  * calum waves
18:07 -!- calum is now known as calum_away
18:08 < calum_away> ailsa: so do we
--- Log closed Wed Jun 20 19:00:00 2012
"""
ZNC = """\
[18:05:00] <ailsa> A1 we publish it
[18:05:10] *** Joins: calum (c@host.example)
[18:06:00] * calum waves
[18:07:00] *** calum is now known as calum_away
[18:08:00] <calum_away> ailsa: so do we
[18:09:00] *** Quits: calum_away (c@host.example) (bye)
"""
HEXCHAT = """\
**** BEGIN LOGGING AT Wed Jun 20 17:58:01 2012

Jun 20 17:58:01 *\tNow talking on #example
Jun 20 18:05:00 <ailsa>\tA1 we publish it
Jun 20 18:05:10 *\tcalum (c@host.example) has joined
Jun 20 18:06:00 *\tcalum waves
Jun 20 18:07:00 *\tcalum is now known as calum_away
Jun 20 18:08:00 <calum_away>\tailsa: so do we
**** ENDING LOGGING AT Wed Jun 20 19:00:00 2012
"""
MIRC = """\
Session Start: Wed Jun 20 17:58:01 2012
Session Ident: #example
[18:05] <@ailsa> \x02A1\x02 we \x0304,01publish\x03 it
[18:05] * calum (c@host.example) has joined #example
[18:06] * calum waves
[18:07] * calum is now known as calum_away
[18:08] <calum_away> ailsa: so do we
"""
BOT = """\
2012-06-20T18:05:00+0100 <ailsa> A1 we publish it
2012-06-20T18:06:00+0100 * calum waves
2012-06-20T18:07:00+0100 *** calum is now known as calum_away
2012-06-20T18:08:00+0100 <calum_away> ailsa: so do we
"""
LOGS = [
    (WEECHAT, "irc.example.#example.weechatlog", "IRC log (weechat)"),
    (IRSSI, "#example.log", "IRC log (irssi)"),
    (ZNC, "#example_20120620.log", "IRC log (ZNC)"),
    (HEXCHAT, "example.log", "IRC log (HexChat)"),
    (MIRC, "example.log", "IRC log (mIRC)"),
    (BOT, "example.txt", "IRC log"),
]


def heard(
    folder: Path, content: str | bytes, name: str = "log.txt", *, day: datetime | None = None
) -> tuple[list[Heard], FileFound]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    reading = Reading([path], Context(LONDON, day=day, now=datetime(2026, 1, 1, 12, tzinfo=UTC)))
    return list(reading.items()), reading.files[0]


def posts(found: list[Heard]) -> list[Post]:
    return [each for each in found if isinstance(each, Post)]


@pytest.mark.parametrize("content, name, shown", LOGS)
def test_who_said_what_when(tmp_path: Path, content: str, name: str, shown: str) -> None:
    found, file = heard(tmp_path, content, name)
    assert [each.shown for each in file.formats] == [shown]
    assert not file.damaged and not file.doubts
    said = [
        (post.created_at, post.author.handle, post.author.id, post.text) for post in posts(found)
    ]
    assert said == [
        (CHAT + timedelta(minutes=5), "ailsa", "nick:ailsa", "A1 we publish it"),
        (CHAT + timedelta(minutes=6), "calum", "nick:calum", "* waves"),
        (CHAT + timedelta(minutes=8), "calum_away", "nick:calum", "ailsa: so do we"),
    ]
    assert posts(found)[-1].reply_to_handle == "ailsa" and posts(found)[-1].mentions == ("ailsa",)
    (named,) = [each for each in found if isinstance(each, Named)]
    assert (named.author.id, named.author.handle) == ("nick:calum", "calum_away")


def test_the_same_evening_in_any_log_has_the_same_ids(tmp_path: Path) -> None:
    ids = [[post.id for post in posts(heard(tmp_path, log, name)[0])] for log, name, _ in LOGS]
    assert len(set(map(tuple, ids))) == 1 and len(set(ids[0])) == 3
    longer = WEECHAT + "2012-06-20 19:30:00\tisla\tone more\n"
    assert [post.id for post in posts(heard(tmp_path, longer)[0])][:3] == ids[0]


def test_the_same_words_twice_in_a_minute_are_two_posts(tmp_path: Path) -> None:
    found, _ = heard(tmp_path, IRSSI + "18:05 < isla> yes\n18:05 < isla> yes\n18:06 < isla> yes\n")
    assert len({post.id for post in posts(found)}) == 6


def test_past_midnight_the_day_changes(tmp_path: Path) -> None:
    changed = "23:59 <isla> late\n--- Day changed Thu Jun 21 2012\n00:01 <isla> later\n"
    unsaid = "[23:59:00] <isla> late\n[00:01:00] <isla> later\n"
    for content, name in ((IRSSI + changed, "log"), (unsaid, "2012-06-20.log")):
        found, _ = heard(tmp_path, content, name)
        late, later = posts(found)[-2:]
        assert later.created_at - late.created_at == timedelta(minutes=2)
        assert late.created_at == datetime(2012, 6, 20, 22, 59, tzinfo=UTC)


def test_the_doubled_hour_stays_in_order(tmp_path: Path) -> None:
    clocks = ("00:50", "01:10", "01:50", "01:05", "01:55", "02:10")
    lines = [f"2026-10-25 {clock}:00\tisla\tat {n}" for n, clock in enumerate(clocks)]
    found, _ = heard(tmp_path, "\n".join(lines))
    times = [post.created_at for post in posts(found)]
    assert times == sorted(times)
    assert times[3] - times[2] == timedelta(minutes=15)


def test_a_day_comes_from_the_chat_or_is_doubted(tmp_path: Path) -> None:
    content = "[18:05:00] <ailsa> words\n[00:30:00] <ailsa> more\n"
    found, file = heard(tmp_path, content, day=CHAT)
    assert [post.created_at.day for post in posts(found)] == [20, 20]
    assert posts(found)[1].created_at.hour == 23 and not file.doubts
    found, file = heard(tmp_path, content)
    assert posts(found)[0].created_at == datetime(2026, 1, 1, 18, 5, tzinfo=UTC)
    assert file.doubts == {"the log names no day: today's was taken": 2}


def test_labels_and_addresses_are_no_names(tmp_path: Path) -> None:
    found, _ = heard(
        tmp_path, IRSSI + "18:10 < isla> A1: ours\n18:11 < isla> https://a.example/x.\n"
    )
    assert posts(found)[-2].reply_to_handle is None
    assert [link.url for link in posts(found)[-1].links] == ["https://a.example/x"]


def test_the_bots_commands_stay_words(tmp_path: Path) -> None:
    found, _ = heard(tmp_path, IRSSI + "18:10 < ailsa> #action calum writes it up\n")
    assert posts(found)[-1].text == "#action calum writes it up"


def test_a_line_in_another_encoding_is_read_for_itself(tmp_path: Path) -> None:
    content = (
        IRSSI.encode() + "18:10 < isla> café\n".encode() + "18:11 < isla> café\n".encode("cp1252")
    )
    found, file = heard(tmp_path, content)
    assert [post.text for post in posts(found)[-2:]] == ["café", "café"]
    assert file.encoding.startswith("1 line not in UTF-8")


def test_whoever_comes_back_has_their_own_name(tmp_path: Path) -> None:
    log = (
        "18:01 <isla> one\n18:02 -!- isla is now known as away\n18:03 <away> two\n"
        "18:04 -!- away is now known as isla\n18:05 <isla> three\n18:06 <other> four\n"
        "18:07 -!- other is now known as isla\n18:08 <isla> five\n"
    )
    found, _ = heard(tmp_path, IRSSI + log)
    ids = [post.author.id.removeprefix("nick:") for post in posts(found)[-5:]]
    assert ids == ["isla", "isla", "isla", "other", "isla"]


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    odd = "no time here\n18:10 what is this\n99:99 <isla> never\n18:11 <@> nobody\n"
    odd += "--- Day changed Mittwoch\n"
    found, file = heard(tmp_path, IRSSI + odd)
    assert len(posts(found)) == 3
    assert [damage.line for damage in file.damaged] == [8, 9, 10, 11, 12]


nicks = st.from_regex(r"[a-zA-Z\[\]\\`_^{|}][a-zA-Z0-9\[\]\\`_^{|}-]{0,12}", fullmatch=True)
sentences = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs", "M")), min_size=1, max_size=30
).filter(lambda words: words.strip() == words and words != "*")
said = st.lists(st.tuples(st.integers(0, 1439), nicks, sentences), min_size=1, max_size=12)


@given(said, st.sampled_from(["weechat", "irssi", "znc", "hexchat"]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_made_up_posts_come_out_as_they_went_in(
    tmp_path: Path, evening: list[tuple[int, str, str]], client: str
) -> None:
    from tartantm.networks.json_fields import text_of

    lines = {
        "irssi": ["--- Log opened Wed Jun 20 00:00:00 2012"],
        "hexchat": ["**** BEGIN LOGGING AT Wed Jun 20 00:00:00 2012"],
    }.get(client, [])
    evening.sort(key=lambda each: each[0])
    for minute, nick, words in evening:
        clock = f"{minute // 60:02}:{minute % 60:02}"
        lines.append(
            {
                "weechat": f"2012-06-20 {clock}:00\t{nick}\t{words}",
                "irssi": f"{clock} < {nick}> {words}",
                "znc": f"[{clock}:00] <{nick}> {words}",
                "hexchat": f"Jun 20 {clock}:00 <{nick}>\t{words}",
            }[client]
        )
    found, file = heard(tmp_path, "\n".join(lines), "2012-06-20.log")
    assert not file.damaged
    told = [(each.created_at, each.author.handle, each.text) for each in posts(found)]
    start = datetime(2012, 6, 20, tzinfo=LONDON)
    assert told == [
        ((start + timedelta(minutes=minute)).astimezone(UTC), nick, text_of(words))
        for minute, nick, words in evening
    ]


@given(st.lists(st.text(max_size=60) | st.sampled_from(IRSSI.split("\n") + WEECHAT.split("\n"))))
@settings(deadline=None)
def test_any_text_is_read_without_a_fault_and_each_line_is_answered(lines: list[str]) -> None:
    for form in IRC:
        form.fits(lines, Context())
    read = list(IRC[0].read(enumerate(lines, 1), Context(LONDON, day=CHAT)))
    assert [number for number, _ in read] == list(range(1, len(lines) + 1))
