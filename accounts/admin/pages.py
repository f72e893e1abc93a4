"""The modules that register admin pages, for autodiscovery (helpdesk/admin/apps.py).

The package itself does not import them: the admin site uses base.py while it is being built.
"""

from accounts.admin import (
    agents,
    audit,
    cards,
    crm,
    customers,
    departments,
    desks,
    identity_providers,
    invitations,
    plans,
    regions,
    users,
)

__all__ = [
    "agents",
    "audit",
    "cards",
    "crm",
    "customers",
    "departments",
    "desks",
    "identity_providers",
    "invitations",
    "plans",
    "regions",
    "users",
]
