"""Asks a reader of the user's own over HTTP, with the OpenAI-compatible protocol.

llama.cpp, Ollama (from 0.5 on) and LM Studio take ``response_format`` with a JSON Schema and keep
the model to it; ``reasoning_effort: none`` has models that think first answer at once. A server
that refuses these with 400 is asked without them, and what it says is only looked at more often in
vain. Coroutines raise nothing but SourceError.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Any, NamedTuple

from tartantm.core.post import clean
from tartantm.core.reader_words import Asked
from tartantm.networks.bounded import Answer, BoundedClient
from tartantm.networks.clock import LiveClock
from tartantm.networks.http import HttpClients
from tartantm.networks.http_errors import is_html, seconds_to_wait
from tartantm.networks.json_decode import Undecodable, decode
from tartantm.networks.json_fields import mapping, rows
from tartantm.networks.protocol import Limited, Lost, Refused
from tartantm.networks.reader.answer import places_in
from tartantm.networks.reader.prompt import TOKENS, TOKENS_EACH, messages, schema
from tartantm.networks.responder import NoAnswer
from tartantm.settings.config import GroupingSettings, NetSettings
from tartantm.settings.reader_address import ReaderAddress

ANSWER_BYTES = 256 * 1024
"""Of one answer: a few places, and what servers say about themselves; or the list of models."""

LONGEST_MODEL = 80
"""Characters of a model's name that are kept."""

_LONGEST_NAME = 500

_PATH = re.compile(r"(?i)\.gguf$|^(?:[/\\~.]|[a-z]:[/\\]|file:)")
"""A model that is called by where it is kept."""

_STRICT, _SHAPED, _PLAIN = range(3)
"""The ways to ask, from the one that promises most."""


class Reading(NamedTuple):
    """What a reader answered."""

    places: dict[int, str]
    """By number of the post, as `places_in` has them; empty where nothing of it was valid."""
    model: str
    """The model's name, as it may be kept."""


class ReaderClient:
    """Asks one reader, one question after the other."""

    def __init__(
        self, address: ReaderAddress, settings: GroupingSettings, net: NetSettings, token: str = ""
    ) -> None:
        self._address, self._settings = address, settings
        self._way, self._model = _STRICT, settings.reader_model
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        proxy = net.proxy if address.leaves else None
        # A clock of its own: what the reader's says is not to count as a server's time.
        http = HttpClients(NetSettings(net.ca_file, proxy), LiveClock())
        self._client: BoundedClient = http.client(
            f"{address.url}/", headers, direct=not address.leaves
        )

    async def aclose(self) -> None:
        """Close the connection."""
        await self._client.aclose()

    async def model(self) -> str:
        """Returns the model that is asked: the one that is set, or the server's first."""
        if not self._model:
            answer = await self._sent("GET", "models", None)
            if answer.status == 404:
                raise Refused(
                    f"{self._name} has no list of models; see that its address ends as its server "
                    "wants it (mostly /v1), or set reader_model under [grouping]."
                )
            self._raise_for(answer)
            named = (row.get("id") for row in rows(self._value(answer), "data"))
            found = next((name for name in named if isinstance(name, str) and name), "")
            if not found or len(found) > _LONGEST_NAME:
                raise Refused(f"{self._name} has no model; load one into its server.")
            self._model = found
        return self._model

    async def ask(self, asked: Asked) -> Reading:
        """Returns what the reader says. Raises Refused, Limited or Lost where it says nothing."""
        model = await self.model()
        answer = await self._sent("POST", "chat/completions", self._request(asked, model))
        while answer.status in (400, 422) and self._way < _PLAIN:
            self._way += 1
            answer = await self._sent("POST", "chat/completions", self._request(asked, model))
        if answer.status == 404:
            if not self._settings.reader_model:
                self._model = ""  # it may have loaded another one
            raise Refused(
                f"{self._name} does not have the model {_shown(model)!r}, or has no "
                "/chat/completions at that address; set reader_model, or mend reader, "
                "under [grouping]."
            )
        self._raise_for(answer)
        choices = rows(self._value(answer), "choices")
        message = mapping(choices[0].get("message")) if choices else {}
        return Reading(places_in(message.get("content"), asked), _shown(model))

    def _request(self, asked: Asked, model: str) -> dict[str, Any]:
        request: dict[str, Any] = {
            "model": model,
            "messages": messages(asked),
            "temperature": 0,
            "max_tokens": TOKENS + TOKENS_EACH * len(asked.about),
            "stream": False,
        }
        if self._way <= _SHAPED:
            form = {"name": "places", "strict": True, "schema": schema(asked)}
            request["response_format"] = {"type": "json_schema", "json_schema": form}
        if self._way == _STRICT:
            request["reasoning_effort"] = "none"
        return request

    @property
    def _name(self) -> str:
        return f"Your reader at {self._address.host}"

    async def _sent(self, method: str, path: str, body: object) -> Answer:
        seconds = self._settings.reader_timeout
        try:
            return await self._client.ask(
                method, path, json=body, most=ANSWER_BYTES, redirects=0, seconds=seconds
            )
        except NoAnswer as error:
            if isinstance(error.cause, TimeoutError) or "Timeout" in type(error.cause).__name__:
                raise Lost(
                    f"{self._name} did not answer in {seconds:.0f} seconds; give it more with "
                    "reader_timeout under [grouping], or load a smaller model."
                ) from None
            raise Lost(f"{self._name} does not answer; see that its server runs.") from None

    def _raise_for(self, answer: Answer) -> None:
        """Raise what is wrong with an answer that is none."""
        status, name = answer.status, self._name
        if status == 200:
            return
        if 300 <= status < 400:
            raise Refused(f"{name} redirects elsewhere, where nothing is sent; mend its address.")
        if status in (401, 403):
            raise Refused(
                f"{name} wants a token, or another one; set reader_token_command under [grouping]."
            )
        if status == 429 or (status == 503 and answer.headers.get("Retry-After")):
            raise Limited(f"{name} asks to wait ({status}).", seconds_to_wait(answer.headers))
        if status in (408, 425) or status >= 500:
            raise Lost(f"{name} has a fault now, or is still loading its model ({status}).")
        raise Refused(f"{name} does not take the question ({status}); try another server or model.")

    def _value(self, answer: Answer) -> dict[str, Any]:
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind == "text/event-stream":
            raise Lost(f"{self._name} streams its answer, though it was asked not to.")
        if is_html(answer.headers, answer.body) or kind != "application/json":
            raise Lost(f"{self._name} sent no JSON; see that its address is right.")
        try:
            return mapping(decode(answer.body))
        except Undecodable as error:
            raise Lost(f"{self._name} sent an answer that cannot be read: {error}.") from None


def _shown(model: str) -> str:
    """Returns a model's name without the folders of whoever runs it.

    llama.cpp names a file, vLLM also a folder; "org/model" is a name.
    """
    name = PurePosixPath(model.replace("\\", "/")).name if _PATH.search(model) else model
    return clean(name[:LONGEST_MODEL], lines=False)
