"""Commands that show posts otherwise: threads, authors, filters, search, details."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tartantm.core.entry import Entry
from tartantm.core.identity import author_key
from tartantm.core.post import NETWORKS, clean
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.panes.filters import Filter, Kind, thread_of
from tartantm.desk.panes.views import ALL

if TYPE_CHECKING:
    from tartantm.desk.screen import Desk


def _under_cursor(desk: Desk) -> Entry | None:
    return desk.session.chat.entry(desk.list.cursor)


@command("view.thread")
async def _thread(desk: Desk) -> None:
    entry = _under_cursor(desk)
    if entry and not desk.listing.filter("thread") and _alone(desk, entry):
        desk.say("This post stands alone: it answers none, and none answers it.")
    elif entry:
        title = clean(f"in the thread of {entry.post.author.shown}", lines=False)
        _visit(desk, Filter("thread", entry.id, title))


def _alone(desk: Desk, entry: Entry) -> bool:
    return len(thread_of(desk.session.chat, entry.id)) == 1


@command("view.author")
async def _author(desk: Desk) -> None:
    if entry := _under_cursor(desk):
        title = clean(f"by {entry.post.author.shown}", lines=False)
        _visit(desk, Filter("author", author_key(entry.post), title))


def _visit(desk: Desk, wanted: Filter) -> None:
    """Show a thread or an author in all lists, or go back where one came from."""
    if desk.listing.filter(wanted.kind):
        _return(desk, wanted.kind)
        return
    if desk.listing.came_from is None:
        desk.listing.came_from = (desk.shown, desk.list.cursor)
    desk.listing.set(wanted)
    here = desk.list.cursor
    desk.show(ALL, here)


def _return(desk: Desk, kind: Kind) -> None:
    desk.listing.drop(kind)
    if desk.listing.filter("thread") or desk.listing.filter("author"):
        desk.narrow()
        return
    name, post_id = desk.listing.came_from or (desk.shown, desk.list.cursor)
    desk.listing.came_from = None
    desk.show(name if name in desk.views else ALL, post_id)


@command("view.filter")
async def _filter(desk: Desk) -> None:
    entry = _under_cursor(desk)
    choices = {
        "starred": Filter("starred", title="starred"),
        "questions": Filter("questions", title="that ask a question"),
        "hosts": Filter("people", title="by hosts and guests"),
        "noted": Filter("noted", title="with a note or mark"),
    }
    if entry:
        name = NETWORKS.get(entry.post.network, entry.post.network)
        title = "said in the room" if entry.post.is_remark else f"from {name}"
        choices["this"] = Filter("network", entry.post.network, title)
    words = {
        "starred": "Starred posts",
        "questions": "Questions, of hosts and marked ones",
        "hosts": "Hosts and guests",
        "noted": "Noted or marked posts",
        "this": f"This network only: {choices['this'].title if entry else ''}",
    }
    on = {name for name, each in choices.items() if each in desk.listing.filters}
    rows = [
        (name, f"{words[name]}{'  (on; again to drop it)' if name in on else ''}")
        for name in choices
    ]
    hint = "Its first letter. Filters add up; Esc on the desk drops the latest."
    chosen = await desk.ask(Choice("Show only", rows, hint=hint, quick=True))
    if chosen:
        desk.listing.toggle(choices[chosen])
        desk.narrow()


@command("view.search")
async def _search(desk: Desk) -> None:
    desk.open_search()


@command("view.next_hit")
async def _next_hit(desk: Desk) -> None:
    _hit(desk, 1)


@command("view.previous_hit")
async def _previous_hit(desk: Desk) -> None:
    _hit(desk, -1)


def _hit(desk: Desk, by: int) -> None:
    hits = desk.listing.hits()
    if hits is None:
        desk.say("Nothing was looked for yet; / looks for words.")
    elif not hits:
        desk.say(f"Nothing here has “{desk.listing.words}”.")
    else:
        place = desk.list.place_in(hits)
        target = place + by if place is not None else desk.list.beside(hits, by)
        desk.list.go_to(hits.id_at(target % len(hits)), desk.list.line)
        desk.say(f"{target % len(hits) + 1} of {len(hits)} with “{desk.listing.words}”.")


@command("view.details")
async def _details(desk: Desk) -> None:
    desk.toggle_details()


@command("desk.back")
async def _back(desk: Desk) -> None:
    """Close what is open, one thing at a time."""
    filters = desk.listing.filters
    if desk.has_class("-searching"):
        desk.end_search()
    elif desk.has_class("-details"):
        desk.remove_class("-details")
    elif desk.list.chosen.ids or desk.list.chosen.anchor:
        desk.list.unselect()
    elif filters and filters[-1].kind in ("thread", "author"):
        _return(desk, filters[-1].kind)
    elif filters:
        desk.listing.drop(filters[-1].kind)
        desk.narrow()
