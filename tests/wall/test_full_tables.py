"""Two desks with rows in every table: neither sees the other's rows, no desk sees none."""

from __future__ import annotations

from django.db import ProgrammingError, models, transaction

from accounts.tenancy import desk_scope, no_desk_scope, system_scope
from tests.cast import Cast
from tests.wall.filling import APPEND_ONLY, Casts, list_walled_models

WALLED = list_walled_models()
CHANGEABLE = [model for model in WALLED if model._meta.db_table not in APPEND_ONLY]


def desks_seen(model: type[models.Model]) -> set[int]:
    return set(model._base_manager.values_list("desk_id", flat=True))


def list_seen() -> dict[str, set[int]]:
    """Return the desks whose rows are seen, by model."""
    return {model._meta.label: desks_seen(model) for model in WALLED}


def test_the_desks_of_these_tests_have_rows_in_every_table(casts: Casts) -> None:
    """Fill a new table in tests/wall/filling.py; the tests below are meaningless without it."""
    both = {cast.desk.pk for cast in casts}
    with system_scope("test"):
        assert list_seen() == {model._meta.label: both for model in WALLED}
    assert len(WALLED) > 100


def test_without_a_desk_every_table_reads_as_empty(casts: Casts) -> None:
    with no_desk_scope():
        assert [label for label, desks in list_seen().items() if desks] == []


def test_inside_a_desk_only_its_own_rows_are_seen(casts: Casts) -> None:
    for cast in casts:
        with desk_scope(cast.desk):
            assert list_seen() == {model._meta.label: {cast.desk.pk} for model in WALLED}


def test_no_row_of_another_desk_can_be_changed_or_deleted(casts: Casts) -> None:
    rocket, matter = casts
    with desk_scope(matter.desk):
        for model in CHANGEABLE:
            theirs = model._base_manager.filter(desk_id=rocket.desk.pk)
            assert theirs._raw_delete(using="default") == 0, model
            assert theirs.update(desk_id=matter.desk.pk) == 0, model
    with desk_scope(rocket.desk):
        for model in CHANGEABLE:
            assert model._base_manager.exists(), model


def test_no_row_can_be_moved_to_another_desk(casts: Casts) -> None:
    rocket, matter = casts
    with desk_scope(rocket.desk):
        moved = [model for model in CHANGEABLE if not is_move_refused(model, matter)]
    assert moved == []


def is_move_refused(model: type[models.Model], other: Cast) -> bool:
    """Return True if row-level security refuses to give the desk's rows to another."""
    try:
        with transaction.atomic():
            model._base_manager.update(desk_id=other.desk.pk)
            transaction.set_rollback(True)
    except ProgrammingError as error:
        return "row-level security" in str(error)
    return False
