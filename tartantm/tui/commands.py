"""Every command of the desk, once: bindings, footer, palette, help and `tartantm keys` read this.

Ids name commands in the config file's keymap, so they stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["Move", "Place", "Annotate", "Agenda", "Desk"]
Where = Literal["anywhere", "post", "inbox"]
"""When a command applies: always, on a post, or on a post that waits in the inbox."""


@dataclass(frozen=True)
class Command:
    """Something the moderator can do, with the keys that do it."""

    id: str
    keys: tuple[str, ...]
    """As Textual names them; the first is the one to show."""
    title: str
    help: str
    group: Group
    where: Where = "anywhere"
    footer: str = ""
    """Its words in the footer; "" for commands that the footer leaves out."""

    @property
    def shown_keys(self) -> str:
        """The keys as people write them: ``Enter``, ``Ctrl+P``, ``/``."""
        return ", ".join(shown(key) for key in self.keys)


def shown(key: str) -> str:
    """Textual's name of a key as people write it."""
    if key in _SHOWN or "+" not in key:
        return _SHOWN.get(key) or (key.capitalize() if len(key) > 1 else key)
    *held, last = key.split("+")
    return "+".join([*(part.capitalize() for part in held), last.upper()])


_SHOWN = {
    "up": "↑",
    "down": "↓",
    "minus": "-",
    "full_stop": ".",
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "Esc",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "f1": "F1",
}


def _place(digit: str, number: int) -> Command:
    return Command(
        f"place.{number}",
        (digit,),
        f"Place under Q{number}",
        f"Put the post, or all selected ones, under Q{number}.",
        "Place",
        "post",
    )


COMMANDS: tuple[Command, ...] = (
    Command("move.down", ("down", "j"), "Next post", "Go to the next post.", "Move"),
    Command("move.up", ("up", "k"), "Previous post", "Go to the post before.", "Move"),
    Command("move.page_down", ("pagedown",), "Page down", "Go on by a screen.", "Move"),
    Command("move.page_up", ("pageup",), "Page up", "Go back by a screen.", "Move"),
    Command("move.first", ("home",), "Oldest post", "Go to the oldest post of the list.", "Move"),
    Command(
        "move.newest",
        ("end", "G"),
        "Follow the newest",
        "Go to the newest post and stay with what arrives; moving up stops that.",
        "Move",
        footer="follow",
    ),
    Command(
        "view.next",
        ("right_square_bracket",),
        "Next list",
        "Show the list below: All, Inbox, General, Starred, Q1, Q2, …",
        "Move",
    ),
    Command(
        "view.previous", ("left_square_bracket",), "Previous list", "Show the list above.", "Move"
    ),
    Command(
        "view.inbox",
        ("i",),
        "Inbox",
        "Show the posts that somebody should look at, oldest first.",
        "Move",
        footer="inbox",
    ),
    Command(
        "view.search",
        ("slash",),
        "Search",
        "Show only posts with these words in text, author, network or note.",
        "Move",
        footer="search",
    ),
    Command("desk.back", ("escape",), "Back", "Close, end the search, drop the selection.", "Move"),
    Command(
        "place.accept",
        ("enter",),
        "Accept",
        "Accept the suggestion for a post in the inbox; elsewhere open the details.",
        "Place",
        "post",
        footer="accept",
    ),
    *(_place(str(number % 10), number) for number in range(1, 11)),
    Command(
        "place.general",
        ("minus",),
        "Place under General",
        "Put it under General: welcome, thanks, chatter.",
        "Place",
        "post",
        footer="General",
    ),
    Command(
        "place.open",
        ("full_stop",),
        "Place under the open question",
        "Put it under the question that is open now.",
        "Place",
        "post",
    ),
    Command(
        "place.pick",
        ("p",),
        "Place under …",
        "Choose any question, follow-ups too, from a list.",
        "Place",
        "post",
    ),
    Command(
        "post.select",
        ("space",),
        "Select",
        "Select or unselect the post; the next act takes all selected ones.",
        "Place",
        "post",
        footer="select",
    ),
    Command("note.star", ("s",), "Star", "Make it a highlight.", "Annotate", "post", footer="star"),
    Command(
        "note.write", ("w",), "Note", "Write a note on the post.", "Annotate", "post", footer="note"
    ),
    Command(
        "note.mark",
        ("m",),
        "Mark",
        "Mark it: idea, action, decision, resource or question.",
        "Annotate",
        "post",
    ),
    Command(
        "note.hide",
        ("h",),
        "Hide",
        "Leave it out of the transcript, or take it in again.",
        "Annotate",
        "post",
        footer="hide",
    ),
    Command(
        "note.summary",
        ("S",),
        "Summary",
        "Sum up the question shown, or the whole chat.",
        "Annotate",
    ),
    Command(
        "note.remark",
        ("r",),
        "Remark from the room",
        "Write down what somebody said aloud: venue, speaker, words.",
        "Annotate",
    ),
    Command(
        "agenda.next",
        ("o",),
        "Open the next question",
        "Open the question after the one that is open.",
        "Agenda",
        footer="open next",
    ),
    Command("agenda.open", ("O",), "Open …", "Choose the question to open.", "Agenda"),
    Command("agenda.close", ("c",), "Close", "Close the open question.", "Agenda"),
    Command("desk.undo", ("u",), "Undo", "Take back the last act.", "Desk", footer="undo"),
    Command("desk.redo", ("U", "ctrl+y"), "Redo", "Do again what was taken back.", "Desk"),
    Command(
        "view.details",
        ("d",),
        "Details",
        "Show or hide the post's thread, placement, links and history.",
        "Desk",
    ),
    Command("desk.theme", ("T",), "Theme", "Choose another theme.", "Desk"),
    Command("desk.help", ("question_mark", "f1"), "Keys", "Show every key.", "Desk", footer="keys"),
    Command("desk.palette", ("ctrl+p",), "Commands", "Find a command by its words.", "Desk"),
    Command("desk.quit", ("q", "ctrl+q"), "Quit", "Save and leave.", "Desk"),
)

BY_ID = {command.id: command for command in COMMANDS}


def table() -> list[tuple[str, str, str]]:
    """(keys, what they do, group) a row, for `tartantm keys` and the help screen."""
    rows: list[tuple[str, str, str]] = []
    for command in COMMANDS:
        if command.id.startswith("place.") and command.keys[0].isdigit():
            if command.keys[0] == "1":
                words = "Put the post, or all selected ones, under Q1 to Q10."
                rows.append(("1 to 9, 0", words, command.group))
            continue
        rows.append((command.shown_keys, command.help, command.group))
    return rows
