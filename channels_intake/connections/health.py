"""Health of connections: what is wrong now, and one email to the admins about what stays wrong."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet
from django.utils.translation import gettext

from accounts.models import Agent, Desk
from accounts.places.languages import use_recipient_locale
from accounts.staff import list_admins
from channels_intake.mailboxes import format_desk_sender
from channels_intake.models.connections import Connection
from channels_intake.outgoing.composing import get_desk_url
from channels_intake.outgoing.errors import MAIL_SERVER_ERRORS
from channels_intake.outgoing.rendering import build_automatic_email

log = structlog.get_logger(__name__)

TELL_AFTER = timedelta(minutes=10)  # most outages of vendors are shorter


def note_health(connection: Connection, problem: str, *, at: datetime) -> None:
    """Save when a vendor responded last, and what is wrong, "" for nothing.

    A problem has the time of its beginning; another text is still the same problem.
    """
    mine = Connection.objects.filter(pk=connection.pk)
    if problem:
        mine.filter(problem="").update(problem_since=at)
        mine.update(problem=problem[:500], checked_at=at)
    else:
        mine.update(problem="", problem_since=None, told_at=None, checked_at=at)


def list_untold_problems(at: datetime) -> QuerySet[Connection]:
    """Return the connections whose problem has lasted, and whose admins don't know."""
    lasting = Connection.objects.filter(problem_since__lte=at - TELL_AFTER, told_at__isnull=True)
    return lasting.filter(is_paused=False)


def tell_of_problems(*, desk_id: int, at: datetime) -> int:
    """Email a desk's admins about problems, once for each. Return how many.

    A connection is claimed by a conditional update. If the mail server refuses, the claim is given
    back, and the next sweep tries again.
    """
    desk = Desk.objects.get(pk=desk_id)
    untold = list_untold_problems(at).filter(desk=desk)
    return sum(_tell(desk, connection, at) for connection in untold.order_by("pk"))


def _tell(desk: Desk, connection: Connection, at: datetime) -> bool:
    mine = Connection.objects.filter(pk=connection.pk)
    if not mine.filter(told_at__isnull=True).exclude(problem="").update(told_at=at):
        return False
    try:
        for admin in list_admins(desk):
            _send(desk, connection, admin)
    except MAIL_SERVER_ERRORS as error:
        log.warning("channel_warning_failed", connection=connection.pk, error=str(error))
        mine.update(told_at=None)
        return False
    return True


def _send(desk: Desk, connection: Connection, admin: Agent) -> None:
    with use_recipient_locale(desk=desk, user=admin.user):
        subject = gettext("%(channel)s needs your attention") % {"channel": connection.name}
        page = f"{get_desk_url(desk)}/admin/channels_intake/connection/{connection.pk}/change/"
        build_automatic_email(
            "emails/channel_problem",
            {"desk": desk, "user": admin.user, "connection": connection, "page": page},
            desk=desk,
            subject=subject,
            from_email=format_desk_sender(desk),
            to=admin.user.email,
        ).send()
