"""Defects that several people and sweeps change at once: one wins, and customers hear it once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account, Product, ProductLine
from accounts.tenancy import desk_scope
from helpdesk.privacy.erasure import erase_person
from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, list_told, move, release, report, tell
from tests.races.threads import at_once, inside, meanwhile
from tickets.defects.linking import link_ticket
from tickets.defects.marks import list_marks
from tickets.defects.merging import merge_defect
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.defects.reporting import report_known_issue
from tickets.defects.updates.sending import tell_customers
from tickets.errors import ConflictError
from tickets.improvements.answering import Answers, answer_questions
from tickets.models import (
    Defect,
    DefectEvent,
    DefectLink,
    DefectUpdate,
    DefectWork,
    Stage,
    SweepFailure,
    Ticket,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def defect(rocket: Cast) -> Defect:
    """A defect of three tickets, whose customers were not told yet."""
    with desk_scope(rocket.desk):
        made = report(rocket, rocket.open_ticket())
        for _ in range(2):
            link(rocket, made, rocket.open_ticket())
    return made


def link(cast: Cast, defect: Defect, ticket: Ticket) -> None:
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=cast.analyst, at=NOON)


def merge(cast: Cast, defect: Defect, into: Defect) -> Callable[[], Any]:
    pair = {"defect_id": defect.pk, "into_id": into.pk}
    return lambda: merge_defect(**pair, agent=cast.level_two, at=NOON)


def test_sweeps_that_run_at_once_tell_each_customer_once(rocket: Cast, defect: Defect) -> None:
    def sweep() -> int:
        return tell_customers(desk_id=rocket.desk.pk, at=LATER)

    at_once(rocket, sweep, sweep, sweep)
    with desk_scope(rocket.desk):
        tell(rocket)
        told = Counter(DefectUpdate.objects.values_list("ticket", flat=True))
        assert sorted(told.values()) == [1, 1, 1]
        assert not SweepFailure.objects.exists()


def test_one_of_two_people_who_move_a_stage_at_once_wins(rocket: Cast, defect: Defect) -> None:
    with desk_scope(rocket.desk):
        seen = Defect.objects.get(pk=defect.pk).revision
    results = at_once(
        rocket,
        lambda: move(rocket, defect, Stage.CONFIRMED, expected=seen),
        lambda: move(rocket, defect, Stage.WONT_FIX, expected=seen),
    )
    refused = [result for result in results if isinstance(result, ConflictError)]
    assert len(refused) == 1
    with desk_scope(rocket.desk):
        tell(rocket)
        won = Defect.objects.get(pk=defect.pk).stage
        assert set(DefectUpdate.objects.values_list("stage", flat=True)) == {won}


def test_a_stage_that_moves_while_customers_are_told_is_told_next(
    rocket: Cast, defect: Defect
) -> None:
    meanwhile(
        rocket,
        lambda: tell_customers(desk_id=rocket.desk.pk, at=LATER),
        lambda: move(rocket, defect, Stage.CONFIRMED),
    )
    with desk_scope(rocket.desk):
        tell(rocket)
        for ticket in Ticket.objects.all():
            assert list_told(ticket) == ["reported", "confirmed"]


def test_a_ticket_that_is_linked_during_the_release_hears_of_the_release_only(
    rocket: Cast, defect: Defect
) -> None:
    with desk_scope(rocket.desk):
        late = rocket.open_ticket()
    meanwhile(rocket, lambda: release(rocket, defect), lambda: link(rocket, defect, late))
    with desk_scope(rocket.desk):
        tell(rocket)
        assert list_told(late) == ["released"]


def test_a_ticket_is_not_linked_to_a_defect_that_is_being_merged(
    rocket: Cast, defect: Defect
) -> None:
    with desk_scope(rocket.desk):
        original, late = report(rocket), rocket.open_ticket()
    refused: list[Exception] = []

    def try_to_link() -> None:
        with pytest.raises(ConflictError, match="merged") as caught:
            link(rocket, defect, late)
        refused.append(caught.value)

    meanwhile(rocket, merge(rocket, defect, original), try_to_link)
    assert refused
    with desk_scope(rocket.desk):
        assert not DefectLink.objects.filter(ticket=late).exists()
        assert original.links.count() == 3


def test_two_defects_that_are_merged_into_each_other_leave_one(
    rocket: Cast, defect: Defect
) -> None:
    with desk_scope(rocket.desk):
        other = report(rocket, rocket.open_ticket())
    results = at_once(rocket, merge(rocket, defect, other), merge(rocket, other, defect))
    assert sum(isinstance(result, ConflictError) for result in results) == 1
    with desk_scope(rocket.desk):
        [left] = Defect.objects.exclude(stage=Stage.DUPLICATE)
        assert left.links.count() == 4
        tell(rocket)
        assert {tuple(list_told(ticket)) for ticket in Ticket.objects.all()} == {("reported",)}


def test_a_person_who_is_erased_while_customers_are_told(rocket: Cast, defect: Defect) -> None:
    meanwhile(
        rocket,
        lambda: tell_customers(desk_id=rocket.desk.pk, at=LATER),
        lambda: erase_person(desk=rocket.desk, contact=rocket.customer, by=rocket.admin, at=NOON),
    )
    with desk_scope(rocket.desk):
        tell(rocket)
        told = Counter(DefectUpdate.objects.values_list("ticket", flat=True))
        assert sorted(told.values()) == [1, 1, 1]


def rank(cast: Cast) -> int:
    return rank_stale_defects(desk_id=cast.desk.pk, at=LATER)


def count_accounts(defect: Defect) -> int:
    return Defect.objects.get(pk=defect.pk).accounts_hit


def move_a_ticket(cast: Cast, defect: Defect) -> None:
    """Move one of the tickets to another account, which the defect then affects."""
    ticket_id = DefectLink.objects.filter(defect=defect).values_list("ticket")[0][0]
    Ticket.objects.filter(pk=ticket_id).update(account=cast.other_account)


def test_a_ticket_that_changes_while_the_defect_is_ranked_counts(
    rocket: Cast, defect: Defect
) -> None:
    inside(rocket, lambda: rank(rocket), lambda: move_a_ticket(rocket, defect))
    with desk_scope(rocket.desk):
        assert rank(rocket) == 1
        assert count_accounts(defect) == 2


def test_a_change_that_commits_after_the_defect_was_ranked_counts(
    rocket: Cast, defect: Defect
) -> None:
    inside(rocket, lambda: move_a_ticket(rocket, defect), lambda: rank(rocket))
    with desk_scope(rocket.desk):
        assert rank(rocket) == 1
        assert count_accounts(defect) == 2
        assert rank(rocket) == 0


@pytest.fixture
def current(rocket: Cast, defect: Defect) -> ProductLine:
    """A line that has the fix, while the customer, who was told, is on another one."""
    with desk_scope(rocket.desk):
        server = Product.objects.create(desk=rocket.desk, name="Server")
        esr, fixed = (
            ProductLine.objects.create(desk=rocket.desk, product=server, name=name)
            for name in ("ESR", "Current")
        )
        Account.objects.filter(pk=rocket.account.pk).update(product_line=esr)
        Defect.objects.filter(pk=defect.pk).update(product=server)
        release(rocket, defect, line=fixed)
        while tell_customers(desk_id=rocket.desk.pk, at=LATER):
            pass
        move_marks_back(defect)
    return fixed


def move_marks_back(defect: Defect) -> None:
    """Leave a mark without news, as a change does that turned out to tell nobody anything."""
    list_marks(DefectWork.TELL).create(desk_id=defect.desk_id, defect=defect, work=DefectWork.TELL)


def tell_nobody(cast: Cast) -> None:
    assert tell_customers(desk_id=cast.desk.pk, at=LATER) == 0


def change_line(cast: Cast, line: ProductLine) -> None:
    Account.objects.filter(pk=cast.account.pk).update(product_line=line)


def test_a_line_that_changes_while_nobody_is_left_to_tell_is_told(
    rocket: Cast, defect: Defect, current: ProductLine
) -> None:
    inside(rocket, lambda: tell_nobody(rocket), lambda: change_line(rocket, current))
    with desk_scope(rocket.desk):
        tell(rocket)
        for ticket in Ticket.objects.all():
            assert list_told(ticket) == ["tested", "released"]


def test_a_change_of_line_that_commits_after_the_sweep_is_told(
    rocket: Cast, defect: Defect, current: ProductLine
) -> None:
    inside(rocket, lambda: change_line(rocket, current), lambda: tell_nobody(rocket))
    with desk_scope(rocket.desk):
        tell(rocket)
        for ticket in Ticket.objects.all():
            assert list_told(ticket) == ["tested", "released"]
        assert not list_marks(DefectWork.TELL).exists()


def test_changes_of_tickets_of_two_shared_defects_never_wait_for_each_other(
    rocket: Cast, defect: Defect
) -> None:
    """Each changes a ticket of both defects; locks of the defects would cross."""
    with desk_scope(rocket.desk):
        other = report(rocket)
        tickets = list(Ticket.objects.order_by("pk")[:2])
        for ticket in tickets:
            link(rocket, other, ticket)

    def change(ticket: Ticket) -> None:
        Ticket.objects.filter(pk=ticket.pk).update(account=rocket.other_account)

    inside(rocket, lambda: change(tickets[0]), lambda: change(tickets[1]))
    with desk_scope(rocket.desk):
        assert rank(rocket) == 2
        assert (count_accounts(defect), count_accounts(other)) == (2, 1)


def test_a_report_that_is_clicked_twice_at_once_links_once(rocket: Cast, defect: Defect) -> None:
    with desk_scope(rocket.desk):
        Defect.objects.filter(pk=defect.pk).update(is_published=True, public_title="Uploads")
        late = rocket.open_ticket()

    def click() -> bool:
        given = {"contact": rocket.customer, "ticket_id": late.pk, "defect_id": defect.pk}
        return report_known_issue(**given, at=NOON)[1]

    assert sorted(at_once(rocket, click, click)) == [False, True]
    with desk_scope(rocket.desk):
        assert DefectLink.objects.filter(ticket=late).count() == 1
        assert DefectEvent.objects.filter(data__ticket=late.number, kind="linked").count() == 1


def test_a_double_click_on_the_question_about_a_bug_reports_one_defect(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()

    def answer() -> None:
        answers = Answers(bug="Search forgets umlauts")
        answer_questions(ticket_id=ticket.pk, agent=rocket.analyst, answers=answers, at=NOON)

    assert at_once(rocket, *[answer] * 4) == [None] * 4
    with desk_scope(rocket.desk):
        assert DefectLink.objects.get(ticket=ticket).defect == Defect.objects.get()
