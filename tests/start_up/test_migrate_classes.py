"""`manage.py migrate` on an empty database builds few of Django's classes anew, and the right ones.

That the tables are the same is seen by all tests: their database is made that way.
"""

from __future__ import annotations

import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState, StateApps

from helpdesk.management.commands.migrate import rendering_neighbors_only

KEY = ("id", models.BigAutoField(primary_key=True))


def refer(to: str, **options: object) -> models.ForeignKey:
    return models.ForeignKey(to, models.CASCADE, **options)


def build_state() -> ProjectState:
    """A desk with two tables, one of which a third refers to."""
    state = ProjectState()
    state.add_model(ModelState("tickets", "Desk", [KEY]))
    state.add_model(ModelState("tickets", "Tag", [KEY, ("desk", refer("tickets.Desk"))]))
    state.add_model(ModelState("tickets", "Plan", [KEY, ("desk", refer("tickets.Desk"))]))
    state.add_model(ModelState("tickets", "Price", [KEY, ("plan", refer("tickets.Plan"))]))
    assert len(state.apps.get_models()) == 4
    return state


def list_rendered(monkeypatch: pytest.MonkeyPatch, state: ProjectState) -> set[str]:
    """Add a key to the plan. Return the models of which classes were built."""
    rendered: set[str] = set()
    render = StateApps.render_multiple

    def note(apps: StateApps, states: list[ModelState]) -> None:
        rendered.update(each.name for each in states)
        render(apps, states)

    monkeypatch.setattr(StateApps, "render_multiple", note)
    state.add_field("tickets", "plan", "after", refer("tickets.Plan", null=True), True)
    return rendered


def test_only_a_changed_model_and_its_neighbors_are_built(monkeypatch: pytest.MonkeyPatch) -> None:
    with rendering_neighbors_only():
        state = build_state()
        assert list_rendered(monkeypatch, state) == {"Plan", "Desk", "Price"}
    plan, price = (state.apps.get_model("tickets", name) for name in ("Plan", "Price"))
    assert plan._meta.get_field("after").related_model is plan
    assert price._meta.get_field("plan").related_model is plan
    assert {relation.name for relation in plan._meta.related_objects} == {"plan", "price"}


def test_code_of_a_migration_gets_all_classes_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    with rendering_neighbors_only():
        state = build_state()
        list_rendered(monkeypatch, state)
        state.clear_delayed_apps_cache()  # as RunPython does
    desk = state.apps.get_model("tickets", "Desk")
    assert state.apps.get_model("tickets", "Tag")._meta.get_field("desk").related_model is desk


def test_an_upgrade_builds_all_as_django_does(monkeypatch: pytest.MonkeyPatch) -> None:
    assert list_rendered(monkeypatch, build_state()) == {"Plan", "Desk", "Price", "Tag"}
