"""Erasing a desk leaves only the installation's stub, and other desks lose nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import ProgrammingError, transaction

from accounts.models import AuditEntry, Contact, Desk, ErasedDesk, User
from accounts.tenancy import desk_scope, system_scope
from helpdesk.desks.erasure import erase_desk
from helpdesk.desks.tables import list_desk_models, order_children_first
from tests.cast import NOON, Cast
from tests.privacy.conftest import CANARIES, Planted
from tests.privacy.search import find_in_files, find_in_tables
from tickets.models import Message, Ticket, TicketEvent


def count_rows(desk_id: int) -> dict[str, int]:
    with system_scope("test"):
        counts = {
            m._meta.label: m._base_manager.filter(desk_id=desk_id).count()
            for m in list_desk_models()
        }
    return {label: count for label, count in counts.items() if count}


def test_no_row_no_file_and_no_user_is_left(planted: Planted, matter: Cast, outbox: Path) -> None:
    desk = planted.cast.desk
    with desk_scope(matter.desk):
        matter.open_ticket()
    default_storage.save(f"{desk.pk}/zz/orphan", ContentFile(b"xylographquux"))
    mine, theirs, number = count_rows(desk.pk), count_rows(matter.desk.pk), desk.pk
    assert len(mine) > 15

    stub = erase_desk(desk=desk, by="test", at=NOON)

    assert count_rows(number) == {}
    assert count_rows(matter.desk.pk) == theirs
    assert not Desk.objects.filter(slug="rocket").exists()
    assert find_in_tables(CANARIES) == []
    assert find_in_files(CANARIES, outbox) == []
    assert find_in_tables([r"@rocket\.example"]) == []
    assert not Session.objects.exists()
    expected = mine | {"accounts.AuditEntry": mine["accounts.AuditEntry"] + 1}
    assert {label: stub.counts[label] for label in mine} == expected
    assert stub.counts["files"] == 4
    assert (stub.slug, stub.number) == ("rocket", number)


def test_a_user_of_both_desks_stays(rocket: Cast, matter: Cast) -> None:
    both = rocket.analyst.user
    with desk_scope(matter.desk):
        there = Contact.objects.create(desk=matter.desk, email=both.email, user=both)
    erase_desk(desk=rocket.desk, by="test", at=NOON)
    with desk_scope(matter.desk):
        there.refresh_from_db()
    assert there.user == User.objects.get(email=both.email)
    assert not User.objects.filter(pk=rocket.lead.user_id).exists()


def test_the_application_cannot_read_or_delete_the_stub(rocket: Cast, matter: Cast) -> None:
    erase_desk(desk=rocket.desk, by="test", at=NOON)
    for work in (ErasedDesk.objects.count, ErasedDesk.objects.all().delete):
        with (
            desk_scope(matter.desk),
            pytest.raises(ProgrammingError, match="denied"),
            transaction.atomic(),
        ):
            work()


def test_a_storage_failure_leaves_the_desk_suspended_and_complete(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = planted.cast.desk
    before = count_rows(desk.pk)
    with monkeypatch.context() as patch:
        patch.setattr("helpdesk.desks.erasure.default_storage.delete", _fail)
        with pytest.raises(OSError, match="no"):
            erase_desk(desk=desk, by="test", at=NOON)
    assert count_rows(desk.pk) == before | {
        "accounts.AuditEntry": before["accounts.AuditEntry"] + 1
    }
    assert Desk.objects.get(pk=desk.pk).is_suspended
    erase_desk(desk=desk, by="test", at=NOON)
    assert count_rows(desk.pk) == {}


def _fail(name: str) -> None:
    raise OSError("no")


def test_the_command_needs_the_slug_twice(rocket: Cast) -> None:
    for flags in ([], ["--yes-erase", "rocke"]):
        with pytest.raises(CommandError, match="Nothing was erased"):
            call_command("erase_desk", "rocket", *flags)
    assert Desk.objects.filter(slug="rocket", is_suspended=False).exists()
    call_command("erase_desk", "rocket", "--yes-erase", "rocket")
    assert not Desk.objects.exists()
    with system_scope("test"):
        assert re.fullmatch(r"manage\.py by \S+", ErasedDesk.objects.get().erased_by)


def test_tables_are_deleted_before_those_they_refer_to() -> None:
    order = order_children_first()
    assert set(order) == set(list_desk_models())
    for child, parent in [(TicketEvent, Ticket), (Message, Ticket), (Ticket, Contact)]:
        assert order.index(child) < order.index(parent)
    assert AuditEntry in order
