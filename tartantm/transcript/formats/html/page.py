"""The transcript as a web page: one file with no script, which loads nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise

from tartantm.transcript.formats import phrases
from tartantm.transcript.formats.html import sections, stylesheet
from tartantm.transcript.formats.html.escape import bdi, esc, html_paragraphs
from tartantm.transcript.formats.html.post import Posts, person_anchor
from tartantm.transcript.formats.phrases import count
from tartantm.transcript.model import Part, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.times import date, stamp

_AFTER = (
    ("links", "Links shared", sections.links),
    ("people", "Who took part", sections.people),
    ("figures", "Figures", sections.figures),
    ("about", "About this transcript", sections.about),
)
_BEFORE = (
    ("summary", "Moderator’s summary", sections.summary),
    ("highlights", "Highlights", sections.highlights),
    ("outcomes", "What came of it", sections.outcomes),
)


def write(transcript: Transcript, options: ExportOptions) -> Iterator[str]:
    """Yields the page, piece by piece."""
    before, after = _nonempty(_BEFORE, transcript, options), _nonempty(_AFTER, transcript, options)
    yield _head(transcript, options)
    yield _header(transcript, options)
    yield _contents(transcript, [one[:2] for one in before], [one[:2] for one in after])
    yield '<main id="posts">\n'
    for _, _, made in before:
        yield made
    posts = Posts(transcript, options)
    yield ('<div id="questions"><p class="only box"><a href="#posts">Show the posts too</a></p>\n')
    for part, following in pairwise([*transcript.parts, None]):
        assert part is not None
        yield from _part(transcript, part, following, posts)
    yield "</div>\n"
    for _, _, made in after:
        yield made
    yield (
        '</main>\n<footer class="on"><a href="#title">Back to the top</a></footer>\n'
        "</div>\n</body>\n</html>\n"
    )


def _nonempty(
    parts: Iterable[tuple[str, str, Callable[[Transcript, ExportOptions], str]]],
    transcript: Transcript,
    options: ExportOptions,
) -> list[tuple[str, str, str]]:
    """Returns the sections that are not empty: id, title and HTML of each."""
    return [
        (name, title, made) for name, title, make in parts if (made := make(transcript, options))
    ]


def _head(transcript: Transcript, options: ExportOptions) -> str:
    tags = " ".join(transcript.hashtags)
    day = date(transcript.day) if transcript.day else ""
    named = ", ".join(part for part in (tags, day) if part)
    title = ": ".join(part for part in (named, transcript.title, "transcript") if part)
    numbers = transcript.statistics
    description = (
        f"{count(numbers.posts, 'post')}{phrases.by(numbers.people, transcript.parts)}"
        f" on {count(len(numbers.questions) - 1, 'question')}"
    )
    description += f", {transcript.when}." if transcript.when else "."
    css = stylesheet.style(options.theme)
    language = options.language if _TAG.fullmatch(options.language) else "en-GB"
    more = '<meta name="robots" content="noindex">\n' if options.noindex else ""
    if transcript.address:
        address = esc(transcript.address)
        more += f'<meta property="og:url" content="{address}">\n'
        more += f'<link rel="canonical" href="{address}">\n'
    return f"""<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
style-src '{stylesheet.digest(css)}'; img-src data:; base-uri 'none'; form-action 'none'">
<title>{esc(title)}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="description" content="{esc(description)}">
<meta property="og:title" content="{esc(title)}">
<meta property="og:description" content="{esc(description)}">
<meta property="og:type" content="article">
<meta property="og:locale" content="{language.replace("-", "_")}">
{more}<link rel="icon" href="data:,">
<style>{css}</style>
</head>
"""


_TAG = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?")


def _header(transcript: Transcript, options: ExportOptions) -> str:
    sett = options.theme.sett if options.theme else stylesheet.SETT
    metadata = not options.noindex
    thing = headline = keywords = ""
    if metadata:
        thing = ' itemscope itemtype="https://schema.org/DiscussionForumPosting"' + _authors(
            transcript
        )
        headline, keywords = ' itemprop="headline"', ' itemprop="keywords"'
    rows = ""
    for name, what in phrases.facts(transcript):
        value = bdi(what)
        if name == "When" and transcript.starts:
            data = ' itemprop="datePublished"' if metadata else ""
            value = f'<time{data} datetime="{stamp(transcript.starts)}">{value}</time>'
        rows += f"<dt>{name}</dt><dd>{value}</dd>\n"
    tags = " ".join(map(esc, transcript.hashtags))
    tags = f'<p class="tag"{keywords}>{tags}</p>' if tags else ""
    return (
        f'<body>\n<a class="skip" href="#posts">Skip to the posts</a>\n{stylesheet.band(sett)}'
        f'<div class="page"{thing}>\n<header>{tags}\n'
        f'<h1 id="title"{headline}>{esc(transcript.title) or "Transcript"}</h1>\n'
        f"<dl>{rows}</dl>\n</header>\n"
    )


def _authors(transcript: Transcript) -> str:
    """Returns the attribute that names the hosts who wrote something as the page's authors."""
    hosts = [one for one in transcript.participants if one.role in ("host", "moderator")]
    if not hosts:
        return ""
    return f' itemref="{" ".join(person_anchor(one.first.speaker) for one in hosts)}"'


def _contents(
    transcript: Transcript,
    before: Sequence[tuple[str, str]],
    after: Sequence[tuple[str, str]],
) -> str:
    rows = [f'<li><a href="#{name}">{title}</a>' for name, title in before]
    for part in transcript.parts:
        number = f"{esc(part.question.id)} " if part.question else ""
        row = (
            f'<li><a href="#{part.id}">{number}{bdi(part.title)}</a>'
            f' <span class="meta">{count(part.posts, "post")}</span>'
        )
        if part.question and part.question.parent:
            # Follow-ups are a list of their own within their question's row.
            if rows[-1].endswith("</ol>"):
                rows[-1] = f"{rows[-1].removesuffix('</ol>')}{row}</li></ol>"
            else:
                rows[-1] += f"<ol>{row}</li></ol>"
        else:
            rows.append(row)
    rows += [f'<li><a href="#{name}">{title}</a>' for name, title in after]
    alone = transcript.posts and any(part.question for part in transcript.parts)
    return (
        '<nav aria-labelledby="contents"><h2 id="contents">Contents</h2>\n<ol>'
        + "".join(f"{row}</li>\n" for row in rows)
        + "</ol>\n"
        + ('<p><a href="#questions">Read the questions and summaries only</a></p>' * bool(alone))
        + "</nav>\n"
    )


def _part(
    transcript: Transcript, part: Part, following: Part | None, posts: Posts
) -> Iterator[str]:
    number = f'<span class="q">{esc(part.question.id)}</span> ' if part.question else ""
    yield (
        f'<section aria-labelledby="{part.id}"><h2 id="{part.id}">{number}{bdi(part.title)}</h2>\n'
        f'<p class="meta">{phrases.part_facts(part, transcript)}</p>\n'
    )
    if part.summary:
        yield (
            f'<div class="box"><b>Moderator’s summary:</b> {html_paragraphs(part.summary)}</div>\n'
        )
    for item in part.items:
        yield posts.article(item)
    if part.also:
        rows = (f"<a href=#{one.anchor}>{bdi(phrases.elsewhere(one))}</a>" for one in part.also)
        yield f"<p class=meta>Also answered in {'; '.join(rows)}</p>\n"
    onward = ""
    if following:
        name = esc(following.question.id if following.question else following.title)
        onward = f'<a href="#{following.id}">Next: {name}</a> '
    yield f'<p class="on meta">{onward}<a href="#contents">Contents</a></p>\n</section>\n'
