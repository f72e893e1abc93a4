"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py)."""

from tickets.admin import engineering_groups, form_fields, priorities, records, tags

__all__ = ["engineering_groups", "form_fields", "priorities", "records", "tags"]
