"""An upgrade copies the field values of existing tickets, of every desk."""

from __future__ import annotations

from importlib import import_module

import psycopg
import pytest
from django.db import connection

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tickets.models import FieldValue, FormField, Ticket

pytestmark = pytest.mark.django_db(transaction=True)
migration = import_module("tickets.migrations.0056_field_values_of_old_tickets")


def test_values_are_copied_once_and_only_to_fields_of_the_desk(rocket: Cast, matter: Cast) -> None:
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            FormField.objects.create(desk=cast.desk, key="os", label="System")
            ticket = cast.open_ticket()
            Ticket.objects.filter(pk=ticket.pk).update(fields={"os": cast.desk.slug, "gone": "x"})
            FieldValue.objects.all().delete()
    # As migrations run: as the owner of the tables, each batch in a transaction of its own.
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as owner:
        for statement in (*migration.STATEMENTS, *migration.STATEMENTS):
            owner.execute(statement)
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            assert [value.text for value in FieldValue.objects.all()] == [cast.desk.slug]
