from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tartantm.grouping.normalise import bare, normalise
from tartantm.grouping.small_talk import Talk, talk_of


def talk(text: str) -> Talk | None:
    return talk_of(bare(normalise(text), frozenset(["tartantm"])))


@pytest.mark.parametrize(
    "text",
    [
        "Hi all! #tartantm",
        "Hello #tartantm from a rainy town",
        "#tartantm Hi everybody",
        "hiii",
        "@isla Hey Isla, how are you?",
        "Good evening everyone",
        "Welcome Ailsa, great to see you",
        "@ailsa So glad you could make it",
        "Just lurking tonight",
        "Late to #tartantm but here now",
        "Sorry I'm late, the train stood still",
        "Checking in from the Pretend Arms",
        "I'll be in and out",
        "First time here!",
        "Please introduce yourselves",
        "I missed #tartantm, reading it now",
    ],
)
def test_greetings(text: str) -> None:
    assert talk(text) == "greeting"


@pytest.mark.parametrize(
    "text",
    [
        "I'm Ailsa, I work in a library in a small town",
        "My name is Calum. Comms officer at Example Council",
        "Ailsa from Exampleton, first cup of tea",
        "Calum Sample here in Exampleton",
        "Morag here, council web team",
    ],
)
def test_introductions(text: str) -> None:
    assert talk(text) == "introduction"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Thanks to @isla for hosting!", "thanks"),
        ("Many thanks everyone for coming along", "thanks"),
        ("Thank you all", "thanks"),
        ("Thanks!", "thanks"),
        ("That was a great #tartantm!", "thanks"),
        ("Really enjoyed the chat", "thanks"),
        ("Good night all", "farewell"),
        ("I have to run, dinner burns", "farewell"),
        ("See you all next month", "farewell"),
        ("Signing off now", "farewell"),
        ("We start in 10 minutes", "announcement"),
        ("#tartantm starts soon", "announcement"),
        ("Join us tonight at six", "announcement"),
        ("Tonight we are talking about passwords", "announcement"),
        ("OK, next question:", "announcement"),
        ("The transcript will be up tomorrow, the archive of the chat too", "announcement"),
        ("And that's our time", "announcement"),
        ("#startmeeting", "announcement"),
        ("Do keep the conversation going", "announcement"),
        ("Remember to use the hashtag", "technical"),
        (
            "Please add #tartantm in all your posts, that is the tag, do not forget the tag",
            "technical",
        ),
        ("Twitter is slow tonight", "technical"),
        ("280 characters are not enough", "technical"),
    ],
)
def test_other_talk(text: str, kind: str) -> None:
    assert talk(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "Our strategy is one page",
        "High time that somebody wrote it down",
        "Hide the passwords in a safe",
        "I think circular dependencies are hard in practice",
        "It depends. In a small team nobody has time",
        "This is where the trouble lies in most councils",
        "Sorry I'm late with this: the keys lie with two people",
        "late to Q2 but ours is one page",
        "Late to question 2: ours is one page",
        "Resistance from some directors is fading",
        "Shifted from broadcasting to listening",
        "Hey that is a nice idea",
        "A good policy and a great idea",
        "We thanked nobody, and that cost us",
        "The next thing will be video",
        "Interesting, but who reads it? #tartantm",
        "What an interesting walk. #tartantm",
        "Staff join us in meetings and it helps",
        "Not a single question from the board",
        "",
    ],
)
def test_answers_are_not_talk(text: str) -> None:
    assert talk(text) is None


@given(st.text(max_size=200))
def test_any_text_can_be_judged(text: str) -> None:
    talk(text)


@pytest.mark.parametrize(
    "text", ["thanks " * 400, "hi " * 400, "a " * 2000, "next question " * 200]
)
def test_long_repetition_is_judged_in_no_time(text: str) -> None:
    talk(text + "x")
