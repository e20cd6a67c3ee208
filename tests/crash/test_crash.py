"""Every kind of harm once, or ``TARTANTM_CRASH_RUNS`` times; `harness` does hundreds."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.crash.checking import ChatIndex
from tests.crash.faults import FAULTS, CannotHere
from tests.crash.running import Place

pytestmark = pytest.mark.skipif(
    not Path("/proc/self").exists(),
    reason="signals and terminals as Linux has them",
)


@pytest.mark.parametrize("run", range(int(os.environ.get("TARTANTM_CRASH_RUNS", "1"))))
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_nothing_is_lost(fault: Callable[[Place], ChatIndex], run: int, tmp_path: Path) -> None:
    try:
        held = fault(Place.make(tmp_path, Random(f"{fault.__name__} {run}")))
    except CannotHere as reason:
        pytest.skip(str(reason))
    assert held.acknowledged > 0
    assert (held.lost, held.doubled, held.faults) == (0, 0, ())
