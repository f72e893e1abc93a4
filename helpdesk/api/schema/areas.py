"""The areas of the API: sections of the documentation, and tags of the schema."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Area:
    """A section. places: the paths it covers, without parameters; the longest match decides."""

    key: str
    name: Promise
    description: Promise
    places: tuple[str, ...]


AREAS = (
    Area(
        "tickets",
        _("Tickets"),
        _("List, open, show and change tickets, and read their history."),
        ("tickets", "views", "bulk-changes"),
    ),
    Area(
        "conversation",
        _("Conversation"),
        _("Messages to and from the customer, internal notes, and files."),
        (
            "tickets/messages",
            "tickets/notes",
            "tickets/attachments",
            "tickets/scheduled-replies",
            "tickets/macros",
            "attachments",
            "uploads",
        ),
    ),
    Area(
        "side_conversations",
        _("Side conversations"),
        _("Emails with third parties about a ticket, which the customer doesn't see."),
        ("tickets/side-conversations",),
    ),
    Area(
        "clocks",
        _("SLA clocks"),
        _("The clocks of a ticket, why they are due when they are, and promised updates."),
        (
            "tickets/clocks",
            "tickets/hold",
            "tickets/ladder",
            "tickets/promised-update",
            "tickets/no-reply-needed",
            "tickets/emergency",
        ),
    ),
    Area(
        "escalations",
        _("Assignment and escalation"),
        _("Who works on a ticket, at which level, and why."),
        (
            "tickets/assignee",
            "tickets/acceptance",
            "tickets/escalation",
            "tickets/return",
            "tickets/routing",
            "tickets/troubleshooting",
            "handovers",
        ),
    ),
    Area(
        "help_requests",
        _("Help requests"),
        _("Questions to engineering groups and requests for a manager's attention."),
        ("help-requests", "tickets/help-requests", "engineering-groups", "attention"),
    ),
    Area(
        "defects",
        _("Defects and feedback"),
        _("Known defects, the tickets linked to them, releases, and product feedback."),
        ("defects", "feedback", "stages", "product-lines"),
    ),
    Area(
        "customers",
        _("Customers"),
        _("Contacts, accounts, their domains, and their handles on other channels."),
        ("contacts", "accounts", "handles", "tickets/handles"),
    ),
    Area(
        "staff",
        _("Agents and schedules"),
        _("Agents, teams, skills, shifts, absences and on-call rotas."),
        (
            "staff",
            "agents",
            "departments",
            "extra-shifts",
            "regions",
            "teams",
            "skills",
            "presence",
            "absences",
            "on-call",
            "loads",
        ),
    ),
    Area(
        "sla",
        _("SLA settings"),
        _("Plans, policies, targets and business hours."),
        ("sla", "calendars", "plans", "ladders"),
    ),
    Area(
        "rules",
        _("Routing rules"),
        _("Rules for incoming tickets, and dry runs that show what they would do."),
        ("rules", "dry-runs", "assignment"),
    ),
    Area(
        "webhooks",
        _("Events and webhooks"),
        _("Events as they happen: pushed to a URL of yours, or read by cursor."),
        ("webhooks", "events", "deliveries"),
    ),
    Area(
        "exchange",
        _("Import and export"),
        _("A desk's data in bulk, in and out."),
        ("imports", "exports", "export", "import"),
    ),
    Area(
        "settings",
        _("Other settings"),
        _("Tags, priorities, fields and everything else that a desk's admin sets up."),
        ("",),
    ),
)


def find_area(path: str) -> Area:
    """Return the area of an operation's path below api/v1/."""
    parts = [part for part in path.split("/") if part and not part.startswith("{")]
    for length in range(len(parts), 0, -1):
        place = "/".join(parts[:length])
        for area in AREAS:
            if place in area.places:
                return area
    return AREAS[-1]
