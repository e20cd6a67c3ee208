"""Reads tables with a heading: CSV, TSV, semicolons, and XLSX; each row by canonical names.

Spreadsheets rename, reorder and add columns, and tools never agreed on names; `SYNONYMS` says which
of them mean the same. `times` reads the times in them, and ids that a spreadsheet rounded.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

from tartantm.archives.encodings import Decoder
from tartantm.archives.shape import Row

LONGEST_CELL = 1 << 20
"""Characters of a cell; Excel allows 32,767."""

MOST_COLUMNS = 500

HEADING_WITHIN = 20
"""Rows of a table of which one may be the heading: titles stand above it."""

SYNONYMS: dict[str, tuple[str, ...]] = {
    "id": (
        *("id str", "tweet id", "tweetid", "status id", "statusid", "twitter id", "imported id"),
        *("tweet id str", "id", "id du tweet", "id del tweet", "id tweet", "tweet-id"),
        "identifiant",
    ),
    "url": (
        *("status url", "tweet url", "tweet permalink", "permalink", "tweet link", "tweeturl"),
        *("twitter page for tweet", "twitter url", "permanent link", "post url", "link", "url"),
        *("lien", "enlace", "collegamento", "ligação", "länk"),
    ),
    "text": (
        *("full text", "rawcontent", "embedded text", "tweet text", "tweet content", "text"),
        *("tweet", "content", "renderedcontent", "message", "words", "status", "post", "body"),
        *("comment", "what", "texte", "texto", "testo", "tekst", "teacsa", "inhalt", "nachricht"),
        *("wortlaut", "contenu", "contenido", "contenuto", "conteúdo", "mensaje", "messaggio"),
        *("mensagem", "bericht", "inhoud", "meddelande", "innehåll", "treść"),
    ),
    "handle": (
        *("from user", "author.username", "username", "screen name", "user screen name"),
        *("user.username", "user.screen name", "from user name", "handle", "twitter handle"),
        *("author handle", "author username", "from", "account", "screenname", "user name"),
        *("tweet user", "vertex 1", "user", "sender", "who", "nutzername", "benutzername"),
        *("nutzer", "benutzer", "nom d'utilisateur", "nom d’utilisateur", "utilisateur", "compte"),
        *("nombre de usuario", "usuario", "cuenta", "nome utente", "utente", "nome de usuário"),
        *("usuário", "utilizador", "gebruikersnaam", "gebruiker", "användarnamn", "användare"),
        *("użytkownik", "cleachdaiche"),
    ),
    "name": (
        *("author.name", "user.name", "user.displayname", "display name", "displayname"),
        *("full name", "fullname", "from user realname", "userscreenname", "real name"),
        *("user real name", "author name", "name", "author", "autor", "autorin", "verfasser"),
        *("auteur", "autore", "nom", "nombre", "nome", "naam", "namn", "nazwa", "ainm"),
    ),
    "account_id": (
        *("from user id str", "from user id", "author id", "user id str", "user id", "user.id"),
        "author.id",
    ),
    "utc": (
        *("tweet date (utc)", "created at (utc)", "date (utc)", "time (utc)", "timestamp (utc)"),
        *("datetime (utc)", "relationship date (utc)", "created at utc", "date utc", "utc"),
    ),
    "created_at": (
        *("created at", "createdat", "tweet created at", "datetime", "date time", "timestamp"),
        *("parsed created at", "posted at", "created", "published", "date created", "tweet date"),
        *("posted", "when", "erstellt am", "erstellt", "zeitpunkt", "zeitstempel", "horodatage"),
        *("date et heure", "fecha y hora", "data e ora", "data e hora", "datum en tijd"),
        *("datum und uhrzeit", "date/time", "date and time"),
    ),
    "date": ("date", "day", "datum", "fecha", "data", "dato", "ceann-latha", "jour", "día"),
    "time": (
        *("time", "hour", "tweet time", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd", "tid"),
        *("godzina", "uair"),
    ),
    "zone": ("timezone", "time zone", "tz", "utc offset"),
    "reply_to": (
        *("in reply to status id str", "in reply to status id", "inreplytotweetid"),
        *("referenced tweets.replied to.id", "reply to status id", "in reply to tweet id"),
        *("in-reply-to tweet id", "in reply to"),
    ),
    "reply_to_handle": (
        *("in reply to screen name", "in reply to username", "inreplytouser.username"),
        *("reply to screen name", "to user name"),
    ),
    "repost_of": (
        *("retweeted status id str", "retweeted status id", "referenced tweets.retweeted.id"),
        *("retweeted status.id str", "retweetedtweet.id", "retweet status id", "retweeted id"),
    ),
    "quote_of": (
        *("quoted status id str", "quoted status id", "referenced tweets.quoted.id"),
        *("quotedtweet.id", "quote status id", "quote id"),
    ),
    "thread": ("conversation id str", "conversation id", "conversationid", "thread id"),
    "language": ("lang", "language"),
    "hashtags": ("hashtags", "tags"),
}
"""By canonical name, the headings that mean it, as `plain` writes them; of several the first."""

AUTHOR = frozenset(("handle", "name", "account_id"))
TIME = frozenset(("utc", "created_at", "date", "time"))

_DELIMITERS = ",;\t|"
_SPACES = re.compile(r"[\s_]+")


def plain(heading: str) -> str:
    """Returns a heading in lower case, with blanks in place of underscores."""
    return _SPACES.sub(" ", heading.strip("\ufeff")).strip().casefold()


def heading_of(row: Sequence[str]) -> list[str]:
    """Returns the canonical names of columns, by their headings; others as `plain` writes them."""
    shown = [plain(heading) for heading in row]
    names = list(shown)
    for canonical, synonyms in SYNONYMS.items():
        if found := next((each for each in synonyms if each in shown), None):
            # A column of that very name means less than the one that was chosen.
            names = [f"other {each}" if each == canonical else each for each in names]
            names[shown.index(found)] = canonical
    return names


def lacking(headings: Sequence[str]) -> str:
    """Returns what a table with these headings lacks to be one of posts, "" for nothing."""
    names = set(heading_of(headings))
    missing = [] if "text" in names else ["the words of posts (“text”)"]
    if not names & {"id", "url"}:
        missing += [] if names & AUTHOR else ["who wrote them (“username”)"]
        missing += [] if names & TIME else ["when (“created_at”)"]
    return " and ".join(missing)


def cells_of(line: str) -> list[str]:
    """Returns the cells of a line by itself; none where it is no row."""
    try:
        return next(csv.reader([line], delimiter=delimiter_of(line)), [])
    except csv.Error:
        return []


def delimiter_of(line: str) -> str:
    """Returns what separates the cells of a heading."""
    return max(_DELIMITERS, key=line.count)


def csv_rows(
    file: IO[bytes], decoder: Decoder, is_heading: Callable[[Sequence[str]], bool]
) -> Iterator[tuple[int, list[str]]]:
    """Yields the rows of a table as text, each with the number of its first line.

    Cells are separated as in the heading: titles above it have signs of their own. Raises
    `csv.Error` for what is no table.
    """
    lines = _text_lines(file, decoder)
    begun = list(islice(lines, HEADING_WITHIN))
    before = 0
    if begun and begun[0].lower().startswith("sep="):  # Excel's own way to say it
        delimiter, before = begun.pop(0).strip()[4:5] or ",", 1
    else:
        headings = (each for each in begun if is_heading(cells_of(each)))
        delimiter = delimiter_of(next(headings, begun[0] if begun else ""))
    lines = chain(begun, lines)
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(lines, delimiter=delimiter)
    number = before
    for row in reader:
        yield number + 1, row[:MOST_COLUMNS]
        number = before + reader.line_num


def _text_lines(file: IO[bytes], decoder: Decoder) -> Iterator[str]:
    """Lines that end in any way: Excel for Mac ends rows by CR, and lines within cells by LF."""
    rest = b""
    while read := file.readline(LONGEST_CELL):
        *whole, rest = (rest + read).splitlines(keepends=True)
        if rest.endswith(b"\n") or len(rest) >= LONGEST_CELL:
            whole, rest = [*whole, rest], b""
        for line in whole:
            yield decoder.text(line).replace("\0", "")
    if rest:
        yield decoder.text(rest).replace("\0", "")


def named(names: Sequence[str], row: Sequence[str]) -> Row:
    """Returns a row by the names of its columns, without empty cells."""
    found: dict[str, str] = {}
    for name, cell in zip(names, row, strict=False):
        if (value := cell.strip()) and name not in found:
            found[name] = value
    return found
