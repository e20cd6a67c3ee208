"""X's part of ``tartantm doctor``: the token, the clock, search, the price and the terms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import TYPE_CHECKING

from tartantm.networks.http import HttpClients
from tartantm.networks.json_fields import Json, mapping, rows
from tartantm.networks.protocol import Finding, Limited, Lost, Refused
from tartantm.networks.reachability import check_clock
from tartantm.networks.x.cost import Spending

if TYPE_CHECKING:
    from tartantm.networks.x.rest import RestClient

GOVERNMENT = (
    "X requires an Enterprise plan where its posts are shown to anybody in, or acting for, a "
    "government body, councils included; the access that anybody can buy does not cover them."
)
PUBLISHING = (
    "The text of X posts may not be published openly: publish links, authors and your own words, "
    "or hand the full text to single people (at most 500 posts a person a day)."
)


LOOK_BACK = timedelta(minutes=5)
"""How far back search is tried: what it finds has to be paid for."""


async def diagnose(
    rest: RestClient, http: HttpClients, spending: Spending, query: str
) -> AsyncIterator[Finding]:
    """Try step by step; steps that would fail after an earlier failure are left out."""
    try:
        counts = mapping(await rest.rule_counts(), "data")
    except (Lost, Limited, Refused) as error:
        yield Finding("bad", str(error))
    else:
        yield Finding("good", f"X answers and accepts the token{_rules(counts)}.")
        yield check_clock(http)
        try:
            behind = min([timedelta(), *http.clock.witnesses.values()])
            page = await rest.search(query, http.clock.now() + behind - LOOK_BACK, 10, None)
        except (Lost, Limited, Refused) as error:
            yield Finding("bad", f"Search does not answer. {error}")
        else:
            spending.read(page)
            count = len(rows(page, "data"))
            found = "1 post" if count == 1 else f"{count} posts"
            yield Finding("good", f"Search answers: {found} in the last five minutes.")
    cap = "You set no cap" if spending.cap is None else f"Your cap is ${spending.cap:,.2f}"
    yield Finding(
        "doubtful" if spending.cap is None else "good",
        f"X bills ${spending.price:.3f} for each post read, once a day; it may bill their authors "
        f"too ($0.010 each), which is not counted here. {cap}.",
    )
    yield Finding("doubtful", f"{GOVERNMENT} {PUBLISHING}")


def _rules(counts: Json) -> str:
    """How many of the app's rules are in use, where X says; the numbers may come as text."""
    used = mapping(counts, "client_app_rules_count").get("rule_count")
    most = counts.get("cap_per_client_app")
    if str(used).isdigit() and str(most).isdigit():
        return f", with {used} of its {most} rules in use"
    return ""
