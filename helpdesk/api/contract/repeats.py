"""Repeated requests: the Idempotency-Key header of every POST.

The draft is draft-ietf-httpapi-idempotency-key-header. A key belongs to one agent. A repeated
request gets what the first one led to, in its current state: copies of responses aren't stored,
because they would outlive the erasure of a person. A second request waits while the first is
running. A request that failed left nothing, so its key can be used again.

A POST that uses the network or takes long must not keep a transaction open: its view runs_outside.
Its key is claimed and committed first, and a second request is refused while the first is running.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404, QueryDict
from django.urls import resolve
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext
from rest_framework.request import Request
from rest_framework.response import Response

from helpdesk.api.contract.locations import find_repeatable, list_locations
from helpdesk.api.contract.problems import MalformedError
from tickets.models import SubmittedForm
from tickets.submissions import claim_ahead, claim_request, free_claim, note_response

HEADER, REPEATED = "Idempotency-Key", "Idempotency-Replayed"
MAX_KEY_CHARS = 255
Work = Callable[[], Response]
_KEY = re.compile(r'"([\x20-\x7e]+)"|([!#-~]+)')  # a string of RFC 9651, or its characters alone


def run_post(view: Any, handler: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
    """Run a POST once for its Idempotency-Key; for a repeated one, return what it led to.

    A handler that calls idempotency.run_once is run again and looks up the row that it created.
    Raises MalformedError for a malformed key, KeyReusedError for one of another request, and
    KeyInUseError while the first request of a view that runs_outside is running.
    """
    work = partial(handler, request, *args, **kwargs)
    key = read_key(request.headers.get(HEADER))
    if not key:
        return add_location(request, work())
    sent = {
        "desk": request.desk,  # type: ignore[attr-defined]  # by accounts.middleware
        "token": _choose_token(request, key),
        "fingerprint": _fingerprint(request, key),
        "at": timezone.now(),
    }
    return (_run_outside if view.runs_outside else _run_inside)(view, request, work, sent)


def _run_inside(view: Any, request: Request, work: Work, sent: dict[str, Any]) -> Response:
    """Run a POST in the transaction that claims its key."""
    with transaction.atomic():
        response = _run_claimed(view, request, work, claim_request(**sent))
        if response.status_code >= 400:
            transaction.set_rollback(True)
    return response


def _run_outside(view: Any, request: Request, work: Work, sent: dict[str, Any]) -> Response:
    """Claim the key of a POST in a transaction of its own; free it again if the POST fails."""
    form, is_first = claim_ahead(**sent)
    is_done = False
    try:
        response = _run_claimed(view, request, work, (form, is_first))
        is_done = response.status_code < 400
    finally:
        if is_first and not is_done:
            free_claim(form)
    return response


def _run_claimed(
    view: Any, request: Request, work: Work, claim: tuple[SubmittedForm, bool]
) -> Response:
    """Run a POST and note how it ended; show what it led to if it is repeated."""
    request.claim = form, is_first = claim  # type: ignore[attr-defined]  # for run_once
    if not is_first:
        response = _show_again(request, work, form)
        response[REPEATED] = "true"
        return response
    response = add_location(request, work())
    if response.status_code < 400:
        location = find_repeatable(view, request, response)
        note_response(form, status=response.status_code, location=location)
    return response


def read_key(header: str | None) -> str:
    """Return the key of a header, "" without one. Raises MalformedError."""
    if header is None:
        return ""
    found = _KEY.fullmatch(header.strip())
    key = (found[1] or found[2]) if found else ""
    if not 1 <= len(key) <= MAX_KEY_CHARS:
        text = gettext("Idempotency-Key must have 1 to %(limit)s printable ASCII characters.")
        raise MalformedError(text % {"limit": MAX_KEY_CHARS})
    return key


def add_location(request: Request, response: Response) -> Response:
    """Give the response to a creation the address of what was created (RFC 9110, 15.3.2)."""
    path = next(list_locations(request, response), "")
    if response.status_code == 201 and path:
        response["Location"] = request.build_absolute_uri(_below_desk(request, path))
    return response


def _show_again(request: Request, work: Work, form: SubmittedForm) -> Response:
    """Return the current state of what a request did; 204 if there is nothing to show."""
    if form.made_id is not None:
        with suppress(Http404):
            return add_location(request, work())
    elif form.location and form.status != 204:
        shown = _get(request, form.location)
        if shown.status_code == 200:
            response = Response(shown.data, status=form.status)
            url = request.build_absolute_uri(_below_desk(request, form.location))
            response["Location" if form.status == 201 else "Content-Location"] = url
            return response
    return Response(status=204)


def _get(request: Request, path: str) -> Any:
    """Return the response to a GET of a path below the desk, with the rights of a request."""
    match = resolve(path)
    asked: Any = copy.copy(request._request)
    asked.method, asked.GET = "GET", QueryDict()
    asked.path_info, asked.path = path, _below_desk(request, path)
    left_out = {"HTTP_IF_NONE_MATCH", "QUERY_STRING", "CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"}
    asked.META = {name: value for name, value in asked.META.items() if name not in left_out}
    asked.__dict__.pop("headers", None)
    asked.resolver_match = match
    return match.func(asked, *match.args, **match.kwargs)


def _below_desk(request: Request, path: str) -> str:
    return f"{request.META.get('SCRIPT_NAME', '')}{path}"


def _choose_token(request: Any, key: str) -> str:
    """Return the token of a key: one that a former SECRET_KEY made, if that one is known."""
    text = f"{request.agent.pk}:{key}"
    first, *former = [
        salted_hmac("helpdesk.api.idempotency", text, secret=secret, algorithm="sha256").hexdigest()
        for secret in [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    ]
    known = SubmittedForm.objects.filter(desk=request.desk, token__in=former) if former else []
    return next((form.token for form in known), first)


def _fingerprint(request: Request, key: str) -> str:
    """Return the hash of a request, with its key, which isn't stored: no short text is guessed."""
    facts = [key, request.method, request.get_full_path(), request.data]
    content = json.dumps(facts, sort_keys=True, default=_digest)
    return hashlib.sha256(content.encode()).hexdigest()


def _digest(value: Any) -> str:
    """Return a text for what isn't JSON: the hash of a file's content."""
    if not hasattr(value, "chunks"):
        return str(value)
    content = hashlib.sha256()
    for chunk in value.chunks():
        content.update(chunk)
    value.seek(0)
    return content.hexdigest()
