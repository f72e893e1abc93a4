"""Higher packages add inlines and reactions to pages of accounts, which does not import them."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from accounts.admin import registry
from accounts.admin.registry import list_inlines, register_save_hook, run_save_hooks
from accounts.models import Account, Agent, Plan
from routing.models import AgentLanguage, AgentSkill, Rotation, Shift
from sla.models import Target
from tests.cast import Cast

FOLDER = Path(registry.__file__).parent


def shown_inlines(client: Client, page: str) -> list[str]:
    answer = client.get(f"/rocket/admin/accounts/{page}/change/")
    return [
        inline.formset.model._meta.model_name for inline in answer.context["inline_admin_formsets"]
    ]


def test_the_page_of_an_agent_shows_departments_shifts_and_rotation(
    rocket: Cast, at_rocket: Client
) -> None:
    assert shown_inlines(at_rocket, f"agent/{rocket.analyst.pk}") == [
        "agentdepartment",
        "shift",
        "agentskill",
        "agentlanguage",
        "rotation",
    ]


def test_the_page_of_a_plan_shows_its_targets(rocket: Cast, at_rocket: Client) -> None:
    assert shown_inlines(at_rocket, f"plan/{rocket.plan.pk}") == ["target"]


def test_inlines_are_registered_per_model() -> None:
    assert [inline.model for inline in list_inlines(Agent)] == [
        Shift,
        AgentSkill,
        AgentLanguage,
        Rotation,
    ]
    assert [inline.model for inline in list_inlines(Plan)] == [Target]
    assert list_inlines(Account) == ()


@pytest.mark.parametrize("model", [Agent, Plan])
def test_registered_inlines_pass_djangos_checks(model: Any) -> None:
    """Django checks only the inlines that a page lists itself."""
    for inline in list_inlines(model):
        checks = inline.checks_class()
        assert checks.check(inline(model, admin.site)) == []


def test_hooks_run_for_rows_of_their_model_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_save_hooks", defaultdict(list))
    calls: list[tuple[Any, Any, bool]] = []
    register_save_hook(Agent, lambda request, row, is_new: calls.append((request, row, is_new)))
    agent, request = Agent(name="Ana"), SimpleNamespace()
    run_save_hooks(request, agent, is_new=True)
    run_save_hooks(request, Plan(name="Gold"), is_new=False)
    assert calls == [(request, agent, True)]


def test_the_admin_pages_of_accounts_import_no_higher_package() -> None:
    higher = {"tickets", "sla", "routing", "channels_intake", "helpdesk"}
    for path in FOLDER.glob("*.py"):
        nodes = list(ast.walk(ast.parse(path.read_text())))
        roots = {
            (node.module or "").split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom)
        }
        assert roots & higher == set(), path.name
