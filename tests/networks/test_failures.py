"""What fails by itself is told from a server that fails."""

from __future__ import annotations

import pytest

from tartantm.networks.failures import SEVERAL, Failures
from tartantm.networks.protocol import Lost, Refused


def test_several_in_a_row_are_the_servers() -> None:
    failures = Failures()
    failures.raise_first()
    for _ in range(SEVERAL):
        failures.answered()
        for n in range(SEVERAL - 1):
            failures.add(Lost(f"{n}"))
    with pytest.raises(Lost, match="0"):
        failures.add(Lost("last"))


@pytest.mark.parametrize("others", [False, True])
def test_nobody_is_refused_where_others_are_answered(others: bool) -> None:
    failures = Failures()
    failures.add(Refused("Not this one."))
    if others:
        failures.answered()
    with pytest.raises(Lost if others else Refused, match="Not this one"):
        failures.raise_first()
