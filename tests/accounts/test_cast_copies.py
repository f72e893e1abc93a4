"""Copies of the standing cast (tests/cast_copies.py) are what its services made the first time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.forms.models import model_to_dict

from accounts.tenancy import desk_scope
from tests.access.probing import WRITE_COUNTS
from tests.cast import Cast, make_cast
from tests.cast_copies import MODELS

pytestmark = pytest.mark.django_db


def make() -> Cast:
    return make_cast(
        "copied", prefix="CP", domain="copied.example", priorities=["P1"], mail_default="P1"
    )


def read(cast: Cast) -> list[dict[str, Any]]:
    """Return all rows without their IDs and keys, times of creation, and versions."""
    with desk_scope(cast.desk):
        return [
            {
                field.attname: getattr(row, field.attname)
                for field in model._meta.concrete_fields
                if not (field.primary_key or field.remote_field or field.unique)
                and not getattr(field, "auto_now_add", False)
                and field.name not in {"config_version", "changed_at"}
            }
            for model in MODELS
            for row in model._base_manager.order_by("pk")
        ]


def make_and_read() -> tuple[Cast, list[dict[str, Any]], dict[str, int]]:
    """Return a cast, its rows, and how many were written to each table. All is rolled back."""
    with transaction.atomic():
        before = count_writes()
        cast = make()
        after = count_writes()
        rows = read(cast)
        transaction.set_rollback(True)
    return cast, rows, {name: after[name] - before.get(name, 0) for name in after}


def count_writes() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITE_COUNTS)
        return dict(cursor.fetchall())


def test_a_copy_has_the_rows_of_the_first_cast_with_ids_of_its_own() -> None:
    first, rows, written = make_and_read()
    copy, copied, written_again = make_and_read()
    assert copied == rows
    assert {name for name, number in written_again.items() if number} == {
        name for name, number in written.items() if number
    }
    assert copy.desk.pk != first.desk.pk
    assert copy.analyst.user.pk != first.analyst.user.pk
    assert copy.desk.config_version != first.desk.config_version
    assert copy.customer.created_at > first.customer.created_at


def test_what_a_copy_holds_is_what_is_stored() -> None:
    make_and_read()
    cast = make()
    with desk_scope(cast.desk):
        for row in (cast.plan, cast.calendar, cast.mailbox, cast.manager, cast.lead.user):
            stored = type(row)._base_manager.get(pk=row.pk)
            assert model_to_dict(row) == model_to_dict(stored)
        assert cast.lead.desk is cast.desk
        assert cast.open_ticket().contact == cast.customer


def test_a_test_that_changes_its_cast_changes_no_other() -> None:
    with transaction.atomic():
        cast = make()
        cast.desk.pause_states.append("changed")
        cast.lead.name = "Changed"
        transaction.set_rollback(True)
    copy = make()
    assert "changed" not in copy.desk.pause_states
    assert copy.lead.name == "Lead"
