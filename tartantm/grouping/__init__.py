"""Grouping: which question a post belongs to, with the reason in words and a confidence.

`Grouper` is all that other packages need. From text to placement, each module using those before:

    normalise   text in one spelling; words, mentions and manual reposts in it
    labels      "A3:" in a text becomes question Q3
    small_talk  greetings, thanks, farewells and other talk that answers no question
    post_text   everything one post's text says by itself
    memory      all posts of the chat with their placements, and when each question was open
    signals     everything about one post that may point to its question
    features    the signals as numbers, for each question that is a candidate
    ranker      features times weights: the best candidate and its confidence
    reasons     the reason in words
    decide      fixed rules first, else the ranker: the placement
    agenda_change  what happens to labels when the agenda changes during the chat
    grouper     placements of new posts, and revisions of earlier ones
"""

from tartantm.grouping.grouper import Grouper, PlaceResult

__all__ = ["Grouper", "PlaceResult"]
