from __future__ import annotations

from timeit import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tartantm.core.agenda import Agenda, Question
from tartantm.grouping.labels import Label, Labels
from tests.grouping.evening import SIX

TEN = Agenda("Ten", questions=tuple(Question(f"Q{n}", f"Point {n}?") for n in range(1, 11)))
LABELS, TEN_LABELS = Labels(SIX), Labels(TEN)


def read(text: str) -> Label:
    label = LABELS.read(text)
    assert label is not None, f"no label in {text!r}"
    return label


@pytest.mark.parametrize(
    "text",
    [
        "A1: we still do",
        "A1. we still do",
        "A1) we still do",
        "A1, we still do",
        "A1; we still do",
        "A1/ we still do",
        "A1> we still do",
        "A1- we still do",
        "A1 - we still do",
        "A1 – we still do",
        "A1 — we still do",
        "A1-We still do",
        "A1: ",
        "A1 : we still do",
        "A1\nWe still do",
        "a1: we still do",
        "A 1: we still do",
        "A.1: we still do",
        "A1.1: we still do",
        "A1a: we still do",
        "A01: we still do",
        "(A1) we still do",
        "[A1] we still do",
        "“A1: we still do”",
        "#A1: we still do",
        "Ans 1: we still do",
        "Ans1: we still do",
        "Answer 1 - we still do",
        "Answer 1: we still do",
        "Q1: we still do",
        "Q1) we still do",
        "Question 1: we still do",
        "1A: we still do",
        "@isla A1: we still do",
        "RE: https://o.example/@isla/1\n\nA1: we still do",
        "@isla: A1: we still do",
        ".@isla A1: we still do",
        ". @isla @ailsa A1: we still do",
        "#tartantm A1: we still do",
        "@isla #tartantm A1: we still do",
        "Re: A1: we still do",
        "Okay, A1: we still do",
        "👉 A1: we still do",
        "• A1: we still do",
        "A1️⃣: we still do",
        "A1⃣: we still do",
        "Ａ１：we still do",
        "A1：we still do",
        "𝗔𝟭: we still do",
        "𝐀𝟏: we still do",
        "𝔸𝟙: we still do",
        "Ⓐ①: we still do",
        "🅰️1: we still do",
        "A1 (1/2): we still do",
        "A1 1/2: we still do",
    ],
)
def test_a_number_with_punctuation_is_a_strong_label(text: str) -> None:
    label = read(text)
    assert (label.question, label.strength, label.where) == ("Q1", "strong", "start")
    assert not label.also and not label.unclear and not label.announces


@pytest.mark.parametrize(
    "text",
    [
        "A2 ours is one page",
        "a2 ours is one page",
        "#q2 ours is one page",
        "A.2 ours is one page",
        "A2.1 ours is one page",
        "A2b ours is one page",
        "A2 cont. ours is one page",
        "A2 1/3 ours is one page",
        "A2 (1/3) ours is one page",
        "A2 ✨ ours is one page",
        "A2",
        "A2 #tartantm",
        "A2 https://example.com/picture",
        "A2Start with one page",
        "Answer 2 ours is one page",
        "@calum:Q2 ours is one page",
        "#tartantm Q2 how is that one page",
        "Re Q2 ours is one page",
        "Q2 ours is one page",
        "Q2? ours is one page",
    ],
)
def test_a_number_without_punctuation_is_a_medium_label(text: str) -> None:
    label = read(text)
    assert (label.question, label.strength, label.where) == ("Q2", "medium", "start")


@pytest.mark.parametrize(
    ("text", "question", "strength", "where"),
    [
        ("Printers, printers everywhere. #tartantm A2", "Q2", "medium", "end"),
        ("Printers everywhere #tartantm A2 #localgov", "Q2", "medium", "end"),
        ("We print nothing any more (A2)", "Q2", "medium", "end"),
        ("We print nothing any more A2", "Q2", "weak", "end"),
        ("So true. A2: we print nothing", "Q2", "medium", "sentence"),
        ("That brings us to: Q2 Who reads it", "Q2", "medium", "sentence"),
        ("A preamble about pages. Q2: who reads all of them?", "Q2", "medium", "sentence"),
        ("Moving along to Q2: who on earth reads all of them?", "Q2", "medium", "middle"),
        ("We print #q2 nothing any more", "Q2", "medium", "middle"),
        ("We print like A2 nothing any more", "Q2", "weak", "middle"),
        ("A 2 Nobody reads it", "Q2", "weak", "start"),
        ("2A pages are plenty", "Q2", "weak", "start"),
        ("RT @calum: A2: pages are plenty", "Q2", "medium", "repost"),
        ("Forgot the tag! RT @calum: A2: pages are plenty", "Q2", "weak", "repost"),
        ("A3: yes RT @calum: A2: pages are plenty", "Q3", "strong", "start"),
    ],
)
def test_elsewhere_than_at_the_start_a_label_says_less(
    text: str, question: str, strength: str, where: str
) -> None:
    label = read(text)
    assert (label.question, label.strength, label.where) == (question, strength, where)


@pytest.mark.parametrize(
    "text",
    [
        "all booked in Q1",
        "Project Q4 this year",
        "our Q2 results are in",
        "Q4 results are in",
        "Q3 2026 was hard",
        "Q2's wording is odd",
        "a 1-day event",
        "A 1-day event",
        "a 3 day poll",
        "A 3 day poll",
        "A 3-5 year process",
        "a 6 yr old",
        "a 1-to-1",
        'a 4" screen',
        "a 5, maybe 6",
        "a 3D printer",
        "A3D printer",
        "A&E 4 hours",
        "LS1.D",
        "A1 north is jammed",
        "A1 closed at Berwick",
        "A1 is closed at Berwick",
        "A1 in my book",
        "A3 landscape, please",
        "A1 carriageway shut",
        "A4 paper please",
        "A4-sized flyers",
        "on the A1, the M8 and the A9",
        "P1–P7 pupils",
        "P1: pupils",
        "T1: terminals",
        "F1: on the telly",
        "R1: respuesta",
        "P45 in the post",
        "A5% more",
        "A1+1",
        "Q1/A1 format please",
        "We use a Q1/A1 format",
        "the A-team",
        "QA1",
        "x/A1",
        "email me@A1: no",
        "https://example.com/A1: no",
        "no label at all",
        "",
    ],
)
def test_false_friends_are_no_labels(text: str) -> None:
    label = LABELS.read(text)
    assert label is None or label.strength == "weak"


@pytest.mark.parametrize("text", ["A9: traffic", "A9 is a long road", "Q12: x", "A0: x", "A99: x"])
def test_numbers_that_the_agenda_lacks_are_no_labels(text: str) -> None:
    assert LABELS.read(text) is None


@pytest.mark.parametrize(
    ("text", "question", "also", "unclear"),
    [
        ("A1/A2: both", "Q1", ("Q2",), False),
        ("A1 & A2: both", "Q1", ("Q2",), False),
        ("A1 and A2 both", "Q1", ("Q2",), False),
        ("A1, A2: both", "Q1", ("Q2",), False),
        ("A1+A2 both", "Q1", ("Q2",), False),
        ("A1 & 2: both", "Q1", ("Q2",), False),
        ("Q1 and Q2 both", "Q1", ("Q2",), False),
        ("A4/5 both", "Q4", ("Q5",), True),
        ("A1/2 we still do", "Q1", ("Q2",), True),
        ("A2/2 we still do", "Q2", (), True),
        ("A1/9 we still do", "Q1", (), True),
        ("A1, 2 things to say", "Q1", (), False),
        ("A1 and 2 more things", "Q1", (), False),
        ("A1/A9: both", "Q1", (), False),
        ("A9 & A2: both", "Q2", (), False),
        ("A1, A2 and A3 all of it", "Q1", ("Q2", "Q3"), False),
        ("A1, A2, and A3: all of it", "Q1", ("Q2", "Q3"), False),
        ("A3 & A1 & A2: all of it", "Q3", ("Q1", "Q2"), False),
        ("A1/A2/A3: all of it", "Q1", ("Q2", "Q3"), False),
        ("A1-A3: all of it", "Q1", ("Q2", "Q3"), False),
        ("A1–3: all of it", "Q1", ("Q2", "Q3"), False),
        ("A1 und A2: beides", "Q1", ("Q2",), False),
        ("A1 y A2 los dos", "Q1", ("Q2",), False),
        ("#A1 & #A2 both", "Q1", ("Q2",), False),
        ("A1, 1 thing to say", "Q1", (), False),
    ],
)
def test_two_numbers_name_the_first_question_and_say_so(
    text: str, question: str, also: tuple[str, ...], unclear: bool
) -> None:
    label = read(text)
    assert (label.question, label.also, label.unclear) == (question, also, unclear)


@pytest.mark.parametrize(
    "text",
    [
        "Late A2",
        "Late A2 ours is one page",
        "Late A2: ours is one page",
        "Late to A2: ours is one page",
        "late to Q2 but ours is one page",
        "Sorry, late answer to Q2: one page",
        "Joining late. A2 ours is one page",
        "Arriving late a2. one page",
        "Belated A2 ours is one page",
        "Catching up: A2 ours is one page",
        "Returning to A2, ours is one page",
        "Going back to Q2, ours is one page",
        "In answer to Q2 ours is one page",
        "Another A2: no page at all",
        "More on A2: no page at all",
        "@isla late A2: ours is one page",
        "2/3 A2 ours is one page",
        "oops, A2: ours is one page",
        "Verspätet A2: eine Seite",
        "Zurück zu A2: eine Seite",
        "En retard A2: une page",
        "Tarde A2: una página",
        "Atrasada A2: uma página",
        "In ritardo A2: una pagina",
        "Te laat A2: een bladzijde",
        "Anmoch A2: aon duilleag",
        "Yn hwyr A2: un dudalen",
        "Late tae A2: ae page",
    ],
)
def test_words_that_come_before_an_answer_are_passed_over(text: str) -> None:
    label = read(text)
    assert (label.question, label.where, label.asks) == ("Q2", "start", False)
    assert label.strength != "weak" and not label.announces


def test_what_is_glued_to_a_number_is_a_label_at_the_start_only() -> None:
    assert read("A1inquiry leads on").strength == "medium"
    assert LABELS.read("the sign says A1inquiry") is None
    assert LABELS.read("A4sized flyers") is None


def test_counting_and_agreeing_are_no_sums() -> None:
    assert read("A1 +1 to all of that").question == "Q1"
    assert LABELS.read("A1+1") is None


@pytest.mark.parametrize(
    ("letters", "text", "question"),
    [
        (("D", "R"), "Risposta 2: nessuno", "Q2"),
        (("D", "R"), "Domanda 3: chi?", "Q3"),
        (("V", "A"), "Antwoord 2: niemand", "Q2"),
        (("V", "A"), "Vraag 3: wie?", "Q3"),
        (("C", "F"), "Ceist 3: cò?", "Q3"),
        (("C", "F"), "F2 & F3: duine", "Q2"),
        (("C", "A"), "Cwestiwn 3: pwy?", "Q3"),
        (("T",), "Late T2 nobody", "Q2"),
    ],
)
def test_letters_of_other_languages(letters: tuple[str, ...], text: str, question: str) -> None:
    label = Labels(replace(SIX, labels=letters)).read(text)
    assert label is not None and label.question == question


@pytest.mark.parametrize(
    "text",
    [
        "Here comes Q3!",
        "Q3. coming right up. . .",
        "Q3. . . comin' right up #tartantm",
        "Q3. on the horizon",
        "Q3 on it's way!",
        "Question 3 is about to begin",
        "Q3 coming up",
        "Q3 coming up in 2 minutes #tartantm",
        "Question 3 coming up. . . #tartantm",
        "Next up Q3",
        "5 minutes left on Q3",
        "Two more minutes for Q3, then Q4",
        "Get ready for Q3!",
        "Q3 is on the way",
        "Moving on to Q3",
        "Final question. . .",
    ],
)
def test_announcements_are_known(text: str) -> None:
    assert read(text).announces


@pytest.mark.parametrize("text", ["Q3: What comes next?", "Q3. What is next?", "Q3) Moving on?"])
def test_a_short_question_is_asked_and_not_announced(text: str) -> None:
    assert not read(text).announces


def test_a_question_after_an_announcing_word_is_a_question() -> None:
    assert not read("Moving on to Q3: who keeps the keys to the cupboard?").announces


@pytest.mark.parametrize("text", ["FQ: and now?", "Final Q: and now?", "Last question: and now?"])
def test_the_final_question_has_no_number(text: str) -> None:
    label = read(text)
    assert (label.question, label.strength, label.asks) == ("Q6", "strong", True)


def test_only_the_first_letter_asks() -> None:
    assert read("Q2: Who reads it?").asks and read("Question 2: who reads it?").asks
    assert not read("A2: Nobody").asks and not read("Ans 2: nobody").asks


def test_follow_ups_have_labels_of_their_own() -> None:
    assert read("A4a: no").question == "Q4a"
    assert read("A4A: no").question == "Q4a"
    assert read("A4b: the second part of what I say").question == "Q4"
    assert read("A1a: the first part of what I say").question == "Q1"


def test_letters_come_from_the_agenda() -> None:
    german = Labels(replace(SIX, labels=("F", "A")))
    asked = german.read("F2: Wer liest das?")
    assert asked and asked.asks and asked.question == "Q2"
    answered = german.read("A2: Niemand")
    assert answered and not answered.asks
    assert german.read("Q2: who reads it?") is None
    words = Labels(replace(SIX, labels=("Frage", "Antwort")))
    asked = words.read("Frage 2: Wer liest das?")
    assert asked and asked.asks and asked.strength == "strong"
    topics = Labels(replace(SIX, labels=("T",)))
    asked = topics.read("T3: keys")
    assert asked and asked.question == "Q3" and asked.asks


def test_a_label_is_reported_as_written() -> None:
    assert read("@isla a1.2  we still do").written == "a1.2"
    assert read("Answer 2 – nobody").written == "Answer 2"
    assert read("A1 & A2: both").written == "A1 & A2"
    assert read("A1, 2 things").written == "A1"


def test_an_agenda_without_questions_has_no_labels() -> None:
    assert Labels(Agenda("Nothing to ask")).read("A1: what?") is None


def test_roads_of_two_digits_are_no_questions_of_a_long_agenda() -> None:
    label = TEN_LABELS.read("A9 closed again at Dunkeld")
    assert label is None
    label = TEN_LABELS.read("A10: the tenth")
    assert label and label.question == "Q10"


@given(st.text(max_size=120))
def test_any_text_can_be_read(text: str) -> None:
    for labels, agenda in ((LABELS, SIX), (TEN_LABELS, TEN)):
        label = labels.read(text)
        if label is not None:
            assert label.question in agenda
            assert all(also in agenda for also in label.also)
            assert label.written


NAMES = st.lists(st.integers(1, 12), min_size=1, max_size=6, unique=True)
JOINS = st.sampled_from([" & ", "/", ", ", " and ", ", and ", " + ", " und "])


@given(
    st.sampled_from(["", "@isla ", "Late ", "late to ", "#tartantm Sorry, late answer to "]),
    st.sampled_from(["A", "a", "Q", "#A", "Answer "]),
    NAMES,
    st.lists(JOINS, min_size=6, max_size=6),
    st.sampled_from([": all of it", " all of it", "", " - all of it"]),
)
def test_each_of_several_labels_is_named_once_and_in_order(
    before: str, letter: str, numbers: list[int], joins: list[str], after: str
) -> None:
    parts = [f"{letter}{number}" for number in numbers]
    text = "".join(part + join for part, join in zip(parts, joins, strict=False))
    label = TEN_LABELS.read(before + text.removesuffix(joins[len(parts) - 1]) + after)
    known = []
    for number in numbers:
        if number > 10:
            break
        known.append(f"Q{number}")
    if known:
        assert label is not None and (label.question, *label.also) == tuple(known)


@given(
    st.sampled_from(["", "@isla ", ".@isla @x ", "#tartantm ", "re ", "(", "👍 ", "RT @calum: "]),
    st.sampled_from(["A", "a", "Q", "q", "Answer ", "Ans", "Question ", "#A", "A."]),
    st.integers(0, 30),
    st.sampled_from([":", ".", ")", " -", " –", "", ";", "/", "a:", ".1:", " & A3:", "/4"]),
    st.text("abc dé🙂 1/2", max_size=20),
)
def test_whatever_is_built_of_label_parts_names_only_questions_there_are(
    before: str, letter: str, number: int, after: str, words: str
) -> None:
    label = TEN_LABELS.read(f"{before}{letter}{number}{after} {words}")
    if 1 <= number <= 10 and after == ":" and before != "RT @calum: ":
        assert label is not None and label.question == f"Q{number}"
    if label is not None:
        assert label.question in TEN
        assert all(also in TEN for also in label.also)


UNITS = ("A1 & A2 & ", "A1/", "late ", "late to ", "back to the ", "A1-", "A1, ")


@pytest.mark.parametrize("unit", UNITS)
def test_a_post_of_labels_costs_no_more_than_its_beginning(unit: str) -> None:
    def work(size: int) -> float:
        text = "x " + unit * (size // len(unit))
        return min(timeit(lambda: LABELS.read(text), number=1) for _ in range(5))

    assert work(100_000) < 10 * work(4_000)


@pytest.mark.parametrize("text", ["#" * 5000, "A1" + " " * 5000 + "x", "A1 " + "." * 5000 + "x"])
def test_long_nonsense_is_read_in_no_time(text: str) -> None:
    LABELS.read(text)
