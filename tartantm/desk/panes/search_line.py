"""The line in which words to look for are typed; the list narrows with each letter."""

from __future__ import annotations

from textual.widgets import Input

from tartantm.desk.dialogs.base import Field
from tartantm.desk.panes.list_chooser import ListChooser
from tartantm.desk.panes.posts import PostList


class SearchLine(Field):
    """Above the list while a search goes on, else hidden."""

    def __init__(self, lists: ListChooser, post_list: PostList) -> None:
        super().__init__(
            placeholder="Words to look for, a number such as #57, or a link",
            id="search",
            disabled=True,
        )
        self._lists, self._post_list = lists, post_list

    @property
    def is_open(self) -> bool:
        """Whether the line is on the screen."""
        return self.screen.has_class("-searching")

    def open(self) -> None:
        """Show the line, and have keys go there."""
        self.screen.add_class("-searching")
        self.disabled = False
        self.screen.set_focus(self)

    def close(self) -> None:
        """Hide the line; the list is whole again and keys are commands."""
        with self.prevent(Input.Changed):
            self.value, self.disabled = "", True
        self.screen.remove_class("-searching")
        self.screen.set_focus(self._post_list)
        self._lists.search_for("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Narrow the list to what was typed so far."""
        event.stop()
        self._lists.search_for(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Have keys be commands on what was found; without words, close the line."""
        event.stop()
        self.screen.set_focus(self._post_list)
        if not self.value.strip():
            self.close()
