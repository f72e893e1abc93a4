"""The demo's shared macros, made by a lead."""

from __future__ import annotations

from typing import Any

from accounts.models import Department
from helpdesk.demo.people import Cast
from tickets.macros.acts import Acts
from tickets.macros.saving import MacroContent, create_macro


def create_macros(cast: Cast, data: dict[str, Any]) -> None:
    """Create the macros of a data file."""
    lead = next(agent for agent in cast.agents if agent.role == "lead")
    for one in data["macro"]:
        department = Department.objects.filter(name=one.get("department", "")).first()
        content = MacroContent(
            name=one["name"],
            text=one.get("text", ""),
            texts=one.get("texts", {}),
            acts=Acts.from_json(one.get("acts", {})),
            department=department,
        )
        create_macro(agent=lead, content=content, is_shared=True)
