"""Sweeps over all desks read what is due, not the table: EXPLAIN as the system role (P9, P12)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.tenancy import desk_scope, owner_scope, system_scope
from channels_intake.incoming.sql import DUE
from channels_intake.models import InboundMessage, InboundState, UnsentMail
from routing.handover.lending import list_lent_tickets
from routing.handover.sweeps import list_expired_offers, list_unclaimed_handovers
from routing.services import list_unassigned_tickets
from sla.ladders.stepping import list_due_ladders
from sla.sweeps import list_clocks_to_warn, list_due_clocks
from tests.cast import Cast
from tickets.defects.marks import list_marks
from tickets.models import DefectWork, DeliveryState, EventDelivery, QueueRow

NOW = timezone.now()

SWEEPS: dict[str, tuple[str, Callable[[], QuerySet]]] = {
    "breached clocks": ("deadline_due", lambda: list_due_clocks(NOW)),
    "clocks to warn of": ("deadline_to_warn", lambda: list_clocks_to_warn(NOW)),
    "due ladders": ("ladder_due", lambda: list_due_ladders(NOW)),
    "silent tickets": (
        "queue_silent",
        lambda: QueueRow.objects.filter(close_at__lte=NOW),
    ),
    "customers to remind": ("queue_to_remind", lambda: QueueRow.objects.filter(remind_at__lte=NOW)),
    "unassigned tickets": ("queue_unassigned", list_unassigned_tickets),
    "expired offers": ("offer_expiry", lambda: list_expired_offers(NOW)),
    "unclaimed handovers": ("handover_unclaimed", lambda: list_unclaimed_handovers(NOW)),
    "lent tickets": ("ticket_lent", list_lent_tickets),
    "undelivered events": (
        "delivery_due",
        lambda: EventDelivery.objects.filter(state=DeliveryState.DUE, next_try_at__lte=NOW),
    ),
    "defects with news": ("defect_mark_work", lambda: list_marks(DefectWork.TELL)),
    "defects to rank": ("defect_mark_work", lambda: list_marks(DefectWork.RANK)),
    "unsent mail": (
        "mail_unsent",
        lambda: UnsentMail.objects.filter(next_try_at__lte=NOW),
    ),
}


@pytest.fixture
def planner_without_scans(vacuumed: None, rocket: Cast) -> Iterator[None]:
    """Forbid scans: on a few rows one is cheapest, and hides which index the planner could use."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        yield


@pytest.mark.usefixtures("planner_without_scans")
@pytest.mark.parametrize("name", SWEEPS)
def test_a_sweep_finds_its_work_by_its_partial_index(name: str) -> None:
    index, due = SWEEPS[name]
    with system_scope("test"):
        assert f" {index} " in due().order_by().explain()


def fill_with_mail(cast: Cast) -> None:
    """Store thousands of emails, most of them processed long ago, and measure their table."""
    with system_scope("test"):
        InboundMessage.objects.bulk_create(
            InboundMessage(
                desk=cast.desk,
                provider="raw",
                raw=b"x",
                received_at=NOW,
                next_try_at=NOW,
                state=InboundState.RECEIVED if place % 10 == 0 else InboundState.PROCESSED,
            )
            for place in range(3000)
        )
    with owner_scope(), connection.cursor() as cursor:
        # Other tests' deleted rows leave pages in an index, which then costs more than another.
        cursor.execute("REINDEX TABLE channels_intake_inboundmessage")
        cursor.execute("ANALYZE channels_intake_inboundmessage")


@pytest.mark.usefixtures("planner_without_scans")
def test_unread_mail_is_found_by_its_partial_indexes(rocket: Cast) -> None:
    fill_with_mail(rocket)
    asked = {"at": NOW, "most": 40, "share": 10}
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {DUE}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert plan.count(" inbound_unread ") >= 3  # the first desk, those of a desk, those of none
    assert plan.count(" inbound_waits_for_desk ") == 2
    assert "inboundmessage_pkey" not in plan
    assert "inbound_oldest_unread" not in plan


@pytest.mark.usefixtures("unmeasured")
def test_inside_a_desk_the_same_index_finds_due_clocks(rocket: Cast) -> None:
    with desk_scope(rocket.desk), connection.cursor() as cursor:
        rocket.open_ticket(at=NOW - timedelta(days=20))
        cursor.execute("SET LOCAL enable_seqscan = off")
        assert "deadline_due" in list_due_clocks(NOW).filter(desk_id=rocket.desk.pk).explain()
