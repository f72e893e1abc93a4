"""Idempotent forms and API requests: the work is done once, however often one is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent, Contact, Desk, User
from tickets.errors import ServiceError
from tickets.models import SubmittedForm, Ticket

Made = TypeVar("Made", bound=Model)


MAX_TOKEN_LENGTH = 64  # of SubmittedForm.token
# After which a request that hasn't ended is taken for cut off: longer than any runs.
CUT_OFF = timedelta(minutes=5)


class KeyReusedError(ServiceError):
    """The idempotency key was used for another request."""


class KeyInUseError(ServiceError):
    """The first request with the idempotency key is still running."""


def make_agent_token(agent_id: int, form_token: str) -> str:
    """Return the token of an agent's form, which counts per agent."""
    return f"{agent_id}-{form_token}"[:MAX_TOKEN_LENGTH]


def find_submitted(*, desk: Desk, user: User, form_token: str) -> QuerySet[SubmittedForm]:
    """Return the row of a user's form, as an agent's or a contact's, if it was submitted."""
    mine = Agent.objects.filter(desk=desk, user=user).values_list("pk", flat=True)
    tokens = [make_agent_token(agent_id, form_token) for agent_id in mine]
    by_user = Q(contact__user=user, token=form_token) | Q(contact=None, token__in=tokens)
    return SubmittedForm.objects.filter(by_user, desk=desk)


def submit_once(
    *, desk: Desk, contact: Contact | None, token: str, at: datetime, work: Callable[[], Ticket]
) -> tuple[Ticket, bool]:
    """Run ``work`` for the first submission of a form.

    Returns its ticket, and True if this submission was the first. The token is in the rendered
    form and counts per person, so it reveals nothing to another person. The unique key puts two
    submissions at once in order: the second waits for the first to commit. If ``work`` raises,
    nothing is kept and the form may be submitted again.
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
    """Run ``work`` for the first request with a token; return what it created.

    A later request returns it in its current state. fingerprint: a digest of the request, in at
    most 64 characters; raises KeyReusedError if the first request had another one. visible: where
    an earlier result is looked up; raises DoesNotExist if it isn't there. Two requests at once are
    put in order as in submit_once.
    """
    with transaction.atomic():
        form, is_first = claim_request(desk=desk, token=token, fingerprint=fingerprint, at=at)
        if not is_first:
            assert form.made_id is not None  # noqa: S101 (set in the transaction that made the row)
            return visible.get(pk=form.made_id)
        made = work()
        note_made(form, made)
    return made


def claim_request(
    *, desk: Desk, token: str, fingerprint: str, at: datetime
) -> tuple[SubmittedForm, bool]:
    """Return the row of a request's token, and True for the first request with it.

    Call it in the transaction that does the work: another request with the token waits for its end.
    Raises KeyReusedError if the first request had another fingerprint.
    """
    form, is_first = SubmittedForm.objects.get_or_create(
        desk=desk,
        contact=None,
        token=token,
        defaults={"created_at": at, "fingerprint": fingerprint},
    )
    if form.fingerprint != fingerprint:
        raise KeyReusedError(_("This idempotency key was used for another request. Use a new key."))
    return form, is_first


def claim_ahead(
    *, desk: Desk, token: str, fingerprint: str, at: datetime
) -> tuple[SubmittedForm, bool]:
    """Claim a request's token as claim_request does, but commit it before the work.

    So another request with the token doesn't wait. Raises KeyInUseError until the first one has
    noted what it made or how it ended. One that was cut off before doesn't count. If the work
    fails, call free_claim.
    """
    with transaction.atomic():
        form, is_first = claim_request(desk=desk, token=token, fingerprint=fingerprint, at=at)
        if is_first or not _is_open(form):
            return form, is_first
        locked = SubmittedForm.objects.select_for_update(of=("self",)).filter(pk=form.pk).first()
        if locked is None or (_is_open(locked) and locked.created_at > at - CUT_OFF):
            text = _(
                "The first request with this idempotency key is still running. Repeat it later."
            )
            raise KeyInUseError(text)
        if is_cut_off := _is_open(locked):
            locked.created_at = at
            locked.save(update_fields=["created_at"])
        return locked, is_cut_off


def free_claim(form: SubmittedForm) -> None:
    """Let the token of claim_ahead be used again, unless its work made a row."""
    claimed = SubmittedForm.objects.filter(pk=form.pk, created_at=form.created_at)
    claimed.filter(made_id=None, status=None).delete()


def _is_open(form: SubmittedForm) -> bool:
    return form.made_id is None and form.status is None


def note_made(form: SubmittedForm, made: Model) -> None:
    """Keep which row a request created."""
    form.made_id = made.pk
    form.ticket = made if isinstance(made, Ticket) else getattr(made, "ticket", None)
    form.save(update_fields=["ticket", "made_id"])


def note_response(form: SubmittedForm, *, status: int, location: str) -> None:
    """Keep how a request ended. location: the path below the desk that shows what it did, or ""."""
    form.status, form.location = status, location
    form.save(update_fields=["status", "location"])
