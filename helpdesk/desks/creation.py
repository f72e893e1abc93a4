"""Making a desk, whole: departments, priorities, a plan with its promises, calendars, mailboxes, and the first
admin, who is invited and sets a password alone (M105). The command, the form and nobody else call it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.desk_addresses import get_domain_error, get_slug_error
from accounts.invitations.sending import InvitationError, invite
from accounts.matching import normalize_domain, normalize_email
from accounts.models import Department, Desk, Invitation, InvitedAs, Level, Plan, Role, User
from accounts.presets import ALWAYS, BUSINESS_HOURS, CLOSES, DEPARTMENTS, OPENS, PRESETS, DeskPreset
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from sla.models import Calendar, CalendarWindow, Target
from tickets.models import Priority


class DeskRefused(ValueError):
    """The desk cannot be made like that. ``field`` names the argument, the text says why."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


@dataclass(frozen=True, slots=True)
class CreatedDesk:
    """A new desk, and the invitation of its first admin with the token for the mail."""

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
    """Make a desk from a preset (accounts.presets.PRESETS) and invite its first admin; the caller mails the token.

    mailbox_addresses: the first is the default. by: None for the installation's command. All or nothing; raises
    DeskRefused with the argument's name.
    """
    chosen = PRESETS.get(preset)
    if chosen is None:
        raise DeskRefused("preset", f"“{preset}” is no preset; there are: {', '.join(PRESETS)}.")
    desk = Desk(
        name=name.strip(),
        slug=slug.strip().lower(),
        domain=_read_domain(domain),
        language=language,
        time_zone=time_zone,
        accent=accent,
        ticket_prefix=prefix.strip().upper(),
        state_words=chosen.state_words,
    )
    addresses = _read_mailboxes(mailbox_addresses, admin_email)
    _check(desk)
    with transaction.atomic():
        _save(desk)
        with desk_scope(desk):
            _fill(desk, chosen)
            _add_mailboxes(desk, addresses, at=at)
            invitation, token = _invite_admin(desk, admin_email, at=at, by=by)
    return CreatedDesk(desk, invitation, token)


def _read_domain(domain: str) -> str:
    if problem := get_domain_error(domain):
        raise DeskRefused("domain", problem)
    return normalize_domain(domain)


def _read_mailboxes(given: Sequence[str], admin_email: str) -> list[str]:
    addresses = []
    for one in given:
        address = normalize_email(one)
        if not address:
            raise DeskRefused("mailbox_addresses", f"“{one.strip()[:100]}” is no e-mail address.")
        if address == normalize_email(admin_email):
            raise DeskRefused(
                "admin_email", f"{address} is the desk's mailbox; nobody's login can be that."
            )
        addresses.append(address)
    return list(dict.fromkeys(addresses))


def _check(desk: Desk) -> None:
    if desk.time_zone not in available_timezones():
        raise DeskRefused(
            "time_zone", f"“{desk.time_zone}” is no time zone, such as America/Sao_Paulo."
        )
    if desk.language not in dict(settings.LANGUAGES):
        raise DeskRefused(
            "language", f"“{desk.language}” is no language that Plumbline knows, such as en."
        )
    if problem := get_slug_error(desk.slug):
        raise DeskRefused("slug", problem)
    try:
        desk.full_clean(validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise DeskRefused(
            {"ticket_prefix": "prefix"}.get(field, field), " ".join(problems)
        ) from error


def _save(desk: Desk) -> None:
    """Insert it; the database's own unique keys decide, so that two at once cannot both have a name."""
    try:
        with transaction.atomic():
            desk.save(force_insert=True)
    except IntegrityError as error:
        if Desk.objects.filter(slug=desk.slug).exists():
            raise DeskRefused("slug", f"The path “{desk.slug}” belongs to another desk.") from error
        raise DeskRefused("domain", f"The domain {desk.domain} belongs to another desk.") from error


def _fill(desk: Desk, preset: DeskPreset) -> None:
    Department.objects.bulk_create(
        Department(desk=desk, kind=kind, name=name, position=position)
        for position, (kind, name) in enumerate(DEPARTMENTS.items())
    )
    calendars = {name: _add_calendar(desk, name) for name in (BUSINESS_HOURS, ALWAYS)}
    plan = Plan.objects.create(desk=desk, name=preset.plan)
    for rank, one in enumerate(preset.priorities, start=1):
        priority = Priority.objects.create(
            desk=desk,
            rank=rank,
            name=one.name,
            definition=one.definition,
            is_mail_default=one.is_mail_default,
        )
        calendar = calendars[one.calendar]
        Target.objects.create(
            desk=desk, plan=plan, priority=priority, minutes=one.minutes, calendar=calendar
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
    return calendar


def _add_mailboxes(desk: Desk, addresses: list[str], *, at: datetime) -> None:
    """Proven by the word of the installation's admin; one by one, so that the refusal can name the address. Another
    desk's mailboxes are not seen from here: the unique key over the installation answers."""
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
            why = f"Mail for {address} goes to another desk already."
            raise DeskRefused("mailbox_addresses", why) from error


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
        raise DeskRefused("admin_email", str(error)) from error
