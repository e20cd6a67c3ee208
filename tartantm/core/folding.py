"""How texts are compared wherever words are looked for: in search, mutes and withholding.

Two spellings are the same where only compatibility forms (full width, ligatures), case, accents,
invisible characters, percent-encoding, character references (``&nbsp;``) or markup distinguish
them. Whoever needs to know whether the accents are the same as well compares `spelling`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import lru_cache

from tartantm.core.encoded import ENCODED, decoded, decoded_parts
from tartantm.core.post import with_few_marks

_OTHER_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "ŋ": "n", "ĸ": "k"}
    | {"æ": "ae", "œ": "oe", "þ": "th", "ə": "e"}
)
"""Letters that Unicode does not take apart, and what people write who have no key for them."""

_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u2800\u0640\u07fa\u180a\ufe73\u02d0\u02d1"
)
"""Characters that show nothing, though Unicode has them as letters, marks or symbols; and those
that only make a letter before them longer, as Arabic and other scripts do to fill a line."""

_ELEMENTS = (
    "a abbr b big blockquote br center cite code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i"
    " img ins kbd li ol p pre q s small span strike strong sub sup table tbody td th tr tt u ul wbr"
)
_ALSO_NAMES = "Big|Center|Code|Del|Em|Font|Li|Small|Strong"
"""Elements that are somebody's name when they are written like one."""
_TAG = re.compile(
    rf"</?(?!(?:{_ALSO_NAMES})\b)(?ai:{_ELEMENTS.replace(' ', '|')})\s*+/?\s*+>|<!--[\s-]*-->"
)
"""Markup without words. Of anything else in such brackets the words are somebody's, or may be:
``<Ailsa> Good evening``, ``<ailsa@council.example>``, ``<img alt="Ailsa Example">``. Readers see
them, for what was posted is shown as it was written."""
_TAG_WITH_WORDS = re.compile(
    rf"</?(?ai:{_ELEMENTS.replace(' ', '|')})(?=[\s/])[^<>]{{1,200}}>|<!--[^<>]{{1,200}}-->"
)
"""Elements with attributes, and comments, which may stand within a word all the same."""
_ODD = re.compile(r"[%&<]|[^\x00-\x7f]")
_BEYOND_ASCII = re.compile(r"([^\x00-\x7f]+)")
_WORD = re.compile(r"[^\W_]+")
_NOT_LETTERS_ASCII = re.compile(r"[^a-z0-9]+")

_SIGNS_ASCII = b"!\"#%&'()*,-./:;?@[\\]^_`{|}~"
"""Punctuation and markup; signs that mean something by themselves ($, +, <, =, >) are none."""

_ASCII = bytes(range(128))
_LOWER_ASCII = bytes(range(256)).lower()
_FEW_REPLACED = 24
"""So many different characters are replaced one after the other in all of a text."""

REMEMBERED = 100_000
"""So many texts are remembered with their letters: those of a long evening, some 30 MB."""

_PUNCTUATION = frozenset(("Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sk"))

MARKUP = "*"
"""What a tag is folded to: a sign, as in other markup."""


class Folded:
    """A text in the form in which texts are compared, and where each character came from."""

    __slots__ = ("_at", "_letters", "original", "text")

    def __init__(self, original: str) -> None:
        self.original = original
        self._at: list[tuple[int, int]] | None = None
        """For each character of `text`, the start and end in the original; None where the same."""
        self._letters: tuple[str, list[int]] | None = None
        if _ODD.search(original) is None:
            self.text = original.lower()
            return
        if ENCODED.search(original) is None and _TAG.search(original) is None:
            # Accents and emoji mostly take no place away: then each character stays where it is.
            runs = _BEYOND_ASCII.split(original)
            in_place = [each for run in runs[1::2] if (each := _folded_in_place(run)) is not None]
            if len(in_place) == len(runs) // 2:
                runs[::2] = map(str.lower, runs[::2])
                runs[1::2] = in_place
                self.text = "".join(runs)
                return
        parts: list[str] = []
        at: list[tuple[int, int]] = []
        for start, end, shown in _pieces(original):
            for folded in folded_character(shown):
                parts.append(folded)
                at.append((start, end))
        self.text, self._at = "".join(parts), at

    @property
    def in_place(self) -> bool:
        """Whether every character of `text` stands where it stands in the original."""
        return self._at is None

    @property
    def letters(self) -> tuple[str, list[int]]:
        """The letters and digits of `text`, and where in it each stands."""
        if self._letters is None:
            at = [index for index, each in enumerate(self.text) if each.isalnum()]
            self._letters = "".join([self.text[index] for index in at]), at
        return self._letters

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Returns where in the original a part of `text` stands, which is not empty."""
        if self._at is None:
            return start, end
        return self._at[start][0], self._at[end - 1][1]

    def is_hump(self, index: int) -> bool:
        """Whether a new word begins there by its capital alone: at the E of ``AilsaExample``."""
        if not 0 < index < len(self.text):
            return False
        before, after = self.span(index - 1, index)[1], self.span(index, index + 1)[0]
        return before > 0 and self.original[before - 1].islower() and self.original[after].isupper()


@lru_cache(maxsize=2_000)
def folded(text: str) -> Folded:
    """Returns a folded text, the same for whoever looks at a text at about the same time."""
    return Folded(text)


@lru_cache(maxsize=REMEMBERED)
def letters(text: str) -> str:
    """Returns only the letters and digits of a text, as they are compared.

    Every rule and every act asks for those of every text, so they are remembered.
    """
    if _ODD.search(text) is None:
        return _NOT_LETTERS_ASCII.sub("", text.lower())
    return "".join(each for each in fold(text) if each.isalnum())


def fold(text: str) -> str:
    """Returns a text as it is compared, with its white space and punctuation."""
    if _ODD.search(text) is None:
        return text.lower()
    return _with_each_run(decoded(_TAG.sub(MARKUP, text)), _folded_run)


def plain(text: str) -> bytes:
    """Returns a text as it is searched, in UTF-8: folded, its white space kept, no punctuation.

    So ``one-page``, ``#OnePage`` and ``onepage`` are one word, and ``one page`` is two. Points on
    letters are left out, as `letters` leaves them out: a search finds what a redaction withholds.
    Signs that say something by themselves are kept, as emoji are, and so are the words of a tag:
    they may be somebody's (``<Ailsa> Good evening``).
    """
    text = decoded(text)
    data = text.encode("utf-8", "surrogatepass")
    if not text.isascii():
        beyond = data.translate(None, _ASCII).decode("utf-8", "surrogatepass")
        folded = {each: _plain_run(each) for each in set(beyond)}
        changed = [each for each, shown in folded.items() if each != shown]
        if len(changed) > _FEW_REPLACED:
            data = _with_each_run(text, _plain_run).encode("utf-8", "surrogatepass")
        else:  # quicker: in UTF-8, no character's bytes are found within another's
            for each in changed:
                each_shown = folded[each].encode("utf-8", "surrogatepass")
                data = data.replace(each.encode("utf-8", "surrogatepass"), each_shown)
    return data.translate(_LOWER_ASCII, _SIGNS_ASCII)


def is_sign(character: str) -> bool:
    """Whether a folded character is one that `plain` leaves out: punctuation, markup, a point."""
    if character.isascii():
        return ord(character) in _SIGNS_ASCII
    return is_point(character) or unicodedata.category(character) in _PUNCTUATION


def is_point(character: str) -> bool:
    """Whether a character is written on the letter before it, and may be left out.

    As accents are, the vowels of Arabic and Hebrew, and the dots of kana and Hindi. The vowels of
    India and Thailand have places of their own, and without them any word would be another.
    """
    return unicodedata.combining(character) > 0


def words(text: str) -> list[str]:
    """Returns the words of a text as they are compared."""
    return _WORD.findall(fold(text))


def without_tags(text: str) -> tuple[str, list[int]]:
    """Returns a text without comments and tags with attributes, and where each character stood.

    A bracket is left of each, which parts words, and ends an address.
    """
    at: list[int] = []
    end = 0
    for tag in _TAG_WITH_WORDS.finditer(text):
        at += [*range(end, tag.start()), tag.end() - 1]
        end = tag.end()
    at += range(end, len(text))
    return "".join([text[index] for index in at]), at


@lru_cache(maxsize=20_000)
def spelling(text: str) -> str:
    """Returns the letters and digits of a text with their accents: the same in exact spellings."""
    if _ODD.search(text) is None:
        return _NOT_LETTERS_ASCII.sub("", text.lower())
    # Marks that are written as references (``&#769;``) were no marks to `clean`.
    kept = with_few_marks("".join(shown for _, _, shown in _pieces(text)))
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", kept).casefold())
    return "".join(
        each for each in apart if (each.isalnum() or _is_accent(each)) and each not in _FILLERS
    )


@lru_cache(maxsize=20_000)
def folded_character(shown: str) -> str:
    """Returns what stands for one character; "" for what nobody sees, and for accents."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", shown).casefold())
    kept = "".join(each for each in apart if not _is_unseen(each) and not _is_accent(each))
    return kept.translate(_OTHER_LETTERS)


def _with_each_run(text: str, fold_run: Callable[[str], str]) -> str:
    """Returns a text in lower case with each run of characters beyond ASCII folded by `fold_run`.

    Most texts have a few accents among many letters, so this is as quick as `str.casefold`.
    """
    parts = _BEYOND_ASCII.split(text.lower())
    parts[1::2] = map(fold_run, parts[1::2])
    return "".join(parts)


@lru_cache(maxsize=4_000)
def _folded_run(run: str) -> str:
    return "".join(map(folded_character, run))


@lru_cache(maxsize=4_000)
def _folded_in_place(run: str) -> str | None:
    """Returns a run folded, None where a character of it becomes none or several."""
    each = list(map(folded_character, run))
    return "".join(each) if all(len(one) == 1 for one in each) else None


@lru_cache(maxsize=4_000)
def _plain_run(run: str) -> str:
    return "".join(each for each in _folded_run(run) if not is_sign(each))


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Yields start, end and what a reader sees there, for each character, encoded one or tag."""
    index = 0
    while index < len(text):
        sign = text[index]
        if sign in "%&" and (encoded := ENCODED.match(text, index)):
            for written, read in decoded_parts(encoded[0]):
                for each in read:
                    yield index, index + len(written), each
                index += len(written)
            continue
        if sign == "<" and (tag := _TAG.match(text, index)):
            yield index, tag.end(), MARKUP
            index = tag.end()
            continue
        yield index, index + 1, sign
        index += 1


def _is_unseen(sign: str) -> bool:
    if sign in _FILLERS or "\ufe00" <= sign <= "\ufe0f" or "\U000e0100" <= sign <= "\U000e01ef":
        return True
    return unicodedata.category(sign) == "Cf"


def _is_accent(sign: str) -> bool:
    """Whether it only adds to a letter before it; vowel signs of other scripts do more."""
    return (
        "\u0300" <= sign <= "\u036f"
        or "\u1ab0" <= sign <= "\u1aff"
        or "\u1dc0" <= sign <= "\u1dff"
        or "\u20d0" <= sign <= "\u20ff"
        or "\ufe20" <= sign <= "\ufe2f"
    )
