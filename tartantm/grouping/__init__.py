"""Grouping: which question a post belongs to, with the reason in words and a confidence.

`Grouper` is all that other packages need. From text to placement, each module using those before:

    normalise   text in one spelling; words, mentions and manual reposts in it
    phrases     words for labels and the host's cues, by language
    labels      "A3:" in a text becomes question Q3
    small_talk  greetings, thanks, farewells and other talk that answers no question
    talk_words  how much a text sounds like talk, by one number a word
    cues        "back to Q2" and the like in a text
    post_text   everything one post's text says by itself
    reader_answers  what a reader of the user's own said, as far as it counts
    memory      all posts of the chat with their placements, and when each question was open
    host_words  whose cues count, and which question they open
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
