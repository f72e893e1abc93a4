"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py)."""

from tickets.admin import (
    closing_reasons,
    engineering_groups,
    form_fields,
    priorities,
    records,
    tags,
    webhooks,
)

__all__ = [
    "closing_reasons",
    "engineering_groups",
    "form_fields",
    "priorities",
    "records",
    "tags",
    "webhooks",
]
