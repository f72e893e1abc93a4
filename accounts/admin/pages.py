"""The modules that register admin pages, for autodiscovery (helpdesk/admin/app.py).

Not imported by the package itself: the admin site uses base.py while it is being built.
"""

from accounts.admin import crm, departments, desks, identities, invitations

__all__ = ["crm", "departments", "desks", "identities", "invitations"]
