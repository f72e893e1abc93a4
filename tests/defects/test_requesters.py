"""A fix is told to the requester of today, and not to one who left, was replaced or was erased."""

from __future__ import annotations

import pytest

from accounts.customers.removal import remove_person
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, deliver, list_told, move, report, tell
from tickets.actors import Actor
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.models import Defect, Ticket
from tickets.services import change_requester


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def defect(in_rocket: Cast, ticket: Ticket) -> Defect:
    """A defect whose first stage was told to the customer."""
    defect = report(in_rocket, ticket)
    tell(in_rocket)
    assert [mail.to_address for mail in deliver(in_rocket)] == [in_rocket.customer.email]
    rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)
    return defect


def confirm(cast: Cast, defect: Defect) -> list[str]:
    """Confirm the defect. Return the addresses that are told of it, in order."""
    move(cast, defect, "confirmed")
    tell(cast)
    mails = [mail for mail in deliver(cast) if mail.event.data["stage"] == "confirmed"]
    return [mail.to_address for mail in mails]


def rank(cast: Cast, defect: Defect) -> Defect:
    """Rank what has changed, and read the defect again."""
    assert rank_stale_defects(desk_id=cast.desk.pk, at=LATER) == 1
    return Defect.objects.get(pk=defect.pk)


def test_the_successor_of_a_person_who_left_hears_of_the_next_stage(
    in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    remove_person(contact=in_rocket.customer, by=in_rocket.manager, at=NOON)
    assert confirm(in_rocket, defect) == [in_rocket.manager.email]
    assert list_told(ticket) == ["reported", "confirmed"]
    hit = rank(in_rocket, defect)
    assert (hit.accounts_hit, hit.users_hit, hit.tickets_hit) == (1, 1, 1)


def test_a_requester_whom_nothing_verifies_is_told_nothing(
    in_rocket: Cast, ticket: Ticket, defect: Defect
) -> None:
    by = Actor.of(in_rocket.analyst)
    change_requester(ticket_id=ticket.pk, contact=in_rocket.elsewhere, by=by, at=NOON)
    assert confirm(in_rocket, defect) == []
    assert rank(in_rocket, defect).accounts_hit == 0  # the ticket left the account


def test_nobody_writes_to_an_erased_person(in_rocket: Cast, ticket: Ticket, defect: Defect) -> None:
    erase_person(desk=in_rocket.desk, contact=in_rocket.customer, by=in_rocket.admin, at=NOON)
    assert confirm(in_rocket, defect) == []
    assert defect.links.count() == 1  # the account is hit as before
    assert Defect.objects.get(pk=defect.pk).accounts_hit == 1
