"""Erasing a name doesn't change settings, other people, or text elsewhere."""

from __future__ import annotations

import pytest

from accounts.audit import record_audit
from accounts.models import (
    Account,
    Agent,
    AuditAction,
    AuditEntry,
    Contact,
    Department,
    Identity,
    IdentityProvider,
    Plan,
)
from accounts.privacy.scrubbing import list_text_columns
from accounts.staff import save_agent
from helpdesk.desks.tables import list_desk_models
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.erasure import SAID_AND_RECORDED, erase_person
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Message, QueueRow, Ticket, TicketEvent
from tickets.services import add_note, assign, reply

SETTINGS = {
    "accounts.Account", "accounts.AccountDomain", "accounts.Agent", "accounts.ApiToken",
    "accounts.Contact",
    "accounts.CrmConnection", "accounts.CrmLink", "accounts.CrmMark", "accounts.CustomerCard",
    "accounts.Department",
    "accounts.GroupRole", "accounts.Identity", "accounts.IdentityProvider", "accounts.Invitation",
    "accounts.OAuthAccessToken", "accounts.OAuthApplication", "accounts.OAuthGrant",
    "accounts.OAuthRefreshToken",
    "accounts.Plan", "accounts.Product", "accounts.Region", "channels_intake.Mailbox",
    "channels_intake.MailOutage",  # the server's words, without addresses
    "channels_intake.ReplyToken", "channels_intake.SideReplyToken",
    "routing.Absence", "routing.AgentLanguage",
    "routing.OnCallRota", "routing.Presence", "routing.Rule", "routing.RuleAction",
    "routing.RuleCondition", "routing.RuleVersion", "routing.Shift", "routing.Skill",
    "routing.Team", "sla.Policy", "sla.PolicyCondition", "sla.PolicyVersion", "tickets.Tag",
    "tickets.ClosingReason",
    "sla.Calendar", "sla.CalendarException", "sla.CalendarVersion",
    "sla.ClockEntry", "sla.Holiday", "sla.HolidaySource", "tickets.FormField",
    "tickets.Priority", "tickets.SavedView", "tickets.SubmittedForm",
    "accounts.ProductLine", "channels_intake.ChatConnection", "channels_intake.ChatPerson",
    "channels_intake.ChatRule", "channels_intake.ChatStandup", "channels_intake.CodeHost",
    "channels_intake.Connection",
    "channels_intake.CodeRelease", "channels_intake.PagingService", "channels_intake.StageRule",
    "sla.Ladder", "sla.LadderRun", "tickets.DefectRelease", "tickets.EngineeringGroup",
    "tickets.Macro", "tickets.NoteMention", "tickets.StageSetting",
    "tickets.WebhookSubscription",
}  # fmt: skip
# Triggers on the scrubbed ticket keep its subject and its values of fields up to date.
COPIES = {"tickets.QueueRow", "tickets.FieldValue"}
# Whole rows are deleted or emptied (channels_intake/erasing.py).
FROM_OTHER_SYSTEMS = {
    "channels_intake.CodeEvent", "channels_intake.CodeLink", "channels_intake.PageEvent",
    "accounts.ContactHandle", "accounts.MergedContact", "channels_intake.BlockedSender",
    "channels_intake.ChannelEvent", "channels_intake.ChannelMessage",
    "channels_intake.Conversation",
}  # fmt: skip
# Their only texts are names and codes of the program.
PROGRAM_NAMES = {
    "routing.DryRun", "routing.DryRunRow", "routing.Handover", "routing.RuleTrace", "sla.Clock",
    "sla.Replan", "tickets.DoneDelivery", "tickets.Notification", "channels_intake.ChatThread",
    "tickets.DefectMark", "tickets.BulkItem", "tickets.PushSubscription",
    "tickets.ImportedRow",  # IDs of another system; one like an address is hashed
}  # fmt: skip


def names_of(cast: Cast) -> list[list[str]]:
    tables = (Account, Plan, Department, Agent)
    return [
        sorted(table.objects.filter(desk=cast.desk).values_list("name", flat=True))
        for table in tables
    ]


def erase_somebody_called(cast: Cast, name: str) -> None:
    contact = Contact.objects.create(desk=cast.desk, email="it@somewhere.example", name=name)
    erase_person(desk=cast.desk, contact=contact, by=cast.admin, at=NOON)


@pytest.mark.parametrize(
    "name",
    ["acme.example Inc.", "Elsewhere Ltd.", "Standard", "Paid Support", "Level Two", "Customer"],
)
def test_a_contact_called_like_a_thing_or_a_person_of_the_desk_takes_nothing_along(
    in_rocket: Cast, name: str
) -> None:
    before = names_of(in_rocket)
    ticket = in_rocket.open_ticket(
        subject=f"{name} cannot log in", text=f"We at {name} are locked out"
    )
    record_audit(
        desk=in_rocket.desk, by=in_rocket.admin.user, action=AuditAction.CHANGED, target=name
    )
    erase_somebody_called(in_rocket, name)
    erase_somebody_called(
        in_rocket, name
    )  # a second such person, with the same mark in the place of the name
    assert names_of(in_rocket) == before
    assert Ticket.objects.get(pk=ticket.pk).subject == f"{name} cannot log in"
    assert Message.objects.get(ticket=ticket).body_text == f"We at {name} are locked out"
    assert AuditEntry.objects.get(action="changed").target == name
    assert Contact.objects.filter(pk=in_rocket.customer.pk, name="Customer").exists()


def test_a_name_right_before_the_address_goes_and_by_itself_it_stays(in_rocket: Cast) -> None:
    text = (
        "Banco Aurora asks.\n\nBanco Aurora <it@somewhere.example> wrote: ask Banco Aurora"
        " (it@somewhere.example)"
    )
    ticket = in_rocket.open_ticket(text=text)
    erase_somebody_called(in_rocket, "Banco Aurora")
    said = Message.objects.get(ticket=ticket).body_text
    assert said == "Banco Aurora asks.\n\n[erased] <[erased]> wrote: ask [erased] ([erased])"


def test_their_own_ticket_forgets_the_name_but_not_what_the_product_said(in_rocket: Cast) -> None:
    contact = Contact.objects.create(
        desk=in_rocket.desk, email="it@acme.example", name="Standard", account=in_rocket.account
    )
    ticket = in_rocket.open_ticket(contact=contact)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Dear Standard, try this.", at=NOON)
    events = TicketEvent.objects.filter(ticket=ticket, actor_kind="system").order_by("pk")
    happened = list(events.values_list("kind", "data"))
    assert "'plan': 'Standard'" in str(happened)
    erase_person(desk=in_rocket.desk, contact=contact, by=in_rocket.admin, at=NOON)
    assert list(events.all().values_list("kind", "data")) == happened
    answer = Message.objects.get(ticket=ticket, agent__isnull=False)
    assert answer.body_text == "Dear [erased], try this."


def test_on_a_colleagues_ticket_a_companys_name_stays_and_a_persons_goes(in_rocket: Cast) -> None:
    account = in_rocket.account.name
    for name, kept in ((account, f"Ask {account}"), ("Zelda Quux", "Ask [erased]")):
        contact = Contact.objects.create(
            desk=in_rocket.desk, email="it@somewhere.example", name=name
        )
        ticket = in_rocket.open_ticket(contact=in_rocket.customer_colleague, text=f"Ask {name}")
        Message.objects.create(
            desk=in_rocket.desk,
            ticket=ticket,
            contact=contact,
            channel="email",
            body_text="Me",
            created_at=NOON,
        )
        erase_person(desk=in_rocket.desk, contact=contact, by=in_rocket.admin, at=NOON)
        assert Message.objects.filter(ticket=ticket).earliest("pk").body_text == kept


def test_the_audit_forgets_an_erased_contact_and_goes_on_telling_of_others(in_rocket: Cast) -> None:
    contact = Contact.objects.create(desk=in_rocket.desk, email="z@acme.example", name="Zelda Quux")
    for pk in (contact.pk, in_rocket.customer.pk):
        detail = {
            "model": "accounts.contact",
            "pk": str(pk),
            "changes": {"name": ["", "Zelda Quux"]},
        }
        record_audit(
            desk=in_rocket.desk,
            by=None,
            action=AuditAction.CHANGED,
            target="Zelda Quux",
            detail=detail,
        )
    erase_person(desk=in_rocket.desk, contact=contact, by=in_rocket.admin, at=NOON)
    theirs, other = AuditEntry.objects.filter(
        action="changed", detail__model="accounts.contact"
    ).order_by("pk")
    assert (theirs.target, theirs.detail["changes"]) == (
        "[erased]",
        {"name": ["[erased]", "[erased]"]},
    )
    assert (other.target, other.detail["changes"]) == ("Zelda Quux", {"name": ["", "Zelda Quux"]})


def test_an_agents_name_goes_from_where_it_names_them_and_stays_in_words_elsewhere(
    in_rocket: Cast,
) -> None:
    agent = save_agent(
        agent=Agent(desk=in_rocket.desk, name="Standard", level="l1", role="analyst"),
        email="q@rocket.example",
    )
    provider = IdentityProvider.objects.create(desk=in_rocket.desk, name="Company", client_id="c")
    Identity.objects.create(
        desk=in_rocket.desk, provider=provider, subject="q@rocket.example", agent=agent
    )
    had = in_rocket.open_ticket(text="Standard is what we have")
    assign(
        ticket_id=had.pk, agent=agent, by=Actor.of(in_rocket.lead), at=NOON, why="Standard knows it"
    )
    add_note(ticket_id=had.pk, agent=in_rocket.lead, text="Ask q@rocket.example", at=NOON)
    detail = {
        "model": "accounts.account",
        "pk": "1",
        "changes": {"account_manager": [None, "Standard"]},
    }
    record_audit(
        desk=in_rocket.desk, by=None, action=AuditAction.CHANGED, target="Standard", detail=detail
    )
    Agent.objects.filter(pk=agent.pk).update(is_active=False)
    before = names_of(in_rocket)[:3]
    erase_agent(desk=in_rocket.desk, agent=agent, by=in_rocket.admin, at=NOON)
    assert names_of(in_rocket)[:3] == before
    assert not Identity.objects.exists()
    assigned = TicketEvent.objects.filter(ticket=had, kind="ticket.assigned").latest("pk")
    assert (assigned.data["names"][1], assigned.data["why"]) == (
        "Erased person",
        "[erased] knows it",
    )
    assert Message.objects.get(ticket=had).body_text == "Standard is what we have"
    entry = AuditEntry.objects.get(action="changed", detail__model="accounts.account")
    assert (entry.target, entry.detail["changes"]) == (
        "Standard",
        {"account_manager": [None, "[erased]"]},
    )


def test_every_table_with_words_is_either_scrubbed_or_named_as_a_setting() -> None:
    """Every new table must be listed, so that none is scrubbed or skipped by accident."""
    with_words = {model._meta.label for model in list_desk_models() if list_text_columns(model)}
    scrubbed = {model._meta.label for model in SAID_AND_RECORDED}
    left_out = SETTINGS | COPIES | PROGRAM_NAMES | FROM_OTHER_SYSTEMS
    assert with_words == scrubbed | left_out
    assert not scrubbed & left_out


def test_the_copy_of_a_subject_in_the_queue_is_erased_along(in_rocket: Cast) -> None:
    contact = Contact.objects.create(
        desk=in_rocket.desk, email="it@somewhere.example", name="Somebody"
    )
    ticket = in_rocket.open_ticket(subject="Access for it@somewhere.example")
    row = QueueRow.objects.get(ticket=ticket)
    assert "it@somewhere.example" in row.subject
    erase_person(desk=in_rocket.desk, contact=contact, by=in_rocket.admin, at=NOON)
    row.refresh_from_db()
    assert row.subject == Ticket.objects.get(pk=ticket.pk).subject
    assert "it@somewhere.example" not in row.subject
