"""Session files of every release are read to the same chat, and a changed format is noticed."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
import pytest

from tartantm.cli.main import run
from tartantm.core.chat import Chat
from tartantm.core.event_contents import CONTENTS
from tartantm.core.events import Event
from tartantm.store import journal as journals
from tartantm.store.journal import MIGRATIONS, recorded_events
from tests.store import make_golden

GOLDEN = Path(__file__).parent / "golden"
SESSIONS = sorted(GOLDEN.glob("*.tartantm"))
"""By name, which is a version: the newest last."""
FORMAT = GOLDEN / f"format-{len(MIGRATIONS)}.txt"


def copied(golden: Path, folder: Path) -> Path:
    """Copy a golden file, for SQLite writes to whatever it opens."""
    return shutil.copyfile(golden, folder / golden.name)


def user_version(path: Path) -> int:
    """Read the format's number from the head of a file, which SQLite need not open for it."""
    return int.from_bytes(path.read_bytes()[60:64], "big")


def test_the_folder_holds_whole_files_only() -> None:
    assert SESSIONS
    names = {name for path in SESSIONS for name in (path.name, f"{path.stem}.json")}
    left = {path.name for path in GOLDEN.iterdir()} - names
    assert left == {f"format-{number}.txt" for number in range(1, len(MIGRATIONS) + 1)}


@pytest.mark.parametrize("golden", SESSIONS, ids=lambda path: path.stem)
def test_every_release_is_read_to_the_same_chat(golden: Path, tmp_path: Path) -> None:
    chat = Chat(recorded_events(copied(golden, tmp_path)))
    expected = golden.with_suffix(".json").read_bytes()
    assert msgspec.json.decode(make_golden.as_json(chat)) == msgspec.json.decode(expected)


@pytest.mark.parametrize("golden", SESSIONS, ids=lambda path: path.stem)
def test_every_release_is_read_as_before_by_a_version_with_another_format(
    golden: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = copied(golden, tmp_path)
    monkeypatch.setattr(journals, "MIGRATIONS", (*MIGRATIONS, ""))
    chat = Chat(recorded_events(path))
    expected = golden.with_suffix(".json").read_bytes()
    assert msgspec.json.decode(make_golden.as_json(chat)) == msgspec.json.decode(expected)
    assert user_version(path) == len(MIGRATIONS) + 1


def test_an_older_program_refuses_a_newer_file_in_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = copied(SESSIONS[-1], tmp_path)
    before = path.read_bytes()
    monkeypatch.setattr(journals, "MIGRATIONS", MIGRATIONS[:-1])
    assert run(["export", str(path), "--output", str(tmp_path / "out")]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.strip().splitlines() == [said.err.strip()]
    assert "was made by a newer tartantm; update this one to open it." in said.err
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.glob("*.tartantm*")] == [path.name]


def structs_in(value: Any) -> Iterator[msgspec.Struct]:
    """Yield every struct in a value, at any depth."""
    if isinstance(value, msgspec.Struct):
        yield value
        value = msgspec.structs.asdict(value)
    if isinstance(value, dict):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for each in value:
            yield from structs_in(each)


def test_the_newest_golden_file_has_every_field_of_every_event() -> None:
    """With another value than its default, so that every field is read back."""
    assert user_version(SESSIONS[-1]) == len(MIGRATIONS), "add a golden file of this format"
    with closing(sqlite3.connect(f"{SESSIONS[-1].as_uri()}?immutable=1", uri=True)) as database:
        rows = database.execute("SELECT data FROM event").fetchall()
    found = {
        (type(struct), field.name)
        for (data,) in rows
        for struct in structs_in(msgspec.json.decode(data, type=Event))
        for field in msgspec.structs.fields(struct)
        if field.required or getattr(struct, field.name) != default_of(field)
    }
    wanted = {(kind, field.name) for kind in CONTENTS for field in msgspec.structs.fields(kind)}
    assert found == wanted


def default_of(field: msgspec.structs.FieldInfo) -> Any:
    """Return the default of a field that is not required."""
    if field.default_factory is not msgspec.NODEFAULT:
        return field.default_factory()
    return field.default


def test_making_a_golden_file_gives_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first.tartantm", tmp_path / "second.tartantm"
    chats = [make_golden.as_json(make_golden.make(path)) for path in (first, second)]
    assert chats[0] == chats[1] == make_golden.as_json(Chat(recorded_events(first)))


def written(annotation: Any) -> str:
    """Write a type as no version of Python writes it differently."""
    if annotation is NoneType:
        return "null"
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return " | ".join(repr(each) for each in arguments)
    if origin in (Union, UnionType):
        return " | ".join(written(each) for each in arguments)
    if origin is not None:
        inner = ("…" if each is Ellipsis else written(each) for each in arguments)
        return f"{origin.__name__}[{', '.join(inner)}]"
    assert annotation in (str, int, float, bool, datetime) or annotation in CONTENTS, annotation
    return str(annotation.__name__)


def described(kind: type[msgspec.Struct]) -> str:
    """Describe an event or struct as session files hold it: tag, fields, types and defaults."""
    config = kind.__struct_config__
    lines = [kind.__name__ + (f" ({config.tag_field}: {config.tag})" if config.tag else "")]
    for field in msgspec.structs.fields(kind):
        default = "" if field.required else f" = {default_of(field)!r}"
        lines.append(f"    {field.encode_name}: {written(field.type)}{default}")
    return "\n".join(lines)


def test_a_changed_format_has_a_number_of_its_own() -> None:
    now = "\n\n".join(described(kind) for kind in CONTENTS) + "\n"
    before = FORMAT.read_text("utf-8") if FORMAT.exists() else ""
    assert now == before, (
        f"What session files hold is not what {FORMAT.name} says. Older programs would leave out"
        " what they do not know: add a statement ('' where no table changes) to"
        " store.journal.MIGRATIONS, write the description above to the format file of that number,"
        " let make_golden.py use what is new, and add a golden file. Never change an old one."
    )
