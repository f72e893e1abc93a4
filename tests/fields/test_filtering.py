"""Lists of tickets are filtered by the values of fields."""

from __future__ import annotations

import pytest

from tests.agent.conftest import inside
from tests.cast import NOON, Cast
from tests.fields.conftest import AddField
from tickets.actors import Actor
from tickets.errors import InvalidValueError
from tickets.fields.filtering import filter_by_field
from tickets.fields.setting import set_field_values
from tickets.models import QueueRow, Ticket

VALUES = {
    "number": ["2", "10"],
    "version": ["9.2", "9.11"],
    "date": ["2026-01-02", "2026-10-01"],
}


def open_with(cast: Cast, **values: str) -> Ticket:
    ticket = cast.open_ticket()
    by = Actor.of(cast.analyst)
    return set_field_values(ticket_id=ticket.pk, values=values, by=by, at=NOON)


@pytest.mark.parametrize("kind", VALUES)
def test_typed_values_compare_by_their_type(rocket: Cast, add_field: AddField, kind: str) -> None:
    field = add_field("size", kind)
    low, high = VALUES[kind]
    with inside(rocket):
        first, second = open_with(rocket, size=low), open_with(rocket, size=high)
        third = rocket.open_ticket()
        rows = QueueRow.objects.filter(desk=rocket.desk).order_by("pk")

        def find(operator: str, value: str = "") -> list[int]:
            found = filter_by_field(rows, field, operator, value)
            return list(found.values_list("pk", flat=True))

        assert find("is", high) == [second.pk]
        assert find("is_not", high) == [first.pk, third.pk]
        assert find("less", high) == [first.pk]
        assert find("at_most", high) == [first.pk, second.pk]
        assert find("more", low) == [second.pk]
        assert find("at_least", low) == [first.pk, second.pk]
        assert find("is_set") == [first.pk, second.pk]
        assert find("is_not_set") == [third.pk]


def test_a_choice_has_no_order_and_a_value_must_be_one(rocket: Cast, add_field: AddField) -> None:
    field = add_field("area", "select", choices=["Cluster", "Login"])
    with inside(rocket):
        ticket = open_with(rocket, area="Login")
        rows = Ticket.objects.filter(desk=rocket.desk)
        assert filter_by_field(rows, field, "is", "Login").get() == ticket
        with pytest.raises(ValueError, match="no operator"):
            filter_by_field(rows, field, "less", "Login")
        with pytest.raises(InvalidValueError):
            filter_by_field(rows, field, "is", "Desktop")
        with pytest.raises(InvalidValueError):
            filter_by_field(rows, field, "is", "")


def test_another_desks_values_are_not_found(
    rocket: Cast, matter: Cast, add_field: AddField
) -> None:
    field = add_field("cause")
    with inside(rocket):
        open_with(rocket, cause="Disk")
    with inside(matter):
        rows = Ticket.objects.all()
        assert not filter_by_field(rows, field, "is", "Disk").exists()
