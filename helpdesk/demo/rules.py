"""The routing rules of the demo desks, with their tags and departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import AgentDepartment, Department, DepartmentKind
from helpdesk.demo.people import Cast
from routing.models import RuleAction, RuleCondition, Skill
from routing.rules.editing import NewRule, save_rule
from tickets.models import FormField, Tag

BY = "Plumbline"


def create_rules(cast: Cast, data: dict[str, Any], *, now: datetime) -> None:
    """Create the rules of a desk from its data file. Every agent works in its departments."""
    desk = cast.parts.desk
    named: dict[str, dict[str, Any]] = {
        "tag": {name: Tag.objects.create(desk=desk, name=name) for name in data["tags"]},
        "priority": {priority.name: priority for priority in cast.parts.priorities},
        "skill": {skill.name: skill for skill in Skill.objects.filter(desk=desk)},
        "department": _create_departments(cast, data["departments"]),
    }
    questions = {question.key: question for question in FormField.objects.filter(desk=desk)}
    for rule in data["rule"]:
        new = NewRule(
            name=rule["name"],
            conditions=[_make_condition(one, questions) for one in rule["conditions"]],
            actions=[_make_action(one, named[one["kind"]]) for one in rule["actions"]],
            is_active=rule.get("is_active", True),
            stops=rule.get("stops", True),
        )
        save_rule(desk=desk, new=new, by_name=BY, at=now)


def _create_departments(cast: Cast, names: list[str]) -> dict[str, Department]:
    desk, known = cast.parts.desk, cast.parts.departments
    found = {department.name: department for department in known}
    for position, name in enumerate(names, start=len(known)):
        department = Department.objects.create(
            desk=desk, name=name, kind=DepartmentKind.OTHER, position=position
        )
        AgentDepartment.objects.bulk_create(
            AgentDepartment(desk=desk, agent=agent, department=department) for agent in cast.agents
        )
        found[name] = department
    return found


def _make_action(data: dict[str, str], named: dict[str, Any]) -> RuleAction:
    """Return the action of a rule. level: the least level of a skill."""
    target = {data["kind"]: named[data["value"]]}
    return RuleAction(kind=data["kind"], value=data.get("level", ""), **target)


def _make_condition(data: dict[str, Any], questions: dict[str, FormField]) -> RuleCondition:
    return RuleCondition(
        kind=data["kind"],
        value=data["value"],
        scope=data.get("scope", ""),
        form_field=questions[data["field"]] if "field" in data else None,
    )
