"""Create a complete desk: departments, priorities, a plan with SLA targets, calendars, mailboxes.

The first admin receives an invitation and sets a password from it (M105). The management command
and the admin form both end here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.desk_addresses import get_domain_error, get_slug_error
from accounts.invitations.sending import InvitationError, invite
from accounts.matching import normalize_domain, normalize_email
from accounts.models import Department, Desk, Invitation, InvitedAs, Level, Plan, Role, User
from accounts.places.zones import list_time_zones
from accounts.presets import (
    ALWAYS,
    BUSINESS_HOURS,
    CLOSES,
    DEPARTMENTS,
    OPENS,
    PLAN,
    PRESETS,
    DeskPreset,
)
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from sla.hours import save_version
from sla.models import Calendar, CalendarWindow, Target
from tickets.models import Priority

TOP_WEIGHT = 3  # of the highest priority: an Urgent ticket is as much work as three others


class DeskCreationError(ValueError):
    """A desk cannot be created. ``field`` is the argument at fault, the text explains why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True)
class CreatedDesk:
    """A new desk, its first admin's invitation, and the token for the email."""

    desk: Desk
    invitation: Invitation
    token: str


def create_desk(
    *,
    name: str,
    slug: str,
    prefix: str,
    preset: str,
    admin_email: str,
    at: datetime,
    domain: str = "",
    language: str = "en",
    time_zone: str = "UTC",
    accent: str = "indigo",
    mailbox_addresses: Sequence[str] = (),
    by: User | None = None,
) -> CreatedDesk:
    """Create a desk from a preset (accounts.presets.PRESETS) and invite its first admin.

    The caller emails the token. mailbox_addresses: the first one is the default. by: the admin, or
    None for the management command. Raise DeskCreationError and change nothing if an argument is
    invalid or taken.
    """
    template = _get_preset(preset)
    desk = Desk(
        name=name.strip(),
        slug=slug.strip().lower(),
        domain=_read_domain(domain),
        language=language,
        time_zone=time_zone,
        accent=accent,
        ticket_prefix=prefix.strip().upper(),
        state_words=template.state_words,
    )
    addresses = _read_mailboxes(mailbox_addresses, admin_email)
    _check(desk)
    with transaction.atomic():
        _save(desk)
        with desk_scope(desk):
            _fill(desk, template)
            _add_mailboxes(desk, addresses, at=at)
            invitation, token = _invite_admin(desk, admin_email, at=at, by=by)
    return CreatedDesk(desk, invitation, token)


def _get_preset(name: str) -> DeskPreset:
    if name not in PRESETS:
        raise DeskCreationError(
            "preset",
            _("There is no preset “%(preset)s”. Choose one of: %(presets)s.")
            % {"preset": name, "presets": ", ".join(PRESETS)},
        )
    return PRESETS[name]


def _read_domain(domain: str) -> str:
    if problem := get_domain_error(domain):
        raise DeskCreationError("domain", problem)
    return normalize_domain(domain)


def _read_mailboxes(given: Sequence[str], admin_email: str) -> list[str]:
    addresses = []
    for one in given:
        address = normalize_email(one)
        if not address:
            raise DeskCreationError(
                "mailbox_addresses",
                _("“%(address)s” is not a valid email address.") % {"address": one.strip()[:100]},
            )
        if address == normalize_email(admin_email):
            raise DeskCreationError(
                "admin_email",
                _("%(address)s is a mailbox of this desk. Enter the admin's own email address.")
                % {"address": address},
            )
        addresses.append(address)
    return list(dict.fromkeys(addresses))


def _check(desk: Desk) -> None:
    if desk.time_zone not in list_time_zones():
        raise DeskCreationError(
            "time_zone",
            _("“%(zone)s” is not a time zone. Use a name such as America/Sao_Paulo.")
            % {"zone": desk.time_zone},
        )
    if desk.language not in dict(settings.LANGUAGES):
        raise DeskCreationError(
            "language",
            _("Plumbline doesn't support the language “%(language)s”. Use a code such as en.")
            % {"language": desk.language},
        )
    if problem := get_slug_error(desk.slug):
        raise DeskCreationError("slug", problem)
    try:
        desk.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise DeskCreationError(
            {"ticket_prefix": "prefix"}.get(field, field), " ".join(problems)
        ) from error


def _save(desk: Desk) -> None:
    """Insert the desk. Unique keys let only one of two concurrent calls succeed."""
    try:
        with transaction.atomic():
            desk.save(force_insert=True)
    except IntegrityError as error:
        if Desk.objects.filter(slug=desk.slug).exists():
            field, text = "slug", _("The path “%(name)s” already belongs to another desk.")
        else:
            field, text = "domain", _("The domain %(name)s already belongs to another desk.")
        raise DeskCreationError(field, text % {"name": getattr(desk, field)}) from error


def _fill(desk: Desk, preset: DeskPreset) -> None:
    Department.objects.bulk_create(
        Department(desk=desk, kind=kind, name=name, position=position)
        for position, (kind, name) in enumerate(DEPARTMENTS.items())
    )
    calendars = {name: _add_calendar(desk, name) for name in (BUSINESS_HOURS, ALWAYS)}
    plan = Plan.objects.create(desk=desk, name=PLAN)
    for rank, one in enumerate(preset.priorities, start=1):
        priority = Priority.objects.create(
            desk=desk,
            rank=rank,
            name=one.name,
            definition=one.definition,
            weight=TOP_WEIGHT if rank == 1 else 1,
            is_mail_default=one.is_mail_default,
            allows_emergencies=one.allows_emergencies,
        )
        calendar = calendars[one.calendar]
        Target.objects.create(
            desk=desk, plan=plan, priority=priority, amount=one.minutes, calendar=calendar
        )


def _add_calendar(desk: Desk, name: str) -> Calendar:
    always = name == ALWAYS
    calendar = Calendar.objects.create(
        desk=desk, name=name, time_zone=desk.time_zone, is_always_open=always
    )
    CalendarWindow.objects.bulk_create(
        CalendarWindow(
            desk=desk, calendar=calendar, weekday=day, start_minute=OPENS, end_minute=CLOSES
        )
        for day in ([] if always else range(5))
    )
    save_version(calendar, is_new=True)
    return calendar


def _add_mailboxes(desk: Desk, addresses: list[str], *, at: datetime) -> None:
    """Add verified mailboxes, one by one, so that the error can name the address.

    Mailboxes of other desks are invisible here; the installation-wide unique key finds them.
    """
    for place, address in enumerate(addresses):
        try:
            with transaction.atomic():
                Mailbox.objects.create(
                    desk=desk,
                    address=address,
                    name=desk.name,
                    is_default=place == 0,
                    verified_at=at,
                )
        except IntegrityError as error:
            text = _("%(address)s already belongs to another desk.") % {"address": address}
            raise DeskCreationError("mailbox_addresses", text) from error


def _invite_admin(
    desk: Desk, email: str, *, at: datetime, by: User | None
) -> tuple[Invitation, str]:
    try:
        return invite(
            desk=desk,
            email=email,
            kind=InvitedAs.AGENT,
            role=Role.ADMIN,
            level=Level.L2,
            at=at,
            by=by,
        )
    except InvitationError as error:
        raise DeskCreationError("admin_email", str(error)) from error
