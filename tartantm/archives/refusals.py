"""Recognises files that hold no recorded posts, and says what they are and what to do instead.

`why_not` knows a file for certain by its beginning and is asked before it is read; `otherwise`
explains a file in which nothing was recognised, and may guess.

It is longer than others, since it is one list: what a file may be, and what to do with it.
"""

from __future__ import annotations

import codecs
import re
from typing import Any

from tartantm.archives.tables import SYNONYMS, heading_of, lacking
from tartantm.core.post import clean
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import line, mapping, rows

SESSION = (0x54544D31).to_bytes(4, "big")
"""What marks our sessions among SQLite files; `store.journal` sets it."""

_MARKED = 68
_SQLITE = b"SQLite format 3\0"
_ZIP = b"PK\x03\x04"
_LIST = "“name, time, words” a line"
_AS_TEXT = f"copy its posts into a plain text file, {_LIST}"
_TYPE = "type the posts that it shows into a table, or a plain text"
_OF_DATABASE = "a session of tartantm is opened by its own name: tartantm run SESSION"
_TRANSCRIPT = "write an archive from its session: tartantm export SESSION --format archive"

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"\x89PNG", "is a picture", _TYPE),
    (b"\xff\xd8\xff", "is a picture", _TYPE),
    (b"GIF8", "is a picture", _TYPE),
    (b"II*\0", "is a picture", _TYPE),
    (b"MM\0*", "is a picture", _TYPE),
    (b"RIFF", "is a picture, a sound or a film", "it holds no posts"),
    (b"ID3", "is a sound", "it holds no posts"),
    (b"OggS", "is a sound or a film", "it holds no posts"),
    (b"%PDF-", "is a PDF", f"copy its text into a plain text file, {_LIST}"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel or Word file", "save it as XLSX or CSV"),
    (b"{\\rtf", "is a text in RTF", "save it as plain text"),
    (b"Rar!", "is a RAR archive", "unpack it, and import the folder"),
    (b"7z\xbc\xaf", "is a 7z archive", "unpack it, and import the folder"),
    (b"BZh", "is packed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "is packed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd", "unpack it first"),
    (b"\x37\x7f\x06\x82", "belongs to a database beside it", _OF_DATABASE),
    (b"\x37\x7f\x06\x83", "belongs to a database beside it", _OF_DATABASE),
    (b"PK\x05\x06", "is an empty zip", "fetch it again"),
    (b"bplist00", "is a web archive or a property list of macOS", _AS_TEXT),
    (b"\x7fELF", "is a program", "it holds no posts"),
    (b"MZ", "is a program", "it holds no posts"),
)

_IN_OFFICE: tuple[tuple[bytes, str, str], ...] = (
    (b"word/", "is a Word document", f"save it as plain text, {_LIST}"),
    (b"ppt/", "is a PowerPoint presentation", _AS_TEXT),
    (b"opendocument.spreadsheet", "is an OpenDocument sheet", "save it as XLSX or CSV"),
    (b"opendocument.", "is an OpenDocument file", f"save it as plain text, {_LIST}"),
    (b"application/epub+zip", "is an e-book", _AS_TEXT),
)

_OWN_PAGE = re.compile(rb"content=\"default-src 'none'; style-src 'sha256-|Made with tartantm ")
_OWN_TEXT = re.compile(rb"(?m)^(?:- )?Posts: [\d,]+ by [\d,]+ (?:people|person)\b")
_HTML = re.compile(
    rb"(?i)^\s*(<!--.{0,500}?-->\s*)?(<\?xml[^>]{0,200}>\s*)?<(!doctype html|html|head|body)\b",
    re.S,
)
_PAGES: tuple[tuple[bytes, str, str], ...] = (
    (
        b"nitter",
        "is a page of Nitter",
        f"save its feed, whose address ends with /rss, or {_AS_TEXT}",
    ),
    (
        b"storify.com",
        "is a page of Storify",
        f"look for the story's JSON, which Storify exported as well, or {_AS_TEXT}",
    ),
    (b"wakelet.com", "is a page of Wakelet", _AS_TEXT),
    (b"threadreaderapp.com", "is a page of Thread Reader", _AS_TEXT),
)
_LOGIN = re.compile(rb"(?i)type\s*=\s*[\"']?password|log ?in|sign ?in|captcha|enable javascript")

_CERTAIN: tuple[tuple[re.Pattern[bytes], str, str], ...] = (
    (
        re.compile(rb"\A\s*\{.{0,300}?\"format\"\s*:\s*\"tartantm-transcript\"", re.S),
        "is a transcript that tartantm exported as JSON",
        _TRANSCRIPT,
    ),
    (
        re.compile(
            rb"(?m)^[ \t]*+(\[\[(questions|people|venues)\]\]|hashtags\s*=\s*\["
            rb"|(starts|ends)\s*=\s*[\"']?\d{4}-\d\d)"
        ),
        "is an agenda",
        "name it with --agenda, and recorded posts here",
    ),
    (
        re.compile(rb"(?m)^(?:\[(sources|retention)(\.[\w\".:-]{1,200})?\]|sources[ \t]*=)"),
        "is a config file of tartantm",
        "it holds no posts",
    ),
    (
        re.compile(rb"\A\s*\{[^{}\[\]]{0,200}\"id\"\s*:\s*\"(likes|bookmarks)\.json\""),
        "is a part of Mastodon's archive that holds no posts",
        "give outbox.json beside it, or the whole archive",
    ),
    (
        re.compile(rb"\A\s*\{\s*\"log\"\s*:\s*\{.{0,2000}?\"(creator|entries)\"\s*:", re.S),
        "is a browser's recording (HAR)",
        "save the answers that hold posts as JSON, and import those",
    ),
    (
        re.compile(rb"\A\s*\[\s*\{\s*\"header\"\s*:.{0,2000}?\"(titleUrl|products)\"\s*:", re.S),
        "is activity from Google Takeout",
        "it holds no posts",
    ),
    (
        re.compile(rb"(?ims)\AFrom: <?Saved by|\A.{0,500}?^Content-Type: multipart/related"),
        "is a saved web page (MHTML)",
        _AS_TEXT,
    ),
    (
        re.compile(
            rb"(?i)\A(From [^\n]{3,200}\d{4}\r?\n[\w-]+:|"
            rb"(Return-Path|Received|Delivered-To|MIME-Version|Message-ID):)"
        ),
        "is e-mail",
        _AS_TEXT,
    ),
    (re.compile(rb"(?i)\ABEGIN:VCARD"), "is a list of contacts (vCard)", "it holds no posts"),
    (re.compile(rb"(?i)\ABEGIN:VCALENDAR"), "is a calendar (ICS)", "it holds no posts"),
    (
        re.compile(rb"(?i)\A\s*(<\?xml[^>]{0,200}>\s*)?(<!doctype svg[^>]{0,300}>\s*)?<svg\b"),
        "is a picture",
        _TYPE,
    ),
)

_YTD = re.compile(rb"\s*(?:window\.)?YTD\.(\w{1,80}?)\.part\d+\s*=")
_POSTS_OF_YTD = (b"tweets", b"tweet", b"account", b"note_tweet")
_NOT_READ = (
    (b"deleted", "holds what its author deleted; that is never read"),
    (b"direct_message", "holds direct messages; they are never read"),
    (b"circle", "holds posts that were for a few people only; they are never read"),
    (b"community", "holds posts to a community of X, which are not for everybody"),
)
_BESIDE = re.compile(
    rb"\s*(?:(?:var )?(?:tweet_index|user_details|payload_details)|window\.__THAR_CONFIG)\s*="
)

AS_JSON = "write it as JSON, by json.dumps or by model_dump_json"
"""What to do with what Python printed."""

_MOST_OF_ERROR = 4
"""Fields of an object that is nothing but an error."""

_REPR = re.compile(rb"\A[\s\[({]*(?:'\w{1,60}':|[A-Z]\w{1,40}\([\w]{1,40}=)")
_ASKED = re.compile(
    rb"(?m)^[ \t]*+(?:[-*+\xe2]|\(?\d{1,3}\s?[.):]|[Qq]\s?\d{1,3}\b).{3,500}\?[ \t\r]*$"
)
_OWN_JSON = re.compile(rb"\"format\"\s*:\s*\"tartantm-transcript\"")
_IDS = re.compile(
    rb"\A\s*+(?:[\"']?[A-Za-z][\w .-]{0,40}[\"']?,?[ \t]{0,9}\r?\n)?"
    rb"(?:[\"']?\d{9,20}[\"']?,?[ \t]{0,9}\r?\n){3}"
)
_HYDRATED = (
    "have them fetched (twarc hydrate, Hydrator), and give what comes of that: X charges for each"
)
_XML = re.compile(
    rb"(?s)\A\s*<\?xml[^>]{0,200}>\s*(?:<!--.{0,500}?-->\s*)?<([A-Za-z][\w:.-]{0,60})"
)
_TAGGED = re.compile(rb"(?i)\A\s*<(div|p|ul|ol|li|table|article|section|span|blockquote|main)\b")
_NOTES = re.compile(
    rb"\A\s*\[\s*\{(?=[^{}]{0,4000}\"createdAt\"\s*:)(?=[^{}]{0,4000}\"(?:localOnly|renoteId)\"\s*:)"
)
_JSON = re.compile(rb"\A\s*(\{\s*[\"}]|\[\s*[\[{\]\"\d])")


def why_not(head: bytes) -> str:
    """Returns what a file is that begins so, and the next step; "" where posts may be in it.

    It goes on after the file's name, without a full stop: "is a picture; type …".
    """
    if head.startswith(_SQLITE):
        return _database(head)
    if head[4:8] == b"ftyp":
        return f"is a picture or a film; {_TYPE}"
    if head.startswith(b"BM") and head[6:10] == b"\0\0\0\0":
        return f"is a picture; {_TYPE}"
    office = _IN_OFFICE if head.startswith(_ZIP) else ()
    for magic, kind, step in _MAGIC:
        if head.startswith(magic):
            return f"{kind}; {step}"
    for within, kind, step in office:
        if within in head:
            return f"{kind}; {step}"
    head = _as_utf8(head)
    if _HTML.match(head):
        return _page(head)
    if of_archive := _of_x_archive(head):
        return of_archive
    for pattern, kind, step in _CERTAIN:
        if pattern.search(head):
            return f"{kind}; {step}"
    if not _JSON.match(head) and _OWN_TEXT.search(head):
        form = "Markdown" if head.startswith(b"---") else "text"
        return f"is a transcript that tartantm exported as {form}; {_TRANSCRIPT}"
    return _error(head)


def _of_x_archive(head: bytes) -> str:
    """Returns what another file of X's archive than that with the posts is, else ""."""
    begins = head[:1000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe")
    if _BESIDE.match(begins):
        return "belongs to an archive of X; import its whole folder or zip"
    found = _YTD.match(begins)
    if found is None or found[1] in _POSTS_OF_YTD:
        return ""
    for kind, what in _NOT_READ:
        if kind in found[1]:
            return f"{what}; the posts of an archive of X are in tweets.js"
    return "is a part of an archive of X without posts; they are in tweets.js"


def why_not_table(headings: list[str]) -> str:
    """Returns what a table with these headings is where it holds no recorded posts, else ""."""
    plain = [each.strip().strip("\ufeff").lower() for each in headings]
    if {"number", "question", "placed_by"} <= set(plain) or {"time_utc", "time_local"} <= set(
        plain
    ):
        return f"is a transcript that tartantm exported as CSV; {_TRANSCRIPT}"
    if plain[:1] == ["account address"]:
        return "is a list of accounts from Mastodon; it holds no posts"
    return ""


def otherwise(head: bytes) -> str:
    """Returns what a file seems to be in which nothing was recognised, and the next step, or ""."""
    head = _as_utf8(head)
    if _OWN_JSON.search(head):
        return f"is a transcript that tartantm exported as JSON; {_TRANSCRIPT}"
    if _IDS.match(head):
        return f"is a list of ids of posts without their words; {_HYDRATED}"
    if found := _XML.match(head):
        kind = found[1].decode().rpartition(":")[2]
        return f"is XML ({kind}), and no feed; {_AS_TEXT}"
    if _TAGGED.match(head):
        return f"is a piece of a web page; {_AS_TEXT}"
    if _NOTES.match(head):
        return (
            "is notes as Misskey exports them, which do not say whose they are; save the person's"
            f" feed, whose address ends with .atom, or {_AS_TEXT}"
        )
    if is_repr(head):
        return f"is printed by Python, and not JSON; {AS_JSON}"
    if len(_ASKED.findall(head)) > 1:
        return "looks like an agenda; name it with --agenda, and recorded posts here"
    return ""


def is_repr(text: bytes) -> bool:
    """Whether a text is how Python shows a value, which looks much like JSON."""
    return bool(_REPR.match(text[:500]))


def _database(head: bytes) -> str:
    if head[_MARKED : _MARKED + 4] == SESSION:
        return "is a session of tartantm; open it: tartantm run"
    return (
        "is a database (SQLite), and no session of tartantm; export the posts from the program that"
        " it belongs to, as JSON or CSV"
    )


def _page(head: bytes) -> str:
    if _OWN_PAGE.search(head):
        return f"is a transcript that tartantm exported as a web page; {_TRANSCRIPT}"
    for name, kind, step in _PAGES:
        if name in head.lower():
            return f"{kind}; {step}"
    if _LOGIN.search(head):
        return (
            "is a web page that asks for a login, not the file behind it; log in with a"
            " browser and download it there"
        )
    return (
        "is a web page; look for an export or a feed of it, or copy its posts into a plain"
        " text, “name, time, words” a line"
    )


def _error(head: bytes) -> str:
    """What a file is that holds nothing but a server's refusal; it is small, so `head` is all."""
    if not head.lstrip().startswith(b"{") or len(head) > 1 << 14:
        return ""
    try:
        value = decode(head)
    except Undecodable:
        return ""
    if not isinstance(value, dict) or {"data", "includes", "meta"} & value.keys():
        return ""
    said = _said(value)
    if said := _said(value):
        return f"is a server's answer that something went wrong ({said}); ask for it again"
    return ""


def _said(value: dict[str, Any]) -> str:
    """What an answer says went wrong: of X ("errors"), or of Mastodon and Bluesky ("error")."""
    for row in rows(value, "errors") or [mapping(value, "error")]:
        if found := line(row, "message", "detail", "title", most=200):
            return found.rstrip(".")
    if isinstance(value.get("status"), int) and line(value, "title"):
        return line(value, "detail", "title", most=200).rstrip(".")
    if "error" in value and len(value) <= _MOST_OF_ERROR and value.get("$type") != "error":
        return line(value, "error_description", "message", "error", most=200).rstrip(".")
    return ""


def _as_utf8(head: bytes) -> bytes:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[len(mark) :].decode(encoding, "ignore").encode()
    return head.removeprefix(codecs.BOM_UTF8)


def lacks(headings: list[str]) -> str:
    """Returns what a table with these headings lacks, else "": it goes on after the file's name."""
    if len(headings) < 3 or not any(each in SYNONYMS for each in heading_of(headings)):
        return ""
    if missing := lacking(headings):
        shown = ", ".join(clean(each, lines=False)[:30] for each in headings[:12])
        return f"is a table without {missing}; its columns are: {shown}"
    return ""
