"""What a path holds: a file, the files of a folder, or those packed in a zip, a tar or with gzip.

Nothing but a zip or tar in another is unpacked to disk, and no more is unpacked than
`MOST_UNPACKED` bytes: a small file can be made to unpack to any size. It is longer than others,
since each way to pack files ends in the same few streams with the same budget.
"""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, cast

from msgspec import Struct
from msgspec.structs import replace

from tartantm.core.errors import BadInput

MOST_UNPACKED = 1 << 33
"""Bytes that one zip may unpack to; an archive of one account has some hundred megabytes of text
beside its pictures, which are not unpacked."""

MOST_FILES = 100_000
"""Files in a folder or zip that are looked at."""

LARGEST_BESIDE = 1 << 22
"""Bytes of a file that says whose archive it is."""

LONGEST_HEAD = 1 << 16
"""Bytes of the beginning of a file in a tar that can be looked at before it is read."""

_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_TAR = b"ustar"
_NAMED_PACKED = (".zip", ".tar", ".tgz", ".tar.gz")
_HEAD = 4096
_STEP = 1 << 16


_MOST_BESIDE = 16
_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error)


class Cut(EOFError):
    """A packed file breaks off, or is damaged, after what was read of it."""


class Member(Struct):
    """A file that may hold posts."""

    name: str
    """For people: as it was given, or with its place in the folder or zip."""
    size: int
    """Bytes to read, for progress; of gzip, those of the packed file."""
    open: Callable[[], IO[bytes]]
    """Opens it for reading; what is read may raise `Cut`."""
    beside: Callable[[str], bytes | None]
    """The content of another file in its folder, by its name."""
    given: bool = True
    """Whether it was named itself: else it is one of many, which need not all be posts."""
    refused: str = ""
    """Why one of many cannot be looked into, as far as is known: goes on after its name."""
    begun: bytes | None = None
    """Its first bytes, where it can be opened only once; up to `LONGEST_HEAD`."""

    def head(self, most: int = _HEAD) -> bytes:
        """Its first bytes."""
        if self.begun is not None:
            return self.begun[:most]
        try:
            with self.open() as file:
                return file.read(most)
        except Cut as error:
            if not self.given:
                self.refused = f"cannot be unpacked: {error}"
            return b""


def members(path: Path) -> Generator[Member, None, None]:
    """Yields the files that a path holds, each to be read before the next one is asked for.

    Raises BadInput where it cannot be read.
    """
    try:
        if path.is_dir():
            yield from _of_folder(path)
            return
        with path.open("rb") as file:
            head = file.read(4)
        if head == _ZIP and zipfile.is_zipfile(path) and not _is_sheet(path):
            yield from _of_zip(path)
        elif _is_tar(path):
            yield from _of_tar(path)
        else:
            yield _file(path, given=True)
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.") from None
    except zipfile.BadZipFile as error:
        raise BadInput(f"{path} is a damaged zip ({error}); fetch it again.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"{path} cannot be read: {reason}.") from None


def _of_folder(folder: Path) -> Iterator[Member]:
    count = 0
    for top, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not _is_hidden(name))
        for name in sorted(files, key=_in_order):
            if _is_hidden(name):
                continue
            if (count := count + 1) > MOST_FILES:
                raise BadInput(f"{folder} has more than {MOST_FILES:,} files; name the right one.")
            path = Path(top, name)
            if path.is_file():
                yield from _within_folder(path)


def _within_folder(path: Path) -> Iterator[Member]:
    """A file of a folder, or the files in it where it is a zip or tar."""
    try:
        with path.open("rb") as file:
            is_zip = file.read(4) == _ZIP
        if is_zip and not zipfile.is_zipfile(path):
            raise BadInput(f"{path} is a damaged zip; fetch it again.")
        for member in members(path):
            member.given = False
            yield member
    except OSError:
        yield _file(path, given=False)
    except BadInput as error:
        yield _refused(_file(path, given=False), str(error))


def _file(path: Path, *, given: bool) -> Member:
    def opened() -> IO[bytes]:
        return _opened(path)

    def beside(name: str) -> bytes | None:
        other = path.with_name(name)
        try:
            with other.open("rb") as file:
                return file.read(LARGEST_BESIDE)
        except (OSError, ValueError):
            return None

    return Member(str(path), path.stat().st_size, opened, beside, given)


def _opened(path: Path) -> IO[bytes]:
    """A file to be read, unpacked where it is packed with gzip."""
    file = path.open("rb")
    packed = file.read(2) == _GZIP
    file.seek(0)
    return _buffered(_Unpacked(file)) if packed else cast("IO[bytes]", file)


def _is_tar(path: Path) -> bool:
    with _opened(path) as file:
        try:
            return file.read(512)[257:262] == _TAR
        except Cut:
            return False


def _of_tar(path: Path, *, is_within: bool = False) -> Iterator[Member]:
    """The files of a tar in their order, after those that say whose archive it is.

    A packed tar can only be read from its beginning. So it is gone through twice, and each file has
    to be read before the next.
    """
    kept = _said_beside(path)

    def beside_of(place: PurePosixPath) -> Callable[[str], bytes | None]:
        return lambda name: kept.get(str(place.with_name(name)))

    for name, content in kept.items():
        place = PurePosixPath(name)
        opened = _again(content)
        yield Member(f"{path}/{name}", len(content), opened, beside_of(place), given=False)
    budget = _Budget(path)
    for info, file in _files_in_tar(path):
        if info.name in kept or any(_is_hidden(part) for part in PurePosixPath(info.name).parts):
            continue
        begun, opened = _begun(_Counted(file, budget))
        beside = beside_of(PurePosixPath(info.name))
        member = Member(f"{path}/{info.name}", info.size, opened, beside, given=False, begun=begun)
        yield from [member] if is_within else _looked_into(member)


def _said_beside(path: Path) -> dict[str, bytes]:
    """The small files in a tar that say whose archive it is, by name.

    Raises BadInput where there are no files, or too many, and where the tar breaks off.
    """
    kept: dict[str, bytes] = {}
    count = 0
    try:
        for info, file in _files_in_tar(path):
            if (count := count + 1) > MOST_FILES:
                raise BadInput(f"{path} has more than {MOST_FILES:,} files; name the right one.")
            is_small = info.size <= LARGEST_BESIDE and len(kept) < _MOST_BESIDE
            if is_small and not _in_order(PurePosixPath(info.name).name)[0]:
                kept[info.name] = file.read()
    except (tarfile.TarError, Cut, EOFError) as error:
        raise BadInput(f"{path} is a damaged tar archive ({error}); fetch it again.") from None
    if not count:
        raise BadInput(f"{path} is a tar archive without files; fetch it again.")
    return kept


def _files_in_tar(path: Path) -> Iterator[tuple[tarfile.TarInfo, IO[bytes]]]:
    with _opened(path) as raw, tarfile.open(fileobj=raw, mode="r|") as packed:
        for info in packed:
            # What is no file (a link, a device) is nothing to read, and nothing is unpacked.
            if info.isreg() and (file := packed.extractfile(info)) is not None:
                yield info, file
            packed.members.clear()  # type: ignore[attr-defined]  # else all that were met are kept


def _begun(raw: io.RawIOBase) -> tuple[bytes, Callable[[], IO[bytes]]]:
    """What a file begins with, and what opens it once, with that."""
    begun, cut, file = b"", None, cast("IO[bytes]", raw)
    try:
        file = _unpacked(raw)
        while len(begun) < LONGEST_HEAD and (read := file.read1(LONGEST_HEAD)):  # type: ignore[attr-defined]  # all of `_unpacked` can
            begun += read
    except Cut as error:
        cut = error
    return begun, lambda: _buffered(_Begun(begun, cut, file))


def _again(content: bytes) -> Callable[[], IO[bytes]]:
    return lambda: cast("IO[bytes]", io.BytesIO(content))


def _of_zip(path: Path, *, is_within: bool = False) -> Iterator[Member]:
    with zipfile.ZipFile(path) as packed:
        for info in packed.infolist():  # some programs on Windows write what zips forbid
            info.filename = info.filename.replace("\\", "/")
        found = [info for info in packed.infolist() if not info.is_dir()]
        if len(found) > MOST_FILES:
            raise BadInput(f"{path} has more than {MOST_FILES:,} files; name the right one.")
        if any(info.flag_bits & 1 for info in found):
            raise BadInput(f"{path} is locked with a password; unpack it, and import the folder.")
        budget = _Budget(path)
        names = {info.filename: info for info in found}
        for info in sorted(found, key=lambda info: _parts_in_order(info.filename)):
            if any(_is_hidden(part) for part in PurePosixPath(info.filename).parts):
                continue
            member = _packed_file(path, packed, info, names, budget)
            yield from [member] if is_within else _looked_into(member)


def _looked_into(packed: Member) -> Iterator[Member]:
    """A file of a zip or tar, or the files in it where it is one, too.

    Several people's archives are often sent as one. A zip's directory stands at its end, and a tar
    is read twice, so it is copied to a temporary file. What is packed in it is not looked into,
    since there are zips that hold themselves.
    """
    begins = packed.head(_HEAD) if packed.name.lower().endswith(_NAMED_PACKED) else b""
    is_tar = begins[257:262] == _TAR
    if not is_tar and not begins.startswith(_ZIP):
        yield packed
        return
    with TemporaryDirectory() as folder:
        path = Path(folder, "packed.zip")
        # A copy that breaks off is told as damaged below.
        with suppress(Cut), packed.open() as file, path.open("wb") as copy:
            shutil.copyfileobj(file, copy, _STEP)
        try:
            if not is_tar and _is_sheet(path):
                yield replace(_file(path, given=False), name=packed.name)
                return
            held = _of_tar if is_tar else _of_zip
            for member in held(path, is_within=True):
                member.name = member.name.replace(str(path), packed.name, 1)
                yield member
        except (BadInput, zipfile.BadZipFile, OSError, ValueError) as error:
            told = str(error).replace(str(path), packed.name)
            if not isinstance(error, BadInput):
                told = f"{packed.name} is a damaged {'tar' if is_tar else 'zip'} ({told})."
            yield _refused(packed, told)


def _refused(member: Member, why: str) -> Member:
    member.refused = why.removeprefix(f"{member.name} ").removesuffix(".")
    return member


def _packed_file(
    path: Path,
    packed: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    names: dict[str, zipfile.ZipInfo],
    budget: _Budget,
) -> Member:
    def opened() -> IO[bytes]:
        try:
            file = packed.open(info)
        except NotImplementedError:  # as of deflate64, by which Windows packs large files
            raise Cut("unpack the zip with another program, and import the folder") from None
        except zipfile.BadZipFile as error:
            raise Cut(str(error)) from None
        return _unpacked(_Counted(file, budget))

    def beside(name: str) -> bytes | None:
        other = names.get(str(PurePosixPath(info.filename).with_name(name)))
        if other is None:
            return None
        with packed.open(other) as file:
            return file.read(LARGEST_BESIDE)

    return Member(f"{path}/{info.filename}", info.file_size, opened, beside, given=False)


def _is_sheet(path: Path) -> bool:
    """Whether a zip is a spreadsheet, which is read as a table, or another office document."""
    with zipfile.ZipFile(path) as packed:
        return not {"[Content_Types].xml", "mimetype"}.isdisjoint(packed.namelist())


def _is_hidden(name: str) -> bool:
    return name.startswith((".", "__MACOSX"))


def _in_order(name: str) -> tuple[int, str]:
    """Whoever an archive is of is said in a file of its own, which has to be read first."""
    return (0 if name.partition(".")[0] in ("account", "actor", "profile") else 1), name


def _parts_in_order(name: str) -> tuple[str, tuple[int, str]]:
    place = PurePosixPath(name)
    return str(place.parent), _in_order(place.name)


class _Begun(io.RawIOBase):
    """A file of which the first bytes were read already, and perhaps no more can be."""

    def __init__(self, begun: bytes, cut: Cut | None, file: IO[bytes]) -> None:
        self._begun, self._cut, self._file = io.BytesIO(begun), cut, file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        data = self._begun.read(len(buffer))
        if not data and self._cut is not None:
            raise self._cut
        data = data or self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Budget:
    """Counts what was unpacked of a zip or tar."""

    def __init__(self, path: Path) -> None:
        self.path, self.left = path, MOST_UNPACKED

    def spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise BadInput(f"{self.path} unpacks to more than {MOST_UNPACKED >> 30} GB.")


class _Counted(io.RawIOBase):
    """A file in a zip or tar; raises `Cut` where it is damaged."""

    def __init__(self, file: IO[bytes], budget: _Budget) -> None:
        self._file, self._budget = file, budget

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        try:
            data = self._file.read(len(buffer))
        except (*_DAMAGED, EOFError, NotImplementedError, OSError) as error:
            raise Cut(str(error)) from None
        self._budget.spend(len(data))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


class _Unpacked(io.RawIOBase):
    """What a gzip file holds up to where it is damaged; then `Cut`.

    Step by step, because Python's `gzip` returns nothing of a small file that breaks off.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
        self._packed = self._ready = b""
        self._is_within = self._is_damaged = False
        self._left = MOST_UNPACKED

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        while not self._ready:
            self._packed = self._packed or self._file.read(_STEP)
            if not self._packed or self._is_damaged:
                if self._is_within or self._is_damaged:
                    self._is_within = self._is_damaged = False
                    self._packed, self._file = b"", io.BytesIO()
                    raise Cut("it breaks off")
                return 0
            self._unpack()
        data, self._ready = self._ready[: len(buffer)], self._ready[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

    def _unpack(self) -> None:
        try:
            self._ready = self._unpacking.decompress(self._packed, _STEP)
        except zlib.error:
            self._is_damaged = True
            return
        self._left -= len(self._ready)
        if self._left < 0:
            raise BadInput(f"A packed file has more than {MOST_UNPACKED >> 30} GB; split it.")
        self._is_within = not self._unpacking.eof
        if self._unpacking.eof:  # files that were joined have another one after the first
            self._packed = self._unpacking.unused_data.lstrip(b"\0")
            self._unpacking = zlib.decompressobj(16 + zlib.MAX_WBITS)
        else:
            self._packed = self._unpacking.unconsumed_tail

    def close(self) -> None:
        self._file.close()
        super().close()


def _unpacked(raw: io.RawIOBase) -> IO[bytes]:
    """A file of a zip or tar, unpacked where it is packed with gzip itself."""
    file = _buffered(raw)
    packed = file.peek(2).startswith(_GZIP)  # type: ignore[attr-defined]
    return _buffered(_Unpacked(file)) if packed else file


def _buffered(raw: io.RawIOBase) -> IO[bytes]:
    return cast("IO[bytes]", io.BufferedReader(raw, _STEP))
