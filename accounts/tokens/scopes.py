"""Scopes: what a token may do, such as "tickets:read". Never more than its agent may.

A scope that allows writing also allows reading the same resource.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.utils.translation import gettext_lazy as _

from accounts.models.tokens import Resource

READ, WRITE = "read", "write"
READ_ONLY = {Resource.AUDIT, Resource.EXPORTS}  # nothing to write
SCOPES: tuple[str, ...] = tuple(
    f"{resource}:{act}"
    for resource in Resource
    for act in (READ, WRITE)
    if not (act == WRITE and resource in READ_ONLY)
)
ACTS = {
    READ: _("%(resource)s: read"),
    WRITE: _("%(resource)s: read and change"),
}
# What a scope also opens, which people might not expect of it.
WIDE = {
    "staff:write": _("%(scope)s, including inviting admins and changing roles"),
    "webhooks:write": _("%(scope)s, including sending tickets and notes to any URL"),
    "exports:read": _("%(scope)s, including all tickets, messages and notes"),
}


def get_scope(resource: str, *, is_write: bool) -> str:
    """Return the scope that a request needs."""
    return f"{resource}:{WRITE if is_write else READ}"


def allows(granted: Collection[str], needed: str) -> bool:
    """Return True if one of the granted scopes covers the needed one."""
    resource, _, _act = needed.partition(":")
    return needed in granted or (needed.endswith(f":{READ}") and f"{resource}:{WRITE}" in granted)


def clean_scopes(scopes: Iterable[str]) -> list[str]:
    """Return the known scopes among these in their usual order, each once."""
    wanted = set(scopes)
    return [scope for scope in SCOPES if scope in wanted]


def describe_scope(scope: str) -> str:
    """Return a scope in plain words: "Tickets, messages and notes: read"."""
    resource, _, act = scope.partition(":")
    described = str(ACTS[act]) % {"resource": Resource(resource).label}
    return str(WIDE[scope]) % {"scope": described} if scope in WIDE else described


def list_scope_choices() -> list[tuple[str, str]]:
    """Return all scopes with their descriptions, for forms."""
    return [(scope, describe_scope(scope)) for scope in SCOPES]
