from __future__ import annotations

import pytest
from msgspec.structs import replace

from tartantm.core.agenda import Person, Question
from tartantm.core.events import Placement
from tartantm.core.post import Author, Link
from tests.builders import at, post
from tests.grouping.evening import ISLA, SIX, Evening


def said(placement: Placement) -> tuple[str | None, str, str, bool]:
    return placement.question, placement.by, placement.reason, placement.inbox


def test_before_the_first_question_posts_are_general() -> None:
    placement = Evening().says("1", "Councils write far too many pages", 1)
    assert said(placement) == (None, "general", "before the first question", False)


def test_a_host_s_question_is_asked_and_opens_it() -> None:
    evening = Evening()
    placing = evening.hear(
        post("1", "Q1: Are the days of just doing it over? #tartantm", 5, author=ISLA)
    )
    assert placing.opens == "Q1"
    assert said(placing.placement) == ("Q1", "asked", "asks Q1", False)
    assert evening.chat.periods.open_question == "Q1"
    turn = evening.chat.periods.last
    assert turn and (turn.by, turn.post, turn.at) == ("host", "x:1", at(5))


@pytest.mark.parametrize(
    "text",
    [
        "Q2. Do we need a strategy?",
        "Q2 Do we need a strategy?",
        "#tartantm Q2: Do we need a strategy?",
        "Thanks for all of that! Q2: do we need a strategy?",
        "Great! This brings us to: Q2 Do we need a strategy?",
        "Question 2: do we need a strategy?",
        "Do we need a written strategy? #tartantm",
        "And now for this one. Do we need a written strategy?",
        "Q2",
    ],
)
def test_ways_a_host_asks(text: str) -> None:
    evening = Evening(SIX, ("Q1", 1))
    assert evening.hear(post("1", text, 11, author=ISLA)).opens == "Q2"


@pytest.mark.parametrize(
    "text",
    [
        "Q2 coming up in two minutes",
        "Next up: Q2",
        "5 minutes left on Q1",
        "OK, next question:",
        "I liked many answers, they will go into the transcript",
        "A2: my own answer, to warm up",
        "Q1 and Q2 were hard",
    ],
)
def test_what_a_host_says_without_asking(text: str) -> None:
    evening = Evening(SIX, ("Q1", 1))
    placing = evening.hear(post("1", text, 11, author=ISLA))
    assert placing.opens is None
    assert placing.placement.by != "asked"


def test_announcements_belong_to_no_question() -> None:
    evening = Evening(SIX, ("Q1", 1))
    placement = evening.says("1", "Q2 coming up in two minutes", 9, author=ISLA)
    assert said(placement) == (None, "general", "an announcement about Q2", False)


def test_a_question_that_sounds_like_an_announcement_is_asked() -> None:
    questions = (Question("Q1", "Why?"), Question("Q2", "What is next?"))
    agenda = replace(SIX, questions=questions, people=())
    placing = Evening(agenda, ("Q1", 1)).hear(post("1", "Q2: What is next? #tartantm", 9))
    assert placing.placement.question == "Q2"


def test_what_quotes_an_answer_goes_with_it_also_before_any_question_is_open() -> None:
    evening = Evening()
    evening.says("1", "A3: the caretaker has the keys", 3)
    placement = evening.says("2", "So true", 4, quote_of="x:1")
    assert placement.question == "Q3"


def test_a_question_asked_again_opens_nothing() -> None:
    evening = Evening()
    evening.says("1", "Q1: Are the days of just doing it over?", 5, author=ISLA)
    evening.says("2", "Q2: Do we need a strategy?", 15, author=ISLA)
    placing = evening.hear(
        post("3", "Once more Q1: are those days over for good?", 20, author=ISLA)
    )
    assert placing.opens is None
    assert said(placing.placement) == ("Q1", "asked", "asks Q1 again", False)
    assert evening.chat.periods.open_question == "Q2"


def test_a_question_that_is_open_already_is_not_opened_again() -> None:
    evening = Evening(SIX, ("Q1", 4))
    placing = evening.hear(post("1", "Q1: Are the days of just doing it over?", 5, author=ISLA))
    assert placing.opens is None and placing.placement.reason == "asks Q1"


def test_the_agenda_may_name_the_asking_post() -> None:
    first, *others = SIX.questions
    agenda = replace(SIX, questions=(replace(first, asked_by=("x:77",)), *others))
    placing = Evening(agenda).hear(post("77", "(picture)", 5))
    assert placing.opens == "Q1" and placing.placement.by == "asked"


def test_of_two_questions_that_a_post_asked_it_opens_the_first() -> None:
    asked = tuple(replace(each, asked_by=("x:77",)) for each in SIX.questions[:2])
    agenda = replace(SIX, questions=(*asked, *SIX.questions[2:]))
    assert Evening(agenda).hear(post("77", "(picture)", 5)).opens == "Q1"


def test_the_final_question_of_a_host_needs_no_number() -> None:
    evening = Evening(SIX, ("Q5", 1))
    assert (
        evening.hear(post("1", "Final Q: what else is on your mind?", 90, author=ISLA)).opens
        == "Q6"
    )


def test_a_host_may_ask_in_a_thread_of_her_own() -> None:
    evening = Evening()
    evening.says("1", "Welcome all!", 0, author=ISLA)
    threaded = post("2", "Q1: are the days of just doing it over?", 5, author=ISLA, reply_to="x:1")
    assert evening.hear(threaded).opens == "Q1"
    answer = post("3", "Q2 is what I wait for", 6, author=ISLA, reply_to="x:9")
    evening.says("9", "I have a question", 5.9)
    assert evening.hear(answer).opens is None


def test_from_anybody_else_a_question_s_number_is_an_answer() -> None:
    evening = Evening(SIX, ("Q1", 1))
    placing = evening.hear(post("1", "Q1: I never just did it", 5))
    assert placing.opens is None
    assert said(placing.placement) == ("Q1", "label", 'labelled "Q1"', False)


def test_without_a_host_in_the_agenda_number_and_wording_ask() -> None:
    evening = Evening(replace(SIX, people=()))
    assert evening.hear(post("1", "Q2: I never read it", 5)).opens is None
    assert evening.hear(post("2", "Q2: Do we need a written strategy?", 6)).opens == "Q2"


def test_the_chat_s_own_account_is_a_host() -> None:
    evening = Evening(replace(SIX, people=()))
    assert evening.hear(post("1", "Q1: days over?", 5, author="TartanTM")).opens == "Q1"


def test_roles_are_distinguished_by_network() -> None:
    agenda = replace(SIX, people=(Person("Isla", ("isla@mastodon",), "host"),))
    assert Evening(agenda).hear(post("1", "Q1: days over?", 5, author=ISLA)).opens is None
    elsewhere = post("mastodon:https://m.example/1", "Q1: days over?", 5, author=ISLA)
    assert Evening(agenda).hear(elsewhere).opens == "Q1"


@pytest.mark.parametrize("text", ["A1: late, but yes", "A1 late, but yes", "a1 - late, but yes"])
def test_a_late_answer_goes_to_its_question(text: str) -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10), ("Q3", 20))
    placement = evening.says("1", text, 25)
    assert placement.question == "Q1" and placement.by == "label" and not placement.inbox


def test_of_a_label_of_several_questions_the_first_is_the_place() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10), ("Q3", 11))
    placement = evening.says("1", "A1/A2: both, really", 12)
    assert said(placement) == ("Q1", "label", 'labelled "A1/A2", so for Q2 too', False)
    assert placement.confidence < 0.95
    three = evening.says("2", "A1, A2 and A3 all of it, really", 12)
    assert three.question == "Q1" and three.reason.endswith("so for Q2 and Q3 too")


def test_a_label_that_may_be_a_count_is_doubtful() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    placement = evening.says("2", "A1/2 to be continued", 12)
    assert said(placement) == ("Q1", "label", 'labelled "A1/2", which may also be Q2', True)


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("A3 After the flood we rebuilt", "Q3"),
        ("a3 after the flood we rebuilt", "Q3"),
        ("Late A3", "Q3"),
        ("Late A3: after the flood", "Q3"),
        ("late to Q2 but it is one page", "Q2"),
    ],
)
def test_a_label_at_the_start_counts_where_nobody_opened_a_question(
    text: str, question: str
) -> None:
    placement = Evening().says("1", text, 1)
    assert (placement.question, placement.by, placement.inbox) == (question, "label", False)


@pytest.mark.parametrize(
    "text", ["A3 paper it is", "A1 road closed", "Q2 results are out", "Q3 2026 budget", "M8 shut"]
)
def test_what_only_looks_like_a_label_says_nothing_before_the_first_question(text: str) -> None:
    assert said(Evening().says("1", text, 1)) == (
        *(None, "general", "before the first question"),
        False,
    )


@pytest.mark.parametrize("text", ["A 3 After the flood", "We print like A3 nothing at all"])
def test_what_may_be_a_label_before_the_first_question_waits_for_a_person(text: str) -> None:
    placement = Evening().says("1", text, 1)
    assert placement.inbox and placement.confidence < 0.95
    assert placement.reason == "before the first question, but mentions Q3"


def test_a_label_elsewhere_than_at_the_start_is_doubtful_before_the_first_question() -> None:
    placement = Evening().says("1", "We print nothing any more (A2)", 1)
    at_the_start = Evening().says("1", "A2: We print nothing any more", 1)
    assert placement.question == at_the_start.question == "Q2"
    assert placement.confidence < at_the_start.confidence - 0.1


def test_label_and_parent_in_conflict() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10), ("Q3", 20))
    evening.says("1", "A3: with two of us", 22)
    placement = evening.says("2", "@ailsa A2: ours is a page", 23, author="calum", reply_to="x:1")
    assert said(placement)[:3] == ("Q2", "label", 'labelled "A2", but replies to a post in Q3')
    quoting = evening.says("3", "A2: quite", 23, author="calum", quote_of="x:1")
    assert quoting.reason == 'labelled "A2", but quotes a post in Q3'
    agreeing = evening.says("4", "A3: with three", 23, author="calum", reply_to="x:1")
    assert said(agreeing) == ("Q3", "label", 'labelled "A3"', False)
    assert max(placement.confidence, quoting.confidence) < agreeing.confidence


def test_a_question_and_its_follow_up_are_no_conflict() -> None:
    evening = Evening(SIX, ("Q4", 1), ("Q4a", 10))
    evening.says("1", "A4a: it is not", 12)
    placement = evening.says("2", "@ailsa A4: it is", 13, author="calum", reply_to="x:1")
    assert said(placement) == ("Q4", "label", 'labelled "A4"', False)


def test_a_label_ahead_of_its_question() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    ahead = evening.says("1", "A3: I cannot wait", 12)
    assert said(ahead) == ("Q3", "label", 'labelled "A3", but Q3 is not open yet', False)
    assert evening.says("2", "A6 the road was awful", 12, author="calum").inbox


def test_a_reply_follows_its_parent() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: never did", 5)
    placement = evening.says("2", "@ailsa Me neither", 12, author="calum", reply_to="x:1")
    assert said(placement) == ("Q1", "reply", "replies to Ailsa Example in Q1", False)
    nameless = evening.says("3", "@x Nor I", 13, author=Author("morag"), reply_to="x:2")
    assert nameless.reason == "replies to Calum Example in Q1"
    assert evening.says("4", "So", 13, reply_to="x:3").reason == "replies to @morag in Q1"


def test_a_reply_to_the_question_answers_it() -> None:
    evening = Evening()
    evening.says("1", "Q1: days over?", 5, author=ISLA)
    placement = evening.says("2", "Long ago", 7, reply_to="x:1")
    assert said(placement) == ("Q1", "reply", "replies to the post that asked Q1", False)
    placement = evening.says("3", "Long ago", 7, quote_of="x:1")
    assert said(placement) == ("Q1", "quote", "quotes a post in Q1", False)


def test_a_reply_to_a_greeting_is_general() -> None:
    evening = Evening(SIX, ("Q1", 1))
    assert said(evening.says("1", "Hi all, late as ever", 5))[:3] == (
        None,
        "greeting",
        "a greeting",
    )
    placement = evening.says("2", "@ailsa The train again?", 12, author="calum", reply_to="x:1")
    assert said(placement) == (None, "reply", "replies to Ailsa Example in General", False)


def test_a_reply_that_mentions_another_question_is_doubtful() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: never did", 5)
    placement = evening.says(
        "2", "@ailsa That is really Q2 for me", 12, author="calum", reply_to="x:1"
    )
    assert said(placement) == (
        "Q1",
        "reply",
        "replies to Ailsa Example in Q1, but mentions Q2",
        True,
    )


def test_reposts_stand_where_their_original_stands() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: never did", 5)
    placement = evening.says("2", "A1: never did", 12, author="calum", repost_of="x:1")
    assert said(placement) == ("Q1", "repost", "reposts a post in Q1", False)
    placement = evening.says("3", "RT @ailsa: A1: never did", 12, author="morag")
    assert said(placement) == ("Q1", "repost", "reposts a post in Q1", False)
    outside = evening.says("4", "RT @stranger: read my new book", 12, author="morag")
    assert said(outside)[1:] == (
        *("repost", "reposts a post from outside the chat, while Q2 was open since 18:10"),
        True,
    )
    labelled = evening.says("5", "RT @stranger: A2: one page", 12, author="morag")
    assert said(labelled)[:3] == ("Q2", "repost", 'reposts a post labelled "A2"')


def test_a_manual_repost_with_a_comment_is_a_quote() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: nobody plans anything here", 5)
    text = "Exactly! RT @ailsa: A1: nobody plans anything here"
    placement = evening.says("2", text, 12, author="calum")
    assert said(placement) == ("Q1", "quote", "quotes a post in Q1", False)
    answer = evening.says("3", f"A2: see {text}", 12, author="calum")
    alone = evening.says("4", "A2: see for yourselves", 12, author="calum")
    assert answer.question == "Q2" and answer.confidence < alone.confidence


@pytest.mark.parametrize(
    "more",
    [
        {"quote_of": "x:1"},
        {"links": (Link("https://x.com/ailsa/status/1"),)},
        {"links": (Link("https://twitter.com/ailsa/status/1?s=20"),)},
        {"text": "True https://twitter.com/ailsa/status/1"},
        {"links": (Link("https://elsewhere.example/p/1"),)},
    ],
)
def test_quotes_follow_what_they_quote(more: dict[str, object]) -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: never did", 5, url="https://elsewhere.example/p/1")
    more = {"text": "So true", "author": "calum", "minute": 12, **more}
    placement = evening.hear(post("2", **more)).placement  # type: ignore[arg-type]
    assert said(placement) == ("Q1", "quote", "quotes a post in Q1", False)


def test_speaking_to_somebody_is_a_weak_hint() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("0", "Hi all", 2, author="calum")
    evening.says("1", "A1: never did", 12)
    placement = evening.says("2", "@ailsa Never ever?", 14, author="calum")
    assert said(placement)[:3] == ("Q1", "mention", "speaks to Ailsa Example in Q1")
    assert placement.confidence < 0.9
    by_name = evening.says("3", "Ailsa: never ever?", 14, author="calum")
    assert by_name.by == "mention" and by_name.question == "Q1"
    later = evening.says("4", "@ailsa Never ever?", 60, author="calum")
    assert later.by == "time"


def test_what_somebody_wrote_to_others_is_not_what_one_answers() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("0", "Hi all", 2, author="calum")
    evening.says("1", "A1: never did", 12)
    evening.says("2", "@morag A2: a page", 13)
    assert evening.says("3", "@ailsa Never ever?", 14, author="calum").question == "Q1"


@pytest.mark.parametrize("marker", ["", "RT @morag: "])
def test_a_repost_addresses_nobody(marker: str) -> None:
    """Networks give the bare words of what is reposted, sheets and old archives "RT @name:"."""
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("0", "Hi all", 2, author="calum")
    evening.says("1", "@ailsa A2: a page is plenty", 11, author="morag")
    evening.says("2", "A1: never did", 12)
    words = f"{marker}@ailsa A2: a page is plenty"
    evening.says("3", words, 13, author="ailsa", repost_of="x:1")
    placement = evening.says("4", "@ailsa Never ever?", 14, author="calum")
    assert said(placement)[:3] == ("Q2", "mention", "speaks to Ailsa Example in Q2")


def test_a_lost_parent_may_leave_a_handle_or_a_thread() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("0", "Hi all", 2, author="calum")
    evening.says("1", "A1: never did", 12)
    placement = evening.says(
        "2", "Never?", 14, author="calum", reply_to="x:99", reply_to_handle="ailsa"
    )
    assert placement.by == "mention" and placement.question == "Q1"
    evening.says("3", "A1: more of this", 14, thread="x:50")
    placement = evening.says(
        "4", "And less of that", 15, author="calum", reply_to="x:98", thread="x:50"
    )
    assert said(placement)[:3] == ("Q1", "thread", "in a thread with Ailsa Example in Q1")


def test_part_two_continues_part_one() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    evening.says("1", "A1: it began like this 1/2", 12)
    placement = evening.says("2", "and it ended like that 2/2", 12.5)
    assert said(placement)[:3] == ("Q1", "reply", "continues a post by Ailsa Example in Q1")


def test_time_decides_where_nothing_else_does() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 36))
    evening.says("0", "Hi all", 2)
    placement = evening.says("1", "Nobody reads more than a page", 45)
    assert said(placement)[:3] == ("Q2", "time", "Q2 open since 18:36")
    placement = evening.says("2", "Nobody reads what is written", 45)
    assert said(placement) == ("Q2", "wording", 'Q2 open since 18:36, and says "written"', False)
    early = evening.says("3", "Nobody reads more than a page", 37)
    assert early.question == "Q2" and early.inbox


def test_nobody_answers_within_seconds() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 36))
    evening.says("0", "Hi all", 2)
    evening.says("1", "Nobody plans more than a page", 35.5, author="calum")
    placement = evening.says("2", "Nobody reads more than a page", 36.1, author="calum")
    assert said(placement)[0] == "Q1" and placement.inbox


def test_a_first_post_without_a_sign_is_doubtful() -> None:
    placement = Evening(SIX, ("Q1", 1)).says("1", "What a day for a ferry", 8)
    reason = "a first post, while Q1 was open since 18:01"
    assert said(placement)[:3] == (None, "general", reason)
    assert placement.confidence < 0.9 and placement.alternatives == ("Q1",)


def test_the_wording_of_a_question_is_about_that_question() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q2", 10))
    text = "How do we win over laggards in the boardroom? I wait for that one"
    assert said(evening.says("1", text, 15))[:3] == ("Q4", "wording", "has the wording of Q4")


def test_closed_and_ended() -> None:
    evening = Evening(SIX, ("Q1", 1), ("Q6", 90))
    evening.says("0", "Hi all", 2)
    evening.says("1", "Thanks everybody for a good evening!", 110, author=ISLA)
    soon = evening.says("2", "They will come back to us", 112)
    late = evening.says("3", "They will come back to us", 125)
    assert soon.confidence < late.confidence and soon.alternatives[0] == "Q6"
    assert said(late)[:3] == (None, "general", "after the end at 19:50")
    assert evening.says("4", "A6: they will come back", 126).question == "Q6"


def test_after_the_planned_end() -> None:
    evening = Evening(SIX, ("Q6", 90))
    evening.says("0", "Hi all", 92)
    assert evening.says("1", "They will come back to us", 131).reason == "after the end at 20:00"


def test_times_are_in_the_chat_s_zone() -> None:
    evening = Evening(replace(SIX, timezone="Asia/Kolkata"), ("Q1", 1))
    evening.says("0", "Hi all", 2)
    assert evening.says("1", "Nobody plans", 20).reason == "Q1 open since 22:31"


def test_doubt_is_inherited() -> None:
    evening = Evening(SIX, ("Q1", 1))
    doubtful = evening.says("1", "What a day for a ferry", 8)
    reply = evening.says("2", "@ailsa Which one?", 9, author="calum", reply_to="x:1")
    label = evening.says("3", "A1: never did", 9)
    surer = evening.says("4", "@ailsa Never?", 9, author="calum", reply_to="x:3")
    assert doubtful.confidence < label.confidence
    assert reply.confidence < surer.confidence - 0.05
    below = evening.says("5", "@calum The last one", 9, author="morag", reply_to="x:2")
    assert below.confidence <= reply.confidence + 0.05


@pytest.mark.parametrize("network", ["mastodon", "bluesky"])
def test_networks_do_not_matter(network: str) -> None:
    evening = Evening(SIX, ("Q1", 1))
    evening.says(f"{network}:1", "A1: never", 3, author=Author(f"ailsa@{network}.example"))
    evening.says("0", "Hi", 3, author="calum")
    placement = evening.says(f"{network}:2", "@ailsa Ever?", 5, author="calum")
    assert placement.by == "mention" and placement.question == "Q1"


def test_follow_ups_of_one_wording_are_asked_in_order() -> None:
    questions = list(SIX.questions)
    questions[4] = replace(questions[4], text="Do we have to?")
    questions.insert(6, replace(questions[4], id="Q5a", parent="Q5"))
    evening = Evening(replace(SIX, questions=tuple(questions)), ("Q4", 1))
    assert evening.hear(post("1", "Do we have to? #tartantm", 9, author=ISLA)).opens == "Q4a"
    evening.open("Q5", 20)
    assert evening.hear(post("2", "But do we have to?", 29, author=ISLA)).opens == "Q5a"
    assert evening.hear(post("3", "Do we have to stop at eight?", 30, author=ISLA)).opens is None


def test_a_follow_up_that_was_opened_by_hand_is_not_asked_for_later() -> None:
    questions = list(SIX.questions)
    questions[4] = replace(questions[4], text="Do we have to?")
    questions.insert(6, replace(questions[4], id="Q5a", parent="Q5"))
    evening = Evening(replace(SIX, questions=tuple(questions)), ("Q4a", 1), ("Q5", 20))
    assert evening.hear(post("2", "But do we have to?", 29, author=ISLA)).opens == "Q5a"
