"""Product lines of tickets and accounts: whose fix it is, and what follows when a line changes."""

from __future__ import annotations

import pytest

from accounts.models import Account, Plan, Product, ProductLine
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.defects.helpers import list_told, release, report, tell
from tickets.actors import Actor
from tickets.defects.creating import change_defect
from tickets.defects.ranks.impact import rank_stale_defects
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import IN_QUEUE, Defect, Ticket
from tickets.services import change_product_line


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def server(in_rocket: Cast) -> Product:
    return Product.objects.create(desk=in_rocket.desk, name="Server")


@pytest.fixture
def lines(in_rocket: Cast, server: Product) -> dict[str, ProductLine]:
    return {
        name: ProductLine.objects.create(desk=in_rocket.desk, product=server, name=name)
        for name in ("Current", "ESR")
    }


def set_account_line(cast: Cast, line: ProductLine) -> None:
    Account.objects.filter(pk=cast.account.pk).update(product_line=line)


def set_line(cast: Cast, ticket: Ticket, line: ProductLine | None, **more: object) -> Ticket:
    by = Actor.of(cast.analyst)
    return change_product_line(ticket_id=ticket.pk, line=line, by=by, at=NOON, **more)


def test_an_account_that_moves_to_the_fixed_line_hears_of_the_fix(
    in_rocket: Cast, ticket: Ticket, server: Product, lines: dict[str, ProductLine]
) -> None:
    set_account_line(in_rocket, lines["ESR"])
    defect = report(in_rocket, ticket, product=server)
    release(in_rocket, defect, "9.1", line=lines["Current"])
    tell(in_rocket)
    assert list_told(ticket) == ["tested"]
    set_account_line(in_rocket, lines["Current"])
    tell(in_rocket)
    assert list_told(ticket) == ["tested", "released"]
    set_account_line(in_rocket, lines["ESR"])  # the fix they heard about is still true
    tell(in_rocket)
    assert list_told(ticket) == ["tested", "released"]


def test_the_line_of_the_ticket_comes_before_the_accounts(
    in_rocket: Cast, ticket: Ticket, server: Product, lines: dict[str, ProductLine]
) -> None:
    set_account_line(in_rocket, lines["ESR"])
    defect = report(in_rocket, ticket, product=server)
    release(in_rocket, defect, "9.1", line=lines["Current"])
    tell(in_rocket)
    set_line(in_rocket, ticket, lines["Current"])
    tell(in_rocket)
    assert list_told(ticket) == ["tested", "released"]


def test_a_line_of_another_product_does_not_keep_the_fix_from_a_customer(
    in_rocket: Cast, ticket: Ticket, lines: dict[str, ProductLine]
) -> None:
    set_account_line(in_rocket, lines["ESR"])
    mobile = Product.objects.create(desk=in_rocket.desk, name="Mobile")
    store = ProductLine.objects.create(desk=in_rocket.desk, product=mobile, name="Store")
    defect = report(in_rocket, ticket, product=mobile)
    release(in_rocket, defect, "2.0", line=store)
    tell(in_rocket)
    assert list_told(ticket) == ["released"]


def test_a_change_is_one_event_and_only_agents_may_make_it(
    in_rocket: Cast, ticket: Ticket, lines: dict[str, ProductLine]
) -> None:
    for _ in range(2):
        set_line(in_rocket, ticket, lines["ESR"])
    [event] = ticket.events.filter(kind=EventKind.PRODUCT_LINE_CHANGED)
    assert event.data == {"line": ["", "Server ESR"]}
    with pytest.raises(ConflictError):
        set_line(in_rocket, ticket, None, expected=None)
    with pytest.raises(NotAllowedError):
        change_product_line(
            ticket_id=ticket.pk, line=None, by=Actor.of(in_rocket.observer), at=NOON
        )


def test_the_weight_of_a_plan_and_the_desks_threshold_change_the_rank(
    in_rocket: Cast, ticket: Ticket
) -> None:
    defect = report(in_rocket, ticket)
    rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON)
    before = Defect.objects.get(pk=defect.pk)
    Plan.objects.filter(pk=in_rocket.plan.pk).update(impact_weight=10)
    assert rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON) == 1
    after = Defect.objects.get(pk=defect.pk)
    assert after.rank > before.rank
    type(in_rocket.desk).objects.filter(pk=in_rocket.desk.pk).update(major_impact=1)
    assert rank_stale_defects(desk_id=in_rocket.desk.pk, at=NOON) == 1
    assert Defect.objects.get(pk=defect.pk).rank_facts["is_major"]


def test_a_fix_is_not_released_for_a_line_of_another_product_or_desk(
    in_rocket: Cast, matter: Cast, server: Product, lines: dict[str, ProductLine]
) -> None:
    mobile = Product.objects.create(desk=in_rocket.desk, name="Mobile")
    with desk_scope(matter.desk):
        theirs = Product.objects.create(desk=matter.desk, name="Server")
        foreign = ProductLine.objects.create(desk=matter.desk, product=theirs, name="ESR")
    of_mobile, of_any = report(in_rocket, product=mobile), report(in_rocket)
    for defect, line in ((of_mobile, lines["ESR"]), (of_mobile, foreign), (of_any, foreign)):
        with pytest.raises(InvalidValueError, match="product line") as refused:
            release(in_rocket, defect, "9.1", line=line)
        assert refused.value.field == "line"
        assert not defect.releases.exists()
        assert Defect.objects.get(pk=defect.pk).stage == "reported"
    release(in_rocket, of_any, "9.1", line=lines["ESR"])


def test_a_product_stays_while_the_fix_is_released_for_one_of_its_lines(
    in_rocket: Cast, server: Product, lines: dict[str, ProductLine]
) -> None:
    defect = report(in_rocket, product=server)
    release(in_rocket, defect, "9.1", line=lines["ESR"])
    mobile = Product.objects.create(desk=in_rocket.desk, name="Mobile")
    given = {"defect_id": defect.pk, "agent": in_rocket.level_two, "at": NOON}
    with pytest.raises(InvalidValueError, match=r"Version 9\.1 was released for Server ESR"):
        change_defect(**given, fields={"product": mobile})
    change_defect(**given, fields={"product": None})
    change_defect(**given, fields={"product": server})
    assert Defect.objects.get(pk=defect.pk).product == server


def list_queue(cast: Cast) -> list[Defect]:
    rank_stale_defects(desk_id=cast.desk.pk, at=NOON)
    return list(Defect.objects.filter(IN_QUEUE, desk=cast.desk))


def test_a_defect_stays_in_the_queue_while_a_line_waits_for_its_release(
    in_rocket: Cast, ticket: Ticket, server: Product, lines: dict[str, ProductLine]
) -> None:
    set_account_line(in_rocket, lines["ESR"])
    defect = report(in_rocket, ticket, product=server)
    release(in_rocket, defect, "9.1", line=lines["Current"])
    (queued,) = list_queue(in_rocket)
    assert (queued.pk, queued.tickets_waiting, queued.is_in_queue) == (defect.pk, 1, True)
    release(in_rocket, defect, "8.4.7", line=lines["ESR"])
    assert list_queue(in_rocket) == []
    defect.refresh_from_db()
    assert (defect.tickets_waiting, defect.is_in_queue) == (0, False)


def test_an_account_that_moves_to_another_line_puts_the_defect_back(
    in_rocket: Cast, ticket: Ticket, server: Product, lines: dict[str, ProductLine]
) -> None:
    set_account_line(in_rocket, lines["Current"])
    defect = report(in_rocket, ticket, product=server)
    release(in_rocket, defect, "9.1", line=lines["Current"])
    assert list_queue(in_rocket) == []
    set_account_line(in_rocket, lines["ESR"])
    assert list_queue(in_rocket) == [defect]
    set_line(in_rocket, ticket, lines["Current"])
    assert list_queue(in_rocket) == []


def test_a_release_for_all_lines_ends_the_work(
    in_rocket: Cast, ticket: Ticket, server: Product, lines: dict[str, ProductLine]
) -> None:
    set_account_line(in_rocket, lines["ESR"])
    defect = report(in_rocket, ticket, product=server)
    release(in_rocket, defect, "9.1")
    assert list_queue(in_rocket) == []
