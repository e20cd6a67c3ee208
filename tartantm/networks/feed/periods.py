"""How often a feed wants to be asked, as it says itself."""

from __future__ import annotations

import re
from typing import Any

_PERIODS = {
    "hourly": 3600,
    "daily": 86400,
    "weekly": 604800,
    "monthly": 2592000,
    "yearly": 31536000,
}


def seconds_of(feed: Any) -> float:
    """Returns the longer of ``ttl`` (minutes), or ``sy:updatePeriod`` by ``sy:updateFrequency``."""
    times = [60.0 * _number(feed.get("ttl"))]
    if period := _PERIODS.get(str(feed.get("sy_updateperiod") or "").lower()):
        times.append(period / max(1, _number(feed.get("sy_updatefrequency"))))
    return max(times)


def _number(found: object) -> int:
    written = str(found or "")
    return int(written) if re.fullmatch("[0-9]{1,6}", written) else 0
