"""Tasks: they take IDs, enter the desk, call one service, and are safe to run twice."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts.sweeps import list_desks_with_work, repeat_until_empty, sweep_desks
from accounts.tenancy import desk_scope, in_desk
from tickets import previews
from tickets.deliveries import deliver, deliver_due
from tickets.models import (
    DeliveryState,
    Draft,
    EventDelivery,
    NewTerms,
    SearchRefresh,
    State,
    Ticket,
)
from tickets.queueing import ring, send_from_sweep
from tickets.search.documents import refresh
from tickets.services import close_silent, remind_silent
from tickets.services.drafts import KEPT, delete_old_drafts
from tickets.services.terms import APPLY_TERMS, apply_new_terms

MAX_PREVIEWS_OF_DESK = 100  # queued by one sweep


@shared_task
@in_desk
def deliver_events(*, desk_id: int, event_ids: list[int]) -> int:
    """Deliver these events to their LATER followers."""
    return deliver(event_ids=event_ids, at=timezone.now())


@shared_task
def sweep_undelivered() -> int:
    """Deliver due events whose task was lost, died or failed."""
    now = timezone.now()
    due = EventDelivery.objects.filter(state=DeliveryState.DUE, next_try_at__lte=now)
    return sweep_desks("find undelivered events", due, deliver_due, at=now)


@shared_task
def close_silent_tickets() -> int:
    """Close tickets whose customer didn't reply in time (M17, M110)."""
    now = timezone.now()
    silent = Ticket.objects.filter(status=State.WAITING, close_at__lte=now)
    return sweep_desks("find silent tickets", silent, close_silent, at=now)


@shared_task
def remind_silent_customers() -> int:
    """Remind customers before their ticket closes."""
    now = timezone.now()
    silent = Ticket.objects.filter(remind_at__lte=now)
    return sweep_desks("find customers to remind", silent, remind_silent, at=now)


@shared_task
@in_desk
def make_preview(*, desk_id: int, attachment_id: int) -> bool:
    """Make the preview of one image."""
    return previews.make_preview(attachment_id=attachment_id, at=timezone.now())


@shared_task
def sweep_previews() -> int:
    """Queue a task for each preview whose task was lost, died or failed. Return how many."""
    due, queued = previews.list_due_previews().filter(preview_due_at__lte=timezone.now()), 0
    for desk_id in list_desks_with_work("find images without a preview", due):
        with desk_scope(desk_id):
            oldest = due.filter(desk_id=desk_id).order_by("preview_due_at", "pk")
            for attachment_id in oldest.values_list("pk", flat=True)[:MAX_PREVIEWS_OF_DESK]:
                queued += send_from_sweep(
                    previews.MAKE_PREVIEW, desk_id=desk_id, attachment_id=attachment_id
                )
    return queued


@shared_task
@in_desk
def apply_terms_of_desk(*, desk_id: int) -> int:
    """Apply new terms of accounts to up to a thousand tickets of a desk; queue the rest."""
    done = repeat_until_empty(apply_new_terms, desk_id=desk_id, at=timezone.now())
    if done and NewTerms.objects.filter(desk_id=desk_id).exists():
        ring(APPLY_TERMS, desk_id=desk_id)
    return done


@shared_task
def sweep_new_terms() -> int:
    """Apply new terms whose task was lost, died, or had too many tickets (M36, M50)."""
    return sweep_desks(
        "find accounts with new terms", NewTerms.objects.all(), apply_new_terms, at=timezone.now()
    )


@shared_task
def sweep_old_drafts() -> int:
    """Delete drafts that nobody changed for 30 days."""
    now = timezone.now()
    old = Draft.objects.filter(updated_at__lt=now - KEPT)
    return sweep_desks("find old drafts", old, delete_old_drafts, at=now)


@shared_task
def refresh_search() -> int:
    """Rebuild the search documents of tickets whose texts or names changed."""
    return sweep_desks(
        "find outdated search documents", SearchRefresh.objects.all(), refresh, at=timezone.now()
    )
