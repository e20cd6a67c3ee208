"""What ``tartantm doctor`` finds out about a reader: it is asked about a made-up post, no other."""

from __future__ import annotations

from time import monotonic

from tartantm.core.reader_words import Asked, Line
from tartantm.networks.protocol import Finding, SourceError
from tartantm.networks.reader.client import ReaderClient
from tartantm.settings.reader_address import ReaderAddress

MADE_UP = Asked(
    (("Q1", "Which tea do you drink?"), ("Q2", "Which biscuit goes with it?")),
    (Line(1, "A", "Shortbread, always.", None, "Q2"),),
    (1,),
    ("General", "Q1", "Q2"),
)
"""Nobody's words."""

RIGHT = {1: "Q2"}
"""What every model that understands the question says."""

SLOW_SECONDS = 15.0
"""A reader that takes longer for one post is behind a lively chat all evening."""


async def check_reader(address: ReaderAddress, client: ReaderClient) -> list[Finding]:
    """Ask the reader about a made-up post; returns what came of it. Closes the client."""
    found = []
    if address.leaves:
        found.append(Finding("doubtful", f"As you allowed, {address.warning}."))
    try:
        model = await client.model()
        began = monotonic()
        reading = await client.ask(MADE_UP)
        seconds = monotonic() - began
    except SourceError as error:
        return [*found, Finding("bad", str(error))]
    finally:
        await client.aclose()
    if not reading.places:
        found.append(
            Finding(
                "doubtful",
                f"The model {reading.model or model} answered a made-up question with no place "
                "that was offered; another model may do better.",
            )
        )
    elif reading.places != RIGHT:
        found.append(
            Finding(
                "doubtful",
                f"The model {reading.model} answers, but put a made-up post wrong that is easy; "
                "with another model the suggestions may be worth more.",
            )
        )
    elif seconds > SLOW_SECONDS:
        found.append(
            Finding(
                "doubtful",
                f"The model {reading.model} took {seconds:.0f} seconds for one made-up question; "
                "a smaller one keeps up with a chat.",
            )
        )
    else:
        found.append(
            Finding(
                "good",
                f"The model {reading.model} answers, in {max(seconds, 0.1):.1f} seconds for a "
                "made-up question.",
            )
        )
    return found
