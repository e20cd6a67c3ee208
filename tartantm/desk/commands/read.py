"""Commands that change what is shown: threads, authors, filters, search, details."""

from __future__ import annotations

from tartantm.core.identity import author_key
from tartantm.core.post import NETWORKS, clean
from tartantm.desk.commands.context import DeskContext
from tartantm.desk.commands.dispatch import command
from tartantm.desk.dialogs.dialogs import Choice
from tartantm.desk.panes.filters import Filter, Kind, threads_of
from tartantm.desk.panes.views import ALL


@command("view.thread")
async def _thread(desk: DeskContext) -> None:
    entry = desk.under_cursor
    if entry is None:
        return
    row = desk.post_list.view.conversation(entry.id)
    others = row.posts[1:] if row else ()
    what = "conversation" if others else "thread"
    title = clean(f"in the {what} of {entry.post.author.shown}", lines=False)
    wanted = Filter("thread", entry.id, title, others)
    if not desk.shown_list.filter("thread") and len(threads_of(desk.chat, wanted)) == 1:
        desk.say("This post is no reply, and nobody has replied to it.")
    else:
        _visit(desk, wanted)


@command("view.author")
async def _author(desk: DeskContext) -> None:
    if entry := desk.under_cursor:
        title = clean(f"by {entry.post.author.shown}", lines=False)
        _visit(desk, Filter("author", author_key(entry.post), title))


def _visit(desk: DeskContext, wanted: Filter) -> None:
    """Show a thread or an author across all lists, or go back to the list before."""
    if desk.shown_list.filter(wanted.kind):
        _return(desk, wanted.kind)
        return
    if desk.shown_list.came_from is None:
        desk.shown_list.came_from = (desk.shown, desk.post_list.cursor)
    desk.shown_list.set(wanted)
    here = desk.post_list.cursor
    desk.show(ALL, here)


def _return(desk: DeskContext, kind: Kind) -> None:
    desk.shown_list.drop(kind)
    if desk.shown_list.filter("thread") or desk.shown_list.filter("author"):
        desk.lists.narrow()
        return
    name, post_id = desk.shown_list.came_from or (desk.shown, desk.post_list.cursor)
    desk.shown_list.came_from = None
    desk.show(name if name in desk.views else ALL, post_id)


@command("view.filter")
async def _filter(desk: DeskContext) -> None:
    entry = desk.under_cursor
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
    on = {name for name, each in choices.items() if each in desk.shown_list.filters}
    rows = [
        (name, f"{words[name]}{'  (on; again to drop it)' if name in on else ''}")
        for name in choices
    ]
    hint = "Its first letter. Filters add up; Esc on the desk drops the latest."
    chosen = await desk.ask(Choice("Show only", rows, hint=hint, quick=True))
    if chosen:
        desk.shown_list.toggle(choices[chosen])
        desk.lists.narrow()


@command("view.search")
async def _search(desk: DeskContext) -> None:
    desk.search.open()


@command("view.next_hit")
async def _next_hit(desk: DeskContext) -> None:
    _hit(desk, 1)


@command("view.previous_hit")
async def _previous_hit(desk: DeskContext) -> None:
    _hit(desk, -1)


def _hit(desk: DeskContext, by: int) -> None:
    hits = desk.shown_list.hits()
    if hits is None:
        desk.say("Nothing was looked for yet; / looks for words.")
    elif not hits:
        desk.say(f"Nothing here has “{desk.shown_list.words}”.")
    else:
        place = desk.post_list.place_in(hits)
        target = place + by if place is not None else desk.post_list.index_beside(hits, by)
        desk.post_list.go_to(hits.id_at(target % len(hits)), desk.post_list.line)
        desk.say(f"{target % len(hits) + 1} of {len(hits)} with “{desk.shown_list.words}”.")


@command("view.details")
async def _details(desk: DeskContext) -> None:
    desk.toggle_details()


@command("desk.back")
async def _back(desk: DeskContext) -> None:
    """Close one thing: the search, the details, the selection, the latest filter."""
    filters = desk.shown_list.filters
    if desk.search.is_open:
        desk.search.close()
    elif desk.panes.details_open:
        desk.panes.close_details()
    elif desk.post_list.selection.ids or desk.post_list.selection.anchor:
        desk.post_list.unselect()
    elif filters and filters[-1].kind in ("thread", "author"):
        _return(desk, filters[-1].kind)
    elif filters:
        desk.shown_list.drop(filters[-1].kind)
        desk.lists.narrow()
