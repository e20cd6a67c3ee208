"""Exported files: each written completely or not at all, with errors in sentences."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module
from inspect import signature
from pathlib import Path

import pytest

from tartantm.cli.main import parse
from tartantm.core.errors import BadInput, TartantmError
from tartantm.transcript import FORMATS, ExportOptions, export, formats
from tartantm.transcript.formats import about
from tartantm.transcript.formats import text as as_text
from tests.transcript.evening import big, small
from tests.transcript.reading import made


def test_formats_and_their_endings() -> None:
    assert {name: form.suffix for name, form in FORMATS.items()} == {
        "html": ".html",
        "markdown": ".md",
        "json": ".json",
        "csv": ".csv",
        "text": ".txt",
        "archive": ".jsonl",
    }


def test_each_format_has_a_module_with_the_same_function() -> None:
    for name, form in FORMATS.items():
        first = "chat" if form.of_posts else "transcript"
        assert next(iter(signature(import_module(form.module).write).parameters)) == first, name
        if not form.of_posts:
            assert list(signature(import_module(form.module).write).parameters)[1:] == ["options"]
    folder = Path(formats.__file__).parent
    written = {path.stem for path in folder.iterdir() if "\ndef write(" in text_of(path)}
    ours = {name for name, form in FORMATS.items() if not form.of_posts}
    assert written | {"html"} == ours and "\ndef write(" in text_of(folder / "html" / "page.py")


def text_of(path: Path) -> str:
    return path.read_text("utf-8") if path.suffix == ".py" else ""


def test_whoever_lists_the_formats_lists_all_of_them(capsys: pytest.CaptureFixture[str]) -> None:
    root, names = Path(__file__).parents[2], ",".join(FORMATS)
    with pytest.raises(SystemExit):
        parse(["export", "--help"])
    assert names in capsys.readouterr().out
    assert names in (root / "README.md").read_text("utf-8")
    suffixes = " ".join(form.suffix.removeprefix(".") for form in FORMATS.values())
    assert suffixes in (root / ".ci" / "run").read_text("utf-8")
    said = " ".join(each.words for each in about.paragraphs(made(small().chat), str, str))
    assert "It is available as a web page, Markdown, JSON, a table (CSV) and plain text." in said


def test_paths_come_in_the_order_asked_for(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    paths = export(
        small().chat, ["text", "html", "text"], folder, "evening", options=ExportOptions()
    )
    assert paths == [folder / "evening.txt", folder / "evening.html"]
    assert sorted(path.name for path in folder.iterdir()) == ["evening.html", "evening.txt"]
    assert b"\r" not in paths[0].read_bytes()


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old", encoding="utf-8")
    (path,) = export(small().chat, ["text"], tmp_path, "a", options=ExportOptions())
    assert "crossroads" in path.read_text("utf-8")


def test_unknown_formats_and_names_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no format 'pdf'; choose from html, markdown"):
        export(small().chat, ["pdf"], tmp_path, "a", options=ExportOptions())
    for name in ("", "../a", "a/b", ".", "/"):
        with pytest.raises(BadInput, match="no name for a file"):
            export(small().chat, ["text"], tmp_path, name, options=ExportOptions())


def failing(*_: object) -> Iterator[str]:
    yield "half a"
    raise OSError(28, "No space left on device")


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.md").write_text("old", encoding="utf-8")
    monkeypatch.setattr(as_text, "write", failing)
    with pytest.raises(TartantmError, match=r"a\.txt cannot be written: No space left on device\."):
        export(small().chat, ["markdown", "text"], tmp_path, "a", options=ExportOptions())
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_text("utf-8") == "old"


def test_what_a_killed_export_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    left = [".talk.0a1b2c3d.html", ".talk.99999999.jsonl"]
    others = [".talk.0a1b2c3d.html.bak", ".talks.0a1b2c3d.html", "talk.0a1b2c3d.html", ".talk.x.md"]
    for name in (*left, *others):
        (tmp_path / name).write_text("Words that were erased since", "utf-8")
        os.utime(tmp_path / name, (0, 0))
    (tmp_path / ".talk.ffffffff.txt").write_text("still being written", "utf-8")
    (tmp_path / ".talk.eeeeeeee.txt").mkdir()
    export(small().chat, ["text"], tmp_path, "talk", options=ExportOptions())
    there = {path.name for path in tmp_path.iterdir()}
    assert there == {*others, "talk.txt", ".talk.ffffffff.txt", ".talk.eeeeeeee.txt"}


def test_what_cannot_be_removed_costs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".talk.0a1b2c3d.html").write_text("left", "utf-8")
    os.utime(tmp_path / ".talk.0a1b2c3d.html", (0, 0))

    def refuse(path: Path, **_: object) -> None:
        if path.name == ".talk.0a1b2c3d.html":
            raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    (written,) = export(small().chat, ["text"], tmp_path, "talk", options=ExportOptions())
    assert written.exists()


def test_a_folder_that_cannot_be_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(TartantmError, match="cannot be written"):
        export(small().chat, ["text"], tmp_path / "file", "a", options=ExportOptions())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(TartantmError, match=r"Permission denied\."):
        export(small().chat, ["text"], tmp_path, "a", options=ExportOptions())


def test_the_archive_is_another_module_s(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []

    class Fake:
        @staticmethod
        def write(chat: object, *, include_hidden: bool) -> Iterator[str]:
            asked.append(include_hidden)
            yield "{}\n"

    monkeypatch.setitem(sys.modules, "tartantm.archives.write", Fake)
    (path,) = export(
        small().chat, ["archive"], tmp_path, "a", options=ExportOptions(include_hidden=True)
    )
    assert (path.name, path.read_text("utf-8"), asked) == ("a.jsonl", "{}\n", [True])


def test_nothing_is_imported_before_it_is_used() -> None:
    script = (
        "import sys, tartantm.transcript\n"
        "heavy = ['textual', 'rich', 'tweepy', 'tartantm.core.chat']\n"
        "heavy += ['tartantm.transcript.formats.html.page']\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        encoding="utf-8",
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "[]"


def calls(count: int, folder: Path) -> int:
    """How many functions exporting so many posts calls: the same on a busy machine."""
    chat, called = big(count, numbered=True).chat, 0

    def count_one(_: object, event: str, __: object) -> None:
        nonlocal called
        called += event in ("call", "c_call")

    sys.setprofile(count_one)
    try:
        export(chat, FORMATS, folder, "a", options=ExportOptions())
    finally:
        sys.setprofile(None)
    return called


def test_work_grows_with_the_posts_and_no_faster(tmp_path: Path) -> None:
    calls(50, tmp_path)
    few, many = calls(200, tmp_path), calls(800, tmp_path)
    assert many / few < 4.2 and many / 800 < 400


def test_the_collector_works_again_afterwards(tmp_path: Path) -> None:
    for leave in (gc.enable, gc.disable):
        leave()
        try:
            before = gc.isenabled()
            export(small().chat, ["text"], tmp_path, "a", options=ExportOptions())
            with pytest.raises(TartantmError):
                export(small().chat, ["text"], tmp_path / "a.txt", "a", options=ExportOptions())
            assert gc.isenabled() == before
        finally:
            gc.enable()
