"""Service accounts: programs of a desk with a name, a role and departments of their own.

Each is an agent who is never active, with a user whose address exists nowhere: sign-in,
assignment, shifts, pickers and notifications leave inactive agents out, and so leave these out.
"""

from __future__ import annotations

from collections.abc import Iterable
from secrets import token_hex

from django.db import transaction

from accounts.audit import record_audit
from accounts.models import Agent, AgentDepartment, AuditAction, Department, Desk, User

ADDRESS_AT = "@service.invalid"  # RFC 2606: no such domain will ever exist


def create_service_account(
    *, desk: Desk, name: str, role: str, departments: Iterable[Department], by: User
) -> Agent:
    """Create a service account, which can do nothing before it has a token."""
    with transaction.atomic():
        user = User(email=f"service-{token_hex(8)}{ADDRESS_AT}", name=name, is_active=False)
        user.set_unusable_password()
        user.save()
        account = Agent(
            desk=desk, user=user, name=name, role=role, is_active=False, is_service=True
        )
        account.save()
        names = _set_departments(account, departments)
        detail = {"role": role, "departments": names}
        record_audit(
            desk=desk, by=by, action=AuditAction.SERVICE_ADDED, about=account, detail=detail
        )
    return account


def change_service_account(
    *, account: Agent, name: str, role: str, departments: Iterable[Department], by: User
) -> None:
    """Change a service account. Its tokens have the new rights with their next request."""
    with transaction.atomic():
        locked = Agent.objects.select_for_update(of=("self",)).get(pk=account.pk, is_service=True)
        locked.name, locked.role = name, role
        locked.save(update_fields=["name", "role"])
        User.objects.filter(pk=locked.user_id).update(name=name)
        names = _set_departments(locked, departments)
        detail = {"role": role, "departments": names}
        record_audit(
            desk=locked.desk_id,
            by=by,
            action=AuditAction.SERVICE_CHANGED,
            about=locked,
            detail=detail,
        )


def _set_departments(account: Agent, departments: Iterable[Department]) -> list[str]:
    chosen = list(departments)
    mine = AgentDepartment.objects.filter(agent=account)
    mine.exclude(department__in=chosen).delete()
    AgentDepartment.objects.bulk_create(
        (
            AgentDepartment(desk_id=account.desk_id, agent=account, department=department)
            for department in chosen
        ),
        ignore_conflicts=True,
    )
    return [department.name for department in chosen]
