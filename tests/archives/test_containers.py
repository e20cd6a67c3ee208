"""Files, folders, zips and gzip: what is in them is read, and nothing else is touched."""

import gzip
import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tartantm.archives import containers
from tartantm.archives.containers import Cut, members
from tartantm.archives.reading import Reading
from tartantm.core.errors import BadInput


def packed(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def contents(path: Path) -> dict[str, bytes]:
    return {member.name: member.open().read() for member in members(path)}


def test_a_file_is_itself(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{}")
    (member,) = members(tmp_path / "a.json")
    assert member.given and member.size == 2
    assert member.head() == b"{}" == member.open().read()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_gives_its_files_and_whose_they_are_first(tmp_path: Path, method: int) -> None:
    files = {
        "data/tweets.js": b"two",
        "data/account.js": b"one",
        "__MACOSX/data/._tweets.js": b"junk",
        ".DS_Store": b"junk",
        "data/tweets-part1.js": b"three",
    }
    path = packed(tmp_path / "x.zip", files, method)
    found = list(members(path))
    assert [member.name.removeprefix(f"{path}/") for member in found] == [
        *("data/account.js", "data/tweets-part1.js", "data/tweets.js"),
    ]
    assert [*contents(path).values()] == [b"one", b"three", b"two"]
    for member in members(path):
        assert not member.given
        assert member.beside("account.js") == b"one"
        assert member.beside("missing.js") is None


def test_a_folder_gives_its_files_in_order(tmp_path: Path) -> None:
    (tmp_path / "data" / "js").mkdir(parents=True)
    for name in ("data/js/2012_06.js", "data/account.js", "data/.hidden", "b.json"):
        (tmp_path / name).write_text(name, "utf-8")
    names = [Path(member.name).relative_to(tmp_path).as_posix() for member in members(tmp_path)]
    assert names == ["b.json", "data/account.js", "data/js/2012_06.js"]


def test_a_zip_inside_is_no_reason_to_stop(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", {"a.json": b"{}"}).read_bytes()
    path = packed(tmp_path / "outer.zip", {"inner.zip": inner, "b.json": b"[]"})
    assert next(iter(contents(path))).endswith("b.json")


def test_what_cannot_be_read_is_said_in_one_sentence(tmp_path: Path) -> None:
    broken = packed(tmp_path / "broken.zip", {"a.json": b"x" * 1000})
    data = bytearray(broken.read_bytes())
    locked = tmp_path / "locked.zip"
    # The bit that says "encrypted", in the file's own header and in the directory's.
    for at in (6, data.index(b"PK\x01\x02") + 8):
        data[at] |= 1
    locked.write_bytes(data)
    for path, words in ((tmp_path / "none", "There is no file"), (locked, "password")):
        with pytest.raises(BadInput, match=words):
            list(members(path))


def test_a_zip_may_not_unpack_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = packed(tmp_path / "bomb.zip", {"a.json": b" " * (1 << 22)})
    monkeypatch.setattr(containers, "MOST_UNPACKED", 1 << 20)
    with pytest.raises(BadInput, match="unpacks to more than"):
        contents(path)


def test_too_many_files_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MOST_FILES", 2)
    for name in "abc":
        (tmp_path / name).write_bytes(b"")
    path = packed(tmp_path / "x.zip", dict.fromkeys("abc", b""))
    for each in (tmp_path, path):
        with pytest.raises(BadInput, match="more than 2 files"):
            list(members(each))


def test_a_damaged_file_in_a_zip_keeps_what_came_before(tmp_path: Path) -> None:
    lines = b"".join(json.dumps({"n": n * 7919 % 1009}).encode() + b"\n" for n in range(20_000))
    path = packed(tmp_path / "x.zip", {"a.jsonl": lines})
    data = bytearray(path.read_bytes())
    data[len(data) * 3 // 4] ^= 255
    path.write_bytes(data)
    member = next(found := members(path))
    came, file = b"", member.open()
    with pytest.raises(Cut):
        while chunk := file.read1(1000):  # type: ignore[attr-defined]
            came += chunk
    assert came and lines.startswith(came[: len(came) // 2])
    found.close()


def test_joined_and_padded_gzip(tmp_path: Path) -> None:
    path = tmp_path / "x.gz"
    path.write_bytes(gzip.compress(b"one") + gzip.compress(b"two") + b"\0" * 700)
    (member,) = members(path)
    assert member.open().read() == b"onetwo"


def test_members_are_closed_with_their_readers(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(gzip.compress(b"one"))
    (member,) = members(tmp_path / "x.gz")
    with member.open() as file:
        assert isinstance(file, io.BufferedReader)
    assert file.closed


def test_zips_in_folders_and_zips_are_looked_into(tmp_path: Path) -> None:
    (tmp_path / "all").mkdir()
    one = packed(tmp_path / "all" / "ailsa.zip", {"data/account.js": b"a", "data/tweets.js": b"1"})
    two = packed(tmp_path / "two.zip", {"data/account.js": b"b", "data/tweets.js": b"2"})
    both = packed(tmp_path / "both.zip", {"ailsa.zip": one.read_bytes(), "b.ZIP": two.read_bytes()})
    assert [*contents(tmp_path / "all").values()] == [b"a", b"1"]
    found = {member.name: member.beside("account.js") for member in members(both)}
    assert found == {
        f"{both}/{name}": owner
        for name, owner in {
            "ailsa.zip/data/account.js": b"a",
            "ailsa.zip/data/tweets.js": b"a",
            "b.ZIP/data/account.js": b"b",
            "b.ZIP/data/tweets.js": b"b",
        }.items()
    }
    assert not any(member.given for member in [*members(both), *members(tmp_path / "all")])


def test_a_zip_among_others_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    half = packed(tmp_path / "x.zip", {"a.json": b"{}" * 100}).read_bytes()[:60]
    both = packed(tmp_path / "both.zip", {"half.zip": half, "b.json": b"{}"})
    (tmp_path / "all").mkdir()
    (tmp_path / "all" / "half.zip").write_bytes(half)
    for path in (both, tmp_path / "all"):
        told = {member.name: member.refused for member in members(path)}
        assert told[f"{path}/half.zip"].startswith("is a damaged zip")


def test_a_zip_of_zips_of_zips_ends(tmp_path: Path) -> None:
    path = packed(tmp_path / "0.zip", {"a.json": b"{}"})
    for number in range(1, 4):
        path = packed(tmp_path / f"{number}.zip", {"in.zip": path.read_bytes()})
    (member,) = members(path)
    assert member.name == f"{path}/in.zip/in.zip"


def test_what_is_packed_within_a_zip_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("posts.jsonl.gz", gzip.compress(b'{"a": 1}\n'))
    read = [(member.head(), member.open().read()) for member in members(path)]
    assert read == [(b'{"a": 1}\n', b'{"a": 1}\n')]


def tarred(path: Path, files: dict[str, bytes], mode: str = "w") -> Path:
    with tarfile.open(path, mode) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return path


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_what_is_packed_within_a_tar_is_unpacked(tmp_path: Path, mode: str) -> None:
    large = b"x" * (3 * containers.LONGEST_HEAD)
    inner = packed(tmp_path / "inner.zip", {"data/account.js": b"a", "data/tweets.js": b"1"})
    files = {"posts.jsonl.gz": gzip.compress(large), "ailsa.zip": inner.read_bytes(), "b.csv": b"b"}
    path = tarred(tmp_path / "all.tar", files, mode)
    assert contents(path) == {
        f"{path}/posts.jsonl.gz": large,
        f"{path}/ailsa.zip/data/account.js": b"a",
        f"{path}/ailsa.zip/data/tweets.js": b"1",
        f"{path}/b.csv": b"b",
    }


def test_a_gzip_within_a_tar_that_breaks_off_keeps_what_came(tmp_path: Path) -> None:
    half = gzip.compress(b'{"a": 1}\n' * 9)[:-8]
    (member,) = members(tarred(tmp_path / "all.tar", {"a.jsonl.gz": half}))
    assert member.head() == b'{"a": 1}\n' * 9
    file = member.open()
    assert file.read(80) == b'{"a": 1}\n' * 8 + b'{"a": 1}'
    with pytest.raises(Cut):
        file.read()


@pytest.mark.parametrize("name", ["ailsa.tar", "ailsa.tgz", "Ailsa.TAR.GZ"])
def test_tars_in_zips_and_tars_are_looked_into(tmp_path: Path, name: str) -> None:
    mode = "w" if name.endswith("tar") else "w:gz"
    files = {"outbox.json": b"1", "actor.json": b"a"}
    inner = tarred(tmp_path / "inner", files, mode).read_bytes()
    for path in (
        packed(tmp_path / "all.zip", {name: inner}),
        tarred(tmp_path / "all.tar", {name: inner}),
    ):
        found = list(members(path))
        assert [member.name for member in members(path)] == [
            f"{path}/{name}/actor.json",
            f"{path}/{name}/outbox.json",
        ]
        assert not any(member.given for member in found)
    if mode == "w":
        (member,) = members(packed(tmp_path / "half.zip", {name: inner[:600]}))
        assert member.refused.startswith("is a damaged tar")


def test_zips_whose_names_have_backslashes(tmp_path: Path) -> None:
    files = {r"data\tweets.js": b"1", r"data\account.js": b"a", r"__MACOSX\data\._tweets.js": b""}
    path = packed(tmp_path / "x.zip", files)
    found = {member.name: member.beside("account.js") for member in members(path)}
    assert found == {f"{path}/data/account.js": b"a", f"{path}/data/tweets.js": b"a"}
    assert [*contents(path).values()] == [b"a", b"1"]


def test_damaged_json_beside_posts_is_told(tmp_path: Path) -> None:
    files = {
        "lost.json": b'[{"text": "Not wh',
        "lines.jsonl": b'{"text": "Nor\n{"text": "this\n',
        "tweets.js": b'window.YTD.tweets.part0 = [ {"tweet": {"full_te',
        "settings.json": b'{"dark": true}',
        "program.js": b'!function(){var a={"b":1}}',
        "notes.txt": b"[18:05] we met\n",
    }
    (tmp_path / "all").mkdir()
    for name, content in files.items():
        (tmp_path / "all" / name).write_bytes(content)
    for path in (packed(tmp_path / "all.zip", files), tmp_path / "all"):
        reading = Reading([path])
        with pytest.raises(BadInput):
            list(reading.items())
        told = {found.name.rpartition("/")[2]: len(found.damaged) for found in reading.files}
        assert told == {"lost.json": 1, "lines.jsonl": 2, "tweets.js": 1}


_METHOD = b"PK\1\2\x14\3\x14\0\0\0\x09"
"""The beginning of a zip's directory, with a method that Python does not know."""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda data: data.replace(b"sound", b"Sound", 1), "Bad CRC"),
        (
            lambda data: (
                data[:8] + b"\x09" + data[9:].replace(b"PK\1\2\x14\3\x14\0\0\0\0", _METHOD)
            ),
            "with another program",
        ),
    ],
)
def test_a_file_in_a_zip_that_cannot_be_unpacked_is_told(
    tmp_path: Path, change: Callable[[bytes], bytes], said: str
) -> None:
    path = tmp_path / "one.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("a.jsonl", b'{"it": "is sound"}')
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(BadInput, match=said):
        list(Reading([path]).items())
