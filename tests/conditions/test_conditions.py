"""The filter language: conditions from parameters to queue rows, and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from accounts.models import Agent, Department, Plan, Visibility
from accounts.staff import set_department_members
from tests.agent.conftest import inside
from tests.cast import NOON, Cast
from tickets.access import queue_for_agent
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.conditions.conditions import MAX_VALUES, Conditions, apply, parse
from tickets.conditions.properties import NOT, PROPERTIES, get_positive, is_negated
from tickets.models import Tag, Ticket, TicketTag
from tickets.services import assign, close, escalate


def find(cast: Cast, **parameters: str) -> list[int]:
    """Return the numbers of the analyst's tickets that meet conditions, oldest first."""
    rows = apply(queue_for_agent(cast.analyst), parse(parameters), agent=cast.analyst, at=NOON)
    return sorted(rows.values_list("number", flat=True))


def tag(cast: Cast, ticket: Ticket, name: str) -> Tag:
    made = Tag.objects.create(desk=cast.desk, name=name)
    TicketTag.objects.create(desk=cast.desk, ticket=ticket, tag=made)
    return made


def test_conditions_survive_the_way_to_parameters_and_back() -> None:
    given = {"status": "waiting,open", "assignee": "me", "tag": "3", "created_after": "2026-11-01"}
    assert parse({**given, "view": "mine", "sort": "newest"}).as_parameters() == given
    assert parse({}) == Conditions()
    assert parse({"status": " open , , open", "level": ""}).as_parameters() == {"status": "open"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "nonsense"),
        ("status", "open,nonsense"),
        ("priority", "0"),
        ("priority", "-1"),
        ("priority", "٣"),
        ("account", "9" * 19),
        ("assignee", "you"),
        ("due", "never"),
        ("has", "everything"),
        ("language", "de_DE'"),
        ("language", "x" * 40),
        ("created_after", "yesterday"),
        ("created_after", "20261101"),
        ("created_after", "2026-02-30"),
        ("created_after", "0001-01-01"),
        ("created_after", "2026-11-01,2026-11-02"),
        ("tag", ",".join(str(i) for i in range(1, MAX_VALUES + 2))),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_a_sentence(name: str, value: str) -> None:
    with pytest.raises(ValidationError, match="a filter that doesn't exist here"):
        parse({name: value})


def test_any_of_several_values_is_enough(in_rocket: Cast) -> None:
    by = Actor.of(in_rocket.lead)
    new, escalated, closed = (in_rocket.open_ticket() for _ in range(3))
    for ticket in (new, escalated, closed):
        assign(ticket_id=ticket.pk, agent=None, by=by, at=NOON)
    assign(ticket_id=new.pk, agent=in_rocket.analyst, by=by, at=NOON)
    escalate(ticket_id=escalated.pk, by=by, at=NOON)
    close(ticket_id=closed.pk, by=by, at=NOON)
    assert find(in_rocket, status="escalated,closed") == [escalated.number, closed.number]
    assert find(in_rocket, assignee="me,nobody", level="l1,l2") == find(
        in_rocket, assignee="me,nobody"
    )
    assert new.number in find(in_rocket, assignee="me,nobody")


def test_a_tag_finds_its_tickets(in_rocket: Cast) -> None:
    tagged, other = in_rocket.open_ticket(), in_rocket.open_ticket()
    sso, crash = tag(in_rocket, tagged, "sso"), tag(in_rocket, other, "crash")
    assert find(in_rocket, tag=str(sso.pk)) == [tagged.number]
    assert find(in_rocket, tag=f"{sso.pk},{crash.pk}") == [tagged.number, other.number]
    assert find(in_rocket, tag=str(crash.pk + 999)) == []


def test_a_plan_finds_the_tickets_of_its_accounts(in_rocket: Cast) -> None:
    gold = Plan.objects.create(desk=in_rocket.desk, name="Gold")
    in_rocket.other_account.plan = gold
    in_rocket.other_account.save()
    in_rocket.open_ticket()
    theirs = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    assert find(in_rocket, plan=str(gold.pk)) == [theirs.number]


def test_a_language_covers_its_regions(in_rocket: Cast) -> None:
    german, swiss, dense = (in_rocket.open_ticket() for _ in range(3))
    for ticket, language in ((german, "de"), (swiss, "de-CH"), (dense, "den")):
        Ticket.objects.filter(pk=ticket.pk).update(language=language)
    assert find(in_rocket, language="de") == [german.number, swiss.number]


def test_files_of_messages_are_found(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    file = NewFile(name="log.txt", content=b"boom", content_type="text/plain")
    with_file = in_rocket.open_ticket(files=(file,))
    assert find(in_rocket, has="attachment") == [with_file.number]


def test_days_start_at_the_desks_midnight(in_rocket: Cast) -> None:
    """In Sao Paulo, November 18 starts at 03:00 UTC."""
    midnight = NOON.replace(hour=3)
    eve = in_rocket.open_ticket(at=midnight - timedelta(seconds=1))
    day = in_rocket.open_ticket(at=midnight)
    assert find(in_rocket, created_after="2026-11-18") == [day.number]
    assert find(in_rocket, created_before="2026-11-18") == [eve.number]
    assert find(in_rocket, created_after="2026-11-17", created_before="2026-11-18") == [eve.number]


def test_a_requester_has_their_tickets(in_rocket: Cast) -> None:
    in_rocket.open_ticket()
    theirs = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    assert find(in_rocket, requester=str(in_rocket.elsewhere.pk)) == [theirs.number]


def test_no_condition_shows_a_ticket_of_another_desk(rocket: Cast, matter: Cast) -> None:
    with inside(matter):
        foreign = matter.open_ticket()
        made = tag(matter, foreign, "sso")
    with inside(rocket):
        rocket.open_ticket()
        assert find(rocket, tag=str(made.pk)) == []
        assert find(rocket, plan=str(matter.plan.pk)) == []
        assert find(rocket, requester=str(matter.customer.pk)) == []


def test_no_condition_shows_a_ticket_of_a_restricted_department(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    made = tag(in_rocket, ticket, "sso")
    assign(ticket_id=ticket.pk, agent=None, by=Actor.of(in_rocket.lead), at=NOON)
    assert find(in_rocket, tag=str(made.pk)) == [ticket.number]
    department = Department.objects.get(pk=ticket.department_id)
    Department.objects.filter(pk=department.pk).update(visibility=Visibility.MEMBERS)
    set_department_members(department=department, agents=[in_rocket.lead])
    in_rocket.analyst = Agent.objects.get(pk=in_rocket.analyst.pk)
    assert find(in_rocket, tag=str(made.pk)) == []


VALUES = {
    "status": "open", "level": "l1", "assignee": "me", "channel": "email", "needs": "unread",
    "due": "soon", "language": "de", "has": "attachment",
    "impact": "stopped",
}  # fmt: skip


def test_every_property_compiles_to_a_statement_that_runs(in_rocket: Cast) -> None:
    for name, known in PROPERTIES.items():
        value = VALUES.get(get_positive(name), "2026-11-01" if known.is_single else "7")
        assert isinstance(find(in_rocket, **{name: value}), list)


def test_a_value_and_its_absence_share_all_tickets(in_rocket: Cast) -> None:
    """Tickets without a value are among those that don't have it."""
    tickets = [in_rocket.open_ticket() for _ in range(3)]
    made = tag(in_rocket, tickets[0], "sso")
    Ticket.objects.filter(pk=tickets[0].pk).update(language="de")
    Ticket.objects.filter(pk=tickets[1].pk).update(department=None, account=None)
    close(ticket_id=tickets[2].pk, by=Actor.of(in_rocket.lead), at=NOON)
    values = VALUES | {
        "tag": str(made.pk),
        "department": str(tickets[0].department_id),
        "account": str(in_rocket.account.pk),
        "status": "closed",
        "needs": "answer",
    }
    numbers = {ticket.number for ticket in tickets}
    for name, known in PROPERTIES.items():
        if known.is_single or is_negated(name):
            continue
        value = values.get(name, "7")
        having, others = find(in_rocket, **{name: value}), find(in_rocket, **{NOT + name: value})
        assert {*having, *others} == numbers, name
        assert not {*having} & {*others}, name
    assert find(in_rocket, not_department=values["department"]) == [tickets[1].number]
    assert find(in_rocket, not_tag=str(made.pk)) == [tickets[1].number, tickets[2].number]
