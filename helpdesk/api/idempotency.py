"""Requests that may be sent again: the header Idempotency-Key (draft-ietf-httpapi-idempotency-key-header).

The key counts per agent. What a key made is looked up and told again, as it stands by then: no copy of an answer is
kept, which would outlive the erasure of a person. A second request while the first is at work waits for it.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.exceptions import ParseError

from tickets.models import Message, Note, Ticket
from tickets.submissions import Made, request_once

MAX_KEY_CHARS = 255
_KEY = re.compile(r'"([\x20-\x7e]+)"|([!#-~]+)')  # a string of RFC 9651, or its characters alone

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Chosen by the sender, such as a random UUID, up to 255 characters. Sent again with the same request, "
        "nothing is done again, and the answer tells what the first one made."
    ),
)
KEY_REUSED = OpenApiResponse(description="The Idempotency-Key was used for another request.")


def run_once(request: Any, work: Callable[[], Made], *, visible: QuerySet[Made]) -> Made:
    """Run ``work``, or with a key that came before give what it made, out of ``visible``; Http404 if not there.

    Raises ParseError (400) for a malformed key, KeyReusedError (422) when the key came with another request.
    """
    key = _read_key(request.headers.get("Idempotency-Key"))
    if not key:
        return work()
    token = salted_hmac("helpdesk.api.idempotency", f"{request.agent.pk}:{key}", algorithm="sha256")
    try:
        return request_once(
            desk=request.desk,
            token=token.hexdigest(),
            fingerprint=_fingerprint(request),
            at=timezone.now(),
            work=work,
            visible=visible,
        )
    except (Ticket.DoesNotExist, Message.DoesNotExist, Note.DoesNotExist):
        raise Http404 from None


def _read_key(header: str | None) -> str:
    if header is None:
        return ""
    found = _KEY.fullmatch(header.strip())
    key = (found[1] or found[2]) if found else ""
    if not 1 <= len(key) <= MAX_KEY_CHARS:
        raise ParseError(
            f"Idempotency-Key must be 1 to {MAX_KEY_CHARS} printable ASCII characters."
        )
    return key


def _fingerprint(request: Any) -> str:
    asked = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode()).hexdigest()
