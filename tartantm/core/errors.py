"""Errors that reach a person: one sentence each, with the exit code it leads to."""


class TartantmError(Exception):
    """Something went wrong that its sentence explains; the command ends with exit code 1."""

    exit_code = 1


class BadInput(TartantmError):
    """What the user gave cannot be used (a file, an option, a name); exit code 2."""

    exit_code = 2
