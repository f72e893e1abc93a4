"""Tags of tickets: services, events, and the desk's wall."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import NotAllowedError
from tickets.events import EventKind
from tickets.models import Tag, Ticket, TicketTag
from tickets.services import set_tags
from tickets.services.tags import get_tag_ids, list_tags


@pytest.fixture
def tags(in_rocket: Cast) -> dict[str, Tag]:
    names = ("billing", "outage", "vip")
    return {name: Tag.objects.create(desk=in_rocket.desk, name=name) for name in names}


def list_changes(ticket: Ticket) -> list[dict]:
    events = ticket.events.filter(kind=EventKind.TAGS_CHANGED).order_by("pk")
    return list(events.values_list("data", flat=True))


def test_each_change_of_tags_is_one_event(in_rocket: Cast, tags: dict[str, Tag]) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    for chosen in (["vip", "billing"], ["billing", "vip"], ["vip"]):
        set_tags(ticket_id=ticket.pk, tags=[tags[name] for name in chosen], by=by, at=NOON)
    assert list_tags(ticket) == [tags["vip"]]
    assert list_changes(ticket) == [
        {"added": ["billing", "vip"], "removed": []},
        {"added": [], "removed": ["billing"]},
    ]


def test_setting_tags_replaces_the_others(in_rocket: Cast, tags: dict[str, Tag]) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    set_tags(ticket_id=ticket.pk, tags=[tags["vip"], tags["billing"]], by=by, at=NOON)
    set_tags(ticket_id=ticket.pk, tags=[tags["vip"], tags["outage"]], by=by, at=NOON)
    set_tags(ticket_id=ticket.pk, tags=[tags["vip"], tags["outage"]], by=by, at=NOON)
    assert list_tags(ticket) == [tags["outage"], tags["vip"]]
    assert list_changes(ticket)[1:] == [{"added": ["outage"], "removed": ["billing"]}]


def test_an_observer_cannot_change_tags(in_rocket: Cast, tags: dict[str, Tag]) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.observer)
    with pytest.raises(NotAllowedError):
        set_tags(ticket_id=ticket.pk, tags=[tags["vip"]], by=by, at=NOON)
    assert list_tags(ticket) == []


def test_names_differ_by_more_than_case(in_rocket: Cast, tags: dict[str, Tag]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Tag.objects.create(desk=in_rocket.desk, name="VIP")


def test_two_desks_have_their_own_tags(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        Tag.objects.create(desk=rocket.desk, name="vip")
    with desk_scope(matter.desk):
        foreign = Tag.objects.create(desk=matter.desk, name="vip")
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        assert not Tag.objects.filter(pk=foreign.pk).exists()
        with pytest.raises(IntegrityError), transaction.atomic():
            TicketTag.objects.create(desk=rocket.desk, ticket=ticket, tag=foreign)


def test_the_tags_of_a_ticket_are_read_once(in_rocket: Cast, tags: dict[str, Tag]) -> None:
    ticket = in_rocket.open_ticket()
    set_tags(ticket_id=ticket.pk, tags=[tags["vip"]], by=Actor.of(in_rocket.analyst), at=NOON)
    found = Ticket.objects.get(pk=ticket.pk)
    with CaptureQueriesContext(connection) as queries:
        assert get_tag_ids(found) == get_tag_ids(found) == {tags["vip"].pk}
    assert len(queries) == 1
