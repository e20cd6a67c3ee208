"""Which encoding a file is in: recognised, told, and nothing replaced silently."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.containers import Cut
from tartantm.archives.encodings import Decoder, utf8_of

WORDS = "Ailsa’s café: “never” — 20 €, naïve Zoë\nand a second line\n" * 3
PLAIN = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufeff\0\ufffd\r"), min_size=1, max_size=200
)


class Pieces(io.BytesIO):
    """A file that comes in small pieces, as from a packed one, which may break off."""

    def __init__(self, data: bytes, size: int, breaks: bool = False) -> None:
        super().__init__(data)
        self._size, self._breaks, self._broke = size, breaks, 0

    def read1(self, size: int | None = -1, /) -> bytes:
        assert size is not None and size > 0
        piece = self.read(min(size, self._size))
        if self._breaks and not piece:
            self._broke += 1
            assert self._broke < 4, "nothing comes any more, and that is known"
            raise Cut
        return piece


def read(data: bytes | Pieces) -> tuple[str, Decoder]:
    file, decoder = utf8_of(data if isinstance(data, Pieces) else io.BytesIO(data))
    with file:
        text = "".join(decoder.text(line) for line in file)
    return text, decoder


@pytest.mark.parametrize(
    "encoding, told",
    [
        *(("utf-8", ""), ("utf-8-sig", "")),
        *(("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")),
        *(("utf-32", "UTF-32"), ("cp1252", "Windows-1252")),
    ],
)
def test_what_people_have(encoding: str, told: str) -> None:
    text, decoder = read(WORDS.encode(encoding))
    assert text == WORDS
    assert told in decoder.told and bool(decoder.told) == bool(told)


def test_latin_1_is_read_as_the_windows_form_of_it() -> None:
    text, decoder = read("Zoë, naïve, £20\n".encode("latin-1"))
    assert text == "Zoë, naïve, £20\n"
    assert decoder.told == "1 line not in UTF-8, read as Windows-1252 (Western)"


def test_a_file_may_mix_both() -> None:
    mixed = "Zoë\n".encode() + "Zoë\n".encode("cp1252") + "Zoë\n".encode()
    text, decoder = read(mixed)
    assert text == "Zoë\n" * 3
    assert decoder.western == 1
    assert decoder.told == "1 line not in UTF-8, read as Windows-1252 (Western)"
    text, decoder = read(mixed * 1_000)
    assert text == "Zoë\n" * 3_000
    assert decoder.told == "1,000 lines not in UTF-8, read as Windows-1252 (Western)"


def test_what_has_no_letter_is_counted() -> None:
    text, decoder = read(b"caf\xe9 \x81\x8d\n")
    assert text == "café \ufffd\ufffd\n"
    western = "1 line not in UTF-8, read as Windows-1252 (Western)"
    assert decoder.told == f"{western}; 2 characters cannot be read and are shown as \ufffd"
    _, decoder = read(b"\x90\n\xe9\x9d\n")
    assert decoder.lost == 2
    text, decoder = read(b"\xff\xfe" + "ab".encode("utf-16-le") + b"\x00\xdcb\x00\x00\xdc")
    assert (text, decoder.lost) == ("ab\ufffdb\ufffd", 2)


def test_what_is_lost_is_counted_all_through_a_long_file() -> None:
    words = "a".encode("utf-16-le") * 100_000
    text, decoder = read(b"\xff\xfe\x00\xdc" + words + b"\x00\xdc")
    assert text == "\ufffd" + "a" * 100_000 + "\ufffd" and decoder.lost == 2


def test_an_empty_file_has_no_words() -> None:
    for data in (b"", b"\xef\xbb\xbf", b"\xff\xfe"):
        assert read(data)[0] == ""


def test_a_letter_that_breaks_off_is_told() -> None:
    text, decoder = read(b"\xff\xfe" + "ab".encode("utf-16-le") + b"x")
    assert text == "ab\ufffd"
    assert decoder.told == "read as UTF-16; 1 character cannot be read and is shown as \ufffd"


@given(PLAIN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]), st.integers(1, 9))
def test_a_file_may_come_in_pieces_of_any_size(text: str, encoding: str, size: int) -> None:
    found, decoder = read(Pieces(text.encode(encoding), size))
    assert found == text and not decoder.is_cut


def test_what_came_before_a_file_breaks_off_is_kept_and_that_is_known() -> None:
    for length in (5, 500_000):
        text, decoder = read(Pieces(b"a" * length, 1 << 12, breaks=True))
        assert text == "a" * length and decoder.is_cut


@pytest.mark.parametrize(
    "size, begun", [(4_096, 65_536), (65_535, 131_070), (65_536, 65_536), (1 << 20, 65_536)]
)
def test_what_a_file_begins_with_is_looked_at(size: int, begun: int) -> None:
    source = Pieces(b"a" * 200_000, size)
    _, decoder = utf8_of(source)
    assert source.tell() == begun
    assert (decoder.told, decoder.encoding, decoder.is_cut) == ("", "utf-8", False)


def test_of_what_makes_text_alone_nothing_is_told() -> None:
    decoder = Decoder()
    assert decoder.text("Zoë".encode()) == "Zoë"
    assert decoder.told == "" and decoder.is_cut is False


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_of_a_long_file_no_more_is_read_than_is_needed(encoding: str) -> None:
    words = WORDS * 4_000
    source = Pieces(words.encode(encoding), 10_000)
    file, decoder = utf8_of(source)
    assert source.tell() == 70_000
    begin = file.read(1)
    assert begin == b"A" and source.tell() <= 90_000
    with file:
        assert begin + file.read() == words.encode()
    assert source.closed and file.closed and not decoder.lost


@given(PLAIN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_marked_text_comes_back_as_it_was(text: str, encoding: str) -> None:
    assert read(text.encode(encoding))[0] == text


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20), min_size=4))
def test_western_text_in_utf_16_needs_no_mark(text: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert read(text.encode(encoding))[0] == text


@pytest.mark.parametrize(
    "data, encoding",
    [
        ("abc丁二".encode("utf-16-le"), "utf-16-le"),
        ("abc丁二".encode("utf-16-be"), "utf-16-be"),
        # Too few zeros, or in both places: nothing says what that is.
        ("ab丁二三".encode("utf-16-le"), "utf-8"),
        (b"a\0" * 9 + b"\0\0", "utf-16-le"),
        (b"a\0" * 8 + b"\0\0", "utf-8"),
        (b"\0a" * 10 + b"\0\0" * 2, "utf-8"),
        # What a file begins with is enough.
        (("words " * 200 + "丁" * 30_000).encode("utf-16-le"), "utf-16-le"),
        *((b"", "utf-8"), (b"a", "utf-8"), (b"a\0b", "utf-16-le")),
    ],
)
def test_utf_16_without_a_mark_is_known_by_its_zeros(data: bytes, encoding: str) -> None:
    assert utf8_of(io.BytesIO(data))[1].encoding == encoding


@given(st.binary(max_size=400))
def test_any_bytes_become_text_and_nothing_is_lost_silently(data: bytes) -> None:
    text, decoder = read(data)
    text.encode("utf-8")
    if "\ufffd" in text and "\ufffd".encode() not in data:
        assert decoder.lost


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_lines_may_end_as_the_first_macs_ended_them(encoding: str) -> None:
    assert read("name,text\rZoë,one\r".encode(encoding))[0] == "name,text\nZoë,one\n"
    assert read("a\r\nb\r\n".encode(encoding))[0] == "a\r\nb\r\n"
    assert read("é\rb".encode(encoding))[0] == "é\nb"


def test_a_byte_of_a_letter_is_no_end_of_a_line() -> None:
    """In UTF-16 a "Ċ" has the byte of a line feed, a "č" that of a carriage return."""
    assert read("Ċ,a\rb\r".encode("utf-16"))[0] == "Ċ,a\nb\n"
    assert read("č,a\nb\r\n".encode("utf-16"))[0] == "č,a\nb\r\n"


def test_a_line_feed_may_come_apart_from_its_carriage_return() -> None:
    line = "a" * ((1 << 16) - 1)
    assert read(f"{line}\r\nb\r\n".encode())[0] == f"{line}\r\nb\r\n"
