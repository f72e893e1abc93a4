"""Every table of a desk stands behind the wall: row security forced, a policy, nothing seen without a desk."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import ProgrammingError, connection, models, transaction

from accounts.tenancy import APP_ROLE, SYSTEM_ROLE, desk_scope, no_desk_scope, system_scope
from tests.cast import Cast

# Tables without a desk, each with its reason. Whatever is added here is visible to every desk.
OPEN_TABLES = {
    "accounts.Desk": "it is looked up before a desk is known; holds names and settings, no customer's word",
    "accounts.ErasedDesk": "what is left of a desk that is gone: numbers and times; closed to the application's role",
    "accounts.User": "a login is global: agent of one desk and contact of another",
    "account.EmailAddress": "belongs to the global login (django-allauth)",
    "account.EmailConfirmation": "belongs to the global login (django-allauth)",
    "admin.LogEntry": "not written: accounts.AuditEntry is the record; admin requires the table",
    "auth.Group": "not used for rights; Django requires the table",
    "auth.Permission": "Django's list of model permissions",
    "contenttypes.ContentType": "Django's list of models",
    "mfa.Authenticator": "a login's second factors (django-allauth): global, as the login is",
    "sessions.Session": "belongs to the global login",
}


RECORDS = ["tickets_ticketevent", "sla_clockentry", "accounts_auditentry"]


def list_desk_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.label not in OPEN_TABLES]


def statement(sql: str, *args: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, args)
        return cursor.fetchall()


def test_every_model_has_a_desk_or_stands_on_the_list() -> None:
    for model in apps.get_models():
        has_desk = any(field.column == "desk_id" for field in model._meta.concrete_fields)
        assert has_desk != (model._meta.label in OPEN_TABLES), model._meta.label


@pytest.mark.django_db
@pytest.mark.parametrize("model", list_desk_models(), ids=lambda m: m._meta.label)
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


def fill(*casts: Cast) -> None:
    for cast in casts:
        with desk_scope(cast.desk):
            cast.open_ticket()


@pytest.mark.parametrize("model", list_desk_models(), ids=lambda m: m._meta.label)
def test_without_a_desk_a_table_reads_as_empty(model: type[models.Model], rocket: Cast) -> None:
    fill(rocket)
    with no_desk_scope():
        assert not model._base_manager.exists()


def test_the_same_tables_are_not_empty_inside_the_desk(rocket: Cast) -> None:
    """So that the emptiness above proves something."""
    fill(rocket)
    with desk_scope(rocket.desk):
        filled = {m._meta.label for m in list_desk_models() if m._base_manager.exists()}
    assert {"tickets.Ticket", "tickets.TicketEvent", "sla.Clock", "accounts.Contact"} <= filled


@pytest.mark.parametrize("model", list_desk_models(), ids=lambda m: m._meta.label)
def test_inside_a_desk_only_its_own_rows_are_seen(
    model: type[models.Model], rocket: Cast, matter: Cast
) -> None:
    fill(rocket, matter)
    with desk_scope(matter.desk):
        desks = set(model._base_manager.values_list("desk_id", flat=True))
    assert desks <= {matter.desk.pk}


def test_nothing_can_be_written_without_a_desk_or_into_another(rocket: Cast, matter: Cast) -> None:
    from_other = {"desk": rocket.desk, "name": "Stolen"}
    for scope in (no_desk_scope(), desk_scope(matter.desk)):
        with (
            scope,
            pytest.raises(ProgrammingError, match="row-level security"),
            transaction.atomic(),
        ):
            type(rocket.plan).objects.create(**from_other)


def test_no_row_of_another_desk_can_be_changed_or_deleted(rocket: Cast, matter: Cast) -> None:
    fill(rocket)
    with desk_scope(matter.desk):
        for model in (m for m in list_desk_models() if m._meta.db_table not in RECORDS):
            theirs = model._base_manager.filter(desk_id=rocket.desk.pk)
            with transaction.atomic():
                assert theirs._raw_delete(using="default") == 0, model._meta.label


def test_no_row_can_be_moved_to_another_desk(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk), pytest.raises(ProgrammingError), transaction.atomic():
        type(rocket.plan).objects.update(desk=matter.desk)


@pytest.mark.parametrize("table", RECORDS)
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
    fill(rocket)
    asked = [
        "SELECT ticket_id FROM search_tickets(%s, 'server', '', '', true, 10)",
        "SELECT ticket_id FROM search_tickets(%s, 'nothing', '', 'custo:*', true, 10)",
        "SELECT id FROM search_contacts(%s, 'custo:*', 10)",
        "SELECT id FROM search_accounts(%s, 'acm:*', 10)",
    ]
    for sql in asked:
        with desk_scope(rocket.desk):
            assert len(statement(sql, rocket.desk.pk)) == 1
        for scope in (desk_scope(matter.desk), no_desk_scope()):
            with scope:
                assert statement(sql, rocket.desk.pk) == []
