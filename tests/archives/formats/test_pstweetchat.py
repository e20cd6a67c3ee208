"""Transcripts of #PSTweetChat, as Markdown and as the sheet behind them. All posts are invented."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.archives.formats.pstweetchat import LOST
from tartantm.archives.reading import Reading
from tartantm.core.errors import BadInput
from tartantm.core.post import Post

ID = "1101504869943398407"
AT = datetime(2019, 3, 1, 15, 30, tzinfo=UTC)
TOP = "# PSTweetChat TweetScript\n\n## Friday, March 1, 2019\n"


def entry(
    text: str = "A1 Less #pretend", post_id: str = ID, time: str = "", after: str = ""
) -> str:
    link = f"https://twitter.com/ailsa/status/{post_id}"
    time = f"*{time}*\n" if time else ""
    heading = r"### [@ailsa](https://twitter.com/ailsa) \<Ailsa (A. <b>) Example\>"
    return f"\n{heading}\n\n{time}> [{text}]({link})\n{after}"


def of(tmp_path: Path, content: str, encoding: str = "utf-8") -> tuple[list[Post], Reading]:
    path = tmp_path / "March2019.md"
    path.write_bytes(content.encode(encoding))
    reading = Reading([path])
    return [item for item in reading.items() if isinstance(item, Post)], reading


@pytest.mark.parametrize("time", ["", "2019-03-01 15:30:00Z"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_post(tmp_path: Path, time: str, ends: str) -> None:
    content = (TOP + entry(time=time) + "\nThis transcript is based on a tag.\n").replace(
        "\n", ends
    )
    for encoding in ("utf-8", "utf-8-sig", "utf-16"):
        (post,), reading = of(tmp_path, content, encoding)
        assert post.id == f"x:{ID}" and post.created_at == AT
        assert post.author.handle == "ailsa" and post.author.name == "Ailsa (A. <b>) Example"
        assert post.text == "A1 Less #pretend" and post.hashtags == ("pretend",)
        assert [form.name for form in reading.files[0].formats] == ["pstweetchat"]
        assert not reading.files[0].damaged and not reading.files[0].doubts


def test_words_over_lines_and_with_brackets(tmp_path: Path) -> None:
    text = "A1 [two]\n\nlines (and\n> more) [of them"
    (post,), _ = of(tmp_path, TOP + entry(text))
    assert post.text == "A1 [two]\n\nlines (and\nmore) [of them"


def test_pictures_and_links_below(tmp_path: Path) -> None:
    after = (
        "\n+ [https://e.example](https://e.example)\n\n![embedded media](https://e.example/1.png)\n"
    )
    (first, second), _ = of(
        tmp_path, TOP + entry(after=after) + entry(post_id="1101527770197311488")
    )
    assert [media.url for media in first.media] == ["https://e.example/1.png"]
    assert first.text == second.text == "A1 Less #pretend" and not second.media


def test_rounded_ids_leave_the_time_that_is_told(tmp_path: Path) -> None:
    (post,), reading = of(tmp_path, TOP + entry(post_id="1.22585E+18", time="2020-02-07 18:31:00Z"))
    assert post.created_at == datetime(2020, 2, 7, 18, 31, tzinfo=UTC) and post.url is None
    assert not post.id.removeprefix("x:").isdigit()
    assert any("rounded" in doubt for doubt in reading.files[0].doubts)
    _, reading = of(tmp_path, TOP + entry(post_id="1.22585E+18"))
    assert reading.files[0].damaged[0].line == 5


def test_lost_letters_are_told(tmp_path: Path) -> None:
    _, reading = of(tmp_path, TOP + entry("It???s #pretend"))
    assert reading.files[0].doubts == {LOST: 1}


def test_a_heading_without_words_is_told(tmp_path: Path) -> None:
    nothing = "\n### [@ailsa](https://twitter.com/ailsa) \\<Ailsa\\>\n\n"
    posts, reading = of(tmp_path, TOP + nothing + entry())
    assert len(posts) == 1 and reading.files[0].damaged[0].line == 5


SHEET = f""",Twitter Query: #pretend lang:en -filter:retweets,,,,,
Date,Screen Name,Full Name,Tweet Text,Tweet ID,Link(s),Media
3/1/2019 10:30:00,@ailsa,Ailsa (A. <b>) Example,A1 Less #pretend,{ID},,
"""


def test_the_sheet_and_its_transcript_hold_the_same_post(tmp_path: Path) -> None:
    (by_sheet,), _ = of(tmp_path, SHEET)
    (by_transcript,), _ = of(tmp_path, TOP + entry())
    assert by_sheet == by_transcript


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["\n### [@a](https://e.example) \\<A\\>\n", "> [", "](", ")\n", "*2019-", "\n"]
        )
        | st.text(max_size=9),
        max_size=20,
    )
)
def test_anything(tmp_path: Path, pieces: list[str]) -> None:
    try:
        posts, _ = of(tmp_path, TOP + entry() + "".join(pieces).encode("utf-8", "replace").decode())
    except BadInput:
        return
    repr(posts).encode()
