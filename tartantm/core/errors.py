"""Errors that reach a person: one sentence each, with the exit code it leads to."""


class TartantmError(Exception):
    """Something went wrong that its sentence explains; the command ends with exit code 1."""

    exit_code = 1


_ECHOED = 80
"""Characters that a sentence repeats of what somebody gave."""


def shortened(given: str, longest: int = _ECHOED) -> str:
    """Returns what somebody gave as a sentence repeats it: enough to know it again."""
    return given if len(given) <= longest else f"{given[:_ECHOED]}…"


class BadInput(TartantmError):
    """What the user gave cannot be used (a file, an option, a name); exit code 2."""

    exit_code = 2
