"""What commands do where events of a session cannot be read: refuse, or warn and go on."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tartantm.core.agenda import Agenda


def refuse(
    path: Path, numbers: Sequence[int], *, despite: bool, agenda: Agenda | None = None
) -> None:
    """Raise DamagedSession where events cannot be read; with `despite`, only warn.

    A time zone of the `agenda` that is not known is warned of, too.
    """
    if numbers and not despite:
        from tartantm.store.damage import DamagedSession

        raise DamagedSession(path, numbers)
    warn(path, numbers, agenda)


def warn(path: Path, numbers: Sequence[int], agenda: Agenda | None = None) -> None:
    """Say on standard error which events cannot be read, if any, nor the agenda's time zone."""
    if agenda is not None and agenda.unknown_zone:
        from tartantm.store.damage import zone_warning

        print(f"tartantm: {zone_warning(path, agenda)}", file=sys.stderr)
    if numbers:
        from tartantm.store.damage import damage_warning

        print(f"tartantm: {damage_warning(path, numbers)}", file=sys.stderr)
