from __future__ import annotations

import pytest

from tartantm.core.names import first_name, name_wordings, plain_name


@pytest.mark.parametrize(
    "shown",
    [
        "Ailsa Example",
        "Dr Ailsa Example",
        "Prof. Dr Ailsa Example",
        "Cllr Ailsa Example",
        "Ailsa Example (she/her)",
        "Ailsa Example [away]",
        "Ailsa Example 🌻",
        "🌻 Ailsa Example 🌻",
        "Ailsa Example, MSc",
        "Ailsa Example MSc",
        "Ailsa Example PhD FRSE",
        "Ailsa Example | Example Council",
        "Ailsa Example - Example Council",
        "Ailsa Example – speaking for myself",
        "Ailsa Example @ Example Council",
        "Ailsa Example #tartantm",
        "“Ailsa Example”",
        "  Ailsa   Example ",
    ],
)
def test_what_is_added_to_a_name_is_no_part_of_it(shown: str) -> None:
    assert plain_name(shown) == "Ailsa Example"


@pytest.mark.parametrize("shown", ["Ailsa Example-Sample", "Ailsa O’Example", "Ma", "Ailsa Ma-Ba"])
def test_what_belongs_to_a_name_stays(shown: str) -> None:
    assert plain_name(shown) == shown


@pytest.mark.parametrize("shown", ["", "🌻", "Dr", "(she/her)", " "])
def test_of_an_addition_alone_nothing_is_a_name(shown: str) -> None:
    assert plain_name(shown) == ""


def test_a_name_is_looked_for_with_and_without_additions() -> None:
    assert name_wordings("Dr Ailsa Example") == ("Dr Ailsa Example", "Ailsa Example")
    assert name_wordings("Ailsa Example") == ("Ailsa Example",)
    assert name_wordings("A") == name_wordings("🌻") == name_wordings("!") == ()


def test_one_name_alone_has_no_first_name() -> None:
    assert first_name("Dr Ailsa Example") == "Ailsa"
    assert first_name("Ailsa") == first_name("") == ""


def test_two_letters_are_a_name() -> None:
    assert name_wordings("Jo") == ("Jo",)


def test_a_name_that_is_withheld_in_the_file_itself_is_no_name() -> None:
    assert name_wordings("[name withheld]") == ()
    assert name_wordings("[name withheld] fan") == ("[name withheld] fan", "fan")
