"""Two sets of names, priorities and SLA targets that a new desk starts with (M32, M87-M97)."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import DepartmentKind

DEPARTMENTS = {
    DepartmentKind.PAID: "Paid Support",
    DepartmentKind.COMMUNITY: "Community",
    DepartmentKind.TRIALS: "Trials",
}
BUSINESS_HOURS = "12x5"
ALWAYS = "24x7"
OPENS, CLOSES = 8 * 60, 20 * 60  # minutes after midnight, Monday to Friday
PLAN = "Standard"  # the one plan of a new desk


@dataclass(frozen=True, slots=True)
class PriorityPreset:
    """A priority and its SLA target in the first plan: minutes of a calendar."""

    name: str
    definition: str
    minutes: int
    calendar: str = BUSINESS_HOURS
    is_mail_default: bool = False
    allows_emergencies: bool = False


@dataclass(frozen=True, slots=True)
class DeskPreset:
    """Priorities, the highest first, and names of states that differ from the usual ones."""

    label: Promise
    priorities: tuple[PriorityPreset, ...]
    state_words: dict[str, str] = field(default_factory=dict)


PRESETS = {
    "three-priorities": DeskPreset(
        label=_(
            "High, Medium, Low; Open, At Investigation, Waiting for Customer, Escalated, Closed"
        ),
        priorities=(
            PriorityPreset(
                "High",
                "Critical business impact: business operations stop, or many users cannot work, and"
                " there is no procedural workaround.",
                480,
                allows_emergencies=True,
            ),
            PriorityPreset(
                "Medium",
                "Normal business impact: a partial or non-critical loss of a function in"
                " production;"
                " a small number of users are affected.",
                1440,
                is_mail_default=True,
            ),
            PriorityPreset(
                "Low",
                "Minimal business impact: an issue outside of production, a question, or a"
                " request.",
                2880,
            ),
        ),
    ),
    "four-priorities": DeskPreset(
        label=_("Urgent, High, Normal, Low; New, Open, Pending, On hold, Solved, Closed"),
        state_words={
            "new": "New",
            "open": "Open",
            "investigating": "Open",
            "waiting": "Pending",
            "escalated": "On hold",
            "solved": "Solved",
            "closed": "Closed",
        },
        priorities=(
            PriorityPreset(
                "Urgent",
                "Production is down or unusable for everyone, data is being lost, or a security"
                " incident is under way.",
                60,
                ALWAYS,
                allows_emergencies=True,
            ),
            PriorityPreset(
                "High",
                "A major function in production is broken or very slow for many users.",
                240,
                allows_emergencies=True,
            ),
            PriorityPreset(
                "Normal",
                "A function does not work as documented, few users are affected, or there is a"
                " workaround that holds.",
                480,
                is_mail_default=True,
            ),
            PriorityPreset(
                "Low", "A question, a request, or a problem outside of production.", 1440
            ),
        ),
    ),
}
