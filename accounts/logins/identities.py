"""Single sign-on: the agent whom a desk's identity provider authenticated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.matching import normalize_email
from accounts.models import Agent, AuditAction, User
from accounts.models.identities import GroupRole, Identity, IdentityProvider
from accounts.staff import join_open_departments, save_agent


class NotAdmittedError(Exception):
    """The provider authenticated the person, but the desk refuses them. The message says why."""


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """Claims of a provider about a person."""

    subject: str
    email: str
    is_email_verified: bool
    name: str
    groups: Collection[str]
    used_two_factor: bool = False  # the provider checked one


def admit_agent(*, provider: IdentityProvider, person: ClaimedIdentity) -> Agent:
    """Return the agent of a person, created at their first sign-in with the role of their group.

    Every sign-in needs a mapped group, so that people who leave the group are locked out. After
    that, the desk's admins manage the role. Raises NotAdmittedError.
    """
    group_role = _find_group_role(provider, person.groups)
    with transaction.atomic():
        IdentityProvider.objects.select_for_update().get(pk=provider.pk)
        known = Identity.objects.filter(provider=provider, subject=person.subject).first()
        agent = known.agent if known else _link(provider, person, group_role)
    if not (agent.is_active and agent.user.is_active):
        raise NotAdmittedError(
            _("Your account here is deactivated. Ask an admin of the help desk.")
        )
    if agent.user.is_superuser:
        raise NotAdmittedError(_("The installation's admin signs in with a password."))
    return agent


def _find_group_role(provider: IdentityProvider, groups: Collection[str]) -> GroupRole:
    mapped = GroupRole.objects.filter(provider=provider, group__in=list(groups)).first()
    if mapped is None:
        raise NotAdmittedError(
            _("None of your groups has access here. Ask an admin of the help desk.")
        )
    return mapped


def _link(provider: IdentityProvider, person: ClaimedIdentity, group_role: GroupRole) -> Agent:
    email = normalize_email(person.email)
    if not email:
        raise NotAdmittedError(_("Your identity provider did not send an email address."))
    # An address that people can enter in their profile there must not match anyone known here.
    if not person.is_email_verified and User.objects.filter(email=email).exists():
        raise NotAdmittedError(_("Your identity provider has not verified your email address."))
    agent = Agent.objects.filter(desk=provider.desk, user__email=email).first()
    if agent is None:
        agent = _make_agent(provider, email, person.name, group_role)
    if Identity.objects.filter(provider=provider, agent=agent).exists():
        raise NotAdmittedError(
            _("This email address already belongs to another person at your identity provider.")
        )
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
        raise NotAdmittedError(_("The installation's admin signs in with a password."))
    new = Agent(
        desk=provider.desk, name=(name or email)[:120], role=group_role.role, level=group_role.level
    )
    agent = save_agent(agent=new, email=email)
    join_open_departments(agent)
    return agent
