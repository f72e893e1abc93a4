"""Services for a desk's agents and their sign-ins."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import (
    Agent,
    AgentDepartment,
    Department,
    Desk,
    Invitation,
    InvitedAs,
    MergedContact,
    Role,
    User,
    Visibility,
)
from accounts.models.choices import DepartmentKind
from accounts.places.public_holidays import list_subdivisions
from accounts.tokens.services import end_tokens_of_agent

SWITCH_OFF_HELP = gettext_lazy(
    "If you clear this, the person's API tokens and the access of applications they allowed end "
    "for good. Tokens of service accounts keep working."
)


def save_agent(
    *,
    agent: Agent,
    email: str = "",
    by: User | None = None,
    fields: Collection[str] | None = None,
) -> Agent:
    """Save an agent. A new one gets the user of that normalized address, created if necessary.

    Users who are admins may open the admin site (``is_staff``). The flag stays when the role is
    removed: users are global, one desk cannot see whether another needs it, and without the role
    it opens nothing. Deactivating an agent expires the open invitations of their address and ends
    their tokens at this desk, for good. by: who changes them, None for the system. fields: the
    fields to save, None for all.
    """
    if agent.user_id is None:
        agent.user = get_or_create_login(email=email, name=agent.name)
    if agent.role == Role.ADMIN and agent.is_active and not agent.user.is_staff:
        agent.user.is_staff = True
        agent.user.save(update_fields=["is_staff"])
    agent.save(update_fields=fields)
    if agent.is_active:
        separate_address(agent)
    if not agent.is_active and not agent.is_service:
        end_tokens_of_agent(agent, by=by, at=timezone.now())
    if not agent.is_active:
        sent = Invitation.objects.filter(
            desk_id=agent.desk_id, email=agent.user.email, used_at=None
        )
        now = timezone.now()
        sent.filter(kind=InvitedAs.AGENT, expires_at__gt=now).update(expires_at=now)
    return agent


def separate_address(agent: Agent) -> None:
    """Take an agent's address from the customer that a merge gave it to: it is a colleague's now.

    Otherwise the agent's requests would be the customer's.
    """
    MergedContact.objects.filter(desk=agent.desk_id, email=agent.user.email).update(email="")


def check_own_rights(agent: Agent, *, editor: User) -> None:
    """Refuse to let admins remove their own rights, so that a desk always keeps one.

    Raises ValidationError.
    """
    if agent.user_id == editor.pk and (agent.role != Role.ADMIN or not agent.is_active):
        text = _("You can't remove your own rights. Ask another admin of this desk to do it.")
        raise ValidationError(text)


def check_last_admin(agent: Agent, stored: Agent) -> None:
    """Refuse to take the rights of a desk's last admin, also to a program.

    stored: the agent as it was. The desk's admins stay locked until the transaction ends. Raises
    ValidationError.
    """
    was_admin = stored.role == Role.ADMIN and stored.is_active
    if not was_admin or (agent.role == Role.ADMIN and agent.is_active):
        return
    admins = Agent.objects.filter(desk=agent.desk_id, role=Role.ADMIN, is_active=True)
    if not [row for row in admins.order_by("pk").select_for_update() if row.pk != agent.pk]:
        raise ValidationError(_("This is the desk's only admin. Make someone else an admin first."))


def get_subdivision_error(country: str, subdivision: str) -> str | None:
    """Return why no holidays are known for a state or province of a country, or None."""
    known = list_subdivisions(country) or []
    if not subdivision or subdivision in known:
        return None
    text = _("No holidays are known for this code. Known codes: %(codes)s.")
    return text % {"codes": ", ".join(known) or _("none")}


def save_signature(*, agent: Agent, text: str) -> None:
    """Save an agent's signature; "" for none."""
    agent.signature = text.strip("\n").rstrip()
    agent.save(update_fields=["signature"])


def join_open_departments(agent: Agent) -> None:
    """Make an agent a member of all departments (M49) except members-only ones.

    A desk's admin adds people to those one by one.
    """
    open_ones = Department.objects.filter(desk_id=agent.desk_id, visibility=Visibility.EVERYONE)
    _add(
        AgentDepartment(desk_id=agent.desk_id, agent=agent, department=department)
        for department in open_ones
    )


def set_department_members(*, department: Department, agents: Iterable[Agent]) -> None:
    """Make these agents the only active members of a department."""
    chosen = list(agents)
    members = AgentDepartment.objects.filter(department=department, agent__is_active=True)
    members.exclude(agent__in=chosen).delete()
    _add(
        AgentDepartment(desk_id=department.desk_id, agent=agent, department=department)
        for agent in chosen
    )


def list_free_kinds(desk: Desk | None, besides: Department | None = None) -> list[tuple[str, Any]]:
    """Return the kinds as choices for a department: one of each, and any number of OTHER."""
    single = Department.objects.filter(desk=desk).exclude(kind=DepartmentKind.OTHER)
    rows = single.values_list("pk", "kind")
    taken = {kind for pk, kind in rows if besides is None or pk != besides.pk}
    return [(kind, label) for kind, label in DepartmentKind.choices if kind not in taken]


def _add(memberships: Iterable[AgentDepartment]) -> None:
    AgentDepartment.objects.bulk_create(memberships, ignore_conflicts=True)


def get_or_create_login(*, email: str, name: str) -> User:
    """Return the user of an address. A new one has no usable password; its owner sets one by email.

    An existing one loses a password that was chosen before the address was verified, so that a
    person who knows it doesn't get the rights that the desk grants.
    """
    user = User.objects.filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, name=name)
    drop_unverified_password(user)
    return user


def drop_unverified_password(user: User) -> None:
    """Remove a password that was chosen before the address was verified."""
    if user.has_usable_password() and not has_own_password(user):
        user.set_unusable_password()
        user.save(update_fields=["password"])


def has_own_password(user: User) -> bool:
    """Return True if the user has a password that the owner of the address has chosen.

    Anyone can sign up with any address and a password, but not sign in before it is verified.
    """
    verified = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    is_known = user.is_superuser or user.last_login is not None
    return user.has_usable_password() and (is_known or verified.exists())


def list_admins(desk: Desk) -> list[Agent]:
    """Return the active admins of a desk, with their users."""
    admins = Agent.objects.filter(desk=desk, role=Role.ADMIN, is_active=True)
    return list(admins.select_related("user").order_by("pk"))
