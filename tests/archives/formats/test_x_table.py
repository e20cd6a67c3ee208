"""Sheets of posts on X as spreadsheets, scrapers and people leave them. All posts are made up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tartantm.archives import sheets, tables, times
from tartantm.archives.formats import x_table
from tartantm.archives.reading import Reading
from tartantm.archives.rounded_ids import agrees, id_of
from tartantm.archives.shape import Context
from tartantm.core.errors import BadInput
from tartantm.core.post import Author, Post
from tartantm.networks.heard import Parsed, Unreadable
from tests.archives.writers import snowflake

LONDON = ZoneInfo("Europe/London")
AT = datetime(2020, 6, 17, 17, 9, tzinfo=UTC)
ID = snowflake(AT, 7)


def parsed(heading: str, *cells: str, context: Context | None = None) -> Parsed:
    names = tables.heading_of(heading.split(","))
    assert x_table.fits(heading.split(",")), heading
    return x_table.read(tables.named(names, cells), context or Context(zone=LONDON))


def only(heading: str, *cells: str, context: Context | None = None) -> Post:
    (post,) = parsed(heading, *cells, context=context).heard
    assert isinstance(post, Post)
    return post


def test_headings_of_many_tools() -> None:
    for heading, cells in {
        "Datetime,Tweet Id,Text,Username": ("2020-06-17 17:09:00+00:00", ID, "A1", "bram"),
        "Tweet id,Tweet permalink,Tweet text,time": (
            *(ID, f"https://x.com/bram/status/{ID}", "A1"),
            "2020-06-17 17:09 +0000",
        ),
        "username;date;text;id;permalink".replace(";", ","): (
            *("bram", "2020-06-17 18:09", "A1", f'"{ID}"', f"https://twitter.com/bram/status/{ID}"),
        ),
        "user_id,status_id,created_at,screen_name,text": (
            *("x12", f"x{ID}", "2020-06-17T17:09:00Z", "bram", "A1"),
        ),
        "Vertex 1,Vertex 2,Tweet,Tweet Date (UTC),Twitter Page for Tweet,Imported ID": (
            *("bram", "ailsa", "A1", "17/06/2020 17:09:00"),
            *(f"https://twitter.com/#!/bram/status/{ID}", ID),
        ),
        "id,time,created_at,from_user_name,text,from_user_realname": (
            *(ID, "1592413740", "2020-06-17 17:09:00", "bram", "A1", "Bram E"),
        ),
        "UserScreenName,UserName,Timestamp,Text,Embedded_text,Tweet URL": (
            *("Bram E", "@bram", "2020-06-17T17:09:00.000Z", "Bram E\n@bram", "A1"),
            f"https://twitter.com/bram/status/{ID}",
        ),
        "url,date,content,id,user": (
            *(f"https://twitter.com/bram/status/{ID}", "2020-06-17 17:09:00+00:00", "A1", ID),
            "{'_type': 'snscrape.modules.twitter.User', 'username': 'bram', 'id': 12}",
        ),
        "tweet_url,text": (f"https://twitter.com/bram/status/{ID}?s=20", "A1"),
    }.items():
        post = only(heading, *cells)
        assert (post.id, post.author.handle, post.text) == (f"x:{ID}", "bram", "A1"), heading
        assert post.created_at == AT, heading


def test_a_rounded_id_is_taken_from_the_link() -> None:
    link = f"http://twitter.com/bram/statuses/{ID}"
    rounded = str(round(int(ID), -4))
    for written in (f"{float(ID):.4E}", f"{float(ID):.2E}", f"{float(ID)!r}", rounded, "1,27E+18"):
        post = only("id_str,from_user,text,status_url", written, "bram", "A1", link)
        assert post.id == f"x:{ID}", written
        post = only("id_str,from_user,text,other", written, "bram", "A1", link)
        assert post.id == f"x:{ID}", written


def test_ids_beside_whole_ones_are_whole() -> None:
    rounded_by_chance = "605913703904182500"
    assert id_of(rounded_by_chance) == ""
    heading = "id_str,from_user,text,in_reply_to_status_id_str"
    context = Context(zone=LONDON)
    post = only(heading, ID, "bram", "A1", rounded_by_chance, context=context)
    assert post.reply_to == f"x:{rounded_by_chance}"
    assert only(heading, rounded_by_chance, "cat", "A1", "", context=context).id == post.reply_to
    assert only(heading, ID, "bram", "A1", "6.0591E+17").reply_to is None


def test_a_link_to_another_post_is_not_its_own() -> None:
    other = "https://twitter.com/cat/status/1272831280542646272"
    post = only("id,username,tweet,links", ID, "bram", "A1", other)
    assert (post.id, post.author.handle) == (f"x:{ID}", "bram")
    far = f"https://twitter.com/bram/status/{int(ID) // 2}"
    assert only("id,username,tweet,link", ID, "bram", "A1", far).id == f"x:{ID}"


def test_a_rounded_id_without_a_link_is_one_of_our_own() -> None:
    heading = "id_str,from_user,text,created_at"
    cells = ("1.2733E+18", "bram", "A1", "Wed Jun 17 17:09:00 +0000 2020")
    found = parsed(heading, *cells)
    (post,) = found.heard
    assert isinstance(post, Post)
    assert found.doubts == [x_table.ROUNDED]
    assert post.id.startswith("x:sheet-") and post.url is None
    assert post.created_at == AT
    assert only(heading, *cells).id == post.id
    assert only(heading, *cells[:2], "A2", cells[3]).id != post.id
    with pytest.raises(Unreadable, match="without an id and a time"):
        parsed(heading, *cells[:3], "")


@given(st.integers(10**17, 2 * 10**18))
def test_ids_are_whole_or_known_as_rounded(number: int) -> None:
    written = str(number)
    assert id_of(written) in (written, "")
    for rounded in (f"{number:.4E}", f"{float(number)!r}", f"{float(number):.14e}"):
        assert id_of(rounded) == ""
        assert agrees(written, rounded)
    assert not agrees(written, str(number * 2))
    assert id_of(f"'{written}") == id_of(f'="{written}"') == id_of(written)


@pytest.mark.parametrize(
    "written",
    ["17/06/2020 18:09:00", "06/17/2020 18:09", "2020-06-17 18:09", "17 Jun 2020, 6:09 PM"],
)
def test_the_id_knows_the_time(written: str) -> None:
    found = parsed("id,username,tweet,date", ID, "bram", "A1", written)
    assert isinstance(found.heard[0], Post)
    assert found.heard[0].created_at == AT and not found.doubts


def test_a_time_that_contradicts_the_id() -> None:
    found = parsed("id,username,tweet,date", ID, "bram", "A1", "2019-01-01 10:00")
    assert found.doubts == [x_table.CONTRADICTED]
    assert isinstance(found.heard[0], Post) and found.heard[0].created_at == AT


def test_without_an_id_the_time_is_the_chats_and_doubtful() -> None:
    found = parsed("from_user,tweet,date,time", "bram", "A1", "17/06/2020", "18:09:30")
    (post,) = found.heard
    assert isinstance(post, Post)
    assert post.created_at == AT.replace(second=30)
    assert found.doubts == [x_table.NO_ZONE]
    told = parsed("from_user,tweet,date,time,tz", "bram", "A1", "2020-06-17", "18:09", "BST")
    assert isinstance(told.heard[0], Post)
    assert told.heard[0].created_at == AT and not told.doubts
    utc = parsed(
        "from_user,tweet,time,Date (UTC)", "bram", "A1", "17/06/2020 18:09", "43999.7145833"
    )
    assert isinstance(utc.heard[0], Post) and utc.heard[0].created_at == AT and not utc.doubts


def test_day_and_month_by_what_is_known() -> None:
    heading, cells = "from_user,tweet,date", ("bram", "A1", "05/06/2020 18:09")
    assert times.SWAPPED in parsed(heading, *cells).doubts
    chat = Context(zone=LONDON, day=datetime(2020, 5, 6, 17, tzinfo=UTC))
    assert only(heading, *cells, context=chat).created_at.month == 5
    known = Context(zone=LONDON)
    may = datetime(2020, 5, 6, 17, 9, tzinfo=UTC)
    parsed(
        "id,username,tweet,date", snowflake(may, 1), "a", "A1", "05/06/2020 18:09", context=known
    )
    assert only(heading, *cells, context=known).created_at.month == 5


def test_whose_posts_they_are() -> None:
    heading = "tweet id,tweet text,time"
    with pytest.raises(Unreadable, match="--author @name"):
        parsed(heading, ID, "A1", "2020-06-17 17:09 +0000")
    own = Context(account=Author("ailsa", id="11"))
    assert only(heading, ID, "A1", "2020-06-17 17:09 +0000", context=own).author.id == "11"


def test_what_says_nothing_is_empty_but_words_are_words() -> None:
    post = only("id,username,text,in_reply_to_status_id", ID, "bram", "None", "nan")
    assert (post.text, post.reply_to) == ("None", None)
    with pytest.raises(Unreadable, match="without words"):
        parsed("id,username,text", ID, "bram", "")


def test_entities_in_a_cell() -> None:
    told = '{"hashtags":[{"text":"x"}],"urls":[{"url":"https://t.co/a","display_url":"a.example"}]}'
    post = only("id_str,from_user,text,entities_str", ID, "bram", "A1 https://t.co/a #x", told)
    assert (post.text, post.hashtags) == ("A1 a.example #x", ("x",))
    broken = only("id_str,from_user,text,entities_str", ID, "bram", "A1 #x https://a.example", "{")
    assert broken.hashtags == ("x",) and broken.links[0].url == "https://a.example"


def read(path: Path) -> Reading:
    reading = Reading([path], Context(zone=LONDON))
    reading.context.memory["posts"] = [i for i in reading.items() if isinstance(i, Post)]
    return reading


def sheet(rows: Sequence[Sequence[Any]], *, before: Sequence[Sequence[Any]] = ()) -> bytes:
    book = Workbook()
    first = book.active
    assert first is not None
    for row in before:
        first.append(list(row))
    second = book.create_sheet("Archive")
    for row in rows:
        second.append(list(row))
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


def test_the_sheet_that_fits_is_read(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["What was said", None, None],
        ["Tweet ID", "Screen Name", "Tweet", "Date"],
        [float(ID), "bram", "A1: yes", datetime(2020, 6, 17, 18, 9)],
        [],
        [ID, "cat", "A1: no", "x"],
    ]
    (tmp_path / "t.xlsx").write_bytes(sheet(rows, before=[["Summary"], ["a", "b"]]))
    reading = read(tmp_path / "t.xlsx")
    first, second = reading.context.memory["posts"]
    assert (first.author.handle, first.created_at) == ("bram", AT)
    assert first.id.startswith("x:sheet-") and second.id == f"x:{ID}"
    assert reading.files[0].formats == [x_table.X_TABLE]


def test_a_date_and_a_time_in_two_cells_of_a_spreadsheet(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["Date", "Time", "User", "Tweet"],
        [date(2020, 6, 17), time(18, 9), "bram", "A1: yes"],
        [None, time(18, 10), "cat", "A1: merged cells are empty but for the first"],
        [None, None, "dot", "A1: and so is one without a time"],
    ]
    (tmp_path / "t.xlsx").write_bytes(sheet(rows))
    reading = read(tmp_path / "t.xlsx")
    first, second = reading.context.memory["posts"]
    assert (first.created_at, second.created_at) == (AT, AT + timedelta(minutes=1))
    (found,) = reading.files
    assert found.doubts[times.DAY_ABOVE] == 1 and found.damaged[0].line == 4


def test_the_day_above_is_for_a_time_of_day_only() -> None:
    context, doubts = Context(), list[str]()
    assert times.with_day({"time": "18:09"}, context, doubts) == {"time": "18:09"}
    times.with_day({"date": "2020-06-17"}, context, doubts)
    for row in ({"time": "18:09", "utc": "1"}, {"time": "17.06.2020 18:09"}, {"text": "A1"}):
        assert times.with_day(row, context, doubts) == row
    assert times.with_day({"time": "18:09"}, context, []) == {"time": "18:09", "date": "2020-06-17"}
    assert not doubts


def test_a_sheet_without_a_heading_goes_on_with_the_one_before(tmp_path: Path) -> None:
    book = Workbook()
    first = book.active
    assert first is not None
    rows = (["Tweet ID", "Screen Name", "Tweet"], [ID, "bram", "A1: yes"])
    for row in rows:
        first.append(row)
    book.create_sheet("Rest").append([str(int(ID) + 1), "cat", "A1: no"])
    book.create_sheet("Sums").append(["bram", "1"])
    book.create_sheet("Notes").append(["We met in", "the hall", ""])
    book.save(tmp_path / "t.xlsx")
    reading = read(tmp_path / "t.xlsx")
    assert [post.text for post in reading.context.memory["posts"]] == ["A1: yes", "A1: no"]
    (doubt,) = reading.files[0].doubts
    assert "“Rest”, which has no heading" in doubt and not reading.files[0].damaged


@pytest.mark.parametrize("title", ["Our chat; all of it;;", "A,B,C,D", "One title"])
def test_titles_above_the_heading_say_nothing_of_its_separator(tmp_path: Path, title: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"{title}\n\ntweet id|username|text\n{ID}|bram|A1, so; and\n", encoding="utf-8")
    (post,) = read(path).context.memory["posts"]
    assert post.text == "A1, so; and"


def test_an_id_that_was_calculated_with_is_corrected_by_the_link() -> None:
    whole = str(int(ID) | 77)
    by_float = str(int(float(whole)))
    assert by_float != whole
    link = f"https://twitter.com/bram/status/{whole}"
    assert only("id_str,from_user,text,status_url", by_float, "bram", "A1", link).id == f"x:{whole}"


@pytest.mark.parametrize("column", ["in_reply_to_status_id_str", "quoted_status_id"])
def test_a_reference_that_was_rounded_is_doubtful(column: str) -> None:
    heading, rounded = f"id_str,from_user,text,{column}", f"{float(ID):.5E}"
    found = parsed(heading, ID, "bram", "A1", rounded)
    assert found.doubts == [x_table.LOOSE]
    (post,) = found.heard
    assert isinstance(post, Post) and post.reply_to is post.quote_of is None
    for written in ("", "0", "-1", "nan", "0.0", "1E+05", str(int(ID) - 9)):
        assert not parsed(heading, ID, "bram", "A1", written).doubts, written


def test_a_time_that_cannot_be_read_is_shown() -> None:
    with pytest.raises(Unreadable, match="whose time cannot be read: one evening"):
        parsed("from_user,tweet,date", "bram", "A1", "one evening")
    with pytest.raises(Unreadable, match=r"without an id and a time$"):
        parsed("from_user,tweet,date", "bram", "A1", "")


def test_a_spreadsheet_without_posts_and_a_broken_one(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(sheet([["Name", "Text", "Colour"], ["a", "b", "c"]]))
    with pytest.raises(BadInput, match=r"without when .*; its columns are: Name, Text, Colour\."):
        read(path)
    path.write_bytes(sheet([[1, 2, 3]]))
    with pytest.raises(BadInput, match="a spreadsheet without a table of posts"):
        read(path)
    path.write_bytes(path.read_bytes()[:300])
    with pytest.raises(BadInput, match="damaged zip or spreadsheet"):
        read(path)


def test_a_spreadsheet_may_not_unpack_to_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "t.xlsx").write_bytes(sheet([["id", "tweet"], [ID, "A1 " * 9999]]))
    monkeypatch.setattr(sheets, "MOST_UNPACKED", 20_000)
    with pytest.raises(BadInput, match="save it as CSV"):
        read(tmp_path / "t.xlsx")


def test_cells_as_text() -> None:
    cells = [None, "a", True, datetime(2020, 6, 17, 18, 9), date(2020, 6, 17), time(18, 9), 12.0]
    assert [sheets.text_of(each) for each in cells] == [
        *("", "a", "TRUE", "2020-06-17 18:09:00", "2020-06-17", "18:09:00", "12"),
    ]
    assert id_of(sheets.text_of(float(ID))) == ""


def test_a_table_that_lacks_columns_says_so(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("id,username,colour\n1,a,b\n", encoding="utf-8")
    with pytest.raises(BadInput, match="a table without the words of posts"):
        read(path)


def test_excels_own_first_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f"sep=;\ntweet id;username;text\n{ID};bram;A1, so\n", encoding="utf-8")
    (post,) = read(path).context.memory["posts"]
    assert post.text == "A1, so"


@pytest.mark.parametrize(
    "written, expected, has_zone",
    [
        ("2020-06-17T17:09:00.000Z", "2020-06-17T17:09:00", True),
        ("2020-06-17 17:09:00 UTC", "2020-06-17T17:09:00", True),
        ("2020-06-17 18:09:00 BST", "2020-06-17T17:09:00", True),
        ("2020-06-17 18:09:00+01:00", "2020-06-17T17:09:00", True),
        ("Wed Jun 17 17:09:00 +0000 2020", "2020-06-17T17:09:00", True),
        ("6:09 PM - 17 Jun 2020", "2020-06-17T17:09:00", False),
        ("June 17, 2020 at 06:09PM", "2020-06-17T17:09:00", False),
        ("17.06.2020 18.09", "2020-06-17T17:09:00", False),
        ("17.06.20 18.09", "2020-06-17T17:09:00", False),
        ("17.06.20 18:09", "2020-06-17T17:09:00", False),
        ("18:09 on 17 June 2020", "2020-06-17T17:09:00", False),
        ("6:09 pm bst, 17 June 2020", "2020-06-17T17:09:00", True),
        ("17 juin 2020 à 18h09", "2020-06-17T17:09:00", False),
        ("17. Juni 2020, 18:09 Uhr", "2020-06-17T17:09:00", False),
        ("17 de junio de 2020 18:09", "2020-06-17T17:09:00", False),
        ("06/17/20 6:09 pm", "2020-06-17T17:09:00", False),
        ("43999.75625", "2020-06-17T17:09:00", False),
        ("1592413740", "2020-06-17T17:09:00", True),
        ("1592413740000", "2020-06-17T17:09:00", True),
    ],
)
def test_times_as_they_are_written(written: str, expected: str, has_zone: bool) -> None:
    when = times.read(written)
    assert when is not None and when.has_clock
    assert [each.isoformat()[:19] for each in when.in_utc(LONDON)] == [expected]
    assert bool(when.zone) == has_zone


def test_times_that_are_none() -> None:
    for written in ("", "soon", "25:99", "99/99/2020", "12:30", "2020-13-45 10:00", "1" * 500):
        assert times.read(written) is None
    only_day = times.read("17 June 2020")
    assert only_day is not None and not only_day.has_clock


CELLS = st.text(max_size=30) | st.sampled_from(
    [ID, "1.2733E+18", "17/06/2020 18:09", "{}", "[{", '{"urls":[5]}', "bram", "9" * 30, "-1"]
)


@given(row=st.dictionaries(st.sampled_from([*tables.SYNONYMS, "entities str", "quote url"]), CELLS))
def test_nothing_in_a_row_makes_it_raise(row: dict[str, str]) -> None:
    try:
        found = x_table.read(row, Context(zone=LONDON))
    except Unreadable as problem:
        assert str(problem)
    else:
        assert all(isinstance(item, Post) for item in found.heard)


@given(st.text(max_size=60))
def test_any_text_as_a_time(written: str) -> None:
    when = times.read(written)
    assert when is None or all(each.tzinfo for each in when.in_utc(LONDON))


@given(st.lists(st.text(max_size=20), max_size=8))
def test_any_heading(headings: list[str]) -> None:
    held = io.StringIO()
    csv.writer(held).writerow(headings)
    assert len(tables.heading_of(headings)) == len(headings)
    x_table.fits(headings)


@pytest.mark.parametrize(
    "link",
    [
        f"x.com/bram/status/{ID}?s=20",
        f"twitter.com/#!/bram/status/{ID}",
        f'=HYPERLINK("http://twitter.com/bram/statuses/{ID}","here")',
        f"https://nitter.net/bram/status/{ID}#m",
        f"https://vxtwitter.com/bram/status/{ID}",
        f"http://web.archive.org/web/2020/http://twitter.com/bram/status/{ID}",
    ],
)
def test_a_link_may_be_written_in_many_ways(link: str) -> None:
    assert only("handle,tweet,link", "bram", "A1", link).id == f"x:{ID}"


def test_a_link_that_names_no_post_is_no_other_network() -> None:
    for link in ("https://t.co/aaaaaaaaaa", "pic.twitter.com/aaaa", "View"):
        post = only("handle,tweet,date,link", "bram", "A1", "17/06/2020 18:09", link)
        assert (post.author.handle, post.created_at) == ("bram", AT)
    for link in (
        f"https://mastodon.example/@bram/{ID}",
        f"https://a.example/users/b/statuses/{ID}",
    ):
        with pytest.raises(Unreadable, match="another network"):
            only("handle,tweet,date,link", "bram", "A1", "17/06/2020 18:09", link)


@pytest.mark.parametrize("sign", [",", ".", " ", "\u00a0", "\u202f", "’"])
def test_an_id_in_groups_of_three_figures_is_whole(sign: str) -> None:
    assert id_of(f"{int(ID):,}".replace(",", sign)) == ID


@pytest.mark.parametrize(
    "heading",
    [
        "Tweet-ID,Nutzername,Inhalt,Erstellt am",
        "ID du tweet,Nom d’utilisateur,Texte,Horodatage",
        "ID del tweet,Nombre de usuario,Contenido,Fecha y hora",
        "ID,Utente,Testo,Data",
        "ID,Usuário,Texto,Data",
        "ID,Gebruiker,Bericht,Datum",
        "ID,Who,What,When",
    ],
)
def test_headings_in_other_languages(heading: str) -> None:
    post = only(heading, ID, "bram", "A1", "17/06/2020 18:09")
    assert (post.id, post.author.handle, post.created_at) == (f"x:{ID}", "bram", AT)


def test_reposts_and_quotes_by_the_columns_of_hydrator_twarc_and_twint() -> None:
    other = snowflake(AT, 1)
    hydrator = "created_at,id,quote_id,retweet_id,retweet_screen_name,text,user_screen_name"
    when = "Wed Jun 17 17:09:00 +0000 2020"
    assert only(hydrator, when, ID, "", other, "cat", "A1", "bram").repost_of == f"x:{other}"
    assert only(hydrator, when, ID, other, "", "", "A1", "bram").quote_of == f"x:{other}"
    twarc = "id,created_at,user_screen_name,text,tweet_type,retweet_or_quote_id"
    *_, repost = parsed(twarc, ID, when, "bram", "RT @cat: A1", "retweet", other).heard
    assert isinstance(repost, Post)
    assert (repost.repost_of, repost.quote_of) == (f"x:{other}", None)
    quote = only(twarc, ID, when, "bram", "A1: this", "quote", other)
    assert (quote.repost_of, quote.quote_of) == (None, f"x:{other}")
    *_, repost = parsed(twarc, ID, when, "bram", "RT @cat: A1", "", other).heard
    assert isinstance(repost, Post) and repost.repost_of == f"x:{other}"
    twint = "id,created_at,username,tweet,user_rt,retweet_id"
    assert only(twint, ID, "2020-06-17 17:09:00 UTC", "bram", "A1", "cat", other).repost_of is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("'@ailsa it's so", "@ailsa it's so"),
        ("'=SUM of it", "=SUM of it"),
        ("'@ailsa is right' says cat", "'@ailsa is right' says cat"),
        ("'tis so", "'tis so"),
    ],
)
def test_what_guards_words_from_being_a_formula_is_none_of_them(written: str, words: str) -> None:
    assert only("id,username,text", ID, "bram", written).text == words


def test_rows_that_end_in_a_carriage_return_and_lines_within_cells(tmp_path: Path) -> None:
    later = snowflake(AT, 9)
    path = tmp_path / "mac.csv"
    path.write_bytes(f'id,username,text\r{ID},bram,"A1: one\nline"\r{later},cat,A1: two\r'.encode())
    posts = [item for item in Reading([path]).items() if isinstance(item, Post)]
    assert [post.text for post in posts] == ["A1: one\nline", "A1: two"]
