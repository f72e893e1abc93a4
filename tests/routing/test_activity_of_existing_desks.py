"""The migration that lets activity count at existing desks starves none of them."""

from __future__ import annotations

from importlib import import_module

from django.db import connection

from accounts.models import Desk
from accounts.tenancy import desk_scope, system_scope
from routing.models import Presence
from routing.presence import record_activity
from tests.cast import NOON, Cast

migration = import_module("routing.migrations.0011_activity_counts")


def test_only_desks_with_known_activity_use_it(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        record_activity(agent=rocket.analyst, at=NOON)
    with desk_scope(matter.desk):  # has chosen something, but opened no page
        Presence.objects.create(desk=matter.desk, agent=matter.analyst, state="away")
    with system_scope("test a migration"), connection.cursor() as cursor:
        cursor.execute(migration.TURN_ON)
    limits = dict(Desk.objects.values_list("slug", "idle_minutes"))
    assert (limits[rocket.desk.slug], limits[matter.desk.slug]) == (30, 0)


def test_a_limit_that_was_chosen_stays(rocket: Cast) -> None:
    Desk.objects.filter(pk=rocket.desk.pk).update(idle_minutes=90)
    with desk_scope(rocket.desk):
        record_activity(agent=rocket.analyst, at=NOON)
    with system_scope("test a migration"), connection.cursor() as cursor:
        cursor.execute(migration.TURN_ON)
    assert Desk.objects.get(pk=rocket.desk.pk).idle_minutes == 90
