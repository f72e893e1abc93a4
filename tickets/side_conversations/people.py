"""The third parties of a side conversation: who they are, and changes of them by agents."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.matching import normalize_email
from accounts.models import Agent
from tickets.actors import Actor
from tickets.changes import Change
from tickets.errors import ConflictError, InvalidValueError
from tickets.events import EventKind
from tickets.models import SideConversation, SideParticipant
from tickets.search.documents import add_to_search
from tickets.services.common import require_no_approval, require_writer
from tickets.side_conversations.access import open_side

MAX_PARTICIPANTS = 10
MAX_EVER = 100  # with those who were removed


def add_people(*, side_id: int, agent: Agent, emails: Iterable[str], at: datetime) -> list[str]:
    """Add third parties, who get the next messages. Return the addresses that are new.

    Raises NotAllowedError, NeedsApprovalError for a trainee, and InvalidValueError ("emails").
    """
    by = Actor.of(agent)
    require_writer(by)
    require_no_approval(agent)
    addresses = clean_emails(emails)
    with transaction.atomic():
        change, side = open_side(side_id, by=by, at=at)
        known = list_people(side)
        added = [email for email in addresses if email not in {one.email for one in known}]
        if not added:
            return []
        _require_room(side, len(known) + len(added))
        _add(change, side, added)
        to = ", ".join(added)
        add_to_search(change, to, [], is_note=True)
        change.touch()
        change.record(EventKind.SIDE_PEOPLE_ADDED, {"side": side.pk, "to": to})
        change.save()
    return added


def remove_person(*, side_id: int, person_id: int, agent: Agent, at: datetime) -> str:
    """Remove a third party: they get no more email. Return the address, "" if they had gone.

    What they still write isn't added to the conversation by their old reply address. Raises
    NotAllowedError, and ConflictError for the last one.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        change, side = open_side(side_id, by=by, at=at)
        people = list_people(side)
        person = next((one for one in people if one.pk == person_id), None)
        if person is None:
            return ""
        if len(people) == 1:
            raise ConflictError(
                _("This is the only person. Mark the side conversation as done instead.")
            )
        SideParticipant.objects.filter(pk=person.pk).update(removed_at=at)
        change.touch()
        facts = {"side": side.pk, "to": person.email}
        change.record(EventKind.SIDE_PERSON_REMOVED, facts)
        change.save()
    return person.email


def list_people(side: SideConversation) -> list[SideParticipant]:
    """Return those who get the next message: neither removed nor erased."""
    return [one for one in side.participants.all() if one.is_reachable]


def list_addresses(side: SideConversation) -> list[str]:
    """Return the addresses of those who get the next message. Raises ConflictError without any."""
    people = list_people(side)
    if not people:
        raise ConflictError(_("The people of this side conversation were erased. Start a new one."))
    return [one.email for one in people]


def clean_emails(emails: Iterable[str]) -> list[str]:
    """Return normalized addresses, each once. Raises InvalidValueError for what is none."""
    typed = [email.strip() for email in emails if email.strip()]
    found: dict[str, None] = {}
    for email in typed:
        address = normalize_email(email)
        if not address:
            text = _("“%(email)s” isn't an email address.") % {"email": email}
            raise InvalidValueError("emails", text)
        found[address] = None
    if not found:
        raise InvalidValueError("emails", _("Enter the email address to write to."))
    _require_few(len(found))
    return list(found)


def _require_few(count: int) -> None:
    if count > MAX_PARTICIPANTS:
        text = _("Enter at most %(count)s addresses.") % {"count": MAX_PARTICIPANTS}
        raise InvalidValueError("emails", text)


def _require_room(side: SideConversation, count: int) -> None:
    if count > MAX_PARTICIPANTS or side.participants.count() >= MAX_EVER:
        text = _("A side conversation can have at most %(count)s people.")
        raise InvalidValueError("emails", text % {"count": MAX_PARTICIPANTS})


def _add(change: Change, side: SideConversation, addresses: list[str]) -> None:
    """Add addresses. One that was removed comes back with the thread that it had."""
    back = side.participants.filter(email__in=addresses)
    known = set(back.values_list("email", flat=True))
    back.update(removed_at=None, added_at=change.at)
    SideParticipant.objects.bulk_create(
        SideParticipant(desk_id=side.desk_id, side=side, email=email, added_at=change.at)
        for email in addresses
        if email not in known
    )
