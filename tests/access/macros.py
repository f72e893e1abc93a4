"""A shared macro, and a bulk change of the analyst, with every kind of text."""

from __future__ import annotations

from typing import Any

from tests.cast import NOON, Cast
from tests.macros.helpers import make_macro
from tickets.models import BulkItem, BulkJob, ItemState, Ticket


def create_macros(cast: Cast, ticket: Ticket, *, words: str) -> dict[str, Any]:
    """Create a macro and a finished bulk change of a desk. Return their IDs for routes."""
    macro = make_macro(cast, is_shared=True, text="Which version do you use?", note="Hush")
    job = BulkJob.objects.create(
        desk=cast.desk,
        agent=cast.analyst,
        acts={"note": f"Hush secret{words}"},
        macro=macro.name,
        created_at=NOON,
        finished_at=NOON,
    )
    BulkItem.objects.create(
        desk=cast.desk, job=job, ticket=ticket, state=ItemState.REFUSED, reason="Refused."
    )
    return {"macro_id": macro.pk, "job_id": job.pk}
