"""Emails to desk admins before the holidays of a calendar run out: once for each end."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.utils.translation import gettext

from accounts.failures import capture_failure, leave_to_log
from accounts.models import Agent, Desk
from accounts.places.languages import use_recipient_locale
from accounts.staff import list_admins
from channels_intake.mailboxes import format_desk_sender
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email
from sla.holidays.horizon import WARN_BEFORE, find_horizon, list_warnings
from sla.holidays.refresh import get_today
from sla.models import Calendar

logger = structlog.get_logger(__name__)


def warn_of_ending_holidays(*, desk_id: int, at: datetime) -> int:
    """Email the desk's admins about calendars whose holidays end soon. Return how many.

    A calendar is claimed by a conditional update, so that only one of several workers sends. One
    that the mail server refuses is given back and tried again an hour later.
    """
    desk = Desk.objects.get(pk=desk_id)
    calendars = Calendar.objects.filter(desk=desk, is_always_open=False)
    warned = 0
    for calendar in calendars.prefetch_related("holiday_sources", "holidays"):
        with capture_failure(leave_to_log, event="holiday_warning_failed", calendar=calendar.pk):
            warned += _warn(desk, calendar, at)
    return warned


def _warn(desk: Desk, calendar: Calendar, at: datetime) -> bool:
    horizon, before = find_horizon(calendar), calendar.warned_until
    if horizon is None or horizon == before or horizon >= get_today(calendar, at) + WARN_BEFORE:
        return False
    mine = Calendar.objects.filter(pk=calendar.pk)
    if not mine.filter(warned_until=before).update(warned_until=horizon):
        return False
    try:
        for admin in list_admins(desk):
            _send(desk, calendar, admin, at)
    except MAIL_SERVER_ERRORS as error:
        logger.warning("holiday_warning_failed", calendar=calendar.pk, error=str(error))
        mine.update(warned_until=before)
        return False
    return True


def _send(desk: Desk, calendar: Calendar, admin: Agent, at: datetime) -> None:
    with use_recipient_locale(desk=desk, user=admin.user):
        subject = gettext("The holiday list of %(calendar)s ends soon") % {
            "calendar": calendar.name
        }
        page = f"{get_desk_url(desk)}/admin/sla/calendar/{calendar.pk}/change/"
        context = {
            "desk": desk,
            "user": admin.user,
            "calendar": calendar,
            "warnings": list_warnings(calendar, at),
            "page": page,
        }
        build_automatic_email(
            "emails/holidays_end",
            context,
            desk=desk,
            subject=subject,
            from_email=format_desk_sender(desk),
            to=admin.user.email,
        ).send()
