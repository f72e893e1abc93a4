"""Export a person's data (GDPR, articles 15 and 20) as one archive.

It holds what is theirs or was sent to them. Notes and the values of fields that only agents see
are the desk's own words and not part of a customer's export; an agent's holds the notes that the
agent wrote.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import reduce
from operator import or_
from typing import IO, Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from accounts.audit import record_audit
from accounts.database.replica import reading_from_replica
from accounts.models import (
    AccountNote,
    Agent,
    AgentDepartment,
    ApiToken,
    AuditAction,
    AuditEntry,
    Contact,
    ContactHandle,
    Desk,
    Identity,
    Invitation,
    MergedContact,
    OAuthAccessToken,
    User,
)
from accounts.tenancy import desk_scope
from channels_intake.models import (
    ChatPerson,
    CodeLink,
    InboundMessage,
    MailKind,
    OutgoingEmail,
)
from helpdesk.shared.archive import Archive, read_rows
from routing.models import (
    Absence,
    AgentLanguage,
    AgentSkill,
    ExtraShift,
    Handover,
    Offer,
    OnCallMember,
    OnCallSwap,
    OnCallTurn,
    Presence,
    Rotation,
    Shift,
    TeamMember,
)
from sla.models import PolicyVersion
from tickets.fields.definitions import list_fields
from tickets.models import (
    AccountEscalation,
    ActorKind,
    Attachment,
    AttentionRequest,
    BulkJob,
    DefectEvent,
    DefectFollower,
    DefectUpdate,
    Draft,
    Emergency,
    EscalationUpdate,
    GroupMember,
    HelpRequest,
    Macro,
    Message,
    Note,
    NoteMention,
    NoteReaction,
    Notification,
    NotificationChoice,
    NotificationSettings,
    Participant,
    PendingReply,
    SavedView,
    SideMessage,
    Snooze,
    Ticket,
    TicketEvent,
    TicketSummary,
    TimeEntry,
    TroubleshootingRecord,
    Watcher,
)

RowsOf = dict[str, tuple[type[Model], tuple[str, ...]]]
# Rows of an agent's export, by the columns that name the agent.
AGENT_ROWS: RowsOf = {
    "departments": (AgentDepartment, ("agent",)),
    "identities": (Identity, ("agent",)),
    "shifts": (Shift, ("agent",)),
    "extra_shifts": (ExtraShift, ("agent",)),
    "absences": (Absence, ("agent",)),
    "teams": (TeamMember, ("agent",)),
    "presence": (Presence, ("agent",)),
    "rotation": (Rotation, ("agent",)),
    "offers": (Offer, ("agent",)),
    "handovers": (Handover, ("sender", "receiver")),
    "on_call_rotas": (OnCallMember, ("agent",)),
    "on_call_turns": (OnCallTurn, ("agent", "planned_agent")),
    "on_call_swaps": (OnCallSwap, ("offered_by", "offered_to")),
    "skills": (AgentSkill, ("agent",)),
    "languages": (AgentLanguage, ("agent",)),
    "chat_users": (ChatPerson, ("agent",)),
    "saved_views": (SavedView, ("agent",)),
    "messages": (Message, ("agent",)),
    "notes": (Note, ("agent",)),
    "side_messages": (SideMessage, ("agent",)),
    "pending_replies": (PendingReply, ("author", "approver")),
    "troubleshooting": (TroubleshootingRecord, ("agent",)),
    "summaries": (TicketSummary, ("agent",)),
    "engineering_groups": (GroupMember, ("agent",)),
    "help_requests": (HelpRequest, ("asked_by", "ended_by")),
    "attention": (AttentionRequest, ("asked_by", "decided_by")),
    "escalated_accounts": (AccountEscalation, ("lead", "started_by", "ended_by")),
    "escalation_updates": (EscalationUpdate, ("agent",)),
    "policy_versions": (PolicyVersion, ("by",)),
    "defects_followed": (DefectFollower, ("agent",)),
    "mentions": (NoteMention, ("agent",)),
    "reactions": (NoteReaction, ("agent",)),
    "tickets_watched": (Watcher, ("agent",)),
    "account_notes": (AccountNote, ("edited_by",)),
    "snoozed_tickets": (Snooze, ("agent",)),
    "time_spent": (TimeEntry, ("agent",)),
    "notifications": (Notification, ("agent",)),
    "notification_choices": (NotificationChoice, ("agent",)),
    "notification_settings": (NotificationSettings, ("agent",)),
    "macros": (Macro, ("owner",)),
    "bulk_changes": (BulkJob, ("agent",)),
    "code_links": (CodeLink, ("created_by",)),
    "api_tokens": (ApiToken, ("agent",)),
}
# The same, by the columns that name the agent's user.
USER_ROWS: RowsOf = {
    "drafts": (Draft, ("user",)),
    "changes": (AuditEntry, ("user",)),
    "applications_allowed": (OAuthAccessToken, ("user",)),
}


def export_person(
    *, desk: Desk, contact: Contact, to: IO[bytes], at: datetime, by: User | None = None
) -> dict[str, Any]:
    """Write a zip of a contact's data to an open binary file. Return its manifest.

    The caller has checked the rights of ``by``; None is a command. Leaves an audit entry.
    """
    with desk_scope(desk), _reading():
        contact = Contact.objects.select_related("user").get(pk=contact.pk, desk=desk)
        archive = Archive(to)
        archive.add_rows("tickets.jsonl", _read_tickets(desk, contact))
        for name, rows in _rows_of(desk, contact).items():
            archive.add_rows(f"{name}.jsonl", read_rows(rows))
        archive.add_rows("login.jsonl", [_describe_login(contact.user)] if contact.user else [])
        for file in _list_files_of(contact):
            if file.file.name:
                archive.add_stored(f"files/{file.pk}/{file.name}", file.file.name)
        for mail in _list_mails_from(contact).iterator(20):
            archive.add_bytes(f"mails/{mail.pk}.eml", bytes(mail.raw))
        manifest = archive.finish(desk=desk.slug, contact=contact.pk, at=at)
    _audit(desk, by, contact, manifest)
    return manifest


def export_agent(
    *, desk: Desk, agent: Agent, to: IO[bytes], at: datetime, by: User | None = None
) -> dict[str, Any]:
    """Write a zip of an agent's profile, and of what they wrote, did and changed."""
    with desk_scope(desk), _reading():
        agent = Agent.objects.select_related("user").get(pk=agent.pk, desk=desk)
        archive = Archive(to)
        for name, rows in _rows_of_agent(desk, agent).items():
            secret = getattr(rows.model, "SECRETS", ())
            archive.add_rows(f"{name}.jsonl", read_rows(rows, without=secret))
        archive.add_rows("login.jsonl", [_describe_login(agent.user)])
        theirs = Q(message__agent=agent) | Q(note__agent=agent) | Q(side_message__agent=agent)
        for file in Attachment.objects.filter(theirs, desk=desk).order_by("pk"):
            if file.file.name:
                archive.add_stored(f"files/{file.pk}/{file.name}", file.file.name)
        manifest = archive.finish(desk=desk.slug, agent=agent.pk, at=at)
    _audit(desk, by, agent, manifest)
    return manifest


def _read_tickets(desk: Desk, contact: Contact) -> Iterator[dict[str, Any]]:
    """Stream the contact's tickets, with the values of those fields that customers see."""
    public = {field.key for field in list_fields(desk) if field.is_public}
    for row in read_rows(Ticket.objects.filter(desk=desk, contact=contact)):
        values = {key: value for key, value in row["fields"].items() if key in public}
        yield row | {"fields": values}


def _list_files_of(contact: Contact) -> QuerySet[Attachment]:
    """Return the files of a contact's messages, and of their address in side conversations."""
    theirs = Q(message__contact=contact)
    for email in _list_addresses(contact):
        theirs |= Q(desk=contact.desk_id, side_message__sender=email)
    return Attachment.objects.filter(theirs).order_by("pk")


def _list_addresses(contact: Contact) -> list[str]:
    """Return a contact's address, then those that merges brought."""
    merged = MergedContact.objects.filter(contact=contact).values_list("email", flat=True)
    return [email for email in (contact.email, *merged) if email]


def _list_mails_from(contact: Contact) -> QuerySet[InboundMessage]:
    """Return the raw email from a contact's addresses. Email without a sender is nobody's."""
    theirs = InboundMessage.objects.filter(sender__in=_list_addresses(contact))
    return theirs.filter(desk=contact.desk_id, raw_deleted_at=None).order_by("pk")


@contextmanager
def _reading() -> Iterator[None]:
    """Read in one transaction, from the replica if there is one."""
    with reading_from_replica("export_person") as alias, transaction.atomic(using=alias):
        yield


def _audit(desk: Desk, by: User | None, person: Contact | Agent, manifest: dict[str, Any]) -> None:
    detail = {"rows": manifest["rows"], "files": manifest["files"]}
    with desk_scope(desk):
        record_audit(
            desk=desk,
            by=by,
            action=AuditAction.PERSON_EXPORTED,
            about=person,
            target=f"#{person.pk}",
            detail=detail,
        )


def _rows_of_agent(desk: Desk, agent: Agent) -> dict[str, QuerySet]:
    did = Q(actor_kind=ActorKind.AGENT, actor_id=agent.pk)
    return {
        "agent": Agent.objects.filter(pk=agent.pk),
        **_rows_that_name(desk, AGENT_ROWS, agent),
        "events": TicketEvent.objects.filter(did, desk=desk),
        "defect_events": DefectEvent.objects.filter(did, desk=desk),
        **_rows_that_name(desk, USER_ROWS, agent.user),
        "invitations": Invitation.objects.filter(desk=desk, email=agent.user.email),
    }


def _rows_that_name(desk: Desk, rows: RowsOf, person: Agent | User) -> dict[str, QuerySet]:
    return {
        name: model._default_manager.filter(
            reduce(or_, (Q(**{column: person}) for column in columns)), desk=desk
        )
        for name, (model, columns) in rows.items()
    }


def _rows_of(desk: Desk, contact: Contact) -> dict[str, QuerySet]:
    return {
        "contact": Contact.objects.filter(pk=contact.pk),
        "handles": ContactHandle.objects.filter(desk=desk, contact=contact),
        "merged_contacts": MergedContact.objects.filter(desk=desk, contact=contact),
        "messages": Message.objects.filter(desk=desk, contact=contact),
        "attachments": Attachment.objects.filter(desk=desk, message__contact=contact),
        "drafts": Draft.objects.filter(desk=desk, user=contact.user),
        "emergencies": Emergency.objects.filter(desk=desk, contact=contact),
        "participations": Participant.objects.filter(desk=desk, contact=contact),
        "updates_about_defects": DefectUpdate.objects.filter(desk=desk, ticket__contact=contact),
        # Copies of what other customers wrote are those people's words.
        "mails_sent_to_them": OutgoingEmail.objects.filter(desk=desk, contact=contact).exclude(
            kind=MailKind.COPY
        ),
        "invitations": Invitation.objects.filter(desk=desk, email__in=_list_addresses(contact)),
        **_rows_of_third_party(desk, _list_addresses(contact)),
    }


def _rows_of_third_party(desk: Desk, emails: list[str]) -> dict[str, QuerySet]:
    """Return what addresses wrote and got in side conversations. No address is nobody's."""
    wrote = SideMessage.objects.filter(desk=desk, sender__in=emails)
    mails = OutgoingEmail.objects.filter(desk=desk, third_party__email__in=emails)
    return {"side_messages": wrote, "side_mails_sent_to_them": mails.exclude(to_address="")}


def _describe_login(user: User) -> dict[str, Any]:
    return {name: getattr(user, name) for name in ("email", "name", "date_joined", "last_login")}
