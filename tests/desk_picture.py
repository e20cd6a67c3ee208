"""Draws the picture of the desk at the head of the README: python3 tests/desk_picture.py

The real app on the made-up evening, half past six gone by a few minutes, without a terminal.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "tests" / "screens" / "desk.svg"
POSTS = 152
SIZE = (126, 36)


async def draw() -> str:
    """The desk as SVG."""
    from tartantm.agenda_files.load import load_agenda
    from tartantm.archives.read import read
    from tartantm.cli.recordings import fill
    from tartantm.demo import AGENDA, EVENING
    from tartantm.networks.clock import Clock
    from tartantm.store.session import Session
    from tests.desk.running import app_of, opened

    class StillClock(Clock):
        def now(self) -> datetime:
            return latest + timedelta(seconds=7)

    with tempfile.TemporaryDirectory() as folder:
        os.environ["TARTANTM_HOME"] = folder
        path = Path(folder) / "evening.tartantm"
        agenda, digest = load_agenda(AGENDA)
        archive = read(EVENING)
        del archive.heard[POSTS:]
        with Session(path, create=True) as session:
            session.take_agenda(agenda, digest)
            fill(session, [archive], keep=False)
            latest = max(entry.post.sort_at for entry in session.chat.entries.values())
        app = app_of(path, clock=StillClock())
        async with app.run_test(size=SIZE) as pilot:
            await opened(pilot)
            for key in ("i", "enter", "enter", "s", "k"):
                await pilot.press(key)
            await pilot.pause()
            app.desk.context.messages.clear()
            app.desk.draw()
            await pilot.pause()
            picture = app.export_screenshot(title="tartantm")
            await app.session.close()
    # No reader of a README should fetch a font from somewhere for it.
    picture = re.sub(r"@font-face\s*{[^}]*}", "", picture)
    return re.sub(r"[ \t]+\n", "\n", picture)


def main() -> None:
    """Write the picture, or where the first argument says."""
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURE
    target.write_text(asyncio.run(draw()), encoding="utf-8", newline="\n")
    print(target)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
