"""Mastodon's own archives and mastodon-archive, beside the API. All posts are invented."""

import io
import json
import tarfile
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tartantm.archives.formats.outbox import OUTBOX
from tartantm.archives.read import Archive, read
from tartantm.archives.shape import Context
from tartantm.core.errors import BadInput
from tartantm.core.events import Deleted
from tartantm.core.post import Author, Media, Post
from tartantm.networks.heard import Carried

HOME = "https://social.example"
ME = f"{HOME}/users/ailsa"
PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
AT = "2020-06-17T17:00:10Z"
ACTOR = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": ME,
    "type": "Person",
    "preferredUsername": "ailsa",
    "name": "Ailsa Example",
    "url": f"{HOME}/@ailsa",
}
TAG = f'<a href="{HOME}/tags/pretend" class="mention hashtag">#<span>pretend</span></a>'


def note(number: int = 901, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{ME}/statuses/{number}",
        "type": "Note",
        "summary": None,
        "inReplyTo": None,
        "published": AT,
        "url": f"{HOME}/@ailsa/{number}",
        "attributedTo": ME,
        "to": [PUBLIC],
        "cc": [f"{ME}/followers"],
        "content": f"<p>A1: outbox {TAG}</p>",
        "tag": [{"type": "Hashtag", "href": f"{HOME}/tags/pretend", "name": "#pretend"}],
        "attachment": [],
    } | more


def create(inner: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    inner = note() if inner is None else inner
    activity = {"id": f"{inner.get('id')}/activity", "type": "Create", "actor": ME, "published": AT}
    return activity | {"to": [PUBLIC], "cc": [], "object": inner} | more


def outbox(*activities: Any) -> dict[str, Any]:
    items = list(activities)
    return {
        "id": "outbox.json",
        "type": "OrderedCollection",
        "totalItems": 1,
        "orderedItems": items,
    }


def of(tmp_path: Path, value: Any, context: Context | None = None) -> Archive:
    path = tmp_path / "outbox.json"
    path.write_bytes(json.dumps(value).encode())
    return read(path, context)


def one(tmp_path: Path, inner: dict[str, Any] | None = None, **more: Any) -> Post:
    found = of(tmp_path, outbox(create(inner, **more)))
    assert found.format == "outbox" and not found.damaged
    (post,) = found.heard
    assert isinstance(post, Post)
    return post


def test_a_post(tmp_path: Path) -> None:
    post = one(tmp_path)
    assert post.id == f"mastodon:{ME}/statuses/901"
    assert post.author == Author("ailsa@social.example", "", ME, f"{HOME}/@ailsa")
    assert post.text == "A1: outbox #pretend" and post.hashtags == ("pretend",)
    assert post.created_at == datetime(2020, 6, 17, 17, 0, 10, tzinfo=UTC)
    assert post.url == f"{HOME}/@ailsa/901" and post.aliases == ("mastodon:social.example/901",)
    assert post.visibility == "public" and post.reply_to is post.repost_of is post.version is None


@pytest.mark.parametrize(
    "to, cc, visibility",
    [
        ([PUBLIC], [], "public"),
        ("as:Public", [], "public"),
        (["Public"], None, "public"),
        ([f"{ME}/followers"], [PUBLIC], "unlisted"),
        ([f"{ME}/followers"], "as:Public", "unlisted"),
        ([f"{ME}/followers"], [], "restricted"),
        (["https://far.example/users/isla"], [], "restricted"),
        ([], [], "restricted"),
        (None, None, "restricted"),
        ({"id": PUBLIC}, 7, "restricted"),
    ],
)
def test_who_may_read_a_post(tmp_path: Path, to: Any, cc: Any, visibility: str) -> None:
    # What the post says of itself holds, whatever the activity says.
    assert one(tmp_path, note(to=to, cc=cc)).visibility == visibility
    bare = {key: value for key, value in note().items() if key not in ("to", "cc")}
    assert one(tmp_path, bare, to=to, cc=cc).visibility == visibility
    repost = outbox({"id": f"{ME}/1/activity", "type": "Announce", "actor": ME, "published": AT}
                    | {"to": to, "cc": cc, "object": "https://far.example/2"})  # fmt: skip
    (heard,) = of(tmp_path, repost).heard
    assert isinstance(heard, Post) and heard.visibility == visibility


def test_direct_messages_of_pleroma_are_for_nobody_else(tmp_path: Path) -> None:
    assert one(tmp_path, note(directMessage=True)).visibility == "restricted"


def test_everything_in_a_post(tmp_path: Path) -> None:
    far = "https://far.example/users/isla"
    post = one(
        tmp_path,
        note(
            summary="Work",
            sensitive=True,
            inReplyTo=f"{far}/statuses/5",
            quote="https://far.example/users/isla/statuses/6",
            updated="2020-06-17T17:05:00Z",
            contentMap={"gd": f"<p>A1: outbox {TAG}</p>"},
            content=f'<p class="quote-inline">RE: https://far.example/6</p><p>A1: outbox {TAG}</p>',
            tag=[
                {"type": "Mention", "href": far, "name": "@isla@far.example"},
                {"type": "Mention", "href": f"{HOME}/users/calum", "name": "@calum"},
                {"type": "Emoji", "name": ":thistle:"},
            ],
            attachment=[
                {
                    "type": "Document",
                    "mediaType": "image/png",
                    "url": "/media/1.png",
                    "name": "A hill",
                },
                {
                    "type": "Document",
                    "mediaType": "video/mp4",
                    "url": f"{HOME}/2.mp4",
                    "name": None,
                },
                {"type": "PropertyValue", "name": "no picture"},
            ],
        ),
    )
    assert post.content_warning == "Work" and post.sensitive
    assert post.reply_to == f"mastodon:{far}/statuses/5"
    assert post.reply_to_handle == "isla@far.example"
    assert post.mentions == ("isla@far.example", "calum@social.example")
    assert post.quote_of == f"mastodon:{far}/statuses/6" and post.text == "A1: outbox #pretend"
    assert post.media == (Media("image", None, "A hill"), Media("video", f"{HOME}/2.mp4"))
    assert post.version and post.edited_at == datetime(2020, 6, 17, 17, 5, tzinfo=UTC)


def test_languages(tmp_path: Path) -> None:
    assert one(tmp_path, note(contentMap={"gd": note()["content"]})).languages == ("gd",)
    alone = one(tmp_path, note(content=None, contentMap={"gd": "<p>Seo</p>"}))
    assert alone.languages == ("gd",) and alone.text == "Seo"


@pytest.mark.parametrize("key", ["oneOf", "anyOf"])
def test_polls(tmp_path: Path, key: str) -> None:
    asked = note(type="Question", content="<p>Q1 Which?</p>", tag=[])
    asked |= {key: [{"type": "Note", "name": "This"}, {"type": "Note", "name": "That"}]}
    assert one(tmp_path, asked).text == "Q1 Which?\n\n▢ This\n▢ That"


def test_articles_have_a_title(tmp_path: Path) -> None:
    assert one(tmp_path, note(type="Article", name="On hills")).text.startswith("On hills\n\nA1:")


@pytest.mark.parametrize("key", ["quote", "quoteUri", "quoteUrl", "_misskey_quote"])
def test_quotes(tmp_path: Path, key: str) -> None:
    for quoted in ("https://far.example/6", {"id": "https://far.example/6"}):
        assert one(tmp_path, note() | {key: quoted}).quote_of == "mastodon:https://far.example/6"


def test_replies_to_oneself(tmp_path: Path) -> None:
    post = one(tmp_path, note(inReplyTo=f"{ME}/statuses/900"))
    assert post.reply_to_handle == "ailsa@social.example"


def test_reposts_name_the_original_only(tmp_path: Path) -> None:
    activity: dict[str, Any] = {"id": f"{ME}/statuses/902/activity", "type": "Announce"}
    activity |= {"actor": ME}
    activity |= {"published": AT, "to": [PUBLIC], "object": "https://far.example/2"}
    (post,) = of(tmp_path, outbox(activity)).heard
    assert isinstance(post, Post)
    assert post.id == f"mastodon:{ME}/statuses/902/activity"
    assert post.repost_of == "mastodon:https://far.example/2" and post.text == ""
    assert post.aliases == ("mastodon:social.example/902",)


STRANGER = "https://far.example/users/isla"


def repost(inner: Any, **more: Any) -> dict[str, Any]:
    made = {"id": f"{ME}/statuses/902/activity", "type": "Announce", "actor": ME, "published": AT}
    return made | {"to": [PUBLIC], "object": inner} | more


def test_the_post_that_a_repost_came_with_is_carried(tmp_path: Path) -> None:
    theirs = note(attributedTo=STRANGER, id=f"{STRANGER}/statuses/2", url=None)
    brought, post = of(tmp_path, outbox(repost(theirs))).heard
    assert isinstance(post, Post) and isinstance(brought, Carried)
    assert brought.by == post.id and post.repost_of == brought.post.id
    assert brought.post.author.handle == "isla@far.example" and not post.text
    assert brought.post.text == "A1: outbox #pretend"


@pytest.mark.parametrize(
    "change",
    [
        {"to": [f"{STRANGER}/followers"], "cc": []},
        {"published": None},
        {"type": "Person"},
    ],
)
def test_what_came_along_and_is_not_for_all_or_no_post(tmp_path: Path, change: Any) -> None:
    theirs = note(attributedTo=STRANGER, id=f"{STRANGER}/statuses/2") | change
    (post,) = of(tmp_path, outbox(repost(theirs))).heard
    assert isinstance(post, Post) and post.repost_of == f"mastodon:{STRANGER}/statuses/2"


@pytest.mark.parametrize(
    "kind, inner",
    [
        ("Delete", {"id": f"{ME}/statuses/901", "type": "Tombstone"}),
        ("Delete", f"{ME}/statuses/901"),
        ("Undo", {"id": f"{ME}/statuses/901", "type": "Announce"}),
    ],
)
def test_what_was_taken_back(tmp_path: Path, kind: str, inner: Any) -> None:
    activity = {"type": kind, "actor": ME, "object": inner, "published": AT}
    at = datetime(2020, 6, 17, 17, 0, 10, tzinfo=UTC)
    assert of(tmp_path, outbox(activity)).heard == [Deleted((f"mastodon:{ME}/statuses/901",), at)]


@pytest.mark.parametrize(
    "kind, inner",
    [
        ("Delete", ME),
        ("Delete", f"{STRANGER}/statuses/1"),
        ("Delete", None),
        ("Undo", {"id": f"{ME}/statuses/901", "type": "Like"}),
        ("Undo", f"{ME}/statuses/901"),
    ],
)
def test_what_was_not_taken_back(tmp_path: Path, kind: str, inner: Any) -> None:
    activity = {"type": kind, "actor": ME, "object": inner, "published": AT}
    assert not of(tmp_path, outbox(activity)).heard


@pytest.mark.parametrize(
    "uri, page, handle",
    [
        (ME, None, "ailsa@social.example"),
        (f"{HOME}/ap/users/116", f"{HOME}/@ailsa/901", "ailsa@social.example"),
        (f"{HOME}/@ailsa", None, "ailsa@social.example"),
        ("https://[", None, "unknown"),
        ("", None, "unknown"),
    ],
)
def test_handles_without_the_actor(tmp_path: Path, uri: str, page: str | None, handle: str) -> None:
    assert one(tmp_path, note(attributedTo=uri, url=page), actor=uri).author.handle == handle


def test_other_activities_are_no_posts(tmp_path: Path) -> None:
    others = [
        {"type": kind, "actor": ME, "object": ME} for kind in ("Like", "Follow", "Undo", "Add")
    ]
    found = of(tmp_path, outbox(*others, create()))
    assert len(found.heard) == 1 and not found.damaged


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    no_time = note(903, published=None)
    found = of(tmp_path, outbox(create(no_time, published=None), create(note(id=None)), create()))
    assert [damage.reason for damage in found.damaged] == [
        f"the post mastodon:{ME}/statuses/903 has no time",
        "a post has no id",
    ]
    assert len(found.heard) == 1
    by_name = of(tmp_path, outbox(create() | {"object": f"{ME}/statuses/1"}))
    assert "only named by its address" in by_name.damaged[0].reason


def test_collections_without_posts(tmp_path: Path) -> None:
    assert not of(tmp_path, outbox()).heard
    pages = {"type": "OrderedCollection", "first": f"{ME}/outbox?page=true"}
    assert "names the pages" in of(tmp_path, pages).damaged[0].reason


def tar(files: dict[str, bytes], mode: str) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode=mode) as file:  # type: ignore[call-overload]
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            file.addfile(info, io.BytesIO(content))
    return held.getvalue()


def zipped(files: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as file:
        for name, content in files.items():
            file.writestr(name, content)
    return held.getvalue()


LIKES = {"id": "likes.json", "type": "OrderedCollection", "orderedItems": ["https://e.example/1"]}
FILES = {
    "avatar.png": b"\x89PNG" + b"x" * 200_000,
    "likes.json": json.dumps(LIKES).encode(),
    "outbox.json": json.dumps(outbox(create())).encode(),
    "actor.json": json.dumps(ACTOR).encode(),
}


@pytest.mark.parametrize("top", ["", "archive/"])
@pytest.mark.parametrize("kind", ["w:gz", "w:", "zip", "folder", "beside"])
def test_the_whole_archive_in_any_packing(tmp_path: Path, kind: str, top: str) -> None:
    files = {f"{top}{name}": content for name, content in FILES.items()}
    path = tmp_path / "mine.bin"
    if kind in ("folder", "beside"):
        path = tmp_path / "mine"
        for name, content in files.items():
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_bytes(content)
        path = path / top / "outbox.json" if kind == "beside" else path
    else:
        path.write_bytes(zipped(files) if kind == "zip" else tar(files, kind))
    found = read(path)
    (post,) = found.heard
    assert isinstance(post, Post) and not found.damaged
    assert post.author == Author("ailsa@social.example", "Ailsa Example", ME, f"{HOME}/@ailsa")


def test_archives_of_two_people_do_not_mix(tmp_path: Path) -> None:
    for name in ("ailsa", "calum"):
        folder = tmp_path / "all" / name
        folder.mkdir(parents=True)
        for file in ("actor.json", "outbox.json"):
            written = FILES[file].replace(b"ailsa", name.encode())
            (folder / file).write_bytes(written.replace(b"Ailsa", name.title().encode()))
    found = read(tmp_path / "all")
    shown = {
        (post.author.handle, post.author.name) for post in found.heard if isinstance(post, Post)
    }
    assert shown == {
        ("ailsa@social.example", "Ailsa Example"),
        ("calum@social.example", "Calum Example"),
    }


@pytest.mark.parametrize("mode", ["w:gz", "w:"])
def test_damaged_tars_are_refused(tmp_path: Path, mode: str) -> None:
    path = tmp_path / "mine"
    whole = tar(FILES, mode)
    path.write_bytes(whole[: len(whole) * 2 // 3])
    with pytest.raises(BadInput, match=r"is a damaged tar archive .*; fetch it again"):
        read(path)
    path.write_bytes(tar({}, mode))
    with pytest.raises(BadInput):
        read(path)


def test_tars_with_links_and_devices_open_nothing(tmp_path: Path) -> None:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w:gz") as file:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE):
            info = tarfile.TarInfo("actor.json")
            info.type, info.linkname = kind, "/etc/hostname"
            file.addfile(info)
        info = tarfile.TarInfo("./outbox.json")
        info.size = len(FILES["outbox.json"])
        file.addfile(info, io.BytesIO(FILES["outbox.json"]))
    path = tmp_path / "mine"
    path.write_bytes(held.getvalue())
    assert len(read(path).heard) == 1


# The same posts by the API, in an outbox, and as mastodon-archive saves them.


def status(inner: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    number = inner["id"].rpartition("/")[2]
    return {
        "id": number,
        "uri": inner["id"],
        "url": inner["url"],
        "created_at": inner["published"],
        "edited_at": inner.get("updated"),
        "visibility": made["visibility"],
        "content": inner["content"],
        "language": made["language"],
        "spoiler_text": inner["summary"] or "",
        "sensitive": inner["sensitive"],
        "tags": [{"name": tag["name"][1:]} for tag in inner["tag"]],
        "mentions": [],
        "media_attachments": [
            {"type": "image", "url": row["url"], "description": row["name"]}
            for row in inner["attachment"]
        ],
        "poll": {"options": [{"title": row["name"]} for row in inner.get("oneOf", [])]},
        "account": {
            "id": "9",
            "acct": "ailsa",
            "uri": ME,
            "url": f"{HOME}/@ailsa",
            "display_name": "Ailsa Example",
        },
    }


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="<>&"), max_size=30)
ADDRESSED = {"public": ([PUBLIC], []), "unlisted": ([], [PUBLIC]), "private": ([], [])}


@st.composite
def posts(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    visibility = draw(st.sampled_from(sorted(ADDRESSED)))
    language = draw(st.sampled_from(["en", "gd", "de"]))
    to, cc = ADDRESSED[visibility]
    at = datetime(2020, 6, 17, tzinfo=UTC) + timedelta(milliseconds=draw(st.integers(0, 10**8)))
    content = f"<p>{draw(WORDS)}</p><p>{draw(WORDS)}<br>{TAG}</p>"
    inner = note(
        draw(st.integers(1, 10**18)),
        published=at.isoformat().replace("+00:00", "Z"),
        content=content,
        contentMap={language: content},
        summary=draw(st.none() | WORDS),
        sensitive=draw(st.booleans()),
        to=to,
        cc=cc,
        attachment=[
            {"type": "Document", "mediaType": "image/png", "url": f"{HOME}/1.png", "name": alt}
            for alt in draw(st.lists(st.none() | WORDS, max_size=2))
        ],
    )
    if draw(st.booleans()):
        inner["oneOf"] = [{"type": "Note", "name": draw(WORDS)} for _ in range(2)]
    if draw(st.booleans()):
        inner["updated"] = (at + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    made = {"visibility": visibility, "language": language}
    return inner, status(inner, made)


LENIENT = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@LENIENT
@given(drawn=st.lists(posts(), min_size=1, max_size=4))
def test_the_same_posts_by_any_way_are_the_same(tmp_path: Path, drawn: list[Any]) -> None:
    notes, statuses = [inner for inner, _ in drawn], [each for _, each in drawn]
    (tmp_path / "actor.json").write_bytes(json.dumps(ACTOR).encode())
    account = statuses[0]["account"]
    liked = status(note(7, sensitive=False), {"visibility": "public", "language": "en"})
    saved = {"account": account, "statuses": statuses, "favourites": [liked], "bookmarks": []}
    by_api = of(tmp_path, statuses)
    by_archive = of(tmp_path, saved)
    by_outbox = of(tmp_path, outbox(*map(create, notes)))
    assert by_archive.format == "mastodon-archive" and by_outbox.format == "outbox"
    assert by_api.heard == by_archive.heard
    assert by_outbox.heard == by_api.heard


def test_mastodon_archive_without_statuses(tmp_path: Path) -> None:
    saved = {"account": {"acct": "ailsa"}, "statuses": [], "favourites": [{"id": "1"}]}
    assert not of(tmp_path, saved).heard
    broken = saved | {"statuses": [None, 7, {"id": "1"}]}
    assert len(of(tmp_path, broken).damaged) == 3


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


@LENIENT
@given(data=st.data())
def test_anything_anywhere(tmp_path: Path, data: st.DataObject) -> None:
    value = note(quote="https://far.example/6", oneOf=[{"name": "x"}], contentMap={"gd": "x"})
    changed = data.draw(st.dictionaries(st.sampled_from(sorted(value)), JSON, max_size=5))
    activity = data.draw(st.dictionaries(st.sampled_from(["actor", "to", "published"]), JSON))
    actor = ACTOR | data.draw(st.dictionaries(st.sampled_from(sorted(ACTOR)), JSON))
    (tmp_path / "actor.json").write_bytes(json.dumps(actor).encode())
    for each in (create(value | changed, **activity), actor, activity | {"type": "Announce"}):
        try:
            found = of(tmp_path, outbox(each))
        except BadInput:
            continue
        for item in found.heard:
            repr(item).encode()


def test_private_posts_are_not_passed_over_as_posts_of_another_time() -> None:
    def create(*to: str) -> dict[str, Any]:
        note = {"type": "Note", "published": AT, "to": list(to), "cc": []}
        return {"type": "Create", "actor": ME, "object": note}

    assert OUTBOX.glance is not None
    assert OUTBOX.glance(create(PUBLIC)) is not None
    assert OUTBOX.glance(create(f"{ME}/followers")) is None
