"""Times exports against the barest page that could be made of the same posts, in the same run.

``python tests/benchmarks/export.py [POSTS]`` prints ratios of CPU time (they hold on a busy
machine), the seconds of all six formats, how ten times as many posts compare, and the memory that
writing takes against what is written. Goals: the page 3 times the bare one, six formats 8 times,
ten times the posts 11 times, memory growing no faster than the output.
"""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from html import escape
from pathlib import Path
from statistics import median
from time import process_time

from tartantm.core.chat import Chat
from tartantm.transcript import FORMATS, ExportOptions, export
from tests.transcript.evening import big

ROUNDS = 9


def bare(chat: Chat, path: Path) -> None:
    """Names, times, links and escaped words of the posts, and nothing else."""
    with path.open("w", encoding="utf-8") as file:
        file.write("<!DOCTYPE html><title>Bare</title>")
        rows = []
        for entry in chat.ordered():
            post = entry.post
            rows.append(
                f'<article id="{escape(post.id)}"><h3>{escape(post.author.name)}'
                f' <time datetime="{post.created_at.isoformat()}">{post.created_at:%H:%M}</time>'
                f'</h3><p>{escape(post.author.handle)} <a href="{escape(post.url or "")}">X</a>'
                f"<p>{escape(post.text)}</article>\n"
            )
            if len(rows) == 500:
                file.writelines(rows)
                rows.clear()
        file.writelines(rows)


def seconds(work: Callable[[], object]) -> float:
    """CPU time of one go."""
    gc.collect()
    before = process_time()
    work()
    return process_time() - before


def memory(posts: int) -> tuple[int, int, int]:
    """Bytes of the chat, of what exporting took besides, and of the files, of all formats at once.

    Resident memory, of a process that does only this.
    """
    script = (
        "import sys, tempfile\nfrom pathlib import Path\n"
        "from tests.transcript.evening import big\n"
        "from tartantm.transcript import FORMATS, ExportOptions, export\n"
        "def told(what):\n"
        "    words = Path('/proc/self/status').read_text().split()\n"
        "    return int(words[words.index(what) + 1]) * 1024\n"
        "chat = big(int(sys.argv[1]), numbered=True).chat\n"
        "Path('/proc/self/clear_refs').write_text('5')\n"
        "before = told('VmRSS:')\n"
        "with tempfile.TemporaryDirectory() as folder:\n"
        "    paths = export(chat, list(FORMATS), Path(folder), 'a', options=ExportOptions())\n"
        "    size = sum(path.stat().st_size for path in paths)\n"
        "print(before, told('VmHWM:') - before, size)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(posts)],
        capture_output=True,
        encoding="utf-8",
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    chat, taken, size = map(int, done.stdout.split())
    return chat, taken, size


def main(posts: int) -> None:
    """Measure and print."""
    chat, more = big(posts, numbered=True).chat, big(10 * posts, numbered=True).chat
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)

        def all_of(these: Chat, formats: list[str]) -> Callable[[], object]:
            return lambda: export(these, formats, folder, "a", options=ExportOptions())

        works = {
            "bare": lambda: bare(chat, folder / "bare.html"),
            "page": all_of(chat, ["html"]),
            "six formats": all_of(chat, list(FORMATS)),
        }
        taken: dict[str, list[float]] = {what: [] for what in works}
        for turn in range(ROUNDS):
            order = list(works) if turn % 2 else list(reversed(works))
            for what in order:
                taken[what].append(seconds(works[what]))
        floor = median(taken["bare"])
        for what, times in taken.items():
            ratio = median(times) / floor
            print(
                f"{posts:,} posts, {what}: {median(times):.3f} s, {ratio:.2f} times the bare page"
            )
        for what, formats in (("page", ["html"]), ("six formats", list(FORMATS))):
            larger = median(seconds(all_of(more, formats)) for _ in range(3))
            ratio = larger / median(taken[what])
            print(f"{10 * posts:,} posts, {what}: {larger:.2f} s, {ratio:.2f} times {posts:,}")
    if Path("/proc/self/clear_refs").exists():
        for number in (posts, 10 * posts):
            held, used, size = (value / 2**20 for value in memory(number))
            print(
                f"{number:,} posts: {used:.1f} MiB to write {size:.1f} MiB of files,"
                f" {used / size:.2f} of them; {held:.0f} MiB the chat itself"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
