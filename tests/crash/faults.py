"""The harm that a running capture can come to. Each gives what a look at the file found."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tartantm.core.errors import TartantmError
from tartantm.store.journal import Journal
from tests.crash.checking import ChatIndex, copies, look
from tests.crash.running import ROOT, Captor, Place

ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0


SEEN_WITHIN = 3.0
"""Seconds until two desks see each other's acts: one is promised, two more a busy machine takes."""

READ = """
import sys
from pathlib import Path
from tartantm.store.session import Session
with Session(Path(sys.argv[1])) as session:
    assert session.journal.readonly and session.chat.last_seq >= int(sys.argv[2])
"""
"""Reopens a session that can only be read."""


class CannotHere(Exception):
    """This machine does not let us do that harm."""


def killed(place: Place) -> ChatIndex:
    """SIGKILL at any moment, also in the middle of a commit."""
    captor = Captor(place)
    captor.tell_on(3, place.random.uniform(0, 1))
    captor.end()
    return look(place.session, captor.told_path)


def killed_at_the_start(place: Place) -> ChatIndex:
    """SIGKILL while the program starts: there may be a session then, or none."""
    captor = Captor(place)
    captor.wait_for(place.session.exists, "making the session")
    time.sleep(place.random.uniform(0, 0.15))
    captor.end()
    again = Captor(place, "again")
    again.tell_on(3)
    again.end()
    return look(place.session, captor.told_path, again.told_path)


def asked_to_end(place: Place) -> ChatIndex:
    """SIGTERM: it ends with exit code 0 and leaves one file."""
    captor = Captor(place)
    captor.tell_on(3, place.random.uniform(0, 0.6))
    captor.process.send_signal(signal.SIGTERM)
    code = captor.end(kill=False)
    left = sorted(path.name for path in place.session.parent.glob("evening*"))
    held = look(place.session, captor.told_path)
    faults = [f"exit code {code}"] * (code != 0)
    faults += [f"left behind: {left}"] * (left != [place.session.name])
    return held._replace(faults=(*held.faults, *faults))


def terminal_closed(place: Place) -> ChatIndex:
    """The desk's window is closed: it ends by itself, leaves one file and lets the next one in."""
    return _hung_up(place, deaf=False)


def terminal_closed_under_nohup(place: Place) -> ChatIndex:
    """The same where hang-ups are ignored, so that only failing calls tell of it."""
    return _hung_up(place, deaf=True)


def _hung_up(place: Place, *, deaf: bool) -> ChatIndex:
    captor = Captor(place, desk=True, deaf=deaf)
    captor.tell_on(3, place.random.uniform(0, 0.6))
    captor.hang_up()
    faults = []
    try:
        if code := captor.end(kill=False):
            faults.append(f"exit code {code}")
    except AssertionError as error:
        faults.append(str(error))
    left = sorted(path.name for path in place.session.parent.glob("evening*"))
    faults += [f"left behind: {left}"] * (left != [place.session.name])
    again = Captor(place, "again")
    again.tell_on(3)
    again.end()
    held = look(place.session, captor.told_path, again.told_path)
    return held._replace(faults=(*held.faults, *faults))


def file_too_large(place: Place) -> ChatIndex:
    """The session may grow no more (a quota); it is killed then, or gets room again first."""
    import resource

    captor = Captor(place)
    captor.tell_on(3, place.random.uniform(0, 0.4))
    log = Path(f"{place.session}-wal")
    most = max(log.stat().st_size, place.session.stat().st_size) + place.random.randrange(9000)
    before = resource.prlimit(captor.process.pid, resource.RLIMIT_FSIZE, (most, -1))
    _stands_still(captor)
    if place.random.random() < 0.5:
        resource.prlimit(captor.process.pid, resource.RLIMIT_FSIZE, before)
        captor.tell_on(5)
    captor.end()
    return look(place.session, captor.told_path)


def disk_full(place: Place) -> ChatIndex:
    """A full file system, in the middle of a write; killed then, or after room was made."""
    with small_disk(place.folder / "disk") as disk:
        place = place._replace(session=disk / "evening.tartantm")
        captor = Captor(place)
        captor.tell_on(3, place.random.uniform(0, 0.4))
        ballast = disk / "ballast"
        room = os.statvfs(disk)
        left = room.f_bavail * room.f_frsize - place.random.randrange(0, 60_000, 4096)
        with ballast.open("wb") as file, suppress(OSError):
            file.write(bytes(max(left, 0)))
        try:
            _stands_still(captor)
            ending = place.random.random() < 0.5
            if ending:
                ballast.unlink()
                captor.tell_on(5)
        finally:
            captor.end()
        if not ending:
            # Reopening needs no room for what is there; going on does.
            ballast.unlink()
        return look(place.session, captor.told_path)


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A file system of one and a half megabytes in memory; only root may make one."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1536k,mode=700", "tmpfs", str(folder)]
    try:
        done = subprocess.run(command, capture_output=True)
    except OSError:
        raise CannotHere("there is no mount here") from None
    if done.returncode:
        raise CannotHere("this user may not mount")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def folder_made_read_only(place: Place) -> ChatIndex:
    """Folder and file become read-only under it; it goes on, is killed, and can be read."""
    # Root writes anywhere, unless it gives up its rights.
    plain = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if ROOT_USER else []
    if plain and not shutil.which(plain[0]):
        raise CannotHere("root writes anywhere")
    disk = place.folder / "disk"
    disk.mkdir()
    place = place._replace(session=disk / "evening.tartantm")
    captor = Captor(place, through=plain)
    captor.tell_on(3, place.random.uniform(0, 0.4))
    for path in (*disk.iterdir(), disk):
        path.chmod(0o555 if path == disk else 0o444)
    captor.tell_on(3, place.random.uniform(0, 0.4))
    captor.end()
    command = [*plain, sys.executable, "-c", READ, str(place.session), str(len(captor.told()))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    for path in (disk, *disk.iterdir()):
        path.chmod(0o700 if path == disk else 0o600)
    held = look(place.session, captor.told_path)
    faults = [f"it cannot be read: {done.stderr[-500:]}"] * (done.returncode != 0)
    return held._replace(faults=(*held.faults, *faults))


def file_removed(place: Place) -> ChatIndex:
    """The session, its log or both are removed while it runs; then it is killed."""
    captor = Captor(place)
    captor.tell_on(3, place.random.uniform(0, 0.4))
    names = place.random.choice([("",), ("", "-wal", "-shm"), ("-wal",), ("-wal", "-shm")])
    for name in names:
        Path(f"{place.session}{name}").unlink()
    # What is removed comes back with the next commit, or the next look.
    captor.wait_for(lambda: all(Path(f"{place.session}{n}").exists() for n in names), "return")
    captor.tell_on(3, place.random.uniform(0, 0.4))
    captor.end()
    return look(place.session, captor.told_path)


def copied_while_running(place: Place) -> ChatIndex:
    """A copy made while it runs opens and holds the evening up to then; then it is killed."""
    captor = Captor(place)
    captor.tell_on(3, place.random.uniform(0, 1))
    faults = []
    told = captor.told()
    for copy, expected in zip(copies(place.session, place.folder), (0, len(told)), strict=True):
        try:
            with Journal(copy) as journal:
                count = len(list(journal.since(0)))
                verdict = journal._db.execute("PRAGMA integrity_check").fetchone()[0]
            if verdict != "ok" or count < expected:
                faults.append(f"{copy.stem}: {count} of {expected} events, {verdict}")
        except TartantmError as error:
            faults.append(f"{copy.stem}: {error}")
    captor.end()
    held = look(place.session, captor.told_path)
    return held._replace(faults=(*held.faults, *faults))


def two_desks(place: Place) -> ChatIndex:
    """Two programs on one file; the one that captures is killed, the other takes over."""
    one = Captor(place, "one")
    one.tell_on(3)
    two = Captor(place, "two")
    two.tell_on(3, place.random.uniform(0.3, 0.8))
    one.end()
    captured = len(two.told())
    two.wait_for(lambda: any(row.origin == "here" for row in two.told()[captured:]), "acting")
    two.tell_on(20, place.random.uniform(1.2, 1.8))
    two.end()
    held = look(place.session, one.told_path, two.told_path)
    first = {row.seq: row for row in one.told()}
    late = [
        abs(row.at - first[row.seq].at)
        for row in two.told()
        if row.seq in first and row.origin != first[row.seq].origin
    ]
    longest = max(late, default=0.0)
    faults = [f"seen after {longest:.2f} s"] * (longest > SEEN_WITHIN)
    faults += ["neither saw the other"] * (not late)
    said_last = max(row.seq for row in one.told())
    faults += ["nobody took over"] * (not _captured_after(place.session, said_last))
    return held._replace(faults=(*held.faults, *faults))


def _captured_after(session: Path, seq: int) -> int:
    from tartantm.core.events import Captured

    with Journal(session) as journal:
        return sum(isinstance(item.event, Captured) for item in journal.since(seq))


def _stands_still(captor: Captor) -> None:
    """Wait until nothing can be saved any more."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        before = len(captor.told())
        captor.tell_on(0, 0.4)
        if len(captor.told()) == before:
            return
    raise AssertionError("it could save for twenty seconds more")


FAULTS: tuple[Callable[[Place], ChatIndex], ...] = (
    killed,
    killed_at_the_start,
    asked_to_end,
    terminal_closed,
    terminal_closed_under_nohup,
    disk_full,
    file_too_large,
    folder_made_read_only,
    file_removed,
    copied_while_running,
    two_desks,
)
