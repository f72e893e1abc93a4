"""KeysWithinDesk, the migration operation: in new tables, on existing rows, and undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from accounts.tenancy import owner_scope
from accounts.wall import KeysWithinDesk, WallOff

ID = ("id", models.BigAutoField(primary_key=True))
DESK = ("desk_id", models.BigIntegerField())
PARENT = migrations.CreateModel("ScratchParent", [ID, DESK])
CHILD = migrations.CreateModel(
    "ScratchChild",
    [ID, DESK, ("parent", models.ForeignKey("tickets.ScratchParent", models.CASCADE))],
)
WALLS = [WallOff("tickets_scratchparent"), WallOff("tickets_scratchchild")]
KEYS = KeysWithinDesk("ScratchChild")

SINGLE = (
    "FOREIGN KEY (parent_id) REFERENCES tickets_scratchparent(id) DEFERRABLE INITIALLY DEFERRED"
)
WITHIN_DESK = "FOREIGN KEY (desk_id, parent_id) REFERENCES tickets_scratchparent(desk_id, id)"


@pytest.fixture
def owner(db: None) -> Iterator[None]:
    with owner_scope():
        yield


def migrate(*operations: Operation, state: ProjectState) -> ProjectState:
    """Run operations as one migration, and return the state after it."""
    with connection.schema_editor(atomic=True) as editor:
        return _apply(editor, operations, state)


def _apply(
    editor: BaseDatabaseSchemaEditor, operations: tuple[Operation, ...], state: ProjectState
) -> ProjectState:
    for operation in operations:
        before, state = state, state.clone()
        operation.state_forwards("tickets", state)
        operation.database_forwards("tickets", editor, before, state)
    return state


def fetch_keys() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'f' AND conrelid = 'tickets_scratchchild'::regclass"
        )
        return [definition for (definition,) in cursor.fetchall()]


def add_rows(*desks: int) -> None:
    """Add a parent of desk 1 and a child of each of the desks that refers to it."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE plumbline_system")
        cursor.execute("INSERT INTO tickets_scratchparent (desk_id) VALUES (1) RETURNING id")
        [(parent,)] = cursor.fetchall()
        for desk in desks:
            cursor.execute(
                "INSERT INTO tickets_scratchchild (desk_id, parent_id) VALUES (%s, %s)",
                [desk, parent],
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET ROLE NONE")


@pytest.mark.usefixtures("owner")
def test_a_new_table_gets_its_key_within_the_desk_only() -> None:
    migrate(PARENT, CHILD, *WALLS, KEYS, state=ProjectState())
    assert fetch_keys() == [WITHIN_DESK]
    add_rows(1)
    with pytest.raises(IntegrityError, match="same_desk"):
        add_rows(1, 2)


@pytest.mark.usefixtures("owner")
def test_the_key_of_an_existing_table_is_replaced_and_a_second_run_changes_nothing() -> None:
    state = migrate(PARENT, CHILD, *WALLS, state=ProjectState())
    assert fetch_keys() == [SINGLE]
    add_rows(1, 1)
    for _run in range(2):
        migrate(KEYS, state=state)
        assert fetch_keys() == [WITHIN_DESK]


@pytest.mark.usefixtures("owner")
def test_existing_rows_that_refer_to_another_desk_are_named_and_nothing_is_changed() -> None:
    """Forced row-level security hides all rows from the owner, from VALIDATE CONSTRAINT too."""
    state = migrate(PARENT, CHILD, *WALLS, state=ProjectState())
    add_rows(1, 2, 3)
    with pytest.raises(
        IntegrityError, match=r"tickets_scratchchild.parent_id refers to another desk in 2 rows"
    ):
        migrate(KEYS, state=state)
    assert fetch_keys() == [SINGLE]


@pytest.mark.usefixtures("owner")
def test_undoing_it_restores_djangos_key() -> None:
    state = migrate(PARENT, CHILD, *WALLS, KEYS, state=ProjectState())
    with connection.schema_editor(atomic=True) as editor:
        KEYS.database_backwards("tickets", editor, state, state)
    assert fetch_keys() == [SINGLE]
