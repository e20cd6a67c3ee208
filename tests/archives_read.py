"""What tests read recordings with."""

import io
from typing import Any, cast

from tartantm.archives import json_stream
from tartantm.archives.encodings import utf8_of


def split(data: bytes) -> list[tuple[int, Any]]:
    """Returns the values in a file of JSON, each with its line."""
    file, decoder = utf8_of(cast("Any", io.BytesIO(data)))
    with file:
        return list(json_stream.values(file, decoder))
