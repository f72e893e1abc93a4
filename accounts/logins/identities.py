"""Letting in agents whom a desk's identity provider vouches for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction

from accounts.audit import record_audit
from accounts.matching import normalize_email
from accounts.models import Agent, AuditAction, User
from accounts.models.identities import GroupRole, Identity, IdentityProvider
from accounts.staff import join_open_departments, save_agent


class NotAdmittedError(Exception):
    """The provider knows the person; the desk does not let them in. The text says why."""


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """What a provider says of a person."""

    subject: str
    email: str
    is_email_verified: bool
    name: str
    groups: Collection[str]
    used_two_factor: bool = False  # the provider asked for one


def admit_agent(*, provider: IdentityProvider, person: ClaimedIdentity) -> Agent:
    """The agent that a person is at the provider's desk; made at their first log-in by the mapped group.

    Each log-in asks for a mapped group, so that who leaves the group stays out; the role is the group's at first
    and the desk's admins' afterwards. Raises NotAdmittedError.
    """
    group_role = _find_group_role(provider, person.groups)
    with transaction.atomic():
        IdentityProvider.objects.select_for_update().get(pk=provider.pk)
        known = Identity.objects.filter(provider=provider, subject=person.subject).first()
        agent = known.agent if known else _link(provider, person, group_role)
    if not (agent.is_active and agent.user.is_active):
        raise NotAdmittedError("Your account here is closed.")
    if agent.user.is_superuser:
        raise NotAdmittedError("The installation's admin logs in with a password.")
    return agent


def _find_group_role(provider: IdentityProvider, groups: Collection[str]) -> GroupRole:
    mapped = GroupRole.objects.filter(provider=provider, group__in=list(groups)).first()
    if mapped is None:
        raise NotAdmittedError("None of your groups is let in here. Ask the desk's admin.")
    return mapped


def _link(provider: IdentityProvider, person: ClaimedIdentity, group_role: GroupRole) -> Agent:
    email = normalize_email(person.email)
    if not email:
        raise NotAdmittedError("Your company's log-in gives no e-mail address.")
    # An address that anybody may write into their profile there must not become somebody known here.
    if not person.is_email_verified and User.objects.filter(email=email).exists():
        raise NotAdmittedError("Your company's log-in does not vouch for your e-mail address.")
    agent = Agent.objects.filter(desk=provider.desk, user__email=email).first()
    if agent is None:
        agent = _make_agent(provider, email, person.name, group_role)
    if Identity.objects.filter(provider=provider, agent=agent).exists():
        raise NotAdmittedError("Somebody else there has this e-mail address already.")
    Identity.objects.create(
        desk=provider.desk, provider=provider, subject=person.subject, agent=agent
    )
    record_audit(
        desk=provider.desk,
        by=agent.user,
        action=AuditAction.SSO_LINKED,
        about=agent,
        target=email,
        detail={"provider": provider.pk, "group": group_role.group},
    )
    return agent


def _make_agent(provider: IdentityProvider, email: str, name: str, group_role: GroupRole) -> Agent:
    if User.objects.filter(email=email, is_superuser=True).exists():
        raise NotAdmittedError("The installation's admin logs in with a password.")
    new = Agent(
        desk=provider.desk, name=(name or email)[:120], role=group_role.role, level=group_role.level
    )
    agent = save_agent(agent=new, email=email)
    join_open_departments(agent)
    return agent
