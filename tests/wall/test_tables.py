"""Every table of a desk is behind the wall: row-level security is forced, with its two policies."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from accounts.tenancy import APP_ROLE, SYSTEM_ROLE, desk_scope, no_desk_scope, system_scope
from tests.cast import Cast
from tests.wall.filling import APPEND_ONLY, OPEN_TABLES, list_walled_models
from tickets.search.spaces import get_desk_space

SEARCH = """
SELECT unnest(ticket_ids)
FROM search_documents(%s, '''{}'''::tsquery, NULL, NULL, NULL, NULL, NULL, 10)
"""


def statement(sql: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def test_every_model_has_a_desk_or_stands_on_the_list() -> None:
    for model in filter(lambda one: one._meta.managed, apps.get_models()):
        has_desk = any(field.column == "desk_id" for field in model._meta.concrete_fields)
        assert has_desk != (model._meta.label in OPEN_TABLES), model._meta.label


@pytest.mark.django_db
@pytest.mark.parametrize("model", list_walled_models(), ids=lambda m: m._meta.label)
def test_row_security_is_enabled_forced_and_has_its_two_policies(model: type[models.Model]) -> None:
    table = model._meta.db_table
    [(enabled, forced)] = statement(
        "SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table
    )
    policies = statement(
        "SELECT policyname, roles::text[] FROM pg_policies WHERE tablename = %s", table
    )
    assert enabled
    assert forced
    assert sorted(policies) == [("desk_wall", [APP_ROLE]), ("system_sweep", [SYSTEM_ROLE])]


@pytest.mark.django_db
def test_the_application_runs_in_a_role_that_owns_nothing_and_bypasses_nothing() -> None:
    [(role, is_super, bypasses)] = statement(
        "SELECT rolname, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    owned = statement(
        "SELECT 1 FROM pg_class WHERE relowner = %s::regrole AND relkind = 'r'", APP_ROLE
    )
    assert (role, is_super, bypasses, owned) == (APP_ROLE, False, False, [])


def open_ticket(cast: Cast) -> None:
    with desk_scope(cast.desk):
        cast.open_ticket()


def test_nothing_can_be_written_without_a_desk_or_into_another(rocket: Cast, matter: Cast) -> None:
    from_other = {"desk": rocket.desk, "name": "Stolen"}
    for scope in (no_desk_scope(), desk_scope(matter.desk)):
        with (
            scope,
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            type(rocket.plan).objects.create(**from_other)


@pytest.mark.parametrize("table", APPEND_ONLY)
def test_records_can_be_added_never_changed_or_deleted(table: str, rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        for sql in (f"UPDATE {table} SET desk_id = desk_id", f"DELETE FROM {table}"):
            with (
                pytest.raises(ProgrammingError, match="permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)


def test_the_system_role_sees_the_rows_of_all_desks(rocket: Cast, matter: Cast) -> None:
    with system_scope("test"):
        desks = set(type(rocket.plan).objects.values_list("desk_id", flat=True))
    assert desks == {rocket.desk.pk, matter.desk.pk}


def test_the_search_function_answers_for_the_entered_desk_only(rocket: Cast, matter: Cast) -> None:
    open_ticket(rocket)
    space = get_desk_space(rocket.desk.pk)
    asked = [
        SEARCH.format(space + "server"),
        SEARCH.format(space + "~acme"),
        "SELECT id FROM search_contacts(%s, 'custo:*', 10)",
        "SELECT id FROM search_accounts(%s, 'acm:*', 10)",
    ]
    for sql in asked:
        with desk_scope(rocket.desk):
            assert len(statement(sql, rocket.desk.pk)) == 1
        for scope in (desk_scope(matter.desk), no_desk_scope()):
            with scope:
                assert statement(sql, rocket.desk.pk) == []
