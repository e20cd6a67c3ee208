"""Who answers a request: the server that was asked, or another one to which it redirects.

A login page of a hotel is redirected to, and where that cannot be reached the server that the user
named has no fault. So every sentence on a request names who it is about.
"""

from __future__ import annotations

import httpx

from tartantm.core.hosts import host_of
from tartantm.networks.http_errors import connection_error
from tartantm.networks.protocol import Lost
from tartantm.networks.redirects import Elsewhere, elsewhere


class NoAnswer(Lost):
    """No whole answer came; `cause` is what httpx or a socket raised.

    `is_elsewhere`: it was another server that gave none, to which `host` redirects.
    """

    def __init__(self, cause: Exception, host: str, *, is_elsewhere: bool = False) -> None:
        if is_elsewhere and not isinstance(cause, httpx.TooManyRedirects):
            words: str = elsewhere(host, "from which no answer came")
        else:
            words = str(connection_error(cause, host))
        super().__init__(words)
        self.cause, self.is_advised = cause, True


class Responder:
    """Who is asked by one request: a server, or another one to which it redirects.

    What goes wrong at the other one is not put down to the one that the user named. The other's
    name is not shown: it is theirs.
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self.is_other = False

    def sends_on_to(self, url: httpx.URL) -> None:
        """Take note of where the request goes next."""
        self.is_other = host_of(str(url)) != self._host

    def __str__(self) -> str:
        return f"What {self._host} redirects to" if self.is_other else self._host

    def no_answer(self, error: Exception) -> NoAnswer:
        """The error where none comes."""
        return NoAnswer(error, self._host, is_elsewhere=self.is_other)

    def check_status(self, response: httpx.Response) -> None:
        """Raise Lost where it is another server that has a fault of its own."""
        status, asks_to_wait = response.status_code, "Retry-After" in response.headers
        if self.is_other and status >= 500 and status not in (501, 511) and not asks_to_wait:
            raise Elsewhere(elsewhere(self._host, f"which has a fault now ({status})"))
