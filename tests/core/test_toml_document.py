from __future__ import annotations

from typing import Annotated

import pytest
from msgspec import Meta, Struct

from tartantm.core.toml_document import Text, TomlDocument, TomlFault, key_lines, nearest


class Row(Struct, forbid_unknown_fields=True):
    name: Text
    size: Annotated[int, Meta(ge=0, description="a whole number")] | None = None


class File(Struct, forbid_unknown_fields=True):
    title: Text = ""
    inner: Row | None = None
    rows: tuple[Row, ...] = ()
    colours: dict[str, Text] = {}


def read(text: str) -> File:
    document = TomlDocument(text)
    return document.convert(document.tables, File)


def test_tables_become_structs() -> None:
    text = (
        'title = "a"\ninner = {name = "b"}\n[[rows]]\nname = "c"\nsize = 3\n[colours]\nsky = "blue"'
    )
    assert read(text) == File("a", Row("b"), (Row("c", 3),), {"sky": "blue"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("title =", "a.toml, line 1: this is not TOML: Invalid value."),
        ('title = "a', "a.toml, line 1: this is not TOML: "),
        ("title = 3", "a.toml, line 1: 'title' has to be text in quotes."),
        ("\ntilte = 3", "a.toml, line 2: unknown key 'tilte'; the nearest is 'title'."),
        ("q = 3", "a.toml, line 1: unknown key 'q'; known: title, inner, rows, colours."),
        ("inner = 3", "a.toml, line 1: 'inner' has to be a table, [inner]."),
        ("[inner]\nsize = 3", "a.toml, line 1: [inner] has no 'name'."),
        ("[inner]\nname = 3", "a.toml, line 2: 'inner.name' has to be text in quotes."),
        ("inner.name = 3", "a.toml, line 1: 'inner.name' has to be text in quotes."),
        ("rows = 3", "a.toml, line 1: 'rows' has to be written [[rows]], one a table."),
        ("rows = [3]", "a.toml, line 1: 'rows' has to be a table, [[rows]]."),
        ('[[rows]]\nname = "a"\nsize = -1', "line 3: 'size' has to be a whole number."),
        ('[[rows]]\nname = "a"\nsize = true', "line 3: 'size' has to be a whole number."),
        ('[[rows]]\nname = "a"\n[[rows]]\nnaem = "a"', "line 4: unknown key 'naem'; the nearest"),
        ("colours = 3", "a.toml, line 1: 'colours' has to be a table, [colours]."),
        ("[colours]\n'the.sky' = 3", "a.toml, line 2: 'colours.the.sky' has to be text in quotes."),
        ("x = " + "[" * 9999, "a.toml, line 1: this is not TOML: "),
    ],
)
def test_a_fault_has_its_line_key_and_nearest_key(text: str, sentence: str) -> None:
    with pytest.raises(TomlFault) as caught:
        read(text)
    assert sentence in caught.value.sentence("a.toml")


def test_a_fault_of_the_whole_has_no_line() -> None:
    with pytest.raises(TomlFault) as caught:
        TomlDocument("\n").convert({}, Row)
    assert caught.value.sentence("a.toml") == "a.toml: it has no 'name'."


def test_lines_count_on_behind_text_of_several_lines() -> None:
    text = 'title = """\na = 1\n"""\n[[rows]]\nname = "a"\n[[rows.parts]]\nname = "b"'
    assert key_lines(text) == {
        ("title",): 1,
        ("rows", 0): 4,
        ("rows", 0, "name"): 5,
        ("rows", 0, "parts", 0): 6,
        ("rows", 0, "parts", 0, "name"): 7,
    }


def test_the_nearest_name() -> None:
    assert nearest("minuets", ["text", "minutes"]) == "minutes"
    assert nearest("q", ["text", "minutes"]) is None
