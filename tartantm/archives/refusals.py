"""Recognises files that hold no recorded posts, and says what they are and what to do instead."""

from __future__ import annotations

import re

from tartantm.archives.tables import SYNONYMS, heading_of, lacking
from tartantm.core.post import clean

_MAGIC: tuple[tuple[bytes, str, str], ...] = (
    (b"SQLite format 3\0", "is a session of tartantm or another database", "open it: tartantm run"),
    (b"\x89PNG", "is a picture", "type the posts that it shows into a table, or a plain text"),
    (b"\xff\xd8\xff", "is a picture", "type the posts that it shows into a table, or a plain text"),
    (b"GIF8", "is a picture", "type the posts that it shows into a table, or a plain text"),
    (b"RIFF", "is a picture, a sound or a film", "it holds no posts"),
    (b"%PDF-", "is a PDF", "copy its text into a plain text file, “name, time, words” a line"),
    (b"\xd0\xcf\x11\xe0", "is an old Excel or Word file", "save it as XLSX or CSV"),
    (b"Rar!", "is a RAR archive", "unpack it, and import the folder"),
    (b"7z\xbc\xaf", "is a 7z archive", "unpack it, and import the folder"),
    (b"BZh", "is packed with bzip2", "unpack it first"),
    (b"\xfd7zXZ", "is packed with xz", "unpack it first"),
    (b"\x28\xb5\x2f\xfd", "is packed with zstd", "unpack it first"),
    (b"PK\x05\x06", "is an empty zip", "fetch it again"),
    (b"\x7fELF", "is a program", "it holds no posts"),
    (b"MZ", "is a program", "it holds no posts"),
)

_OWN_JSON = re.compile(rb'"format"\s*:\s*"tartantm-transcript"')
_OWN_PAGE = re.compile(rb"(?i)<meta[^>]{0,200}tartantm")
_HTML = re.compile(
    rb"(?i)^\s*(<!--.{0,500}?-->\s*)?(<\?xml[^>]{0,200}>\s*)?<(!doctype html|html|head|body)\b",
    re.S,
)
_LOGIN = re.compile(rb"(?i)type\s*=\s*[\"']?password|log ?in|sign ?in|captcha|enable javascript")
_AGENDA = re.compile(rb"(?m)^[ \t]*+(\[\[(questions|people|venues)\]\]|hashtags\s*=\s*\[)")
_CONFIG = re.compile(rb"(?m)^[ \t]*+\[sources(\.\w+)?\]")
_OWN_CSV = b"tartantm"

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

_TRANSCRIPT = "write an archive from its session: tartantm export SESSION --format archive"


def why_not(head: bytes) -> str:
    """Returns what a file is that begins so, and the next step; "" where posts may be in it.

    It goes on after the file's name, without a full stop: "is a picture; type …".
    """
    for magic, kind, step in _MAGIC:
        if head.startswith(magic):
            return f"{kind}; {step}"
    if head[257:262] == b"ustar":
        return "is a tar archive; unpack it, and import the folder"
    if _OWN_JSON.search(head[:2000]):
        return f"is a transcript that tartantm exported as JSON; {_TRANSCRIPT}"
    if _HTML.match(head):
        if _OWN_PAGE.search(head):
            return f"is a transcript that tartantm exported as a web page; {_TRANSCRIPT}"
        if _LOGIN.search(head):
            return (
                "is a web page that asks for a login, not the file behind it; log in with a"
                " browser and download it there"
            )
        return (
            "is a web page; look for an export or a feed of it, or copy its posts into a plain"
            " text, “name, time, words” a line"
        )
    if of_archive := _of_x_archive(head):
        return of_archive
    if _AGENDA.search(head):
        return "is an agenda; name it with --agenda, and recorded posts here"
    if _CONFIG.search(head):
        return "is a config file of tartantm; it holds no posts"
    return ""


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
    if {"number", "question", "placed_by"} <= {each.strip().lower() for each in headings}:
        return f"is a transcript that tartantm exported as CSV; {_TRANSCRIPT}"
    return ""


def lacks(headings: list[str]) -> str:
    """Returns what a table with these headings lacks, else "": it goes on after the file's name."""
    if len(headings) < 3 or not any(each in SYNONYMS for each in heading_of(headings)):
        return ""
    if missing := lacking(headings):
        shown = ", ".join(clean(each, lines=False)[:30] for each in headings[:12])
        return f"is a table without {missing}; its columns are: {shown}"
    return ""
