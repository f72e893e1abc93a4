"""Shared steps of these tests."""

from __future__ import annotations

from typing import Any

from accounts.models import Agent, Department
from tests.cast import Cast
from tickets.macros.acts import Acts
from tickets.macros.saving import MacroContent, create_macro
from tickets.models import Macro

REPLY = "Hello {{contact.first_name}}, about {{ticket.number}}:"


def make_macro(
    cast: Cast,
    *,
    agent: Agent | None = None,
    name: str = "Ask for logs",
    text: str = "",
    is_shared: bool = False,
    department: Department | None = None,
    texts: dict[str, str] | None = None,
    **acts: Any,
) -> Macro:
    """Create a macro of the analyst, or a shared one of the lead."""
    by = agent or (cast.lead if is_shared else cast.analyst)
    content = MacroContent(
        name=name, text=text, acts=Acts(**acts), department=department, texts=texts or {}
    )
    return create_macro(agent=by, content=content, is_shared=is_shared)
