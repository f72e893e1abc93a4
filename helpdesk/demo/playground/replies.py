"""What was answered at a vendor, read from the log of its fake."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from helpdesk.demo.playground.fakes import Line

KEYS = ("text", "body", "msg", "answer_text", "message", "caption")  # of texts, by any vendor


@dataclass(frozen=True, slots=True)
class VendorReply:
    """A reply that reached the vendor. is_refused: the vendor didn't take it."""

    text: str
    is_refused: bool


def list_replies(log: Iterable[Line]) -> list[VendorReply]:
    """Return the replies among a fake's requests, in the log's order."""
    posted = (line for line in log if line.direction == "in" and line.what.startswith("POST "))
    found = ((find_text(line.detail), line.status) for line in posted)
    return [VendorReply(text, status >= 400) for text, status in found if text]


def find_text(detail: str) -> str:
    """Return the text of a message in the body of a request, JSON or a form, or ""."""
    try:
        body = json.loads(detail)
    except ValueError:
        body = dict(parse_qsl(detail))
    return _find_text(body) if isinstance(body, Mapping) else ""


def _find_text(body: Mapping[str, object]) -> str:
    for key in KEYS:
        value = body.get(key)
        if isinstance(value, str) and value:
            return value
        if isinstance(value, Mapping) and (inner := _find_text(value)):
            return inner
    return ""
