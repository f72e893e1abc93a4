"""Doing the work of a form, or of a program's request, once, however often it is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import Contact, Desk
from tickets.errors import ServiceError
from tickets.models import Message, Note, SubmittedForm, Ticket

Made = TypeVar("Made", Ticket, Message, Note)


class KeyReusedError(ServiceError):
    """The key was used for another request."""


def submit_once(
    *, desk: Desk, contact: Contact | None, token: str, at: datetime, work: Callable[[], Ticket]
) -> tuple[Ticket, bool]:
    """Run ``work`` for the first sending of a form; gives its ticket, and whether this sending was the first.

    The token stands in the rendered form and counts per person, so nobody can learn anything from another's.
    Two sendings at once are put in order by the unique key: the second waits for the first to commit. When
    ``work`` raises, nothing is kept and the form may be sent again.
    """
    with transaction.atomic():
        form, is_first = SubmittedForm.objects.get_or_create(
            desk=desk, contact=contact, token=token, defaults={"created_at": at}
        )
        if is_first:
            form.ticket = work()
            form.save(update_fields=["ticket"])
    assert form.ticket is not None  # noqa: S101 (set in the transaction that made the row)
    return form.ticket, is_first


def request_once(
    *,
    desk: Desk,
    token: str,
    fingerprint: str,
    at: datetime,
    work: Callable[[], Made],
    visible: QuerySet[Made],
) -> Made:
    """Run ``work`` for the first request with a token; gives what it made, for a later one as it stands by then.

    fingerprint: what was asked, in at most 64 characters; KeyReusedError when it is not what the first one asked.
    visible: where what was made before is looked for; DoesNotExist when it is not there. Two requests at once are put
    in order as by submit_once.
    """
    with transaction.atomic():
        form, is_first = SubmittedForm.objects.get_or_create(
            desk=desk,
            contact=None,
            token=token,
            defaults={"created_at": at, "fingerprint": fingerprint},
        )
        if not is_first:
            if form.fingerprint != fingerprint:
                raise KeyReusedError("This key was used for another request. Take a new one.")
            assert form.made_id is not None  # noqa: S101 (set in the transaction that made the row)
            return visible.get(pk=form.made_id)
        made = work()
        form.made_id = made.pk
        form.ticket = made if isinstance(made, Ticket) else made.ticket
        form.save(update_fields=["ticket", "made_id"])
    return made
