"""Rows of SLA and routing are named as people know them: no IDs, no times as stored."""

from __future__ import annotations

import re
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from accounts.tenancy import desk_scope
from routing.models import Absence, DryRun, OnCallTurn
from sla.models import Clock, ClockEntry, Deadline, LevelTarget, Replan
from tests.cast import NOON, Cast
from tests.wall.filling import fill_every_table
from tickets.models import Ticket

AS_STORED = re.compile(r"\d{4}-\d\d-\d\d|\d\d:\d\d:\d\d|\+00:00|None|<|object at")


def list_models() -> list[type[Model]]:
    return [model for app in ("sla", "routing") for model in apps.get_app_config(app).get_models()]


def test_a_row_is_named_without_what_only_the_database_knows(rocket: Cast) -> None:
    fill_every_table(rocket)
    with desk_scope(rocket.desk):
        rows = [(model, model._default_manager.first()) for model in list_models()]
        assert [model for model, row in rows if row is None] == []
        assert [(type(row), str(row)) for _, row in rows if not is_named_for_people(row)] == []
        assert len(rows) > 30


def is_named_for_people(row: Any) -> bool:
    named = str(row)
    keys = [field for field in row._meta.fields if field.is_relation or field.primary_key]
    is_key = named in {str(getattr(row, field.attname)) for field in keys}
    return bool(named) and not is_key and not AS_STORED.search(named)


def test_names_of_clocks_and_turns(in_rocket: Cast) -> None:
    desk = in_rocket.desk
    ticket = Ticket(desk=desk, number=1174)
    clock = Clock(desk=desk, ticket=ticket, kind="level_taken")
    target = LevelTarget(desk=desk, level="l1", clock="level_taken", minutes=90)
    named = [
        (clock, "Pickup, RC-1174"),
        (Deadline(clock=clock, due_at=NOON), "Pickup, RC-1174: Wed, Nov 18, 10:00 AM"),
        (ClockEntry(clock=clock, kind="replanned", at=NOON), "Rescheduled, Wed, Nov 18, 10:00 AM"),
        (target, "Level 1: Pickup 1h 30m"),
        (Replan(cause="targets"), "SLA targets"),
        (DryRun(by_name="Ana", made_at=NOON), "Ana, Wed, Nov 18, 10:00 AM"),
        (OnCallTurn(agent=in_rocket.analyst, start_at=NOON), "Analyst, Wed, Nov 18, 10:00 AM"),
        (Absence(agent=in_rocket.analyst, start_at=NOON), "Analyst, Wed, Nov 18, 10:00 AM"),
    ]
    desk.ticket_prefix = "RC"
    with timezone.override("America/Sao_Paulo"):
        assert [str(row) for row, _ in named] == [name for _, name in named]
