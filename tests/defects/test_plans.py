"""The planned version and date: promised only to the product line that they are for."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Account, Product, ProductLine
from helpdesk.shared.wording.fixes import describe_fix
from tests.cast import NOON, Cast
from tests.defects.helpers import move, release, report, tell
from tickets.actors import Actor
from tickets.defects.creating import change_defect
from tickets.defects.linking import link_ticket
from tickets.defects.moving import move_stage
from tickets.errors import InvalidValueError
from tickets.events import EventKind
from tickets.models import Defect, DefectUpdate, StageSetting, Ticket
from tickets.timeline import describe_event

TODAY = NOON.date()
PLAN = {"planned_version": "7.0.3", "planned_on": date(2099, 12, 10)}
TESTED = "It passed our tests.\n\nYou'll hear from us when {planned_version} is released."


@pytest.fixture
def server(in_rocket: Cast) -> Product:
    return Product.objects.create(desk=in_rocket.desk, name="Server")


@pytest.fixture
def lines(in_rocket: Cast, server: Product) -> dict[str, ProductLine]:
    return {
        name: ProductLine.objects.create(desk=in_rocket.desk, product=server, name=name)
        for name in ("7.x", "6.x")
    }


@pytest.fixture
def tickets(in_rocket: Cast, lines: dict[str, ProductLine]) -> dict[str, Ticket]:
    """Return a ticket on each line, and one whose line nobody knows."""
    Account.objects.filter(pk=in_rocket.account.pk).update(product_line=None)
    found = {name: in_rocket.open_ticket() for name in ("7.x", "6.x", "")}
    for name, line in lines.items():
        Ticket.objects.filter(pk=found[name].pk).update(product_line=line)
    return found


def report_for_all(cast: Cast, tickets: dict[str, Ticket], **fields: object) -> Defect:
    defect = report(cast, **fields)
    for ticket in tickets.values():
        link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=cast.analyst, at=NOON)
    return defect


def read_last(ticket: Ticket) -> str:
    told = DefectUpdate.objects.filter(ticket=ticket).exclude(text="")
    return told.order_by("-pk").values_list("text", flat=True)[0]


def read_banner(ticket: Ticket) -> str:
    return describe_fix(Ticket.objects.get(pk=ticket.pk), today=TODAY).text


def test_the_plan_of_a_line_is_promised_to_nobody_on_another(
    in_rocket: Cast, tickets: dict[str, Ticket], lines: dict[str, ProductLine], server: Product
) -> None:
    plan = {"plan_text": "A new page handler.", "planned_line": lines["7.x"], **PLAN}
    defect = report_for_all(in_rocket, tickets, product=server, **plan)
    move(in_rocket, defect, "planned")
    tell(in_rocket)
    for name in ("7.x", ""):
        assert "Planned version: 7.0.3" in read_last(tickets[name])
        assert "7.0.3" in read_banner(tickets[name])
    assert "A new page handler." in read_last(tickets["6.x"])
    for shown in (read_last(tickets["6.x"]), read_banner(tickets["6.x"])):
        assert "7.0.3" not in shown
        assert "2099" not in shown


def test_a_line_that_waits_is_not_promised_the_version_of_another(
    in_rocket: Cast, tickets: dict[str, Ticket], lines: dict[str, ProductLine], server: Product
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="tested", text=TESTED)
    defect = report_for_all(in_rocket, tickets, product=server, **PLAN)
    release(in_rocket, defect, "7.0.3", line=lines["7.x"])
    tell(in_rocket)
    waiting = tickets["6.x"]
    assert read_last(waiting) == "It passed our tests."
    assert read_banner(waiting) == "The fix is ready and waiting for its release."
    own = {"planned_version": "6.13.2", "planned_line": lines["6.x"], "planned_on": None}
    change_defect(defect_id=defect.pk, agent=in_rocket.level_two, fields=own, at=NOON)
    assert read_banner(waiting) == "Fix planned for 6.13.2."
    assert "7.0.3" in read_banner(tickets["7.x"])


def test_the_history_of_a_waiting_ticket_names_the_release_and_no_stage(
    in_rocket: Cast, tickets: dict[str, Ticket], lines: dict[str, ProductLine], server: Product
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="tested", name="Verified by QA")
    defect = report_for_all(in_rocket, tickets, product=server)
    release(in_rocket, defect, "7.0.3", line=lines["7.x"])
    tell(in_rocket)
    sentences = {}
    for name, ticket in tickets.items():
        event = ticket.events.filter(kind=EventKind.DEFECT_UPDATED).latest("pk")
        sentences[name] = describe_event(event, in_rocket.desk)
    assert sentences["6.x"] == (
        f"Defect {defect.key} was released for 7.x, not for this ticket's product line yet. "
        "The customer got an update."
    )
    assert 'moved to "Released"' in sentences["7.x"]


def test_a_plan_that_says_nothing_is_told_to_nobody(in_rocket: Cast) -> None:
    defect, by = report(in_rocket, plan_text=" "), Actor.of(in_rocket.level_two)
    with pytest.raises(InvalidValueError, match="Enter the plan") as refused:
        move_stage(defect_id=defect.pk, stage="planned", by=by, at=NOON)
    assert refused.value.field == "plan_text"
    change = {"defect_id": defect.pk, "agent": in_rocket.level_two, "at": NOON}
    change_defect(**change, fields={"planned_on": TODAY})
    move_stage(defect_id=defect.pk, stage="planned", by=by, at=NOON)


def test_a_plan_is_for_a_line_of_the_defects_product_and_desk(
    in_rocket: Cast, lines: dict[str, ProductLine]
) -> None:
    mobile = Product.objects.create(desk=in_rocket.desk, name="Mobile")
    with pytest.raises(InvalidValueError, match="product line") as refused:
        report(in_rocket, product=mobile, planned_line=lines["7.x"])
    assert refused.value.field == "planned_line"
    defect = report(in_rocket, planned_line=lines["7.x"])
    change = {"defect_id": defect.pk, "agent": in_rocket.level_two, "at": NOON}
    with pytest.raises(InvalidValueError, match="product line"):
        change_defect(**change, fields={"product": mobile})
    change_defect(**change, fields={"product": mobile, "planned_line": None})
