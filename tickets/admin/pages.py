"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py)."""

from tickets.admin import form_fields, priorities, records, tags

__all__ = ["form_fields", "priorities", "records", "tags"]
