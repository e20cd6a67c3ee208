"""Which encoding a file is in: recognised, told, and nothing replaced silently."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.archives.encodings import Decoder, utf8_of

WORDS = "Ailsa’s café: “never” — 20 €, naïve Zoë\nand a second line\n" * 3
PLAIN = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufeff\0\ufffd\r"), min_size=1, max_size=200
)


def read(data: bytes) -> tuple[str, Decoder]:
    file, decoder = utf8_of(io.BytesIO(data))
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


def test_what_has_no_letter_is_counted() -> None:
    text, decoder = read(b"caf\xe9 \x81\x8d\n")
    assert text == "café \ufffd\ufffd\n"
    assert "2 characters cannot be read" in decoder.told
    text, decoder = read(b"\xff\xfe" + "ab".encode("utf-16-le") + b"\x00\xdc" + b"x")
    assert "\ufffd" in text and decoder.lost


@given(PLAIN, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_marked_text_comes_back_as_it_was(text: str, encoding: str) -> None:
    assert read(text.encode(encoding))[0] == text


@given(st.text(st.characters(max_codepoint=0x7E, min_codepoint=0x20), min_size=4))
def test_western_text_in_utf_16_needs_no_mark(text: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert read(text.encode(encoding))[0] == text


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
