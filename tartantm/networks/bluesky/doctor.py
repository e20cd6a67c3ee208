"""What ``tartantm doctor`` asks of Bluesky beside the run: people's names, and the account."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tartantm.core.errors import TartantmError
from tartantm.networks.bluesky.xrpc import XrpcClient
from tartantm.networks.json_fields import rows
from tartantm.networks.protocol import Finding, introduced

SOMEBODY = "did:plc:z72i7hdynmk6r22z27h6tvur"
"""Bluesky's own account."""


async def diagnose(xrpc: XrpcClient) -> AsyncIterator[Finding]:
    """Ask for somebody's name, and log in."""
    yield await _names(xrpc)
    if xrpc.account is None:
        yield Finding(
            "doubtful",
            "There is no Bluesky account here, so gaps of more than 45 minutes cannot be "
            "filled; 'tartantm account add bluesky' takes an app password.",
        )
        return
    try:
        home = await xrpc.log_in()
    except TartantmError as error:
        yield Finding("bad", str(error))
    else:
        yield Finding("good", f"The account @{xrpc.account.handle} logs in at {home}.")


async def _names(xrpc: XrpcClient) -> Finding:
    try:
        answer = await xrpc.ask("app.bsky.actor.getProfiles", {"actors": [SOMEBODY]})
    except TartantmError as error:
        return Finding("doubtful", introduced("People would be shown by their DIDs", str(error)))
    whom = "people's names" if rows(answer, "profiles") else "no name of Bluesky's own account"
    return Finding("good", f"{xrpc.host} answers, and knows {whom}.")
