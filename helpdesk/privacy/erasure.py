"""Erasing a person from a desk (GDPR, article 17): all tables and files, in one transaction.

What stays is the skeleton of their tickets (numbers, times, states) under "Erased person", and an audit stub
without personal words.

Limits. What a person said and somebody else repeats in words of their own, or pastes into an answer, cannot be
found by structure: below the answers on their tickets all quoted text goes; their address, with a name that stands
right before it, is looked for in all that was said and recorded at the desk; their names, and the parts of these, on
their own tickets. A name that stands by itself in the words of others elsewhere stays, for a name is also a company's
or a plan's; so do the desk's settings, which are the desk's words. More is not claimed. Mail that is still
unread, back-ups, logs and mail that was delivered are out of reach. A login that belongs to somebody at another
desk stays, for that desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model

from accounts.audit import record_audit
from accounts.models import (
    Agent,
    AuditAction,
    AuditEntry,
    Contact,
    CrmPull,
    CrmSetAside,
    Desk,
    Role,
    User,
)
from accounts.privacy.erasing import KnownNames, erase_contact, identify_person
from accounts.privacy.scrubbing import scrub
from accounts.tenancy import system_scope
from channels_intake.erasing import erase_from_mail, erase_from_outbox
from channels_intake.models import InboundMessage, OutgoingEmail
from tickets.erasing import (
    erase_from_tickets,
    find_earlier_names,
    find_traces,
    take_files,
    wait_for_writers,
)
from tickets.errors import NotAllowedError
from tickets.models import (
    Attachment,
    EventDelivery,
    Message,
    Note,
    Ticket,
    TicketEvent,
)

Eraser = Agent | User | None

SAID_AND_RECORDED: tuple[type[Model], ...] = (
    Ticket,
    Message,
    Note,
    Attachment,
    TicketEvent,
    EventDelivery,
    InboundMessage,
    OutgoingEmail,
    AuditEntry,
    CrmPull,
    CrmSetAside,
)


def erase_person(*, desk: Desk, contact: Contact, by: Eraser, at: datetime) -> dict[str, int]:
    """Erase a contact of the desk from all its stores and files; gives what went, by kind.

    by: an admin of the desk, the installation's admin, or None for the command. Raises NotAllowedError for anybody else,
    and for a contact whose address is an agent's of the same desk. Files go first and the rows last, so that a
    failure leaves nothing that cannot be found again: running it anew completes it. Whoever is erased already may be
    erased again, by the number of their row.
    """
    check_can_erase(by, desk)
    with system_scope("erase a person from append-only rows too"), transaction.atomic():
        locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk, desk=desk)
        if Agent.objects.filter(desk=desk, user__email=locked.email).exists():
            raise NotAllowedError("This address is an agent's of the desk; end that first.")
        traces = find_traces(locked)
        wait_for_writers(traces)
        person = identify_person(locked, find_earlier_names(locked))
        files = take_files(traces)
        went = {"files": len(files)}
        went |= erase_from_tickets(person, traces)
        went |= erase_from_mail(person, traces)
        went |= erase_contact(locked, person.names)
        went["elsewhere"] = scrub_everywhere(person)
        went["outbox"] = erase_from_outbox([person.email])
        record_erasure(locked, by, went, at)
        delete_files(files)
    return went


def check_can_erase(by: Eraser, desk: Desk) -> None:
    """Refuse by NotAllowedError whoever is neither an admin of the desk nor the installation's."""
    if isinstance(by, User):
        is_right = by.is_active and by.is_superuser
    else:
        is_right = by is None or (by.role == Role.ADMIN and by.is_active and by.desk_id == desk.pk)
    if not is_right:
        raise NotAllowedError("Only an admin of the desk erases a person.")


def delete_files(names: Iterable[str]) -> None:
    """Delete stored files; one that is gone already is no failure, a storage that refuses is."""
    for name in names:
        default_storage.delete(name)


def scrub_everywhere(person: KnownNames) -> int:
    """Put a mark in the place of the address in what was said and recorded at the desk; gives how many rows changed.

    Never in the desk's own settings: their words are not the person's, and some must stay unlike one another.
    """
    return sum(
        scrub(model._base_manager.filter(desk_id=person.desk_id), person.anywhere)
        for model in SAID_AND_RECORDED
    )


def record_erasure(erased: Contact | Agent, by: Eraser, went: dict[str, int], at: datetime) -> None:
    """The audit's entry of an erasure: when, by whom, how much; of the person only the number of the row."""
    record_audit(
        desk=erased.desk,
        by=by.user if isinstance(by, Agent) else by,
        action=AuditAction.PERSON_ERASED,
        about=erased,
        target=f"#{erased.pk}",
        detail={"went": went, "at": at.isoformat()},
    )
