"""Deletion of old tokens of submitted forms and API requests.

docs/operations.md lists how long every table keeps its rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tickets.models import SubmittedForm

FORMS_KEPT = timedelta(days=90)  # a form or API request isn't repeated after that
BATCH = 1000


def list_old_forms(at: datetime) -> QuerySet[SubmittedForm]:
    """Return the tokens of forms and API requests that are too old to be repeated."""
    return SubmittedForm.objects.filter(created_at__lt=at - FORMS_KEPT)


def delete_old_forms(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old tokens of the current desk. Return how many."""
    old = list_old_forms(at).filter(desk_id=desk_id).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return SubmittedForm.objects.filter(pk__in=ids).delete()[0]
