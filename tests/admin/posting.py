"""What a browser posts of the forms of a desk, an agent and a priority."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Desk
from tests.cast import Cast

SETTINGS = {
    "name": "Rocket",
    "time_zone": "America/Sao_Paulo",
    "language": "en",
    "accent": "teal",
    "hotline": "",
    "silence_days": 7,
    "reminder_days": 5,
    "reopen_days": 14,
    "email_source_days": 365,
    "notification_days": 90,
    "closed_file_days": 0,
    "webhook_days": 90,
    "max_token_days": 0,
    "emergency_decision_minutes": 15,
    "emergency_accepted_minutes": 60,
    "emergency_courtesy_minutes": 60,
    "emergency_information_minutes": 60,
    "emergency_downgraded_minutes": 480,
    "agent_capacity": "",
    "offer_minutes": 0,
    "undo_seconds": 0,
    "quiet_minutes": 0,
    "idle_minutes": 0,
    "missing_minutes": 15,
    "major_impact": 5,
    "release_action": "confirm",
    "warn_points": "75",
}
NO_ROWS = {
    f"{prefix}-{which}_FORMS": 0
    for prefix in ["agentdepartment_set", "shifts", "skills", "languages", "rotation"]
    for which in ["TOTAL", "INITIAL"]
}
AGENT = {"name": "New Person", "role": "analyst", "level": "l1", "is_active": "on", **NO_ROWS}
PRIORITY = {"weight": 1, "definition": ""}


def post_settings(client: Client, desk: Desk, **changes: Any) -> Any:
    """Post the form of a desk's settings as the tests' first desk has them, but for the changes."""
    return client.post(f"/rocket/admin/accounts/desk/{desk.pk}/change/", SETTINGS | changes)


def post_priority(client: Client, cast: Cast, name: str, **changes: Any) -> Any:
    """Post the form of a priority that stays as it is, but for the changes."""
    priority = cast.priorities[name]
    fields = PRIORITY | {"name": name, "rank": priority.rank} | changes
    return client.post(f"/rocket/admin/tickets/priority/{priority.pk}/change/", fields)
