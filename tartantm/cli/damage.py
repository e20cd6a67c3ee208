"""What commands do where events of a session cannot be read: refuse, or warn and go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path


def refuse(path: Path, numbers: Sequence[int], *, despite: bool) -> None:
    """Raise DamagedSession where events cannot be read; with `despite`, only warn."""
    if numbers and not despite:
        from tartantm.store.damage import DamagedSession

        raise DamagedSession(path, numbers)
    warn(path, numbers)


def warn(path: Path, numbers: Sequence[int]) -> None:
    """Say on standard error which events cannot be read, if any."""
    if numbers:
        from tartantm.store.damage import damage_warning

        print(f"tartantm: {damage_warning(path, numbers)}", file=sys.stderr)
