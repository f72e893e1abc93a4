"""Saving views, changing, moving and deleting them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Agent, AgentDepartment, AuditEntry, Department
from tests.agent.conftest import inside
from tests.cast import NOON, Cast
from tickets.errors import InvalidValueError, NotAllowedError
from tickets.models import SavedView
from tickets.saved_views import saving
from tickets.saved_views.access import views_for_agent
from tickets.saved_views.saving import ViewValues, delete_view, move_view, save_view


def save(by: Agent, name: str = "SSO", view_id: int | None = None, **values: object) -> SavedView:
    given = ViewValues(name=name, **values)  # type: ignore[arg-type]
    return save_view(values=given, by=by, at=NOON, view_id=view_id)


def names(agent: Agent) -> list[str]:
    return [view.name for view in views_for_agent(agent)]


def test_an_own_view_is_seen_by_its_agent_only(in_rocket: Cast) -> None:
    view = save(in_rocket.analyst, conditions={"status": "waiting , open", "tag": ""})
    assert view.conditions == {"status": "waiting,open"}
    assert names(in_rocket.analyst) == ["SSO"]
    assert names(in_rocket.lead) == names(in_rocket.colleague) == []
    with pytest.raises(SavedView.DoesNotExist):
        save(in_rocket.admin, "Mine now", view.pk)
    with pytest.raises(SavedView.DoesNotExist):
        delete_view(view_id=view.pk, by=in_rocket.admin)


def test_leads_and_admins_share_views_with_everyone(in_rocket: Cast) -> None:
    view = save(in_rocket.lead, is_shared=True)
    assert names(in_rocket.analyst) == names(in_rocket.observer) == ["SSO"]
    for agent in (in_rocket.analyst, in_rocket.observer):
        with pytest.raises(NotAllowedError):
            save(agent, "Changed", view.pk)
        with pytest.raises(NotAllowedError):
            delete_view(view_id=view.pk, by=agent)
        with pytest.raises(NotAllowedError):
            save(agent, "Another", is_shared=True)
    save(in_rocket.admin, "SSO and SAML", view.pk, is_shared=True)
    assert names(in_rocket.lead) == ["SSO and SAML"]


def test_a_view_for_a_department_is_seen_by_members_leads_and_admins(in_rocket: Cast) -> None:
    department = in_rocket.departments["paid"]
    AgentDepartment.objects.filter(department=department).delete()
    AgentDepartment.objects.create(
        desk=in_rocket.desk, department=department, agent=in_rocket.colleague
    )
    save(in_rocket.lead, is_shared=True, department_id=department.pk)
    seeing = (in_rocket.colleague, in_rocket.lead, in_rocket.admin)
    assert [names(agent) for agent in seeing] == [["SSO"]] * 3
    assert names(in_rocket.analyst) == []


def test_changes_of_shared_views_are_audited(in_rocket: Cast) -> None:
    save(in_rocket.analyst)
    assert not AuditEntry.objects.exists()
    view = save(in_rocket.lead, is_shared=True)
    save(in_rocket.admin, "SAML", view.pk, is_shared=True)
    save(in_rocket.admin, "SAML", view.pk, is_shared=True)
    delete_view(view_id=view.pk, by=in_rocket.lead)
    entries = AuditEntry.objects.order_by("pk")
    assert [entry.action for entry in entries] == ["added", "changed", "deleted"]
    assert entries[1].detail["changes"] == {"name": ["SSO", "SAML"]}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": "  "}, "name"),
        ({"name": "x" * 61}, "name"),
        ({"conditions": {"status": "nonsense"}}, "conditions"),
        ({"grouping": "weather"}, "grouping"),
        ({"columns": ("weather",)}, "columns"),
        ({"is_shared": True, "department_id": 10**12}, "shared_with"),
    ],
)
def test_values_that_cannot_be_are_refused(
    in_rocket: Cast, values: dict[str, object], field: str
) -> None:
    with pytest.raises(InvalidValueError) as refused:
        save(in_rocket.lead, **{"name": "SSO", **values})  # type: ignore[arg-type]
    assert refused.value.field == field
    assert not SavedView.objects.exists()


def test_a_second_click_saves_no_second_view(in_rocket: Cast) -> None:
    save(in_rocket.analyst)
    with pytest.raises(InvalidValueError, match="A view with this name already exists"):
        save(in_rocket.analyst, "sso")
    save(in_rocket.colleague)
    save(in_rocket.lead, is_shared=True)
    with pytest.raises(InvalidValueError, match="A view with this name already exists"):
        save(in_rocket.admin, is_shared=True)


def test_only_a_taken_name_is_called_one(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    save(in_rocket.analyst)
    with pytest.raises(InvalidValueError, match="A view with this name already exists"):
        save(in_rocket.analyst, "sso")
    monkeypatch.setattr(saving, "_find_place", lambda *_given, **_named: -1)
    with pytest.raises(IntegrityError, match="position"):
        save(in_rocket.analyst, "Another")


def test_views_are_limited(in_rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MAX_VIEWS", 2)
    for name in "ab":
        save(in_rocket.lead, name)
    with pytest.raises(InvalidValueError, match="You can save up to 2 views"):
        save(in_rocket.lead, "c")
    shared = save(in_rocket.lead, "c", is_shared=True)
    with pytest.raises(InvalidValueError, match="You can save up to 2 views"):
        save(in_rocket.lead, "c", shared.pk)  # as an own one


def test_views_move_up_and_down_and_stop_at_the_ends(in_rocket: Cast) -> None:
    a, _b, _c = (save(in_rocket.analyst, name) for name in "abc")
    save(in_rocket.colleague, "other")
    for up, expected in ((True, "abc"), (False, "bac"), (False, "bca"), (False, "bca")):
        move_view(view_id=a.pk, by=in_rocket.analyst, up=up)
        assert "".join(names(in_rocket.analyst)) == expected


def test_an_agent_without_write_access_saves_nothing(in_rocket: Cast) -> None:
    with pytest.raises(NotAllowedError):
        save(in_rocket.observer)


def test_another_desk_neither_sees_nor_names_anything(rocket: Cast, matter: Cast) -> None:
    with inside(rocket):
        view = save(rocket.lead, is_shared=True)
    with inside(matter):
        assert names(matter.admin) == []
        with pytest.raises(SavedView.DoesNotExist):
            delete_view(view_id=view.pk, by=matter.admin)
        foreign = Department.objects.get(pk=matter.departments["paid"].pk)
    with inside(rocket), pytest.raises(InvalidValueError):
        save(rocket.lead, "Foreign", is_shared=True, department_id=foreign.pk)


def test_a_change_says_when_it_was(in_rocket: Cast) -> None:
    view = save(in_rocket.analyst)
    later = NOON + timedelta(hours=1)
    changed = save_view(
        values=ViewValues(name="SSO"), by=in_rocket.analyst, at=later, view_id=view.pk
    )
    assert changed.updated_at == later
