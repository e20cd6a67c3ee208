"""What ``tartantm doctor`` asks of X beside the run: the app's rules, the price and the terms."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import TYPE_CHECKING

from tartantm.networks.json_fields import Json, mapping
from tartantm.networks.protocol import Finding, Limited, Lost, Refused
from tartantm.networks.x.cost import Spending, dollars

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


async def diagnose(rest: RestClient, spending: Spending) -> AsyncIterator[Finding]:
    """Ask how many rules are in use, and say what X costs and forbids."""
    # Whether X answers at all, the run says.
    with suppress(Lost, Limited, Refused):
        counts = mapping(await rest.rule_counts(), "data")
        yield Finding("good", f"X accepts the token{_rules(counts)}.")
    cap = "You set no cap" if spending.cap is None else f"Your cap is {dollars(spending.cap)}"
    yield Finding(
        "doubtful" if spending.cap is None else "good",
        f"X bills {dollars(spending.price)} for each post read, once a day; it may bill their "
        f"authors too ($0.01 each), which is not counted here. {cap}.",
    )
    yield Finding("doubtful", f"{GOVERNMENT} {PUBLISHING}")


def _rules(counts: Json) -> str:
    """How many of the app's rules are in use, where X says; the numbers may come as text."""
    used = mapping(counts, "client_app_rules_count").get("rule_count")
    most = counts.get("cap_per_client_app")
    if str(used).isdigit() and str(most).isdigit():
        return f", with {used} of its {most} rules in use"
    return ""
