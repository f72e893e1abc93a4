"""Responses of the fake of X, as docs.x.com describes them."""

from __future__ import annotations

from datetime import UTC, datetime

from helpdesk.demo.vendors.contract import Reply


def write_time() -> str:
    """Return now as X writes times."""
    return f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def fail(status: int, title: str, detail: str) -> Reply:
    """Return a problem as X describes it."""
    problem = {"title": title, "detail": detail, "type": "about:blank", "status": status}
    return Reply(status, problem)


def invalid(message: str) -> Reply:
    """Return the refusal of a request that isn't as documented."""
    problem = {"title": "Invalid Request", "type": "https://api.x.com/2/problems/invalid-request"}
    detail = "One or more parameters to your request was invalid."
    return Reply(400, {"errors": [{"message": message}], "detail": detail, **problem})
