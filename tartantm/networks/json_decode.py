"""Decodes JSON that strangers wrote: lone surrogates, NaN and long numbers are accepted."""

from __future__ import annotations

import json
from typing import Any

import msgspec


class Undecodable(ValueError):
    """The bytes are not JSON; the message says why, without a full stop."""


def decode(data: bytes) -> Any:
    """The JSON value that bytes hold; raises Undecodable with the reason."""
    try:
        return msgspec.json.decode(data)
    except (ValueError, RecursionError):
        pass
    # Python's own decoder is slower, but accepts lone surrogates, NaN and long numbers.
    try:
        return json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise Undecodable("not UTF-8 text") from None
    except RecursionError:
        raise Undecodable("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise Undecodable(f"not JSON: {error.msg} at character {error.colno}") from None
    except ValueError:
        raise Undecodable("a number with too many digits") from None
