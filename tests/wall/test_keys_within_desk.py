"""Foreign keys between tables of desks refer to rows of the same desk, and PostgreSQL checks it."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import ForeignKey

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from accounts.wall import find_redundant_desk_key, get_key_name, list_keys_within_desk
from channels_intake.models import InboundMessage
from tests.cast import Cast
from tests.wall.filling import APPEND_ONLY, Casts, list_walled_models

Key = tuple[type[models.Model], ForeignKey]

KEYS: list[Key] = [
    (model, field) for model in list_walled_models() for field in list_keys_within_desk(model)
]

# Foreign keys of rows with a desk that lead out of it: (table, column), with the reason.
OUT_OF_DESKS = {
    ("accounts_auditentry", "user_id"): "a sign-in is global",
    ("accounts_contact", "user_id"): "a sign-in is global",
    ("accounts_agent", "user_id"): "a sign-in is global",
    ("tickets_draft", "user_id"): "a sign-in is global",
    ("accounts_invitation", "invited_by_id"): "a sign-in is global",
    ("accounts_apitoken", "created_by_id"): "a sign-in is global",
    ("accounts_oauthgrant", "user_id"): "a sign-in is global",
    ("accounts_oauthaccesstoken", "user_id"): "a sign-in is global",
    ("accounts_oauthrefreshtoken", "user_id"): "a sign-in is global",
}

FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, confrelid::regclass::text, convalidated, condeferrable,
  ARRAY(SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place) AS columns,
  ARRAY(SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS k(number, place)
    JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place) AS targets
FROM pg_constraint WHERE contype = 'f' AND conparentid = 0
"""
TABLES_WITH_DESK = """
SELECT attrelid::regclass::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
WHERE attname = 'desk_id' AND relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
"""


def name(key: Key) -> str:
    return f"{key[0]._meta.db_table}.{key[1].column}"


def fetch(sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


@pytest.mark.django_db
def test_every_foreign_key_in_the_database_stays_within_its_desk() -> None:
    """Add KeysWithinDesk("Model") to the migration that creates the key (accounts/wall.py)."""
    with_desk = {table for (table,) in fetch(TABLES_WITH_DESK)}
    wrong, leads_out = [], set()
    for table, key, target, is_valid, is_late, columns, targets in fetch(FOREIGN_KEYS):
        if table not in with_desk or columns == ["desk_id"]:
            continue
        if target not in with_desk:
            leads_out.add((table, columns[0]))
        elif (columns[0], targets, is_valid, is_late) != (
            "desk_id",
            ["desk_id", "id"],
            True,
            False,
        ):
            wrong.append(key)
    assert wrong == []
    assert leads_out == set(OUT_OF_DESKS)


@pytest.mark.django_db
def test_every_foreign_key_of_a_model_has_its_constraint() -> None:
    made = {(row[0], row[1], row[2], tuple(row[5])) for row in fetch(FOREIGN_KEYS)}
    wanted = {
        (
            model._meta.db_table,
            get_key_name(model, field),
            field.related_model._meta.db_table,
            ("desk_id", field.column),
        )
        for model, field in KEYS
    }
    assert len(wanted) == len(KEYS) >= 65
    assert wanted <= made


@pytest.mark.django_db
def test_the_desk_has_a_key_of_its_own_only_where_no_other_ensures_it() -> None:
    """Each row costs a check per key: an opened ticket would have 20 more."""
    made = {row[0] for row in fetch(FOREIGN_KEYS) if row[5] == ["desk_id"]}
    redundant = {
        model._meta.db_table for model in list_walled_models() if find_redundant_desk_key(model)
    }
    assert made & redundant == set()
    others = {
        model._meta.db_table
        for model in list_walled_models()
        if model._meta.get_field("desk").db_constraint
    } - redundant
    assert others <= made
    assert {"tickets_ticket", "tickets_message", "sla_clock"} <= redundant
    assert {"accounts_contact", "tickets_priority"} <= others


@pytest.mark.django_db
def test_rows_whose_desk_may_be_unknown_refer_to_nothing_until_it_is_known() -> None:
    """A composite key with a NULL in it is not checked, so a CHECK constraint has to."""
    may_lack_it = {model for model, _field in KEYS if model._meta.get_field("desk").null}
    assert may_lack_it == {InboundMessage}
    names = {constraint.name for constraint in InboundMessage._meta.constraints}
    assert "inbound_refers_within_desk" in names


def get_row(model: type[models.Model], cast: Cast, *filled: str) -> dict[str, Any]:
    """A row of the desk in which the named columns are filled, so that checks of others hold."""
    has = {f"{column}__isnull": False for column in filled}
    with desk_scope(cast.desk):
        rows = model._base_manager.filter(desk=cast.desk).order_by("pk").values()
        row = rows.filter(**has).first() or rows.first()
    assert row, f"tests/wall/filling.py makes no row in {model._meta.label}"
    return row


def get_pk(model: type[models.Model]) -> str:
    """The column of the primary key: id, or the ticket of a row that each ticket has one of."""
    return str(model._meta.pk.attname)


def is_unique(constraint: models.BaseConstraint, field: ForeignKey) -> bool:
    return isinstance(constraint, models.UniqueConstraint) and field.name in constraint.fields


def make_room(key: Key, other: Cast) -> None:
    """Delete the other desk's rows if one of them could refuse the attack by a unique key."""
    model, field = key
    unique = [constraint for constraint in model._meta.constraints if is_unique(constraint, field)]
    if unique or field.unique:
        with system_scope("test"):
            for relation in model._meta.get_fields(include_hidden=True):
                if getattr(relation, "on_delete", None) is models.PROTECT:
                    held = relation.related_model._base_manager.filter(desk=other.desk)
                    key_of_it = {relation.field.name: None}
                    held.update(**key_of_it) if relation.field.null else held.delete()
                elif getattr(relation, "on_delete", None) is models.CASCADE and relation.field.null:
                    # Django deletes these after what they refer to; the keys are checked at once.
                    relation.related_model._base_manager.filter(
                        desk=other.desk, **{f"{relation.field.name}__isnull": False}
                    ).delete()
            model._base_manager.filter(desk=other.desk).delete()


@pytest.mark.parametrize("key", KEYS, ids=name)
def test_no_row_can_be_pointed_at_a_row_of_another_desk(key: Key, casts: Casts) -> None:
    model, field = key
    mine, other = casts
    row = get_row(model, mine, field.attname)
    foreign = get_row(field.related_model, other)["id"]
    rows = model._base_manager.filter(desk_id=mine.desk.pk, pk=row[get_pk(model)])
    for writer in list_writers(model, mine.desk):
        with transaction.atomic():
            make_room(key, other)
            with pytest.raises(IntegrityError) as refused, writer, transaction.atomic():
                rows.update(**{field.attname: foreign})
            transaction.set_rollback(True)
        assert get_key_name(model, field) in str(refused.value)


@pytest.mark.parametrize("key", KEYS, ids=name)
def test_no_row_can_be_added_that_points_at_another_desk(key: Key, casts: Casts) -> None:
    """A copy of a row, which the key refuses, unless a unique key does before."""
    model, field = key
    mine, other = casts
    row = get_row(model, mine, field.attname)
    del row[get_pk(model)]
    row |= {field.attname: get_row(field.related_model, other)["id"]}
    with desk_scope(mine.desk), pytest.raises(IntegrityError) as refused, transaction.atomic():
        model._base_manager.bulk_create([model(**row)])
    assert get_key_name(model, field) in str(refused.value) or "unique" in str(refused.value)


def list_writers(model: type[models.Model], desk: Desk) -> list[AbstractContextManager[None]]:
    """The roles that can change a row of a desk: the desk's own, and the one of sweeps."""
    system = system_scope("test")
    return [system] if model._meta.db_table in APPEND_ONLY else [desk_scope(desk), system]


def test_an_email_without_a_desk_refers_to_nothing(casts: Casts) -> None:
    mine, other = casts
    row = InboundMessage._base_manager.filter(desk_id=mine.desk.pk)
    ticket = get_row(apps.get_model("tickets", "Ticket"), other)["id"]
    with (
        system_scope("test"),
        pytest.raises(IntegrityError, match="inbound_refers_within_desk"),
        transaction.atomic(),
    ):
        row.update(desk=None, mailbox=None, message=None, ticket=ticket)
