"""What is said of an act before it is recorded, where the file does not take its words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tartantm.core.accounts import Account
from tartantm.core.chat import Chat
from tartantm.core.erased import account_names
from tartantm.core.errors import BadInput
from tartantm.core.identity import fingerprint
from tartantm.moderation.act import LEFT_OUT, NAMESAKE, PreparedAct
from tartantm.moderation.agenda import insert
from tartantm.moderation.annotate import note, remark, star, summarise
from tartantm.moderation.withhold import mute_phrase, redact_phrase
from tests.builders import at, captured, chat_of, post


@pytest.fixture
def chat() -> Chat:
    """Ailsa Example was erased; Calum stays."""
    chat = chat_of(*captured(post("2", author="calum")))
    ailsa = Account("x", "7", {"ailsa_writes": None}, {"Ailsa Example": None})
    chat.blocked |= {
        fingerprint(chat.salt, name) for name in account_names([ailsa], [], [], chat.agenda)
    }
    return chat


@pytest.mark.parametrize(
    "act",
    [
        lambda chat: remark(chat, "Ailsa Example: good evening", "", at(3), None),
        lambda chat: remark(chat, "Dr Ailsa Example: good evening", "", at(3), None),
        lambda chat: redact_phrase(chat, "Ailsa Example"),
        lambda chat: mute_phrase(chat, "@ailsa_writes"),
    ],
    ids=["remark", "remark with a title", "redaction", "mute"],
)
def test_what_would_not_be_recorded_is_not_said_to_be_done(
    chat: Chat, act: Callable[[Chat], PreparedAct]
) -> None:
    with pytest.raises(BadInput, match="That was erased from this session; nothing"):
        act(chat)


@pytest.mark.parametrize(
    "act",
    [
        lambda chat, name: note(chat, "x:2", f"{name} asked for a copy"),
        lambda chat, name: summarise(chat, "Q1", f"As {name} said"),
        lambda chat, name: remark(chat, f"Calum: {name} is right", "", at(3), None),
        lambda chat, name: insert(chat, f"Is {name} right?"),
    ],
    ids=["note", "summary", "remark", "question"],
)
def test_it_is_said_where_a_name_is_left_out(
    chat: Chat, act: Callable[[Chat, str], PreparedAct]
) -> None:
    assert act(chat, "Ailsa Example").warning == LEFT_OUT
    assert act(chat, "Rhona Example").warning == ""


def test_a_remark_by_somebody_of_the_same_name_is_asked_about() -> None:
    chat = chat_of(*captured(post("2", author="calum")))
    ailsa = Account("x", "7", {"ailsa_writes": None}, {"Ailsa Example": None})
    other = Account("x", "8", {"ailsa": None}, {"Ailsa Example": None})
    names = account_names([ailsa], [], [other], chat.agenda)
    chat.blocked |= {fingerprint(chat.salt, name) for name in names}
    assert remark(chat, "Dr Ailsa Example: good evening", "", at(3), None).warning == NAMESAKE
    assert remark(chat, "Ailsa Sample: good evening", "", at(3), None).warning == ""
    said = remark(chat, "Ailsa Example: thanks, @ailsa_writes", "", at(3), None)
    assert said.warning == f"{LEFT_OUT} {NAMESAKE}"


def test_there_is_nothing_to_say_of_what_only_names_posts(chat: Chat) -> None:
    assert star(chat, ["x:2"]).warning == ""
