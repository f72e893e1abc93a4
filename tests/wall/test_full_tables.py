"""Two desks with rows in every table: neither sees the other's rows, no desk sees none."""

from __future__ import annotations

import pytest
from django.db import ProgrammingError, models, transaction

from accounts.tenancy import desk_scope, no_desk_scope, system_scope
from tests.wall.filling import APPEND_ONLY, Casts, list_walled_models

WALLED = list_walled_models()
CHANGEABLE = [model for model in WALLED if model._meta.db_table not in APPEND_ONLY]


def names(model: type[models.Model]) -> str:
    return model._meta.label


def desks_seen(model: type[models.Model]) -> set[int]:
    return set(model._base_manager.values_list("desk_id", flat=True))


@pytest.mark.parametrize("model", WALLED, ids=names)
def test_the_desks_of_these_tests_have_rows_in_every_table(
    model: type[models.Model], casts: Casts
) -> None:
    """Fill a new table in tests/wall/filling.py; the tests below are meaningless without it."""
    with system_scope("test"):
        assert desks_seen(model) == {cast.desk.pk for cast in casts}


@pytest.mark.parametrize("model", WALLED, ids=names)
def test_without_a_desk_a_table_reads_as_empty(model: type[models.Model], casts: Casts) -> None:
    with no_desk_scope():
        assert not model._base_manager.exists()


@pytest.mark.parametrize("model", WALLED, ids=names)
def test_inside_a_desk_only_its_own_rows_are_seen(model: type[models.Model], casts: Casts) -> None:
    for cast in casts:
        with desk_scope(cast.desk):
            assert desks_seen(model) == {cast.desk.pk}


@pytest.mark.parametrize("model", CHANGEABLE, ids=names)
def test_no_row_of_another_desk_can_be_changed_or_deleted(
    model: type[models.Model], casts: Casts
) -> None:
    rocket, matter = casts
    with desk_scope(matter.desk):
        theirs = model._base_manager.filter(desk_id=rocket.desk.pk)
        assert theirs._raw_delete(using="default") == 0
        assert theirs.update(desk_id=matter.desk.pk) == 0
    with desk_scope(rocket.desk):
        assert model._base_manager.exists()


@pytest.mark.parametrize("model", CHANGEABLE, ids=names)
def test_no_row_can_be_moved_to_another_desk(model: type[models.Model], casts: Casts) -> None:
    rocket, matter = casts
    with (
        desk_scope(rocket.desk),
        pytest.raises(ProgrammingError, match="row-level security"),
        transaction.atomic(),
    ):
        model._base_manager.update(desk_id=matter.desk.pk)
