"""The scope that each view needs: by its module, or by its attribute ``resource``."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.permissions import SAFE_METHODS

from accounts.models import Resource
from accounts.tokens.scopes import allows, get_scope
from helpdesk.api.access.grants import get_grant

# The longest prefix counts.
RESOURCES = {
    "helpdesk.api.tickets": Resource.TICKETS,
    "helpdesk.api.defects": Resource.DEFECTS,
    "helpdesk.api.people": Resource.CUSTOMERS,
    "helpdesk.api.people.agents": Resource.STAFF,
    "helpdesk.api.staff": Resource.STAFF,
    "helpdesk.api.configuration": Resource.SETTINGS,
    "helpdesk.api.webhooks": Resource.WEBHOOKS,
    "helpdesk.api.exports": Resource.EXPORTS,
    "helpdesk.api.imports": Resource.IMPORTS,
    "helpdesk.api.audit": Resource.AUDIT,
}


class InsufficientScopeError(APIException):
    """The token's scopes don't allow this request (RFC 6750, 3.1)."""

    status_code = status.HTTP_403_FORBIDDEN

    def __init__(self, scope: str) -> None:
        super().__init__(_("This token lacks the scope “%(scope)s”.") % {"scope": scope})
        self.auth_header = f'Bearer error="insufficient_scope", scope="{scope}"'


def find_resource(view: Any) -> str:
    """Return the resource of a view, an instance or a class; "" if nothing names it."""
    if named := getattr(view, "resource", ""):
        return str(named)
    module = (view if isinstance(view, type) else type(view)).__module__
    fitting = [name for name in RESOURCES if module == name or module.startswith(f"{name}.")]
    return str(RESOURCES[max(fitting, key=len)]) if fitting else ""


def require_scope(request: Any, view: Any) -> None:
    """Raise InsufficientScopeError if a program's token doesn't allow this request.

    A view without a resource is closed to programs.
    """
    grant = get_grant(request)
    if grant is None:
        return
    needed = get_scope(find_resource(view), is_write=request.method not in SAFE_METHODS)
    if not allows(grant.scopes, needed):
        raise InsufficientScopeError(needed)
