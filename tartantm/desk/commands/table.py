"""Every command of the desk, once. Ids name commands in the config file's keymap, so they stay."""

from __future__ import annotations

from tartantm.desk.commands.command import Command


def _place(number: int) -> Command:
    words = f"Put the post, or all selected ones, under Q{number}."
    digit = str(number % 10)
    return Command(f"place.{number}", (digit,), f"Place under Q{number}", words, "Place", "post")


MOVE = (
    Command("move.down", ("down", "j"), "Next post", "Go to the next post.", "Move"),
    Command("move.up", ("up", "k"), "Previous post", "Go to the post before.", "Move"),
    Command("move.page_down", ("pagedown",), "Page down", "Go on by a screen.", "Move"),
    Command("move.page_up", ("pageup",), "Page up", "Go back by a screen.", "Move"),
    Command("move.first", ("home",), "Oldest post", "Go to the oldest post of the list.", "Move"),
    Command(
        *("move.newest", ("end", "G"), "Follow the newest"),
        "Go to the newest post and stay with what arrives; moving up stops that.",
        *("Move", "anywhere", "follow"),
    ),
    Command(
        *("view.next", ("right_square_bracket",), "Next list"),
        "Show the list below: All, Inbox, General, Starred, Q1, Q2, … Hidden.",
        "Move",
    ),
    Command(
        *("view.previous", ("left_square_bracket",), "Previous list"),
        *("Show the list above.", "Move"),
    ),
    Command(
        *("view.inbox", ("i",), "Inbox"),
        "Show the posts that somebody should look at, oldest first.",
        *("Move", "anywhere", "inbox"),
    ),
)

READ = (
    Command(
        *("view.details", ("d",), "Details"),
        "Show or hide the post's thread, placement, links and earlier wordings.",
        *("Read", "post", "details"),
    ),
    Command(
        *("view.details_down", ("right_curly_bracket",), "Details on"),
        *("Go on in details that are longer than their room.", "Read"),
    ),
    Command(
        *("view.details_up", ("left_curly_bracket",), "Details back"),
        *("Go back in them.", "Read"),
    ),
    Command(
        *("view.thread", ("t",), "Thread"),
        "Show the whole thread of the post, wherever its posts stand; again to go back.",
        *("Read", "post"),
    ),
    Command(
        *("view.author", ("a",), "Author"),
        "Show everything by the author of the post; again to go back.",
        *("Read", "post"),
    ),
    Command(
        *("view.search", ("slash",), "Search"),
        "Show only posts with these words in text, author, role, network or note.",
        *("Read", "anywhere", "search"),
    ),
    Command(
        *("view.next_hit", ("n",), "Next found"),
        *("Go to the next post with the words looked for last.", "Read"),
    ),
    Command(
        *("view.previous_hit", ("N",), "Previous found"),
        *("Go to the post before with the words looked for last.", "Read"),
    ),
    Command(
        *("view.filter", ("f",), "Filter"),
        "Show only starred posts, questions, hosts and guests, posts with a note, one network.",
        "Read",
    ),
    Command(
        *("post.links", ("l",), "Links"),
        "List the post's links and pictures, and open one.",
        *("Read", "post"),
    ),
    Command(
        *("post.copy", ("y",), "Copy"),
        "Copy the post's words, author and address; what the mouse selected: Ctrl+C.",
        *("Read", "post"),
    ),
    Command(
        *("desk.back", ("escape",), "Back"),
        "Close, end the search, drop a filter, drop the selection: one thing at a time.",
        "Read",
    ),
)

PLACE = (
    Command(
        *("place.accept", ("enter",), "Accept"),
        "Accept the suggestion for a post in the inbox; elsewhere open the details.",
        *("Place", "post", "accept"),
    ),
    *(_place(number) for number in range(1, 11)),
    Command(
        *("place.general", ("minus",), "Place under General"),
        "Put it under General: welcome, thanks, chatter.",
        *("Place", "post", "General"),
    ),
    Command(
        *("place.open", ("full_stop",), "Place under the open question"),
        *("Put it under the question that is open now.", "Place", "post"),
    ),
    Command(
        *("place.pick", ("p",), "Place under …"),
        "Put it under any question, follow-ups too: p 4 a for Q4a.",
        *("Place", "post"),
    ),
    Command(
        *("post.select", ("space",), "Select"),
        "Select or unselect the post; the next act takes all selected ones.",
        *("Place", "post", "select"),
    ),
    Command(
        *("post.range", ("v",), "Select a range"),
        "Begin a range: moving selects from here on, up to the next v.",
        *("Place", "post"),
    ),
    Command(
        *("post.range_down", ("shift+down", "J"), "Select downwards"),
        *("Select the post and the next.", "Place", "post"),
    ),
    Command(
        *("post.range_up", ("shift+up", "K"), "Select upwards"),
        *("Select the post and the one before.", "Place", "post"),
    ),
    Command(
        *("post.replies", ("plus",), "Select with its replies"),
        *("Select the post and every reply below it, wherever they stand.", "Place", "post"),
    ),
    Command(
        *("post.onward", ("greater_than_sign",), "Select from here on"),
        "Select this post and those after it in the same question that nobody placed by hand.",
        *("Place", "post"),
    ),
)

ANNOTATE = (
    Command("note.star", ("s",), "Star", "Make it a highlight.", "Annotate", "post", "star"),
    Command(
        *("note.write", ("w",), "Note"),
        "Write a note on the post; Ctrl+O there opens your editor.",
        *("Annotate", "post", "note"),
    ),
    Command(
        *("note.mark", ("m",), "Mark"),
        "Mark it: m i idea, m a action, m d decision, m r resource, m q question.",
        *("Annotate", "post", "mark"),
    ),
    Command(
        *("note.hide", ("h",), "Hide"),
        "Leave it out of the transcript, or take it in again.",
        *("Annotate", "post", "hide"),
    ),
    Command(
        *("note.mute", ("M",), "Mute"),
        "Hide everything by its author or with a phrase, now and later; or no longer.",
        *("Annotate", "post"),
    ),
    Command(
        *("note.redact", ("X",), "Redact"),
        "Keep its words, its author's name or a phrase out of every transcript; or no longer.",
        *("Annotate", "post"),
    ),
    Command(
        *("note.summary", ("S",), "Summary"),
        *("Sum up the question shown, or the whole chat.", "Annotate"),
    ),
    Command(
        *("note.remark", ("r",), "Remark from the room"),
        *("Write down what somebody said aloud: venue, speaker, words.", "Annotate"),
    ),
)

AGENDA = (
    Command(
        *("agenda.next", ("o",), "Open the next question"),
        "Open the question after the one that is open.",
        *("Agenda", "anywhere", "open next"),
    ),
    Command(
        *("agenda.open", ("O",), "Open …"),
        *("Choose the question to open, or to open again.", "Agenda"),
    ),
    Command("agenda.close", ("c",), "Close", "Close the open question.", "Agenda"),
    Command(
        *("agenda.copy", ("C",), "Copy the next question"),
        "Copy the next question's words for each network, with label and hashtag.",
        "Agenda",
    ),
    Command(
        *("agenda.promote", ("Q",), "Make it a question"),
        "Make the post a question of the agenda.",
        *("Agenda", "post"),
    ),
    Command(
        *("agenda.edit", ("e",), "Edit the agenda"),
        "Insert, reword, move, merge, split or skip questions.",
        "Agenda",
    ),
)

DESK = (
    Command("desk.undo", ("u",), "Undo", "Take back the last act.", "Desk", footer="undo"),
    Command("desk.redo", ("U", "ctrl+y"), "Redo", "Do again what was taken back.", "Desk"),
    Command(
        *("desk.history", ("H",), "History"),
        *("List what was done, and step back to any point of it.", "Desk"),
    ),
    Command(
        *("desk.sources", ("L",), "Sources"),
        "Tell of each source when it listened, what it missed and how that was filled.",
        "Desk",
    ),
    Command(
        *("desk.reconnect", ("R",), "Connect now"),
        *("Try lost and failed sources again now, with tokens as they are now.", "Desk"),
    ),
    Command("desk.theme", ("T",), "Theme", "Choose another theme.", "Desk"),
    Command("desk.help", ("question_mark", "f1"), "Keys", "Show every key.", "Desk", footer="keys"),
    Command("desk.palette", ("ctrl+p",), "Commands", "Find a command by its words.", "Desk"),
    Command("desk.quit", ("q", "ctrl+q"), "Quit", "Save and leave.", "Desk"),
)

COMMANDS: tuple[Command, ...] = (*MOVE, *READ, *PLACE, *ANNOTATE, *AGENDA, *DESK)
