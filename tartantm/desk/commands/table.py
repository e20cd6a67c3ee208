"""Every command of the desk: its id, keys, words and group, in the order of the help screen.

Ids name commands in the config file's keymap, so they stay as they are. A handler for each id is in
the other modules of this package. One table, so the file is longer than others.
"""

from __future__ import annotations

from tartantm.desk.commands.command import Command


def _place(number: int) -> Command:
    return Command(
        id=f"place.{number}",
        keys=(str(number % 10),),
        title=f"Place under Q{number}",
        help=f"Put the post, or all selected ones, under Q{number}.",
        group="Place",
        where="post",
    )


MOVE = (
    Command(
        id="move.down",
        keys=("down", "j"),
        title="Next post",
        help="Go to the next post.",
        group="Move",
    ),
    Command(
        id="move.up",
        keys=("up", "k"),
        title="Previous post",
        help="Go to the post before.",
        group="Move",
    ),
    Command(
        id="move.page_down",
        keys=("pagedown",),
        title="Page down",
        help="Go on by a screen.",
        group="Move",
    ),
    Command(
        id="move.page_up",
        keys=("pageup",),
        title="Page up",
        help="Go back by a screen.",
        group="Move",
    ),
    Command(
        id="move.first",
        keys=("home",),
        title="Oldest post",
        help="Go to the oldest post of the list.",
        group="Move",
    ),
    Command(
        id="move.newest",
        keys=("end", "G"),
        title="Follow the newest",
        help="Go to the newest post and stay with what arrives; moving up stops that.",
        group="Move",
        footer="follow",
    ),
    Command(
        id="view.next",
        keys=("right_square_bracket",),
        title="Next list",
        help="Show the list below: All, Inbox, General, Starred, Q1, Q2, … Hidden.",
        group="Move",
    ),
    Command(
        id="view.previous",
        keys=("left_square_bracket",),
        title="Previous list",
        help="Show the list above.",
        group="Move",
    ),
    Command(
        id="view.inbox",
        keys=("i",),
        title="Inbox",
        help="Show the posts that somebody should look at, oldest first.",
        group="Move",
        footer="inbox",
    ),
)

READ = (
    Command(
        id="view.details",
        keys=("d",),
        title="Details",
        help="Show or hide the post's thread, placement, links and earlier wordings.",
        group="Read",
        where="post",
        footer="details",
    ),
    Command(
        id="view.details_down",
        keys=("right_curly_bracket",),
        title="Details on",
        help="Go on in details that are longer than their room.",
        group="Read",
    ),
    Command(
        id="view.details_up",
        keys=("left_curly_bracket",),
        title="Details back",
        help="Go back in them.",
        group="Read",
    ),
    Command(
        id="view.thread",
        keys=("t",),
        title="Thread",
        help="Show the whole thread of the post, wherever its posts stand; again to go back.",
        group="Read",
        where="post",
    ),
    Command(
        id="view.author",
        keys=("a",),
        title="Author",
        help="Show everything by the author of the post; again to go back.",
        group="Read",
        where="post",
    ),
    Command(
        id="view.search",
        keys=("slash",),
        title="Search",
        help="Show only posts with these words in text, author, role, network or note.",
        group="Read",
        footer="search",
    ),
    Command(
        id="view.next_hit",
        keys=("n",),
        title="Next found",
        help="Go to the next post with the words looked for last.",
        group="Read",
    ),
    Command(
        id="view.previous_hit",
        keys=("N",),
        title="Previous found",
        help="Go to the post before with the words looked for last.",
        group="Read",
    ),
    Command(
        id="view.filter",
        keys=("f",),
        title="Filter",
        help=(
            "Show only starred posts, questions, hosts and guests, posts with a note, one network."
        ),
        group="Read",
    ),
    Command(
        id="post.links",
        keys=("l",),
        title="Links",
        help="List the post's links and pictures, and open one.",
        group="Read",
        where="post",
    ),
    Command(
        id="post.copy",
        keys=("y",),
        title="Copy",
        help="Copy the post's words, author and address; what the mouse selected: Ctrl+C.",
        group="Read",
        where="post",
    ),
    Command(
        id="desk.back",
        keys=("escape",),
        title="Back",
        help="Close, end the search, drop a filter, drop the selection: one thing at a time.",
        group="Read",
    ),
)

PLACE = (
    Command(
        id="place.accept",
        keys=("enter",),
        title="Accept",
        help="Accept the suggestion for a post in the inbox; elsewhere open the details.",
        group="Place",
        where="post",
        footer="accept",
    ),
    *(_place(number) for number in range(1, 11)),
    Command(
        id="place.general",
        keys=("minus",),
        title="Place under General",
        help="Put it under General: welcome, thanks, chatter.",
        group="Place",
        where="post",
        footer="General",
    ),
    Command(
        id="place.open",
        keys=("full_stop",),
        title="Place under the open question",
        help="Put it under the question that is open now.",
        group="Place",
        where="post",
    ),
    Command(
        id="place.pick",
        keys=("p",),
        title="Place under …",
        help="Put it under any question, follow-ups too: p 4 a for Q4a.",
        group="Place",
        where="post",
    ),
    Command(
        id="post.select",
        keys=("space",),
        title="Select",
        help="Select or unselect the post; the next act takes all selected ones.",
        group="Place",
        where="post",
        footer="select",
    ),
    Command(
        id="post.range",
        keys=("v",),
        title="Select a range",
        help="Begin a range: moving selects from here on, up to the next v.",
        group="Place",
        where="post",
    ),
    Command(
        id="post.range_down",
        keys=("shift+down", "J"),
        title="Select downwards",
        help="Select the post and the next.",
        group="Place",
        where="post",
    ),
    Command(
        id="post.range_up",
        keys=("shift+up", "K"),
        title="Select upwards",
        help="Select the post and the one before.",
        group="Place",
        where="post",
    ),
    Command(
        id="post.replies",
        keys=("plus",),
        title="Select with its replies",
        help="Select the post and every reply below it, wherever they stand.",
        group="Place",
        where="post",
    ),
    Command(
        id="post.onward",
        keys=("greater_than_sign",),
        title="Select from here on",
        help="Select this post and those after it in the same question that nobody placed by hand.",
        group="Place",
        where="post",
    ),
)

ANNOTATE = (
    Command(
        id="note.star",
        keys=("s",),
        title="Star",
        help="Make it a highlight.",
        group="Annotate",
        where="post",
        footer="star",
    ),
    Command(
        id="note.write",
        keys=("w",),
        title="Note",
        help="Write a note on the post; Ctrl+O there opens your editor.",
        group="Annotate",
        where="post",
        footer="note",
    ),
    Command(
        id="note.mark",
        keys=("m",),
        title="Mark",
        help="Mark it: m i idea, m a action, m d decision, m r resource, m q question.",
        group="Annotate",
        where="post",
        footer="mark",
    ),
    Command(
        id="note.hide",
        keys=("h",),
        title="Hide",
        help="Leave it out of the transcript, or take it in again.",
        group="Annotate",
        where="post",
        footer="hide",
    ),
    Command(
        id="note.mute",
        keys=("M",),
        title="Mute",
        help="Hide everything by its author or with a phrase, now and later; or no longer.",
        group="Annotate",
        where="post",
    ),
    Command(
        id="note.redact",
        keys=("X",),
        title="Redact",
        help="Keep its words, its author's name or a phrase out of every transcript; or no longer.",
        group="Annotate",
        where="post",
    ),
    Command(
        id="note.summary",
        keys=("S",),
        title="Summary",
        help="Sum up the question shown, or the whole chat.",
        group="Annotate",
    ),
    Command(
        id="note.remark",
        keys=("r",),
        title="Remark from the room",
        help="Write down what somebody said aloud: venue, speaker, words.",
        group="Annotate",
    ),
)

AGENDA = (
    Command(
        id="agenda.next",
        keys=("o",),
        title="Open the next question",
        help="Open the question after the one that is open.",
        group="Agenda",
        footer="open next",
    ),
    Command(
        id="agenda.open",
        keys=("O",),
        title="Open …",
        help="Choose the question to open, or to open again.",
        group="Agenda",
    ),
    Command(
        id="agenda.close",
        keys=("c",),
        title="Close",
        help="Close the open question.",
        group="Agenda",
    ),
    Command(
        id="agenda.copy",
        keys=("C",),
        title="Copy the next question",
        help="Copy the next question's words for each network, with label and hashtag.",
        group="Agenda",
    ),
    Command(
        id="agenda.promote",
        keys=("Q",),
        title="Make it a question",
        help="Make the post a question of the agenda.",
        group="Agenda",
        where="post",
    ),
    Command(
        id="agenda.edit",
        keys=("e",),
        title="Edit the agenda",
        help="Insert, reword, move, merge, split or skip questions.",
        group="Agenda",
    ),
)

DESK = (
    Command(
        id="desk.undo",
        keys=("u",),
        title="Undo",
        help="Take back the last act.",
        group="Desk",
        footer="undo",
    ),
    Command(
        id="desk.redo",
        keys=("U", "ctrl+y"),
        title="Redo",
        help="Do again what was taken back.",
        group="Desk",
    ),
    Command(
        id="desk.history",
        keys=("H",),
        title="History",
        help="List what was done, and step back to any point of it.",
        group="Desk",
    ),
    Command(
        id="desk.sources",
        keys=("L",),
        title="Sources",
        help="Show for each source when it listened, what it missed and how that was filled.",
        group="Desk",
    ),
    Command(
        id="desk.reconnect",
        keys=("R",),
        title="Connect now",
        help="Try lost and failed sources again now, with tokens as they are now.",
        group="Desk",
    ),
    Command(
        id="desk.theme",
        keys=("T",),
        title="Theme",
        help="Choose another theme.",
        group="Desk",
    ),
    Command(
        id="desk.help",
        keys=("question_mark", "f1"),
        title="Keys",
        help="Show every key.",
        group="Desk",
        footer="keys",
    ),
    Command(
        id="desk.palette",
        keys=("ctrl+p",),
        title="Commands",
        help="Find a command by its words.",
        group="Desk",
    ),
    Command(
        id="desk.quit",
        keys=("q", "ctrl+q"),
        title="Quit",
        help="Save and leave.",
        group="Desk",
    ),
)

COMMANDS: tuple[Command, ...] = (*MOVE, *READ, *PLACE, *ANNOTATE, *AGENDA, *DESK)
