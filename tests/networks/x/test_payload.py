"""X API v2 JSON, in every shape people have it. All names, numbers and words are invented."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tartantm.core.events import Deleted
from tartantm.core.post import Author, Link, Media, Post
from tartantm.networks.heard import Carried, Named, Parsed
from tartantm.networks.json_fields import LONGEST_TAG, LONGEST_TEXT, MOST_PARTS
from tartantm.networks.x import payload as x_payload
from tartantm.networks.x.text import render

FIRST, SECOND, THIRD = "1367655854690820096", "1367655944690820096", "1367656044690820096"
AILSA = {"id": "501", "name": "Ailsa Example", "username": "ailsa"}
CALUM = {"id": "502", "name": "Calum Sample", "username": "calum"}


def tweet(**changes: Any) -> dict[str, Any]:
    return {
        "id": "1367655854690820096",
        "text": "A1 Less policy #tartantm",
        "author_id": "501",
        "created_at": "2021-03-05T02:01:40.000Z",
        "edit_history_tweet_ids": ["1367655854690820096"],
    } | changes


def read(value: dict[str, Any]) -> Parsed:
    reading = x_payload.read(value)
    assert reading is not None
    return reading


def only(value: dict[str, Any]) -> Post:
    (post,) = (each for each in read(value).heard if isinstance(each, Post))
    return post


def brought(value: dict[str, Any]) -> list[Carried]:
    return [each for each in read(value).heard if isinstance(each, Carried)]


def page(*tweets: dict[str, Any], **includes: Any) -> dict[str, Any]:
    return {"data": [*tweets], "includes": {"users": [AILSA, CALUM]} | includes, "meta": {}}


def url_entity(text: str, url: str, **more: Any) -> dict[str, Any]:
    return {"start": text.index(url), "end": text.index(url) + len(url), "url": url} | more


def test_page() -> None:
    post = only(page(tweet(entities={"hashtags": [{"start": 15, "end": 24, "tag": "tartantm"}]})))
    assert post.id == "x:1367655854690820096"
    assert (post.author.handle, post.author.name, post.author.id) == (
        *("ailsa", "Ailsa Example"),
        "501",
    )
    assert post.author.url == "https://x.com/ailsa"
    assert post.created_at == datetime(2021, 3, 5, 2, 1, 40, tzinfo=UTC)
    assert post.text == "A1 Less policy #tartantm"
    assert post.hashtags == ("tartantm",)
    assert post.url == "https://x.com/ailsa/status/1367655854690820096"
    assert post.version == "1367655854690820096"
    assert (post.received_at, post.edited_at, post.aliases) == (None, None, ())
    assert post.visibility == "public"


def test_stream_line_single_page_and_flattened_line() -> None:
    stream = {
        "data": tweet(),
        "includes": {"users": [AILSA]},
        "matching_rules": [{"id": 1, "tag": None}],
    }
    flat = tweet(author=AILSA, matching_rules=[{"id": "1"}], __twarc={"version": "2.14.0"})
    assert only(stream) == only(page(tweet())) == only(flat)


def test_every_post_of_a_page_in_order_and_none_of_its_includes() -> None:
    asked = tweet(id="7", edit_history_tweet_ids=["7"])
    replying = tweet(id="9", referenced_tweets=[{"type": "replied_to", "id": "7"}])
    found = read(page(replying, tweet(id="8"), tweets=[asked]))
    assert [post.version for post in found.heard if isinstance(post, Post)] == ["9", "8"]


def test_both_spellings() -> None:
    old = tweet(
        id="12",
        referenced_tweets=[{"type": "quoted", "id": "3"}],
        edit_history_tweet_ids=["11", "12"],
        note_tweet={"text": "long", "entities": {}},
    )
    new = {
        key.replace("tweets", "posts")
        .replace("_tweet_", "_post_")
        .replace("note_tweet", "note_post"): v
        for key, v in old.items()
    }
    assert "edit_history_post_ids" in new and "note_post" in new and "referenced_posts" in new
    assert only(page(new)) == only(page(old))
    assert only(page(new)).id == "x:11"


def test_users_from_includes_in_the_new_spelling_of_posts() -> None:
    original = tweet(id="7", text="In full")
    repost = tweet(text="RT @calum: In", referenced_posts=[{"type": "retweeted", "id": "7"}])
    assert only(page(repost, posts=[original])).text == "In full"


def test_text_is_unescaped_once() -> None:
    assert only(tweet(text="a &lt;b&gt; &amp; c &amp;lt; &copy;")).text == "a <b> & c &lt; &copy;"


def test_links_are_cut_by_code_points_of_the_escaped_text() -> None:
    text = "🙂 R&amp;D 👩‍🔬 https://t.co/abcdefghij end"
    link = url_entity(
        text,
        "https://t.co/abcdefghij",
        expanded_url="https://council.example/strategy?a=1&b=2",
        display_url="council.example/strategy?…",
        title="One\npage",
    )
    post = only(tweet(text=text, entities={"urls": [link]}))
    assert post.text == "🙂 R&D 👩‍🔬 council.example/strategy?… end"
    assert post.links == (
        Link("https://council.example/strategy?a=1&b=2", "council.example/strategy?…", "One page"),
    )


def test_a_link_whose_offsets_are_wrong_is_found_by_its_address() -> None:
    text = "🙂🙂 see https://t.co/abcdefghij"
    link = {"start": 9, "end": 32, "url": "https://t.co/abcdefghij", "display_url": "e.example"}
    link["expanded_url"] = "https://e.example"
    assert only(tweet(text=text, entities={"urls": [link]})).text == "🙂🙂 see e.example"


@pytest.mark.parametrize(
    "start, end", [(5, 2), (-3, 4), (0, 9999), ("0", "3"), (0, "5"), (None, None)]
)
def test_offsets_that_mark_nothing(start: Any, end: Any) -> None:
    link = {"start": start, "end": end, "url": "https://t.co/x", "display_url": "e.example"}
    assert only(tweet(text="no link here", entities={"urls": [link]})).text == "no link here"


def test_unsafe_address_is_no_link_but_its_words_stay() -> None:
    text = "see https://t.co/x"
    link = url_entity(text, "https://t.co/x", expanded_url="javascript:alert(1)", display_url="e.x")
    post = only(tweet(text=text, entities={"urls": [link]}))
    assert post.text == "see e.x"
    assert [link.url for link in post.links] == ["https://t.co/x"]


PICTURE = {
    "media_key": "3_1",
    "type": "photo",
    "url": "https://pbs.example/1.jpg",
    "alt_text": "A bar\nchart",
}


def pictured(text: str, *kinds: str) -> dict[str, Any]:
    link = url_entity(
        text,
        "https://t.co/pic",
        display_url="pic.x.com/pic",
        expanded_url="https://x.com/ailsa/status/1/photo/1",
    )
    attachments = {"media_keys": ["3_1"]}
    return tweet(text=text, entities={"urls": [link, link]}, attachments=attachments)


def test_media_with_alt_text_takes_its_link_from_the_end() -> None:
    post = only(page(pictured("Look &amp; see https://t.co/pic"), media=[PICTURE]))
    assert post.text == "Look & see"
    assert post.links == ()
    assert post.media == (Media("image", "https://pbs.example/1.jpg", "A bar chart"),)


@pytest.mark.parametrize(
    "link",
    [
        {"display_url": "pic.twitter.com/pic"},
        {"display_url": "x.com/a", "expanded_url": "https://x.com/a/status/1/photo/1"},
        {"display_url": "x.com/a", "media_key": "3_1"},
    ],
)
def test_a_link_to_a_picture_is_told_in_three_ways(link: dict[str, str]) -> None:
    value = pictured("Look https://t.co/pic")
    value["entities"]["urls"] = [url_entity(value["text"], "https://t.co/pic", **link)]
    assert only(page(value, media=[PICTURE])).text == "Look"


def test_media_link_goes_from_before_a_closing_link_too() -> None:
    value = pictured("Look https://t.co/pic https://t.co/quo")
    value["entities"]["urls"].append(
        url_entity(value["text"], "https://t.co/quo", display_url="x.com/calum/st…")
    )
    assert only(page(value, media=[PICTURE])).text == "Look x.com/calum/st…"


def test_media_link_stays_within_the_text_and_where_the_picture_was_not_delivered() -> None:
    assert (
        only(page(pictured("See https://t.co/pic ?"), media=[PICTURE])).text
        == "See pic.x.com/pic ?"
    )
    assert only(page(pictured("See https://t.co/pic"))).text == "See pic.x.com/pic"


def test_a_film_has_the_address_of_its_best_version() -> None:
    film = {
        "media_key": "3_1",
        "type": "video",
        "preview_image_url": "https://pbs.example/still.jpg",
        "variants": [
            {"content_type": "application/x-mpegURL", "url": "https://v.example/list.m3u8"},
            {"bit_rate": 832000, "url": "https://v.example/small.mp4"},
            {"bit_rate": 2176000, "url": "https://v.example/large.mp4"},
        ],
    }
    post = only(page(pictured("Look https://t.co/pic"), media=[film]))
    assert post.media == (Media("video", "https://v.example/large.mp4", None),)


def test_media_within_a_flattened_line() -> None:
    value = pictured("Look https://t.co/pic")
    value["attachments"]["media"] = [PICTURE | {"type": "animated_gif"}]
    assert only(value | {"author": AILSA}).media[0].kind == "gif"


def test_poll() -> None:
    poll = {"id": "3", "options": [{"position": 1, "label": "Yes"}, {"label": "No\n"}]}
    asked = tweet(attachments={"poll_ids": ["2", "3"]})
    expected = "A1 Less policy #tartantm\n\n▢ Yes\n▢ No"
    assert only(page(asked, polls=[poll])).text == expected
    assert only(tweet(attachments={"poll": poll})).text == expected
    assert only(page(asked)).text == "A1 Less policy #tartantm"


def test_the_long_form_goes_before_the_cut_one() -> None:
    long = "A1 " + "word " * 80 + "#tartantm https://t.co/x"
    link = url_entity(
        long, "https://t.co/x", display_url="e.example", expanded_url="https://e.example"
    )
    note = {"text": long, "entities": {"urls": [link], "hashtags": [{"tag": "tartantm"}]}}
    post = only(
        tweet(text=long[:275] + "…", note_tweet=note, entities={"hashtags": [{"tag": "x"}]})
    )
    assert post.text.endswith("word #tartantm e.example")
    assert post.hashtags == ("tartantm", "x")


def test_hashtags_from_the_text_only_where_x_gave_no_entities() -> None:
    text = "#tartantm #1 #हिन्दी https://e.example/#no a#no"
    assert only(tweet(text=text)).hashtags == ("tartantm", "हिन्दी")
    assert only(tweet(text=text, entities={"urls": []})).hashtags == ()


def test_references() -> None:
    post = only(
        page(
            tweet(
                conversation_id="7",
                in_reply_to_user_id="502",
                referenced_tweets=[
                    {"type": "quoted", "id": "6"},
                    {"type": "replied_to", "id": "8"},
                ],
                entities={"mentions": [{"username": "calum", "id": "502"}, {"username": "calum"}]},
            )
        )
    )
    assert (post.reply_to, post.quote_of, post.thread) == ("x:8", "x:6", "x:7")
    assert post.reply_to_handle == "calum"
    assert post.mentions == ("calum",)


def test_the_handle_replied_to_is_found_among_the_mentions() -> None:
    post = tweet(
        in_reply_to_user_id="777",
        referenced_tweets=[{"type": "replied_to", "id": "8"}],
        entities={"mentions": [{"username": "guest", "id": "777"}]},
    )
    assert only(page(post)).reply_to_handle == "guest"
    assert only(page(post | {"referenced_tweets": None})).reply_to_handle is None


def test_who_is_replied_to_is_told_by_includes_or_within_a_flattened_line() -> None:
    reply = {"referenced_tweets": [{"type": "replied_to", "id": "8"}]}
    assert only(page(tweet(in_reply_to_user_id="502", **reply))).reply_to_handle == "calum"
    flat = tweet(in_reply_to_user_id="777", in_reply_to_user={"username": "isla"}, **reply)
    assert only(flat).reply_to_handle == "isla"
    unknown = tweet(entities={"mentions": [{"username": "isla"}]}, **reply)
    assert only(unknown).reply_to_handle is None


def test_the_authors_number_within_a_flattened_line() -> None:
    flat = tweet(author=AILSA)
    del flat["author_id"]
    assert only(flat).author.id == "501"
    assert only(tweet()).author.handle == "501"


def test_repost_has_the_full_text_of_the_original() -> None:
    original = tweet(
        id="7",
        author_id="502",
        text="The whole of it, R&amp;D and all #tartantm",
        entities={"hashtags": [{"tag": "tartantm"}]},
    )
    repost = tweet(
        text="RT @calum: The whole of it, R&amp;…",
        referenced_tweets=[{"type": "retweeted", "id": "7"}],
        entities={"mentions": [{"username": "calum"}]},
    )
    post = only(page(repost, tweets=[original]))
    assert post.text == "The whole of it, R&D and all #tartantm"
    assert post.repost_of == "x:7"
    assert post.hashtags == ("tartantm",)
    assert post.author.handle == "ailsa"
    alone = only(page(repost))
    assert alone.text == "The whole of it, R&…"
    assert alone.repost_of == "x:7"
    assert only(page(repost | {"lang": "gd"}, tweets=[original])).languages == ("gd",)
    assert only(page(repost, tweets=[original | {"lang": "gd"}])).languages == ("gd",)
    assert only(page(repost | {"possibly_sensitive": True}, tweets=[original])).sensitive
    flat = only(repost | {"referenced_tweets": [{"type": "retweeted", **original}]})
    assert flat.text == post.text


def test_what_a_post_refers_to_comes_before_it() -> None:
    original = tweet(
        id="7", edit_history_tweet_ids=["7"], author_id="502", text="The whole of it #tartantm"
    )
    for kind in ("retweeted", "quoted", "replied_to"):
        value = page(tweet(referenced_tweets=[{"type": kind, "id": "7"}]), tweets=[original])
        (first, last) = read(value).heard
        assert isinstance(first, Carried)
        assert isinstance(last, Post)
        assert (first.by, first.post.author.handle) == (last.id, "calum")
        assert (first.post.text, first.post.undated) == ("The whole of it #tartantm", False)
        assert first.at == last.created_at
        both = page(tweet(referenced_tweets=[{"type": kind, "id": "7"}]), original)
        assert brought(both) == []
    flat = tweet(referenced_tweets=[{"type": "quoted", **original, "author": CALUM}])
    assert [each.post.author.handle for each in brought(flat)] == ["calum"]
    assert brought(page(tweet(), tweets=[original])) == []


def test_what_came_along_and_is_protected_or_cannot_be_read_is_left_out() -> None:
    quoting = tweet(referenced_tweets=[{"type": "quoted", "id": "7"}])
    timeless = tweet(id="7", edit_history_tweet_ids=["7"], author_id="502", created_at=None)
    assert read(page(quoting, tweets=[timeless])) == read(page(quoting))
    original = tweet(id="7", edit_history_tweet_ids=["7"], author_id="502")
    assert brought(page(quoting, tweets=[original]))
    assert brought(page(quoting, tweets=[original], users=[CALUM | {"protected": True}])) == []


def test_of_a_repost_without_its_original_the_cut_words_are_the_originals() -> None:
    number = "1367655854690820000"
    repost = tweet(
        text="RT @calum: The whole of it, R&amp;D and…",
        referenced_tweets=[{"type": "retweeted", "id": number}],
        entities={"mentions": [{"username": "calum"}, {"username": "isla"}]},
    )
    (found,) = brought(page(repost))
    assert (found.post.id, found.post.text) == (f"x:{number}", "The whole of it, R&D and…")
    assert (found.post.author.handle, found.post.author.id) == ("calum", "")
    assert found.post.url == f"https://x.com/calum/status/{number}"
    assert found.post.created_at == x_payload.posted_at(number)
    assert (found.post.undated, found.post.mentions) == (False, ("isla",))
    (old,) = brought(page(repost | {"referenced_tweets": [{"type": "retweeted", "id": "7"}]}))
    assert (old.post.undated, old.post.created_at) == (True, only(page(repost)).created_at)
    assert brought(page(repost | {"text": "no handle"})) == []


def test_rt_in_words_is_a_repost_of_what_it_repeats() -> None:
    value = tweet(text="RT @calum: I agree")
    post, (found,) = only(value), brought(value)
    assert (post.text, post.repost_of) == ("RT @calum: I agree", found.post.id)
    assert (found.post.text, found.post.author.handle) == ("I agree", "calum")


def test_edit() -> None:
    post = only(
        page(
            tweet(
                id=THIRD,
                created_at="2021-03-05T02:02:25.000Z",
                edit_history_tweet_ids=[FIRST, SECOND, THIRD],
            )
        )
    )
    assert post.id == f"x:{FIRST}"
    assert post.aliases == (f"x:{SECOND}", f"x:{THIRD}")
    assert post.version == THIRD
    assert post.edited_at == datetime(2021, 3, 5, 2, 2, 25, tzinfo=UTC)
    first_at = x_payload.posted_at(FIRST)
    assert first_at is not None and post.created_at == first_at.replace(microsecond=0)
    assert post.url == f"https://x.com/ailsa/status/{THIRD}"


def test_the_first_wording_is_no_edit_though_others_followed() -> None:
    post = only(page(tweet(id=FIRST, edit_history_tweet_ids=[FIRST, SECOND])))
    assert (post.id, post.edited_at, post.version) == (f"x:{FIRST}", None, FIRST)
    assert post.aliases == (f"x:{SECOND}",)


def test_an_edit_with_invented_ids_takes_its_time_from_the_included_wording() -> None:
    first = tweet(id="first", created_at="2021-03-05T02:00:00Z")
    value = tweet(id="second", edit_history_tweet_ids=["first", "second"])
    post = only(page(value, tweets=[first]))
    assert post.created_at == datetime(2021, 3, 5, 2, tzinfo=UTC)
    assert post.edited_at == datetime(2021, 3, 5, 2, 1, 40, tzinfo=UTC)
    assert only(page(value)).created_at == post.edited_at


def test_ids_that_are_numbers_or_words() -> None:
    assert only(tweet(id=1367655854690820096, edit_history_tweet_ids=None)).id == (
        "x:1367655854690820096"
    )
    made_up = only(tweet(id="post-7 é", edit_history_tweet_ids=[]))
    assert made_up.id == "x:post-7 é"
    assert made_up.url == "https://x.com/i/status/post-7%20%C3%A9"


def test_time_from_the_id_where_x_was_not_asked_for_it() -> None:
    bare = {"id": FIRST, "text": "hello", "edit_history_tweet_ids": [FIRST]}
    post = only({"data": bare})
    assert post.created_at == x_payload.posted_at(FIRST)
    assert post.author.handle == "unknown"
    assert post.url == f"https://x.com/i/status/{FIRST}"
    assert x_payload.posted_at("20") is None


def test_a_post_without_any_time_is_a_problem_and_the_others_stay() -> None:
    found = read({"data": [{"id": "20", "text": "hi"}, tweet(), {"name": "a list"}]})
    assert len(found.heard) == 1
    assert found.problems == ["the post x:20 has no time", "something among the posts is no post"]


@pytest.mark.parametrize(
    "lang, tags",
    [("en", ("en",)), ("in", ("id",)), ("zh-TW", ("zh-TW",)), ("qu", ("qu",))]
    + [
        (lang, ()) for lang in ("und", "qme", "qht", "qam", "qct", "qst", "zxx", "", None, 5, "e n")
    ],
)
def test_languages(lang: Any, tags: tuple[str, ...]) -> None:
    assert only(tweet(lang=lang)).languages == tags


def test_sensitive_and_protected() -> None:
    assert only(tweet(possibly_sensitive=True)).sensitive
    shut = page(tweet())
    shut["includes"]["users"] = [AILSA | {"protected": True}]
    assert only(shut).visibility == "restricted"


def test_a_repost_of_what_was_protected_since_is_as_protected() -> None:
    original = tweet(id="7", edit_history_tweet_ids=["7"], author_id="502")
    repost = tweet(text="RT @calum: …", referenced_tweets=[{"type": "retweeted", "id": "7"}])
    answer = page(repost, tweets=[original], users=[CALUM | {"protected": True}])
    assert only(answer).visibility == "restricted" and brought(answer) == []


def test_withheld_posts_are_kept_with_the_notice_that_x_gives() -> None:
    notice = "This post has been withheld in India. Learn more."
    link = {
        "start": 38,
        "end": 48,
        "url": "https://support.example/1",
        "expanded_url": "https://support.example/1",
        "display_url": "Learn more",
    }
    post = only(tweet(text=notice, withheld={"country_codes": ["IN"]}, entities={"urls": [link]}))
    assert post.text == notice
    assert post.links == (Link("https://support.example/1", "Learn more"),)


def test_foreign_text_is_cleaned_wherever_it_stands() -> None:
    user = {"id": "501", "name": "Ail\x1b[31msa\n", "username": "ailsa\u202e"}
    value = page(tweet(text="a\x1b]0;t\x07\ud800b\u2028c", lang="en"))
    value["includes"]["users"] = [user]
    post = only(value)
    assert post.text == "a␛]0;t␇\ufffdb\nc"
    assert (post.author.name, post.author.handle) == ("Ail␛[31msa", "ailsa")


@pytest.mark.parametrize(
    "value",
    [
        {"errors": [{"title": "operational-disconnect", "type": "https://api.x.com/2/problems"}]},
        {"meta": {"result_count": 0}},
        {"data": [], "meta": {"result_count": 0}},
        {"data": None, "errors": [{"title": "Not Found Error", "value": "9"}]},
    ],
)
def test_answers_without_posts_tell_nothing(value: dict[str, Any]) -> None:
    assert read(value) == Parsed()


def test_users_of_a_page_without_a_post_on_it_are_called_so() -> None:
    post, *named = read(page(tweet())).heard
    assert isinstance(post, Post)
    calum = Author("calum", "Calum Sample", "502", "https://x.com/calum")
    assert named == [Named("x", calum, post.created_at)]
    nobody = page(tweet(), users=[AILSA, {"id": "503"}, {"username": "x"}, {}])
    assert read(nobody).heard == [post]


def test_errors_beside_posts_are_passed_over() -> None:
    value = page(tweet()) | {"errors": [{"title": "Not Found Error", "resource_id": "9"}]}
    assert only(value).id and not read(value).problems


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"data": {"hidden": False}},
        {"data": [AILSA, CALUM], "meta": {"result_count": 2}},
        {"data": [{"id": "1", "value": "cat", "tag": "cats"}], "meta": {"sent": "now"}},
        {"data": [{"id": "1", "text": "secret", "event_type": "MessageCreate"}]},
        {"id": "1", "text": "a note"},
        {"id": "1", "text": "a comment", "created_at": "2021-03-05T02:01:40Z", "author": "me"},
        {"id": 20, "id_str": "20", "text": "old", "user": {}, "conversation_id": "20"},
        {"errors": [{"message": "no such field"}]},
        {"id": FIRST, "created_at": "2021-03-05T02:01:40.000Z"},
        {"action": "delete", "created_at": "2021-03-05T02:01:40.000Z"},
    ],
)
def test_what_is_nothing_of_x(value: dict[str, Any]) -> None:
    assert x_payload.read(value) is None


def test_webhook_events() -> None:
    event = {"event_type": "post.create", "payload": tweet(), "includes": {"users": [AILSA]}}
    assert only({"data": event}) == only(page(tweet()))
    gone = {"event_type": "post.delete", "payload": {"id": FIRST, "author_id": "501"}}
    (deleted,) = read({"data": gone}).heard
    assert isinstance(deleted, Deleted) and deleted.posts == (f"x:{FIRST}",)
    assert x_payload.read({"data": {"event_type": "follow.follow", "payload": {"id": "1"}}}) is None


def compliance(**changes: Any) -> dict[str, Any]:
    at = x_payload.posted_at(FIRST)
    assert at is not None
    line = {"id": FIRST, "action": "delete", "created_at": at.isoformat(), "reason": "deleted"}
    return line | changes


@pytest.mark.parametrize(
    "reason, why",
    [
        *(("deleted", "author"), ("deactivated", "account"), ("suspended", "account")),
        *(("protected", "protected"), (None, "author")),
    ],
)
def test_compliance_line_is_a_deletion(reason: Any, why: str) -> None:
    line = compliance(reason=reason, redacted_at="2021-08-17T17:26:15.788Z")
    at = datetime(2021, 8, 17, 17, 26, 15, 788000, tzinfo=UTC)
    assert read(line).heard == [Deleted((f"x:{FIRST}",), at, why)]  # type: ignore[arg-type]
    assert read(compliance()).heard == [
        Deleted((f"x:{FIRST}",), datetime.fromisoformat(compliance()["created_at"]))
    ]


def test_compliance_line_of_an_account_is_told_by_its_time() -> None:
    """Files about accounts look the same, but an account's number says no time of a post."""
    assert x_payload.read(compliance(id="1482680858", created_at="2013-06-04T16:25:04Z")) is None
    assert x_payload.read(compliance(created_at="2019-06-04T16:25:04Z")) is None
    assert read(compliance(id="1482680858", created_at="2009-04-09T10:00:00Z")).heard


def test_nothing_given_is_changed() -> None:
    value = page(pictured("See https://t.co/pic"), media=[PICTURE])
    before = repr(value)
    read(value)
    assert repr(value) == before


def test_a_post_is_read_to_its_limits() -> None:
    text = "https://t.co/語 words " * 2_000
    urls = [
        {"url": "https://t.co/語", "start": n * 22, "end": n * 22 + 14, "display_url": "d" * 900}
        | {"expanded_url": f"https://e.example/{n}"}
        for n in range(500)
    ]
    rows = [{"tag": f"t{n}", "username": f"u{n}"} for n in range(500)]
    entities = {"urls": urls, "hashtags": rows, "mentions": rows}
    post = only(page(tweet(text=text, entities=entities)))
    assert post.text.endswith("…")
    assert len(post.text) <= LONGEST_TEXT
    assert len(post.hashtags) == len(post.mentions) == MOST_PARTS
    assert 0 < len(post.links) <= MOST_PARTS
    assert all(len(link.shown) == LONGEST_TAG for link in post.links)


def test_a_link_without_a_wording_of_its_own_is_shown_as_it_is_written() -> None:
    for link in ({"url": "https://e.example"}, {"url": "https://e.example", "display_url": ""}):
        found = render(
            {"text": "A1 https://e.example", "entities": {"urls": [link]}}, media_attached=False
        )
        assert found.links == (Link("https://e.example", "https://e.example"),)
