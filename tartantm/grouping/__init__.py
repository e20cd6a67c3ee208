"""Grouping: which question a post belongs to, why, and how surely.

`Grouper` is all that others need. Within: `labels`, `talk` and `wording` read a text, `reading` is
what one text says, `memory` what is known of all posts, `signals` what of that may tell a post's
question, `rules` the judgement, `shares` how often each rule is right.
"""

from tartantm.grouping.grouper import Grouper, Placing

__all__ = ["Grouper", "Placing"]
