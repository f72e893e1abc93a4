"""Deletes the tokens of forms and API requests that were sent long ago.

docs/operations.md lists how long every table keeps its rows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from tickets.models import SubmittedForm

FORMS_KEPT = timedelta(days=90)  # a form or an API request isn't sent again after that
BATCH = 1000


def list_old_forms(at: datetime) -> QuerySet[SubmittedForm]:
    """Return the tokens of forms and API requests that nobody sends again."""
    return SubmittedForm.objects.filter(created_at__lt=at - FORMS_KEPT)


def delete_old_forms(*, desk_id: int, at: datetime) -> int:
    """Delete up to BATCH old tokens of the entered desk. Return how many."""
    old = list_old_forms(at).filter(desk_id=desk_id).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:BATCH])
    return SubmittedForm.objects.filter(pk__in=ids).delete()[0]
