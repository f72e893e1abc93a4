"""Erasing a person from a desk (GDPR, article 17): all tables and files, in one transaction.

What stays is the skeleton of their tickets (numbers, times, states) under "Erased person", and an audit stub
without personal words.

Limits. What a person said and somebody else repeats in words of their own, or pastes into an answer, cannot be
found by structure: below the answers on their tickets all quoted text goes, their address and full name are looked
for everywhere at the desk, and parts of their name on their own tickets; more is not claimed. Mail that is still
unread, back-ups, logs and mail that was delivered are out of reach. A login that belongs to somebody at another
desk stays, for that desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction

from accounts.erasing import Person, erase_contact, know_person
from accounts.models import Agent, AuditEntry, Contact, Desk, Role
from accounts.scrubbing import scrub
from accounts.tenancy import system_scope
from channels_intake.erasing import erase_from_mail, erase_from_outbox
from helpdesk.desks.tables import desk_models
from tickets.erasing import erase_from_tickets, find_earlier_names, find_traces, take_files
from tickets.errors import NotAllowed


def erase_person(*, desk: Desk, contact: Contact, by: Agent | None, at: datetime) -> dict[str, int]:
    """Erase a contact of the desk from all its stores and files; gives what went, by kind.

    by: an admin of the desk, or None for the installation's command. Raises NotAllowed for anybody else, and for
    a contact whose address is an agent's of the same desk. Files go first and the rows last, so that a failure
    leaves nothing that cannot be found again: running it anew completes it.
    """
    if by is not None and (by.role != Role.ADMIN or not by.is_active or by.desk_id != desk.pk):
        raise NotAllowed("Only an admin of the desk erases a person.")
    with system_scope("erase a person from append-only rows too"), transaction.atomic():
        locked = Contact.objects.select_for_update().get(pk=contact.pk, desk=desk)
        if Agent.objects.filter(desk=desk, user__email=locked.email).exists():
            raise NotAllowed("This address is an agent's of the desk; end that first.")
        traces = find_traces(locked)
        person = know_person(locked, find_earlier_names(locked))
        files = take_files(traces)
        went = {"files": len(files)}
        went |= erase_from_tickets(person, traces)
        went |= erase_from_mail(person, traces)
        went |= erase_contact(locked)
        went["elsewhere"] = _scrub_everywhere(person)
        went["outbox"] = erase_from_outbox([person.email])
        _leave_stub(desk, locked, by, went, at)
        delete_stored(files)
    return went


def delete_stored(names: Iterable[str]) -> None:
    """Delete stored files; one that is gone already is no failure, a storage that refuses is."""
    for name in names:
        default_storage.delete(name)


def _scrub_everywhere(person: Person) -> int:
    return sum(
        scrub(model._base_manager.filter(desk_id=person.desk_id), person.anywhere) for model in desk_models()
    )


def _leave_stub(desk: Desk, contact: Contact, by: Agent | None, went: dict[str, int], at: datetime) -> None:
    AuditEntry.objects.create(
        desk=desk,
        user=by.user if by else None,
        actor=by.user.email if by else "manage.py",
        action="person erased",
        target=f"contact {contact.pk}",
        detail={"contact": contact.pk, "went": went, "at": at.isoformat()},
    )
