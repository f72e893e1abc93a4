"""What defects cost: statements per customer who is told, and per defect that is ranked."""

from __future__ import annotations

from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, move, report, tell
from tickets.defects.linking import link_ticket
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.defects.updates.sending import tell_customers
from tickets.models import Defect

PER_CUSTOMER = 22  # statements, with those of a savepoint and of the sweep


def link_many(cast: Cast, defect: Defect, amount: int) -> None:
    for _ in range(amount):
        ticket = cast.open_ticket()
        link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=cast.analyst, at=NOON)


def count_telling(cast: Cast) -> int:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        tell_customers(desk_id=cast.desk.pk, at=LATER)
    return len(queries)


def test_telling_costs_the_same_for_each_customer(in_rocket: Cast) -> None:
    defect = report(in_rocket)
    link_many(in_rocket, defect, 4)
    tell(in_rocket)
    move(in_rocket, defect, "confirmed")
    four = count_telling(in_rocket)
    link_many(in_rocket, defect, 8)
    tell(in_rocket)
    move(in_rocket, defect, "in_progress")
    twelve = count_telling(in_rocket)
    each = (twelve - four) / 8
    assert each <= PER_CUSTOMER
    assert four <= 4 * PER_CUSTOMER + 10


def test_ranking_many_costs_what_ranking_one_costs(in_rocket: Cast) -> None:
    counts = []
    for amount in (1, 6):
        for _ in range(amount):
            report(in_rocket, in_rocket.open_ticket())
        with CaptureQueriesContext(connection) as queries:
            assert rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON) == amount
        counts.append(len(queries))
    assert counts[0] == counts[1]
