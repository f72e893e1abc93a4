"""Agents set values of fields; statuses require some; customers' own answers are the same thing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.agent.conftest import inside
from tests.cast import NOON, Cast
from tests.fields.conftest import AddField
from tickets.actors import SYSTEM, Actor
from tickets.errors import ConflictError, InvalidValueError, MissingFieldsError, NotAllowedError
from tickets.events import EventKind
from tickets.fields.setting import set_field_values
from tickets.models import FieldValue, State, Ticket
from tickets.services import change_status, close, escalate, reply


def set_values(cast: Cast, ticket: Ticket, **values: object) -> Ticket:
    by = Actor.of(cast.analyst)
    return set_field_values(ticket_id=ticket.pk, values=values, by=by, at=NOON)


def test_a_value_is_kept_typed_and_told_in_the_history(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    fields = {kind: add_field(kind, kind) for kind in ("number", "date", "version", "text")}
    with inside(rocket):
        set_values(rocket, ticket, number="7.5", date="2026-11-27", version="8.10.2", text="Hi")
        kept = {row.field_id: row for row in FieldValue.objects.filter(ticket=ticket)}
        assert str(kept[fields["number"].pk].number) == "7.5000"
        assert kept[fields["date"].pk].day.isoformat() == "2026-11-27"
        assert kept[fields["version"].pk].sorted_as == "00000008.00000010.00000002"
        assert kept[fields["text"].pk].text == "Hi"
        set_values(rocket, ticket, text="")
        assert Ticket.objects.get(pk=ticket.pk).fields.get("text") is None
        assert not FieldValue.objects.filter(ticket=ticket, field=fields["text"]).exists()
        first, second = ticket.events.filter(kind=EventKind.FIELDS_CHANGED).order_by("pk")
        assert [one["after"] for one in first.data["fields"]] == [
            "7.5",
            "2026-11-27",
            "8.10.2",
            "Hi",
        ]
        assert second.data["fields"] == [
            {"key": "text", "label": "Text", "kind": "text", "before": "Hi", "after": ""}
        ]
        set_values(rocket, ticket, text="")
        assert ticket.events.filter(kind=EventKind.FIELDS_CHANGED).count() == 2


def test_two_agents_who_set_one_field_do_not_overwrite_each_other(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause")
    add_field("fix")
    given = {"ticket_id": ticket.pk, "by": Actor.of(rocket.analyst), "at": NOON}
    with inside(rocket):
        set_values(rocket, ticket, cause="Disk full")
        with pytest.raises(ConflictError, match="“Disk full”"):
            set_field_values(values={"cause": "Network"}, expected={"cause": ""}, **given)
        set_field_values(values={"fix": "Restart"}, expected={"fix": ""}, **given)
        assert Ticket.objects.get(pk=ticket.pk).fields == {"cause": "Disk full", "fix": "Restart"}


def test_a_conditional_field_exists_only_with_its_condition(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    area = add_field("area", "select", choices=["Cluster", "Login"])
    nodes = add_field("nodes", "number", shown_if=area, shown_value="Cluster")
    add_field("zone", shown_if=nodes, shown_value="3")
    with inside(rocket):
        with pytest.raises(InvalidValueError, match="doesn't apply to this ticket"):
            set_values(rocket, ticket, nodes=3)
        set_values(rocket, ticket, area="Cluster", nodes=3, zone="West")
        set_values(rocket, ticket, area="Login")
        with pytest.raises(InvalidValueError):
            set_values(rocket, ticket, zone="East")


def test_a_field_of_another_department_or_product_is_none_of_the_ticket(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    mine = ticket.department
    other = next(one for one in rocket.departments.values() if one != mine)
    add_field("mine", department=mine)
    add_field("theirs", department=other)
    with inside(rocket):
        set_values(rocket, ticket, mine="Yes")
        with pytest.raises(InvalidValueError):
            set_values(rocket, ticket, theirs="No")
        with pytest.raises(InvalidValueError, match="doesn't exist"):
            set_values(rocket, ticket, nothing="No")


def test_a_status_waits_for_its_fields(rocket: Cast, ticket: Ticket, add_field: AddField) -> None:
    add_field("cause", required_for=State.CLOSED)
    add_field("version", "version", required_for=State.CLOSED)
    given = {"ticket_id": ticket.pk, "by": Actor.of(rocket.analyst), "at": NOON}
    with inside(rocket):
        change_status(move="investigate", **given)
        with pytest.raises(MissingFieldsError, match="Cause, Version") as caught:
            close(**given)
        assert caught.value.missing == ["Cause", "Version"]
        answer = {"agent": rocket.analyst, "text": "Done.", "then": "closed"}
        with pytest.raises(MissingFieldsError):
            reply(ticket_id=ticket.pk, at=NOON, **answer)
        assert Ticket.objects.get(pk=ticket.pk).status == State.INVESTIGATING
        set_values(rocket, ticket, cause="Disk full", version="8.1")
        close(**given)
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_spam_silence_and_the_customer_need_no_field(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause", required_for=State.CLOSED)
    with inside(rocket):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON, reason="spam")
        theirs = rocket.open_ticket()
        close(ticket_id=theirs.pk, by=Actor.of(rocket.customer), at=NOON)
        assert Ticket.objects.get(pk=theirs.pk).status == State.CLOSED


def test_an_escalation_waits_for_its_fields_too(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    add_field("logs", "link", required_for=State.ESCALATED)
    given = {"ticket_id": ticket.pk, "by": Actor.of(rocket.analyst), "at": NOON}
    with inside(rocket):
        with pytest.raises(MissingFieldsError, match="Logs"):
            escalate(why="Help", **given)
        set_values(rocket, ticket, logs="files.example/1")
        assert escalate(why="Help", **given).status == State.ESCALATED


def test_observers_customers_and_plumbline_set_nothing(
    rocket: Cast, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause")
    at = NOON + timedelta(hours=1)
    with inside(rocket):
        for by in (Actor.of(rocket.observer), Actor.of(rocket.customer), SYSTEM):
            with pytest.raises(NotAllowedError):
                set_field_values(ticket_id=ticket.pk, values={"cause": "x"}, by=by, at=at)


def test_the_fields_of_another_desk_are_unknown_here(
    rocket: Cast, matter: Cast, ticket: Ticket, add_field: AddField
) -> None:
    add_field("cause")
    with inside(matter):
        other = matter.open_ticket()
        by = Actor.of(matter.analyst)
        with pytest.raises(InvalidValueError, match="doesn't exist"):
            set_field_values(ticket_id=other.pk, values={"cause": "x"}, by=by, at=NOON)
