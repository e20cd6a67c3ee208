"""The page's sections around the posts: highlights, outcomes, links, people, figures, about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from tartantm.transcript.clean_text import excerpt
from tartantm.transcript.formats import phrases
from tartantm.transcript.formats.about import paragraphs
from tartantm.transcript.formats.context import listed_words
from tartantm.transcript.formats.html import charts
from tartantm.transcript.formats.html.escape import (
    bdi,
    esc,
    html_paragraphs,
    html_words,
    link,
    name_list,
)
from tartantm.transcript.formats.html.post import person_anchor
from tartantm.transcript.formats.phrases import OUTCOMES, count
from tartantm.transcript.model import Item, Transcript
from tartantm.transcript.options import ExportOptions
from tartantm.transcript.speakers import network_name
from tartantm.transcript.times import clock, clock_on


def section(name: str, title: str, inside: str) -> str:
    """Returns a section of the page with its heading."""
    return f'<section aria-labelledby="{name}"><h2 id="{name}">{title}</h2>\n{inside}</section>\n'


def summary(transcript: Transcript, _: ExportOptions) -> str:
    """Returns the moderator's summary of the evening."""
    if not transcript.summary:
        return ""
    return section("summary", "Moderator’s summary", html_paragraphs(transcript.summary) + "\n")


def highlights(transcript: Transcript, _: ExportOptions) -> str:
    """Returns the starred posts, shortened."""
    if not transcript.highlights:
        return ""
    return section("highlights", "Highlights", _quotes(transcript.highlights))


def outcomes(transcript: Transcript, _: ExportOptions) -> str:
    """Returns the marked posts: decisions, actions, ideas, resources, open questions."""
    if not transcript.marked:
        return ""
    inside = "".join(
        f"<h3>{OUTCOMES[mark]}</h3>\n{_quotes(items)}" for mark, items in transcript.marked.items()
    )
    return section("outcomes", "What came of it", inside)


def _quotes(items: Iterable[Item]) -> str:
    return f'<ul class="quotes">{"".join(map(_quote, items))}</ul>\n'


def _quote(item: Item) -> str:
    said = "" if item.withheld else f'<p dir="auto">“{esc(listed_words(item))}”</p>\n'
    note = f" · note: <bdi>{html_words(excerpt(item.note))}</bdi>" if item.note else ""
    return (
        f"<li>{said}<p class=meta>{bdi(item.speaker.name)},"
        f' <a href="#{item.anchor}">#{item.number}</a>{note}</p></li>\n'
    )


def links(transcript: Transcript, _: ExportOptions) -> str:
    """Returns every URL that was shared, in full."""
    if not transcript.links:
        return ""
    rows = ""
    for one in transcript.links:
        posts = ", ".join(f'<a href="#{item.anchor}">#{item.number}</a>' for item in one.items)
        title = f"{bdi(one.title)}: " if one.title else ""
        rows += (
            f"<li>{title}{link(one.url, one.url)} <span class=meta>"
            f"{name_list(one.shared_by, 4)} in {posts}</span></li>\n"
        )
    return section("links", "Links shared", f"<ol>{rows}</ol>\n")


def people(transcript: Transcript, options: ExportOptions) -> str:
    """Returns who took part, by name, with the metadata that says who wrote which post."""
    if not transcript.participants:
        return ""
    # An item without a type encloses the authors: they belong to their posts and not to the page.
    scope, kind, name = "", "", ""
    if not options.noindex:
        scope, name = " itemscope", " itemprop=name"
        kind = " itemprop=author itemscope itemtype=https://schema.org/Person"
    rows = ""
    for one in transcript.participants:
        accounts = [
            phrases.earlier(account)
            + f"{bdi(account.handle)} ({esc(network_name(account.network))})"
            if account.handle
            else esc(phrases.account(account))
            for account in one.accounts
        ]
        known = [bdi(fact) for fact in (one.organisation, one.role) if fact]
        rows += (
            f'<li id="{person_anchor(one.first.speaker)}"{kind}>'
            f"<b><bdi{name}>{esc(one.name)}</bdi></b>{''.join(f', {fact}' for fact in known)} "
            f'<span class=meta>{", ".join(accounts)} · <a href="#{one.first.anchor}">'
            f"{count(one.posts, 'post')}, from #{one.first.number}</a></span></li>\n"
        )
    return section("people", "Who took part", f'<ul class="plain columns"{scope}>{rows}</ul>\n')


def figures(transcript: Transcript, _: ExportOptions) -> str:
    """Returns the statistics, each as a chart and as a table."""
    numbers = transcript.statistics
    if not numbers.posts:
        return ""
    parts = [
        *_questions(transcript),
        *_times(transcript),
        *_networks(transcript),
        *_people(transcript),
    ]
    charts = "".join(chart for chart, _ in parts)
    tables = "".join(table for _, table in parts)
    return section("figures", "Figures", f'{charts}<div class="columns">{tables}</div>\n')


def _questions(transcript: Transcript) -> Iterator[tuple[str, str]]:
    counts = transcript.statistics.questions
    asked = [one for one in counts if one.id]
    figure = ""
    if asked:
        most = max(asked, key=lambda one: one.posts)
        total = count(transcript.statistics.posts, "post")
        found = f"{esc(most.id or '')} drew most: {most.posts:,} of {total}"
        chart = charts.bars(
            [(esc(one.id or ""), one.posts) for one in asked], "chart-questions", found
        )
        figure = _figure(chart, f"{found}. One bar for each question, as long as it had posts.")
    rows = ((f"{one.id or one.name}", f"{one.posts:,}", f"{one.people:,}") for one in counts)
    yield figure, _table("For each question", ("Question", "Posts", "People"), rows)


def _times(transcript: Transcript) -> Iterator[tuple[str, str]]:
    numbers = transcript.statistics
    values = [one.posts for one in numbers.bins]
    if sum(values) < 2 or len(values) < 2:
        return
    peak = max(numbers.bins, key=lambda one: one.posts)
    length = f"{numbers.minutes} minutes"
    if numbers.minutes % 60 == 0:
        length = count(numbers.minutes // 60, "hour")
    found = f"Busiest: {count(peak.posts, 'post')} in the {length} from {clock(peak.start)}"
    ticks = [
        (column, esc(", ".join(one.opened)))
        for column, one in enumerate(numbers.bins)
        if one.opened
    ]
    last = numbers.bins[-1].start + timedelta(minutes=numbers.minutes)
    ends = clock_on(numbers.bins[0].start, transcript.day), clock_on(last, transcript.day)
    chart = charts.columns(values, ticks, ends, "chart-times", found)
    outside = [
        f"{count(number, 'post')} came {when}"
        for number, when in ((numbers.earlier, "earlier"), (numbers.later, "later"))
        if number
    ]
    more = f" {'; '.join(outside)}." if outside else ""
    figure = _figure(
        chart,
        f"{found}. One bar for {length}; marks below show where a question was opened.{more}",
    )
    rows = (
        (clock_on(one.start, transcript.day), f"{one.posts:,}", ", ".join(one.opened))
        for one in numbers.bins
    )
    yield figure, _table(f"In each {length}", ("From", "Posts", "Opened"), rows)


def _networks(transcript: Transcript) -> Iterator[tuple[str, str]]:
    networks = transcript.statistics.networks
    if len(networks) > 1:
        total = count(transcript.statistics.posts, "post")
        found = f"{esc(networks[0].name)} carried most: {networks[0].posts:,} of {total}"
        bars = [(esc(one.name), one.posts) for one in networks]
        figure = _figure(charts.bars(bars, "chart-networks", found, labels=6), f"{found}.")
        rows = ((one.name, f"{one.posts:,}", f"{one.people:,}") for one in networks)
        yield figure, _table("On each network", ("Network", "Posts", "People"), rows)


def _people(transcript: Transcript) -> Iterator[tuple[str, str]]:
    rows = []
    for one in transcript.statistics.ranges:
        most = f"{one.least} or more" if not one.most else f"{one.least} to {one.most}"
        rows.append((str(one.least) if one.least == one.most else most, f"{one.people:,}"))
    yield "", _table("People by number of posts", ("Posts", "People"), rows)


def _figure(chart: str, caption: str) -> str:
    return f"<figure>{chart} <figcaption>{caption} </figcaption></figure>\n"


def _table(caption: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = "".join(f'<th scope="col">{esc(one)}' for one in heads)
    body = ""
    for first, *rest in rows:
        cells = "".join(f"<td>{esc(one)}" for one in rest)
        body += f'<tr><th scope="row">{esc(first)}{cells}\n'
    return (
        f"<table><caption>{caption}</caption><thead><tr>{head}</thead>"
        f"<tbody>{body}</tbody></table>\n"
    )


def about(transcript: Transcript, _: ExportOptions) -> str:
    """Returns the section "About this transcript"."""
    text = ""
    for paragraph in paragraphs(transcript, bdi, esc):
        text += f"<p>{paragraph.words}</p>\n"
        if paragraph.items:
            text += "<ul>\n" + "".join(f"<li>{item}\n" for item in paragraph.items) + "</ul>\n"
    text += (
        "<p>This page is one file: it runs no script, loads nothing and tells nobody that you"
        " read it. It was made to meet WCAG 2.2 AA.</p>\n"
    )
    return section("about", "About this transcript", text)
