"""Files that hold no recorded posts are called what they are, with the next step."""

import io
import json
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives import refusals
from tartantm.archives.read import read
from tartantm.archives.reading import Reading
from tartantm.core.errors import BadInput
from tartantm.store.journal import APPLICATION_ID

GOLDEN = Path(__file__).parents[1] / "transcript" / "golden"
TRANSCRIPT = "tartantm export SESSION --format archive"
AGENDA = b"""title = "Pretend"
hashtags = ["pretend"]

[[questions]]
text = "Why?"
"""
QUESTIONS = b"# Pretend chat\n\n1. Why do we meet at all?\n2. What would help us?\n"


def refused(tmp_path: Path, content: bytes, name: str = "file.bin") -> str:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(BadInput) as found:
        read(path)
    said = str(found.value)
    assert said.startswith(str(path)) and said.endswith(".") and "\n" not in said
    return said.removeprefix(str(path))


@pytest.mark.parametrize(
    "suffix, form",
    [("json", "JSON"), ("csv", "CSV"), ("html", "a web page"), ("md", "Markdown"), ("txt", "text")],
)
def test_transcripts_of_ours(tmp_path: Path, suffix: str, form: str) -> None:
    content = (GOLDEN / f"small.{suffix}").read_bytes()
    # The chat's hashtag may be any other.
    for written in (content, content.replace(b"tartantm,", b"other,").replace(b"#tartantm", b"#x")):
        said = refused(tmp_path, written)
        assert f"is a transcript that tartantm exported as {form}; " in said
        assert TRANSCRIPT in said


def test_the_archive_of_ours_is_read() -> None:
    assert read(GOLDEN / "small.jsonl").heard


def test_the_mark_of_sessions_is_that_of_the_store() -> None:
    assert APPLICATION_ID.to_bytes(4, "big") == refusals.SESSION


@pytest.mark.parametrize("application, said", [(APPLICATION_ID, "session of"), (0, "no session")])
def test_databases(tmp_path: Path, application: int, said: str) -> None:
    with sqlite3.connect(tmp_path / "made") as db:
        db.execute(f"PRAGMA application_id = {application}")
        db.execute("CREATE TABLE places (url TEXT)")
    db.close()
    assert said in refused(tmp_path, (tmp_path / "made").read_bytes())


def packed(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name in names:
            file.writestr(name, "application/vnd.oasis.opendocument.text")
    return held.getvalue()


HAR = {"log": {"version": "1.2", "creator": {"name": "Made up"}, "entries": []}}
TAKEOUT = [{"header": "Search", "title": "Searched", "titleUrl": "https://e.example"}]
NOTE = {"id": "9", "text": "A1", "createdAt": "2020-06-17T17:05:00Z", "localOnly": False}
LIKED = {"@context": "https://e.example", "id": "likes.json", "type": "OrderedCollection"}


@pytest.mark.parametrize(
    "content, said",
    [
        (b"\x89PNG\r\n\x1a\n", "is a picture; type the posts"),
        (b"\xff\xd8\xff\xe0", "is a picture; type the posts"),
        (b"\x00\x00\x00\x18ftypheic", "is a picture or a film"),
        (b'<?xml version="1.0"?>\n<svg xmlns="x">', "is a picture"),
        (b"%PDF-1.7", "is a PDF; copy its text"),
        (b"{\\rtf1 words}", "is a text in RTF; save it as plain text"),
        (packed("[Content_Types].xml", "word/document.xml"), "is a Word document; save it"),
        (packed("[Content_Types].xml", "ppt/presentation.xml"), "is a PowerPoint presentation"),
        (packed("mimetype", "content.xml"), "is an OpenDocument file; save it"),
        (AGENDA, "is an agenda; name it with --agenda"),
        (AGENDA.replace(b"\n", b"\r\n"), "is an agenda; name it with --agenda"),
        (b"\xff\xfe" + AGENDA.decode().encode("utf-16-le"), "is an agenda"),
        (QUESTIONS, "looks like an agenda; name it with --agenda"),
        (b'[sources.x]\nurl = "https://e.example"\n', "is a config file of tartantm"),
        (b"From moira Wed Jun 20 17:00:00 2012\nSubject: x\n\nwords", "is e-mail"),
        (b"Return-Path: <a@e.example>\r\nSubject: x\r\n\r\nwords", "is e-mail"),
        (b"From: <Saved by Pretend>\r\nSubject: x\r\n", "is a saved web page (MHTML)"),
        (b"BEGIN:VCARD\r\nVERSION:4.0\r\n", "is a list of contacts (vCard)"),
        (b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n", "is a calendar (ICS)"),
        (json.dumps(HAR, indent=1).encode(), "is a browser's recording (HAR)"),
        (json.dumps(TAKEOUT).encode(), "is activity from Google Takeout"),
        (json.dumps(LIKED | {"orderedItems": ["https://e.example/1"]}).encode(), "outbox.json"),
        (b"window.YTD.like.part0 = [ ]", "is a part of an archive of X without posts"),
        (b"window.YTD.direct_messages.part1 = [ ]", "holds direct messages; they are never read"),
        (b"window.YTD.follower.part0 = [ ]", "is a part of an archive of X without posts"),
        (b"Account address,Show boosts\na@e.example,true\n", "is a list of accounts from Mastodon"),
        (b"{'id': 1, 'text': 'words'}\n", "is printed by Python, and not JSON; write it as JSON"),
        (b"BM\x36\x10\x0e\0\0\0\0\0", "is a picture; type the posts"),
        (b"\x37\x7f\x06\x82\0\0", "belongs to a database beside it"),
        (b'title = "x"\nstarts = 2020-06-17T18:00:00+01:00\n', "is an agenda"),
        (b"1273300623160246272\n1273300623160246273\n1273300623160246274\n", "is a list of ids"),
        (b"id\n1273300623160246272\n1273300623160246273\n1273300623160246274\n", "list of ids"),
        (b'<?xml version="1.0"?><opml version="2.0"></opml>', "is XML (opml), and no feed"),
        (b"<div class='tweet'><p>words</p></div>", "is a piece of a web page; copy its posts"),
        (json.dumps([NOTE], indent=1).encode(), "is notes as Misskey exports them"),
        (b'{"chat": {"x": 1}, "format": "tartantm-transcript"}', "exported as JSON; write an arch"),
        (b"id,time_utc,time_local,text\n", "is a transcript that tartantm exported as CSV"),
        (b'{"name": "x", "version": "1"}', "is JSON, and holds no posts"),
        (b"[Status(id=1, text='words')]\n", "is printed by Python, and not JSON; write it as JSON"),
    ],
)
def test_other_files(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in refused(tmp_path, content)


@pytest.mark.parametrize(
    "body, said",
    [
        (
            "<a href='https://nitter.example'>Nitter</a> Log in",
            "is a page of Nitter; save its feed",
        ),
        ("<a href='https://storify.com/moira'>x</a>", "is a page of Storify; look for the story"),
        ("<a href='https://wakelet.com/moira'>x</a>", "is a page of Wakelet; copy its posts"),
        ("<p>threadreaderapp.com</p> Sign in", "is a page of Thread Reader; copy its posts"),
        ("<input type='password'>", "is a web page that asks for a login"),
        ("<p>words</p>", "is a web page; look for an export or a feed"),
    ],
)
def test_web_pages(tmp_path: Path, body: str, said: str) -> None:
    page = f"<!DOCTYPE html><html><body>{body}</body></html>".encode()
    assert said in refused(tmp_path, page)
    assert said in refused(tmp_path, b"\xef\xbb\xbf\n" + page, "saved.json")


@pytest.mark.parametrize(
    "value, said",
    [
        ({"errors": [{"message": "Rate limit exceeded.", "code": 88}]}, "Rate limit exceeded"),
        ({"title": "Unauthorized", "status": 401, "type": "about:blank"}, "Unauthorized"),
        ({"errors": [{"title": "Not Found Error", "detail": "Gone."}]}, "Gone"),
        ({"error": "The access token is invalid"}, "The access token is invalid"),
        ({"error": "InvalidToken", "message": "Bad token"}, "Bad token"),
        ({"error": {"message": "Not for you", "code": 403}}, "Not for you"),
    ],
)
def test_answers_that_something_went_wrong(tmp_path: Path, value: Any, said: str) -> None:
    expected = f"is a server's answer that something went wrong ({said}); ask for it again."
    for indent in (None, 2):
        assert refused(tmp_path, json.dumps(value, indent=indent).encode()).strip() == expected


def test_an_error_among_posts_costs_no_post(tmp_path: Path) -> None:
    post = {"id": "1367655854690820096", "text": "A1", "author_id": "5"}
    path = tmp_path / "lines"
    lines = [
        {"errors": [{"title": "Not Found Error"}]},
        {"data": [post], "errors": [{"title": "x"}]},
    ]
    path.write_bytes(b"\n".join(json.dumps(each).encode() for each in lines))
    assert len(read(path).heard) == 1


def test_of_folders_only_the_files_with_posts_count(tmp_path: Path) -> None:
    post = {"id": "1367655854690820096", "text": "A1", "author_id": "5"}
    (tmp_path / "a.json").write_bytes(json.dumps(post).encode())
    (tmp_path / "likes.json").write_bytes(json.dumps(LIKED | {"orderedItems": ["x"]}).encode())
    (tmp_path / "like.js").write_bytes(b'window.YTD.like.part0 = [{"like": {"tweetId": "1"}}]')
    (tmp_path / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    found = read(tmp_path)
    assert len(found.heard) == 1 and not found.damaged


def test_what_python_printed_is_called_so_where_it_stands(tmp_path: Path) -> None:
    post = {"id": "1367655854690820096", "text": "A1", "author_id": "5"}
    path = tmp_path / "lines"
    path.write_bytes(json.dumps(post).encode() + b"\n{'id': 1, 'text': 'words'}\n")
    (damage,) = read(path).damaged
    assert damage.line == 2 and damage.reason.startswith("printed by Python, not JSON: write it")


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode))
def test_any_bytes(head: bytes) -> None:
    for said in (refusals.why_not(head), refusals.otherwise(head)):
        assert "\n" not in said and not said.endswith(".")


def test_no_beginning_takes_long() -> None:
    """Patterns that try again at each of many places would take minutes here."""
    for unit in (b"\n", b" ", b"{", b"<!--", b"[", b"- ", b'{"log"', b"From a", b"Posts: 1"):
        head = (unit * (1 << 16))[: 1 << 16]
        refusals.why_not(head)
        refusals.otherwise(head)


def test_a_text_is_called_what_it_is_before_it_is_asked_about(tmp_path: Path) -> None:
    for content, told in {
        "name,email,town\nA,a@x.example,Leith\n": "is a table without",
        "# Chat\n\n- Q1: Is it over?\n- Q2: What helps?\n": "looks like an agenda",
    }.items():
        (tmp_path / "a.txt").write_text(content, "utf-8")
        with pytest.raises(BadInput, match=told):
            list(Reading([tmp_path / "a.txt"]).items())


def test_transcripts_of_ours_beside_its_archive_are_no_reason_to_stop(tmp_path: Path) -> None:
    for path in GOLDEN.glob("small.*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    assert list(Reading([tmp_path]).items())
    for path in tmp_path.glob("*.jsonl"):
        path.unlink()
    with pytest.raises(BadInput, match=r"small\.csv is a transcript that tartantm exported as CSV"):
        list(Reading([tmp_path]).items())
