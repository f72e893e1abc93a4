"""Desks with rows in every table, so that an empty result is meaningful."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from oauth2_provider.models import set_token_value

from accounts.models import (
    AccountNote,
    Agent,
    CrmConnection,
    CrmLink,
    CrmMark,
    GroupRole,
    Identity,
    IdentityProvider,
    Level,
    MergedContact,
    OAuthAccessToken,
    OAuthApplication,
    OAuthGrant,
    OAuthRefreshToken,
    PlanProduct,
    Product,
)
from accounts.tenancy import desk_scope
from channels_intake.models import (
    BlockedSender,
    ChannelMessage,
    ChatConnection,
    ChatThread,
    CodeHost,
    CodeRelease,
    Connection,
    Conversation,
    MailOutage,
    MailState,
    OutgoingEmail,
    ReplyToken,
)
from routing.models import Handover, Offer
from sla.models import (
    CalendarBreak,
    CalendarException,
    ClockKind,
    Holiday,
    HolidaySource,
    Ladder,
    LadderRun,
    LadderStep,
    LevelTarget,
    Policy,
    PolicyCondition,
    PolicyVersion,
    SourceKind,
    Target,
)
from tests.access.people import fill_desk
from tests.cast import NOON, Cast
from tickets.defects.marks import mark_to_rank
from tickets.models import (
    ClosingReason,
    Defect,
    DoneDelivery,
    Draft,
    Emergency,
    ImportedRow,
    ImportProblem,
    ImportRecord,
    ImportRun,
    Improvement,
    ImprovementLink,
    LinkKind,
    NewTerms,
    Note,
    NoteMention,
    NoteReaction,
    Notification,
    NotificationChat,
    NotificationChoice,
    NotificationEmail,
    NotificationPush,
    NotificationSettings,
    Participant,
    PinnedNote,
    PushSubscription,
    SearchRefresh,
    Snooze,
    SubmittedForm,
    Ticket,
    TicketLink,
    TimeEntry,
    UnsentFile,
    Watcher,
)

# Tables without a desk, each with its reason. Whatever is added here is visible to every desk.
OPEN_TABLES = {
    "accounts.Desk": "looked up before a desk is known; holds names and settings, no customer data",
    "accounts.ErasedDesk": "the record of an erased desk; closed to the application's role",
    "accounts.User": "a sign-in is global: agent of one desk and contact of another",
    "account.EmailAddress": "belongs to the global sign-in (django-allauth)",
    "account.EmailConfirmation": "belongs to the global sign-in (django-allauth)",
    "admin.LogEntry": "not written: accounts.AuditEntry is the record; admin requires the table",
    "auth.Group": "not used for rights; Django requires the table",
    "auth.Permission": "Django's list of model permissions",
    "contenttypes.ContentType": "Django's list of models",
    "mfa.Authenticator": "two-factor authentication (django-allauth): global, as the sign-in is",
    "sessions.Session": "belongs to the global sign-in",
}

# Tables whose rows the application's role can add but neither change nor delete.
APPEND_ONLY = [
    "sla_calendarversion",
    "tickets_ticketevent",
    "tickets_troubleshootingrecord",
    "tickets_ticketsummary",
    "tickets_defectevent",
    "sla_clockentry",
    "routing_ruleversion",
    "accounts_auditentry",
]

Casts = tuple[Cast, Cast]


def list_walled_models() -> list[type[models.Model]]:
    """Every model that is not on the list above, those behind many-to-many fields included."""
    found = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed]
    return [
        model
        for model in found
        if model._meta.label not in OPEN_TABLES and not _links_open_tables(model)
    ]


def _links_open_tables(model: type[models.Model]) -> bool:
    """Django's own tables between users, groups and permissions."""
    owner = model._meta.auto_created
    return bool(owner) and owner._meta.label in OPEN_TABLES  # type: ignore[union-attr] # a model, says Django


def fill_every_table(cast: Cast) -> None:
    """Make at least one row of a desk in each table behind the wall."""
    words = f"words{cast.desk.slug}"
    fill_desk(cast, tickets=1, words=words)
    mine = {"desk": cast.desk}
    with desk_scope(cast.desk):
        ticket = Ticket.objects.latest("pk")
        _fill_accounts(cast, mine)
        _fill_calendar(mine | {"calendar": cast.calendar})
        Participant.objects.create(
            **mine, ticket=ticket, contact=cast.customer_colleague, added_at=NOON
        )
        SubmittedForm.objects.create(
            **mine, token=f"{words}form", contact=cast.customer, ticket=ticket, created_at=NOON
        )
        draft = Draft.objects.create(
            **mine, user=cast.customer.user, place="/", fields={"body": [words]}, updated_at=NOON
        )
        UnsentFile.objects.create(
            **mine, draft=draft, name=words, content_type="text/plain", size=1, file=words,
            created_at=NOON,
        )  # fmt: skip
        DoneDelivery.objects.create(
            **mine, id=ticket.pk, event_id=ticket.pk, follower="mail", attempts=1, done_at=NOON
        )
        unsent = OutgoingEmail.objects.filter(pk=OutgoingEmail.objects.latest("pk").pk)
        unsent.update(state=MailState.QUEUED)
        NewTerms.objects.create(**mine, account=cast.account, at=NOON, upto=ticket.pk, reached=0)
        SearchRefresh.objects.create(**mine, ticket=ticket)
        Ticket.objects.filter(pk=ticket.pk).update(fields={"os": words})  # and so FieldValue
        Snooze.objects.create(**mine, ticket=ticket, agent=cast.analyst, created_at=NOON)
        TimeEntry.objects.create(
            **mine, ticket=ticket, agent=cast.analyst, minutes=5, note=words, created_at=NOON
        )
        mark_to_rank(Defect.objects.latest("pk"))
        Emergency.objects.create(
            **mine, ticket=ticket, contact=cast.customer, impact=words, reported_at=NOON
        )
        ReplyToken.objects.create(
            **mine, ticket=ticket, contact=cast.customer_colleague, created_at=NOON
        )
        Handover.objects.create(
            **mine, ticket=ticket, sender=cast.analyst, cause="shift_end", created_at=NOON
        )
        Offer.objects.create(**mine, ticket=ticket, agent=cast.analyst, expires_at=NOON)
        chat = ChatConnection.objects.get()
        ChatThread.objects.create(**mine, connection=chat, ticket=ticket, root_id="1")
        ChatThread.objects.create(
            **mine, connection=chat, defect=Defect.objects.latest("pk"), root_id="2"
        )
        _fill_channels(cast, mine, ticket)
        _fill_notes(cast, mine, ticket)
        _fill_tokens(cast, mine)
        cast.open_ticket()  # its clock is running, so it has a deadline
        _fill_policies(cast, mine, ticket)
        _fill_releases(mine)
        _fill_imports(mine, ticket)


def _fill_tokens(cast: Cast, mine: dict) -> None:
    of_app = {"application": OAuthApplication.objects.get(), "user": cast.analyst.user}
    common = mine | of_app
    OAuthGrant.objects.create(**common, code=f"code{cast.desk.slug}", expires=NOON)
    access = OAuthAccessToken(**common, scope="tickets:read", expires=NOON)
    set_token_value(access, f"access{cast.desk.slug}")
    access.save()
    refresh = OAuthRefreshToken(**common, access_token=access)
    set_token_value(refresh, f"refresh{cast.desk.slug}")
    refresh.save()
    OAuthAccessToken.objects.filter(pk=access.pk).update(source_refresh_token=refresh)


def _fill_notes(cast: Cast, mine: dict, ticket: Ticket) -> None:
    note, agent = Note.objects.latest("pk"), {"agent": cast.analyst}
    NoteMention.objects.create(**mine, **agent, note=note, ticket=ticket, name="Ana")
    BlockedSender.objects.create(**mine, value="spam@spam.example")
    MailOutage.objects.create(**mine, began_at=NOON, reason="535 No")
    ClosingReason.objects.create(**mine, name="By phone")
    other = cast.open_ticket()
    TicketLink.objects.create(
        **mine, source=ticket, target=other, kind=LinkKind.RELATED, linked_at=NOON
    )
    entry = Improvement.objects.create(
        **mine, kind="feature", title="Dark mode", created_at=NOON, updated_at=NOON
    )
    ImprovementLink.objects.create(**mine, improvement=entry, ticket=ticket, linked_at=NOON)
    Watcher.objects.create(**mine, **agent, ticket=ticket, added_at=NOON)
    NoteReaction.objects.create(**mine, **agent, note=note, kind="agree", created_at=NOON)
    PinnedNote.objects.create(**mine, ticket=ticket, note=note, pinned_at=NOON)
    AccountNote.objects.create(**mine, account=cast.account, text="Call first", edited_at=NOON)
    MergedContact.objects.create(
        **mine, contact=cast.customer, former_id=1, email="cy@web.example", merged_at=NOON
    )
    NotificationChoice.objects.create(
        **mine, **agent, topic="mention", in_page=True, by_email=False
    )
    NotificationSettings.objects.create(**mine, **agent)
    notified = Notification.objects.latest("pk")
    due = {**mine, **agent, "notification": notified, "due_at": NOON}
    NotificationEmail.objects.create(**due)
    NotificationChat.objects.create(**due)
    device = PushSubscription.objects.create(
        **mine,
        **agent,
        endpoint=f"https://push.example/{notified.pk}",
        name="Firefox",
        created_at=NOON,
    )
    NotificationPush.objects.create(**due, subscription=device)


def _fill_channels(cast: Cast, mine: dict, ticket: Ticket) -> None:
    """Note a conversation with a message. The channel and its event are there already."""
    connection = Connection.objects.get(kind="telegram")
    conversation = Conversation.objects.create(
        **mine, connection=connection, external_id="1", ticket=ticket, created_at=NOON
    )
    ChannelMessage.objects.create(
        **mine, connection=connection, conversation=conversation, direction="in",
        external_id="1", state="received", written_at=NOON, changed_at=NOON,
    )  # fmt: skip


def _fill_releases(mine: dict) -> None:
    """Note a release. The repository and its links are there already."""
    of_host = mine | {"host": CodeHost.objects.get()}
    CodeRelease.objects.create(**of_host, tag="v1", published_at=NOON, next_try_at=NOON)


def _fill_imports(mine: dict, ticket: Ticket) -> None:
    run = ImportRun.objects.create(**mine, reader="neutral", source="old", created_at=NOON)
    record = {"kind": "ticket", "source_id": "1"}
    ImportRecord.objects.create(**mine, **record, run=run, phase=4, key="1", data={})
    ImportProblem.objects.create(**mine, **record, run=run, code="no_id")
    ImportedRow.objects.create(**mine, **record, source="old", row_id=ticket.pk, number="1")


def _fill_policies(cast: Cast, mine: dict, ticket: Ticket) -> None:
    policy = Policy.objects.create(**mine, name="VIP")
    PolicyCondition.objects.create(**mine, policy=policy, kind="plan", plan=cast.plan)
    PolicyVersion.objects.create(**mine, policy=policy, version=1, at=NOON)
    Target.objects.create(**mine, policy=policy, amount=60, calendar=cast.calendar)
    ladder = Ladder.objects.create(**mine, name="Urgent")
    LadderStep.objects.create(**mine, ladder=ladder, minutes=10, action="lead")
    LadderRun.objects.create(
        **mine, ticket=ticket, ladder=ladder, clock="first_response", clock_run=1, due_at=NOON
    )
    kind, level = ClockKind.LEVEL_TAKEN, Level.L1
    LevelTarget.objects.create(**mine, level=level, clock=kind, minutes=30, calendar=cast.calendar)


def _fill_accounts(cast: Cast, mine: dict) -> None:
    connection, record = CrmConnection.objects.get(), {"module": "Accounts", "record_id": "1"}
    CrmLink.objects.create(**mine, connection=connection, account=cast.account, **record)
    person = {"module": "Contacts", "record_id": "2"}
    CrmLink.objects.create(**mine, connection=connection, contact=cast.customer, **person)
    CrmMark.objects.create(**mine, connection=connection, marked_at=NOON, **record)
    provider = IdentityProvider.objects.earliest("pk")
    GroupRole.objects.create(**mine, provider=provider, group="support")
    agent = Agent.objects.earliest("pk")
    Identity.objects.create(**mine, provider=provider, agent=agent, subject="1")
    PlanProduct.objects.create(**mine, plan=cast.plan, product=Product.objects.get())


def _fill_calendar(mine: dict) -> None:
    CalendarBreak.objects.create(**mine, start_minute=720, end_minute=780)
    CalendarException.objects.create(**mine, date=NOON.date())
    source = HolidaySource.objects.create(**mine, kind=SourceKind.YEARLY, month=2, day=1)
    Holiday.objects.create(**mine, source=source, date=NOON.date())
