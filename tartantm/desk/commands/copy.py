"""Commands that open links in the browser and copy posts to the clipboard."""

from __future__ import annotations

import asyncio
import os
import sys
import webbrowser

from tartantm.core.entry import Entry
from tartantm.core.post import clean
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.announce import ADDRESS
from tartantm.desk.dialogs.dialogs import Choice, TextDialog
from tartantm.desk.panes.post_lines import deletion_words, media_words


@command("post.links")
async def _links(desk: DeskContext) -> None:
    entry = desk.under_cursor
    if entry is None:
        return
    post = entry.post
    found = [(post.url, "The post itself")] if post.url else []
    found += [(link.url, link.title or "") for link in post.links]
    if not post.links:  # a remark has but its words
        found += [(url, "") for url in ADDRESS.findall(post.text)]
    found += [(media.url, media_words(media)) for media in post.media if media.url]
    alone = [(None, media_words(media)) for media in post.media if not media.url]
    if not found and not alone:
        desk.say("This post has no links and no pictures.")
        return
    rows = [
        (f"{n}", clean(f"{n + 1}  {url or ''}  {words}", lines=False))
        for n, (url, words) in enumerate([*found, *alone])
    ]
    can = _browser_here()
    hint = "Enter opens it in the browser." if can else "Enter copies it: no browser is here."
    chosen = await desk.ask(Choice("Links and pictures", rows, hint=f"{hint} Esc leaves."))
    address = found[int(chosen)][0] if chosen and int(chosen) < len(found) else None
    if address is None:
        return
    if can and await asyncio.to_thread(webbrowser.open, address):
        desk.say("Opened in the browser.")
    else:
        await show_copied(desk, "Copied the address", address)


def _browser_here() -> bool:
    """Returns whether a browser would open on the moderator's own screen, not over SSH."""
    if any(os.environ.get(name) for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT")):
        return False
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY"))


@command("post.copy")
async def _copy(desk: DeskContext) -> None:
    entries = [desk.chat.entries[post_id] for post_id in desk.targets()]
    if entries:
        await show_copied(desk, "Copied", "\n\n".join(map(_as_text, entries)))


def _as_text(entry: Entry) -> str:
    post = entry.post
    if entry.deleted_at:
        return deletion_words(entry)
    where = post.venue or "aloud" if post.is_remark else f"@{post.author.handle}"
    lines = [post.text, f"— {post.author.shown}, {where}", post.url or ""]
    return "\n".join(line for line in lines if line)


async def show_copied(desk: DeskContext, title: str, words: str) -> None:
    """Copy by the terminal (OSC 52), and show the words, for terminals that cannot copy."""
    desk.app.copy_to_clipboard(words)
    hint = "If your terminal did not take it, select it here with the mouse. Esc closes."
    await desk.ask(TextDialog(title, words, hint))
