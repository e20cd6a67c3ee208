"""The log of what should not have happened has the traceback, and nobody's words."""

from __future__ import annotations

from pathlib import Path

from tartantm.settings.fault_log import in_full, log_fault
from tests.builders import post


def fails(text: str) -> int:
    return int(text)


def fault(text: str) -> Exception:
    try:
        try:
            fails(text)
        except ValueError as error:
            raise KeyError(f"{text}\n{text}") from error
    except KeyError as error:
        return error
    raise AssertionError


def test_the_traceback_is_written_without_what_it_quotes(home: Path) -> None:
    error = fault(post("1", "Zanzibar teapots, by @rose").text)
    said = log_fault(error)
    log = (home / "log" / "tartantm.log").read_text("utf-8")
    assert "in fails\n    return int(text)\n" in log and f'File "{__file__}"' in log
    assert "ValueError: invalid literal for int() with base 10: '…'\n" in log
    assert "KeyError: '…'\n" in log
    assert "Zanzibar" not in log and "rose" not in log
    assert "Zanzibar" in said and "Zanzibar" in in_full(error)  # who sits there sees all of it


def test_those_that_a_group_holds_are_written_so_too(home: Path) -> None:
    log_fault(ExceptionGroup("both", [fault("Zanzibar"), ValueError("not 'Zanzibar' either")]))
    log = (home / "log" / "tartantm.log").read_text("utf-8")
    assert "ValueError: not '…' either" in log and 'File "' in log and "Zanzibar" not in log
