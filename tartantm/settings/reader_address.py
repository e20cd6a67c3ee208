"""Where a reader of the user's own is, and whether what it is asked leaves this machine.

Only a numeric address of this machine, or ``localhost``, counts as here. A name that leads here
today may lead elsewhere tomorrow, and an address that programs read in two ways is none.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from typing import NamedTuple

from tartantm.core.errors import BadInput
from tartantm.settings.config import GroupingSettings

_ADDRESS = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}))"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/[A-Za-z0-9._~-]*)*)",
)
"""No name and password, no query, nothing encoded: of such an address all programs see one host."""


class ReaderAddress(NamedTuple):
    """The address of a reader."""

    url: str
    """Without a slash at its end; with the path of the protocol where it had none."""
    host: str
    """Host and port, for people."""
    leaves: bool
    """Whether what is asked there leaves this machine."""
    is_clear: bool
    """Whether anybody on the way can read it."""

    @property
    def warning(self) -> str:
        """What the desk says all evening; "" where nothing leaves."""
        if not self.leaves:
            return ""
        clear = ", unencrypted" if self.is_clear else ""
        return f"words leave this machine for your reader at {self.host}{clear}"


def reader_address(settings: GroupingSettings) -> ReaderAddress | None:
    """Returns where the reader is, None where there is none.

    Raises BadInput for what is no plain address, and for one beyond this machine that is not
    allowed.
    """
    if settings.reader is None:
        return None
    found = _ADDRESS.fullmatch(settings.reader)
    if found is None or int(found["port"] or 0) > 65535:
        raise BadInput(
            "[grouping] reader has to be a plain address, such as "
            '"http://127.0.0.1:11434/v1": no name, password or query in it.'
        )
    host = found["host"]
    port = f":{found['port']}" if found["port"] else ""
    here = is_here(host)
    if not here and not settings.reader_may_leave:
        raise BadInput(
            f"[grouping] reader is at {host}{port}, beyond this machine, and what people write "
            "would be sent there; name one on this machine, such as http://127.0.0.1:11434/v1, or "
            "allow it with reader_may_leave = true."
        )
    path = found["path"].rstrip("/") or "/v1"
    url = f"{found['scheme']}://{host}{port}{path}"
    return ReaderAddress(url, f"{host}{port}", not here, found["scheme"] == "http")


def is_here(host: str) -> bool:
    """Whether a host is this machine for sure, whatever a name server says."""
    if host.lower() == "localhost":
        return True
    try:
        address = ip_address(host.strip("[]"))
    except ValueError:  # a name, or a way of writing numbers that not all programs know
        return False
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback
