"""Erase a person from a desk (GDPR, article 17): all tables and files, in one transaction.

What stays is the skeleton of their tickets (numbers, times, states) under "Erased person", and an
audit entry without personal data.

Limits: what others repeat in their own words or paste into a reply cannot be found by structure.
All quoted text below replies on the person's tickets is erased. Their address, with a name right
before it, is searched for in everything that was said and recorded at the desk; their names, and
parts of them, on their own tickets. A name by itself in others' words elsewhere stays, because it
may also be a company's or a plan's; so do the desk's settings. Unread email, backups, logs and
delivered email are out of reach. A user who is a person of another desk stays, for that desk.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import (
    AccountNote,
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
from channels_intake.connections.erasing import lock_conversations
from channels_intake.erasing import erase_from_mail, erase_from_outbox
from channels_intake.models import InboundMessage, OutgoingCall, OutgoingEmail
from tickets.defects.search.documents import refresh_documents
from tickets.deliveries.waiting import wait_for_writers
from tickets.erasing import (
    erase_from_tickets,
    find_earlier_names,
    find_traces,
    take_files,
)
from tickets.errors import NotAllowedError
from tickets.models import (
    AccountEscalation,
    Attachment,
    AttentionRequest,
    BulkJob,
    Defect,
    DefectEvent,
    DefectUpdate,
    Draft,
    Emergency,
    EscalationUpdate,
    EventDelivery,
    HelpRequest,
    ImportProblem,
    ImportRecord,
    ImportRun,
    Improvement,
    Message,
    Note,
    PendingReply,
    SideConversation,
    SideMessage,
    SideParticipant,
    SweepFailure,
    Ticket,
    TicketEvent,
    TicketSummary,
    TimeEntry,
    TroubleshootingRecord,
    UnsentFile,
    WebhookDelivery,
)
from tickets.search.documents import refresh_all

Eraser = Agent | User | None

SAID_AND_RECORDED: tuple[type[Model], ...] = (
    Ticket,
    Message,
    Note,
    Emergency,
    TimeEntry,
    TroubleshootingRecord,
    TicketSummary,
    Improvement,
    HelpRequest,
    AttentionRequest,
    AccountEscalation,
    EscalationUpdate,
    AccountNote,
    Defect,
    DefectEvent,
    DefectUpdate,
    Attachment,
    Draft,
    PendingReply,
    SideConversation,
    SideParticipant,
    SideMessage,
    UnsentFile,
    BulkJob,
    ImportRun,
    ImportRecord,
    ImportProblem,
    TicketEvent,
    EventDelivery,
    SweepFailure,
    InboundMessage,
    OutgoingEmail,
    OutgoingCall,
    WebhookDelivery,
    AuditEntry,
    CrmPull,
    CrmSetAside,
)


def erase_person(*, desk: Desk, contact: Contact, by: Eraser, at: datetime) -> dict[str, int]:
    """Erase a contact from the desk's tables and files. Return counts of what was deleted, by kind.

    by: an admin of the desk or the installation, or None for the command. Raises NotAllowedError
    for others, and for a contact whose address is an agent's of the desk. Files are deleted before
    the transaction commits, so that a failure leaves no file without a row: running it again
    completes it. An erased person can be erased again by the number of their row.
    """
    check_can_erase(by, desk)
    with system_scope("erase a person from append-only rows too"), transaction.atomic():
        lock_conversations(contact)
        locked = Contact.objects.select_for_update(no_key=True).get(pk=contact.pk, desk=desk)
        if Agent.objects.filter(desk=desk, user__email=locked.email).exists():
            raise NotAllowedError(
                _("This address belongs to an agent of the desk. Erase the agent first.")
            )
        traces = find_traces(locked)
        wait_for_writers(traces.touched)  # tickets.services, too, lock a contact before a ticket
        person = identify_person(locked, find_earlier_names(locked))
        files = take_files(person, traces)
        went = {"files": len(files)}
        for one in person.with_each_address():
            went = _add(went, erase_from_mail(one, traces))
        for one in person.with_each_address():
            went = _add(went, erase_from_tickets(one, traces))
        went |= erase_contact(locked, person.names)
        went["elsewhere"] = sum(scrub_everywhere(one) for one in person.with_each_address())
        went["outbox"] = erase_from_outbox([person.email, *person.merged])
        record_erasure(locked, by, went, at)
        delete_files(files)
    return went


def _add(went: dict[str, int], more: dict[str, int]) -> dict[str, int]:
    """Combine the counts of two addresses. Both count shared rows, so keep the larger count."""
    return went | {kind: max(count, went.get(kind, 0)) for kind, count in more.items()}


def check_can_erase(by: Eraser, desk: Desk) -> None:
    """Raise NotAllowedError for everyone but admins of the desk and of the installation."""
    if isinstance(by, User):
        is_right = by.is_active and by.is_superuser
    else:
        is_right = by is None or (by.role == Role.ADMIN and by.is_active and by.desk_id == desk.pk)
    if not is_right:
        raise NotAllowedError(_("Only a desk admin can erase a person."))


def delete_files(names: Iterable[str]) -> None:
    """Delete stored files; missing ones are ignored, errors of the storage are raised."""
    for name in names:
        default_storage.delete(name)


def scrub_everywhere(person: KnownNames) -> int:
    """Replace the address in everything said and recorded at the desk. Return the number of rows.

    Then what was erased, here or before in this transaction, can't be found by a search either.

    Settings are left out: their words are not the person's, and some must stay unique.
    """
    scrubbed = sum(
        scrub(model._base_manager.filter(desk_id=person.desk_id), person.anywhere)
        for model in SAID_AND_RECORDED
    )
    refresh_all(person.desk_id)
    while refresh_documents(desk_id=person.desk_id):
        pass
    return scrubbed


def record_erasure(erased: Contact | Agent, by: Eraser, went: dict[str, int], at: datetime) -> None:
    """Record an erasure: when, by whom and how much; of the person only the number of the row."""
    record_audit(
        desk=erased.desk,
        by=by.user if isinstance(by, Agent) else by,
        action=AuditAction.PERSON_ERASED,
        about=erased,
        target=f"#{erased.pk}",
        detail={"went": went, "at": at.isoformat()},
    )
