"""`--publish`: the page that is kept up to date while the desk or `follow` runs."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tartantm.core.errors import BadInput, TartantmError

if TYPE_CHECKING:
    from tartantm.transcript import ExportOptions


def publishing(
    path: Path, options: Namespace, *, running: Callable[[], bool]
) -> AbstractContextManager[None]:
    """A context that keeps the page up to date, or does nothing where `--publish` is not given.

    `running` says, when the context is entered, whether posts may still come.
    """
    if options.publish is None:
        for given, name in (
            (options.address, "--address"),
            (options.noindex, "--noindex"),
            (options.pseudonyms, "--pseudonyms"),
            (options.x_text, "--x-text"),
            (options.strict, "--strict"),
        ):
            if given:
                raise BadInput(f"{name} is about the page that --publish DIR keeps; give both.")
        return nullcontext()
    from tartantm.cli.page_options import page_options
    from tartantm.core.retention import X_RULE
    from tartantm.settings.config import load
    from tartantm.transcript import publish as page

    every, how = options.publish_every, page_options(options, path.stem)
    if how.x_text == "full" and "x" in (getattr(options, "source", None) or load().sources):
        print(X_RULE, file=sys.stderr)
    _report_leaks(path, how)

    @contextmanager
    def keeping() -> Iterator[None]:
        with page.publishing(
            path,
            Path(options.publish),
            how,
            every=every,
            running=running(),
            despite_damage=options.despite_damage,
            strict=options.strict,
        ):
            yield

    return keeping()


def _report_leaks(path: Path, how: ExportOptions) -> None:
    """Say at the start what may still name somebody; a chat that only begins has nothing yet."""
    if not path.exists():
        return
    from tartantm.cli.leaks import report
    from tartantm.store.session import Session

    with suppress(TartantmError), Session(path) as session:  # who opens it says what is wrong
        report(session.chat, path, how)
