"""Sources: configured ways to hear one network, live or from a recording.

What a source gives is `Heard`: a post (a later wording of a post has the same id and another
``version``), or word that posts are gone.
"""

from tartantm.events import Deleted
from tartantm.post import Post

Heard = Post | Deleted
