"""Safe retries: the Idempotency-Key header (draft-ietf-httpapi-idempotency-key-header).

A key belongs to one agent. A repeated request gets what the first one created, in its current
state: copies of responses aren't stored, because they would outlive the erasure of a person. A
second request waits while the first is running.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse
from rest_framework.exceptions import ParseError

from tickets.models import SubmittedForm
from tickets.submissions import Made, request_once

MAX_KEY_CHARS = 255
_KEY = re.compile(r'"([\x20-\x7e]+)"|([!#-~]+)')  # a string of RFC 9651, or its characters alone

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=_(
        "A key of your choice, up to 255 characters, such as a random UUID. If you repeat a "
        "request with the same key, nothing is created twice, and you get the result of the "
        "first request."
    ),
)
KEY_REUSED = OpenApiResponse(
    description=_("This Idempotency-Key was already used for a different request.")
)


def run_once(request: Any, work: Callable[[], Made], *, visible: QuerySet[Made]) -> Made:
    """Run ``work`` and return what it creates; for a repeated key, look that up in ``visible``.

    Raises ParseError (400) for a malformed key, KeyReusedError (422) if the key came with another
    request, and Http404 if what it created is gone.
    """
    key = _read_key(request.headers.get("Idempotency-Key"))
    if not key:
        return work()
    try:
        return request_once(
            desk=request.desk,
            token=_choose_token(request, key),
            fingerprint=_fingerprint(request),
            at=timezone.now(),
            work=work,
            visible=visible,
        )
    except ObjectDoesNotExist:
        raise Http404 from None


def _choose_token(request: Any, key: str) -> str:
    """Return the token of a key: one that a former SECRET_KEY made, if that one is known."""
    text = f"{request.agent.pk}:{key}"
    first, *former = [
        salted_hmac("helpdesk.api.idempotency", text, secret=secret, algorithm="sha256").hexdigest()
        for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]
    known = SubmittedForm.objects.filter(desk=request.desk, token__in=former) if former else []
    return next((form.token for form in known), first)


def _read_key(header: str | None) -> str:
    if header is None:
        return ""
    found = _KEY.fullmatch(header.strip())
    key = (found[1] or found[2]) if found else ""
    if not 1 <= len(key) <= MAX_KEY_CHARS:
        text = gettext("Idempotency-Key must have 1 to %(limit)s printable ASCII characters.")
        raise ParseError(text % {"limit": MAX_KEY_CHARS})
    return key


def _fingerprint(request: Any) -> str:
    content = json.dumps([request.method, request.path, request.data], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()
