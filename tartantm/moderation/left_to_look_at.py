"""What stays after an erasure and may still tell something: only a person can decide on it."""

from __future__ import annotations

from collections.abc import Iterable

from tartantm.core.folding import words
from tartantm.core.names import first_name, name_wordings
from tartantm.core.quoted_words import QuotedWords
from tartantm.core.texts import Place, Text, texts_of_chat
from tartantm.core.wordings import Wordings
from tartantm.store.erasure import Erasure

_OWN_WORDS = (Place.NOTE, Place.SUMMARY, Place.QUESTION)
"""Where the moderator writes what others said, in few words."""


def first_names(erasure: Erasure) -> list[Text]:
    """Returns others' texts in which a first name stays that may mean whoever is erased.

    Not where it is a part of the whole name of somebody who stays: that means them.
    """
    staying = [each for account in erasure.same_names for each in _wordings(account.names)]
    wholes = Wordings((each, None) for each in staying if len(words(each)) > 1)
    given = [name for account in erasure.accounts for name in account.names]
    given += [person.name for person in erasure.people]
    single = [each for each in _wordings(given) if len(words(each)) == 1]
    firsts = Wordings((each, None) for each in (*map(first_name, given), *single))
    return [
        text
        for text in erasure.first_names
        if not wholes.found_in(text.words)
        or firsts.found_in(wholes.replace(text.words, lambda _: "…"))
    ]


def quotations(erasure: Erasure) -> list[Text]:
    """Returns notes, summaries and questions that may repeat in a few words what is erased.

    Afterwards nobody can tell, for then the words are gone.
    """
    held = erasure.after.entries
    originals = (held.get(entry.post.repost_of or "") for entry in erasure.posts)
    others = [entry.post.text for entry in originals if entry]
    others += [*erasure.chat.planned, erasure.after.agenda.title]
    quoted = QuotedWords(erasure.said, others)
    return [
        text
        for text in texts_of_chat(erasure.after)
        if text.place in _OWN_WORDS and quoted.find(text.words)
    ]


def _wordings(names: Iterable[str]) -> list[str]:
    return [each for name in names for each in name_wordings(name)]
