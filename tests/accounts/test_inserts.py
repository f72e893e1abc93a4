"""Bulk inserts: IDs in order, clean values, and rows of the own desk only."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.database import inserts
from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets.models import ImportedRow, Message, Tag, Ticket, TicketEvent, TicketTag


def make_message(ticket: Ticket, text: str) -> Message:
    return Message(
        desk=ticket.desk, ticket=ticket, contact=ticket.contact, channel="email", created_at=NOON,
        body_text=text,
    )  # fmt: skip


def test_rows_are_written_in_their_order_as_bulk_create_writes_them(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = in_rocket.open_ticket()
    texts = ["b\x00\x07\r\na", "ä ”\\ {} %s 接", "", "'); --"]
    new = [make_message(ticket, text) for text in texts]
    others = [make_message(ticket, text) for text in texts]
    monkeypatch.setattr(inserts, "AT_ONCE", 3)
    with CaptureQueriesContext(connection) as queries:
        inserts.insert_objects(iter(new))
    assert len(queries) == 2
    Message.objects.bulk_create(others)
    names = [field.attname for field in Message._meta.concrete_fields if field.attname != "id"]
    written = Message.objects.filter(pk__in=[each.pk for each in new]).order_by("pk")
    expected = Message.objects.filter(pk__in=[each.pk for each in others]).order_by("pk")
    assert list(written.values(*names)) == list(expected.values(*names))
    assert [each.pk for each in written] == [each.pk for each in new]
    new[0].save()  # an update
    assert Message.objects.filter(body_text="b\na").count() == 2


def test_numbers_times_and_objects_keep_their_type(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    data = {"is_first": True, "status": ["open", "closed"], "message": 2**40, "no": None}
    event = TicketEvent(desk=ticket.desk, ticket=ticket, kind="x", at=NOON, actor_kind="system",
                        data=data)  # fmt: skip
    inserts.insert_objects([event])
    event.refresh_from_db()
    assert (event.data, event.at, event.actor_id) == (data, NOON, None)


def test_rows_that_are_there_are_left_out_or_updated_on_request_only(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    tag = Tag.objects.create(desk=in_rocket.desk, name="vip")
    made = [TicketTag(desk=in_rocket.desk, ticket=ticket, tag=tag) for _ in range(2)]
    inserts.insert_missing(made)
    assert TicketTag.objects.filter(ticket=ticket).count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        inserts.insert_objects([TicketTag(desk=in_rocket.desk, ticket=ticket, tag=tag)])
    row = {"desk_id": in_rocket.desk.pk, "source": "old", "kind": "tag", "source_id": "1"}
    last = "ON CONFLICT (desk_id, source, kind, source_id) DO UPDATE SET row_id = excluded.row_id"
    for row_id in (4, 5):
        given = row | {"row_id": row_id, "number": "", "digest": ""}
        inserts.insert_rows(ImportedRow, [given], last)
    assert ImportedRow.objects.get().row_id == 5
    inserts.insert_rows(ImportedRow, [])
    inserts.insert_missing([])


def test_nothing_is_written_for_another_desk(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    with desk_scope(matter.desk), pytest.raises((ProgrammingError, IntegrityError)):
        inserts.insert_objects([make_message(ticket, "Hello")])
