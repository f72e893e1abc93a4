"""Created rows of repeated requests: looked up instead of created again (contract/repeats.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiResponse

from helpdesk.api.contract.declared import IDEMPOTENCY_KEY
from tickets.models import SubmittedForm
from tickets.submissions import Made, note_made

__all__ = ["IDEMPOTENCY_KEY", "KEY_REUSED", "run_once"]

KEY_REUSED = OpenApiResponse(
    description=_("This Idempotency-Key was already used for a different request.")
)


def run_once(request: Any, work: Callable[[], Made], *, visible: QuerySet[Made]) -> Made:
    """Run ``work`` and return what it creates; for a repeated key, look that up in ``visible``.

    For a POST whose response differs from what a GET of the created row returns; others need
    nothing. Raises Http404 if what the first request created is gone; the response is 204 then.
    """
    claim: tuple[SubmittedForm | None, bool] = getattr(request, "claim", (None, True))
    form, is_first = claim
    if form is not None and not is_first:
        try:
            return visible.get(pk=form.made_id)
        except ObjectDoesNotExist:
            raise Http404 from None
    if form is None:
        return work()
    with transaction.atomic():
        made = work()
        note_made(form, made)
    return made
