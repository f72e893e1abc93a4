"""Impact and rank follow links, priorities, plans, states and accounts (M10, M19)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Account, Contact, Plan
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tickets.actors import Actor
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.ranks.impact import mark_defects_due_soon, rank_stale_defects
from tickets.models import Defect, Ticket
from tickets.services import change_priority, close


def rank(cast: Cast) -> int:
    return rank_stale_defects(desk_id=cast.desk.pk, at=NOON)


def get(defect: Defect) -> Defect:
    return Defect.objects.get(pk=defect.pk)


@pytest.fixture
def defect(in_rocket: Cast) -> Defect:
    """A ranked defect of one ticket."""
    made = report(in_rocket, in_rocket.open_ticket(), severity="major")
    rank(in_rocket)
    return made


def test_what_it_hits_is_counted_and_explained(in_rocket: Cast, defect: Defect) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(impact_weight=3)
    contact = Contact.objects.get(pk=in_rocket.elsewhere.pk)
    ticket = in_rocket.open_ticket(contact=contact)
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    assert rank(in_rocket) == 1
    ranked = get(defect)
    assert (ranked.tickets_hit, ranked.accounts_hit, ranked.users_hit) == (2, 2, 2)
    assert ranked.impact == 2 * 3 * 10 + 2 * 2 + 2
    assert ranked.rank_facts["plans"] == {"Standard": 2}
    assert ranked.rank == 9 * ranked.impact * ranked.rank_facts["promise"]
    assert ranked.oldest_due_at == min(
        Ticket.objects.filter(defect_links__defect=defect).values_list("due_at", flat=True)
    )
    assert rank(in_rocket) == 0


def test_changes_of_tickets_mark_the_defect(in_rocket: Cast, defect: Defect) -> None:
    ticket = Ticket.objects.get()
    by = Actor.of(in_rocket.analyst)
    change_priority(ticket_id=ticket.pk, priority=in_rocket.priorities["High"], by=by, at=NOON)
    assert rank(in_rocket) == 1
    close(ticket_id=ticket.pk, by=by, at=NOON)
    assert rank(in_rocket) == 1
    closed = get(defect)
    assert (closed.tickets_hit, closed.accounts_hit, closed.oldest_due_at) == (0, 1, None)


def test_an_account_that_gets_another_plan_or_another_ticket_marks_the_defect(
    in_rocket: Cast, defect: Defect
) -> None:
    plan = Plan.objects.create(desk=in_rocket.desk, name="Plus", impact_weight=5)
    Account.objects.filter(pk=in_rocket.account.pk).update(plan=plan)
    assert rank(in_rocket) == 1
    assert get(defect).rank_facts["plans"] == {"Plus": 1}
    Ticket.objects.update(account=in_rocket.other_account)
    assert rank(in_rocket) == 1
    assert get(defect).rank_facts["plans"] == {"Standard": 1}


def test_a_removed_link_and_a_deleted_ticket_mark_the_defect(
    in_rocket: Cast, defect: Defect
) -> None:
    ticket = in_rocket.open_ticket()
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    rank(in_rocket)
    given = {"agent": in_rocket.analyst, "why": "", "at": NOON}
    unlink_ticket(defect_id=defect.pk, ticket_id=ticket.pk, **given)
    assert rank(in_rocket) == 1
    assert get(defect).tickets_hit == 1


def test_a_significant_impact_is_first(in_rocket: Cast, defect: Defect) -> None:
    minor = report(in_rocket, in_rocket.open_ticket(), severity="minor")
    type(in_rocket.desk).objects.filter(pk=in_rocket.desk.pk).update(major_impact=2)
    contact = Contact.objects.get(pk=in_rocket.elsewhere.pk)
    other = in_rocket.open_ticket(contact=contact)
    link_ticket(defect_id=minor.pk, ticket_id=other.pk, agent=in_rocket.analyst, at=NOON)
    rank(in_rocket)
    assert list(Defect.objects.order_by("-rank")) == [minor, defect]
    assert get(minor).rank_facts["is_major"]


def test_a_near_deadline_is_ranked_again_as_time_passes(in_rocket: Cast, defect: Defect) -> None:
    before = get(defect).rank
    later = NOON + timedelta(days=10)
    assert mark_defects_due_soon(desk_id=in_rocket.desk.pk, at=later) == 1
    assert rank_stale_defects(desk_id=in_rocket.desk.pk, at=later) == 1
    assert get(defect).rank > before
