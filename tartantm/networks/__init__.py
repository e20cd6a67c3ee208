"""Sources: configured ways to hear one network, live or from a recording.

What a source gives is `Heard`: a post (a later wording of a post has the same id and another
``version``), or word that posts are gone.
"""

from datetime import datetime

from tartantm.core.events import Deleted
from tartantm.core.post import Post

Heard = Post | Deleted


def heard_at(item: Heard) -> datetime:
    """When an item became known, as far as its source tells."""
    if isinstance(item, Deleted):
        return item.at
    return item.received_at or item.edited_at or item.created_at
