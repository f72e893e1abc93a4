"""A client of Plumbline's API in one file. It needs Python 3.11 and requests.

    desk = Plumbline("https://help.example/rocket/api/v1", token)
    for ticket in desk.list_tickets(level="l1"):
        desk.add_note(ticket["number"], {"text": "Seen by the nightly report."})

Lists follow their pages. Every request is repeated after 429, 503 and lost connections, with the
pause that the server asks for; a POST carries an Idempotency-Key, so that repeating it creates
nothing twice. Errors are exceptions with what the server said.

plumbline_types.py next to it describes the objects to type checkers; it isn't needed to run.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, cast

import requests

if TYPE_CHECKING:
    import plumbline_types as types

PAGE = 200
RETRIED = {429, 503}
MAX_PAUSE = 60.0  # seconds


class ApiError(Exception):
    """The API refused a request. errors: what is wrong with which field or parameter."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        self.title = str(problem.get("title", ""))
        self.detail = str(problem.get("detail", ""))
        self.errors: list[dict[str, str]] = problem.get("errors", [])
        self.request_id = str(problem.get("request_id", ""))
        lines = [f"{each.get('field', '')}: {each['detail']}" for each in self.errors]
        super().__init__("\n".join([f"{status} {self.title}: {self.detail}", *lines]))


class InvalidRequestError(ApiError):
    """400: a field or parameter is invalid or unknown."""


class NotSignedInError(ApiError):
    """401: the token is invalid, expired or revoked."""


class ForbiddenError(ApiError):
    """403: a right or a scope is missing."""


class NotFoundError(ApiError):
    """404: it doesn't exist, or you can't see it."""


class ConflictError(ApiError):
    """409 or 412: the state doesn't allow it, or it has changed meanwhile."""


ERRORS: dict[int, type[ApiError]] = {
    400: InvalidRequestError,
    401: NotSignedInError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    412: ConflictError,
}


class Plumbline:
    """A desk. server: the URL of its api/v1, from the page "API documentation"."""

    def __init__(
        self,
        server: str,
        token: str,
        *,
        timeout: float = 30,
        tries: int = 5,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.server = server.rstrip("/")
        self.timeout, self.tries, self.pause = timeout, tries, pause
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def list_tickets(self, **query: Any) -> Iterator[types.TicketOutput]:
        """Yield all tickets that the query finds."""
        return cast("Iterator[types.TicketOutput]", self.iterate("tickets/", **query))

    def show_ticket(self, number: int) -> types.TicketDetail:
        """Return a ticket."""
        return cast("types.TicketDetail", self.request("GET", f"tickets/{number}/"))

    def open_ticket(self, ticket: types.TicketInput) -> types.TicketShown:
        """Open a ticket for a customer."""
        return cast("types.TicketShown", self.request("POST", "tickets/", ticket))

    def reply(self, number: int, reply: types.ReplyInput) -> types.MessageOutput:
        """Reply to the customer."""
        path = f"tickets/{number}/messages/"
        return cast("types.MessageOutput", self.request("POST", path, reply))

    def add_note(self, number: int, note: types.TicketNoteInput) -> types.NoteOutput:
        """Add an internal note."""
        return cast("types.NoteOutput", self.request("POST", f"tickets/{number}/notes/", note))

    def move_ticket(self, number: int, move: types.MoveInput) -> types.TicketShown:
        """Move a ticket to another status. Raise ConflictError if it can't move there."""
        return cast("types.TicketShown", self.request("POST", f"tickets/{number}/moves/", move))

    def iterate(self, path: str, **query: Any) -> Iterator[dict[str, Any]]:
        """Yield the rows of any list, page by page."""
        url: str | None = path
        parameters: dict[str, Any] | None = {"limit": PAGE, **query}
        while url:
            page = self.request("GET", url, query=parameters)
            yield from page["results"]
            url, parameters = page["next"], None  # "next" has them already

    def request(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Send any request, as often as it takes, and return what came back, or None.

        path: below the server, or the whole URL of a page. Raises ApiError, and what requests
        raises if no try reached the server.
        """
        url = path if path.startswith(self.server) else f"{self.server}/{path}"
        sent = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        response = self._try(method, url, json=body, params=query, headers=sent | (headers or {}))
        if response.ok:
            return response.json() if response.content else None
        raise _describe(response)

    def _try(self, method: str, url: str, **given: Any) -> requests.Response:
        for count in range(1, self.tries + 1):
            pause = float(2**count)
            try:
                response = self.session.request(method, url, timeout=self.timeout, **given)
            except (requests.ConnectionError, requests.Timeout):
                if count == self.tries:
                    raise
            else:
                if response.status_code not in RETRIED or count == self.tries:
                    return response
                pause = _read_pause(response, pause)
            self.pause(min(pause, MAX_PAUSE))
        raise AssertionError("tries must be at least 1")


def _read_pause(response: requests.Response, usual: float) -> float:
    """Return the seconds that Retry-After asks for, or the usual ones."""
    asked = response.headers.get("Retry-After", "")
    return float(asked) if asked.isdigit() else usual


def _describe(response: requests.Response) -> ApiError:
    try:
        problem = response.json()
    except requests.JSONDecodeError:  # from a proxy on the way
        problem = {"title": response.reason, "detail": response.text[:500]}
    kind = ERRORS.get(response.status_code, ApiError)
    return kind(response.status_code, problem)
