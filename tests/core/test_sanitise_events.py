from __future__ import annotations

import re
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from tartantm.core import events as ev
from tartantm.core.post import Author, clean
from tartantm.core.sanitise_events import sanitised
from tartantm.store.journal import Journal
from tests.builders import captured, post

HOSTILE = "\x1b]52;c;UFdO\x07 \x9b2J\u202e\r\nSPOOFED\u2028SPOOFED\x7f"
ACTING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")


def test_what_we_record_stays_byte_for_byte() -> None:
    words = clean('Ceud “mìle”\nfàilte \\ " שלום 🏴󠁧󠁢󠁳󠁣󠁴󠁿 a:"b"\n:c')
    for event in [*captured(post("1", words)), ev.Noted("x:1", words), ev.Summarised(None, words)]:
        data = msgspec.json.encode(event)
        assert sanitised(data) is data


def test_a_session_of_somebody_else_cannot_act(tmp_path: Path) -> None:
    author = Author(HOSTILE, HOSTILE, HOSTILE)
    events = [*captured(post("1", HOSTILE, author=author)), ev.Noted(f"x:{HOSTILE}", HOSTILE)]
    path = tmp_path / "a.tartantm"
    with Journal(path, create=True) as journal:
        journal.append(events)
        held = [item.event for item in journal.since(0)]
    first, second = held
    assert isinstance(first, ev.Captured) and isinstance(second, ev.Noted)
    assert first.post.text == clean(HOSTILE)
    assert first.post.author.name == clean(HOSTILE, lines=False)
    assert second.post == clean(f"x:{HOSTILE}", lines=False)


@given(st.text(max_size=30), st.sampled_from(["text", "name", "note", "handle"]), st.booleans())
def test_nothing_acts_whatever_it_is_and_however_it_is_written(
    text: str, field: str, ascii_only: bool
) -> None:
    import json

    try:
        data = json.dumps({"a": {field: text}}, ensure_ascii=ascii_only).encode()
        found = json.loads(sanitised(data))["a"][field]
    except (UnicodeEncodeError, msgspec.DecodeError):
        return  # lone surrogates are no JSON
    assert not ACTING.search(found)
    assert "\n" not in found or field in ("text", "note")
