"""An agent who left is erased: name, address and user; their replies stay."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps

from accounts.audit import record_audit
from accounts.models import Account, Agent, AuditAction, AuditEntry, Contact, User
from accounts.staff import save_agent, save_signature
from accounts.tenancy import desk_scope
from channels_intake.incoming.requests import accept_request
from channels_intake.models import InboundMessage
from channels_intake.outgoing.sending import send_due
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.export import AGENT_ROWS, USER_ROWS, export_agent
from routing.models import (
    AbsenceKind,
    AgentLanguage,
    DryRun,
    Handover,
    Offer,
    OnCallSwap,
    OnCallTurn,
    RuleVersion,
    Shift,
)
from routing.staff.absences import add_absence
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.privacy.conftest import take_in
from tests.privacy.search import find_in_files, find_in_tables
from tests.staff import add_extra_shift, add_turn, make_rota
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.errors import NotAllowedError
from tickets.events import EventKind
from tickets.models import Message, Note, Notification, Ticket, TicketEvent
from tickets.notifications import STAFF_MISSING, notify_staff
from tickets.services import add_note, assign, reply
from tickets.side_conversations.writing import start_side

EMAIL = "odalys@rocket.example"
NAME = "Odalys Ferrumquux"
CANARIES = ("odalys", "ferrumquux")


@pytest.fixture
def leaver(rocket: Cast, outbox: Path) -> Agent:
    """A deactivated agent who left every kind of trace at the desk."""
    with desk_scope(rocket.desk):
        agent = Agent(desk=rocket.desk, name=NAME, level="l1", role="admin")
        save_agent(agent=agent, email=EMAIL)
        User.objects.filter(pk=agent.user_id).update(name=NAME)
        save_signature(agent=agent, text=f"{NAME}\nSupport")
        Shift.objects.create(
            desk=rocket.desk, agent=agent, weekday=1, start_minute=0, end_minute=60, time_zone="UTC"
        )
        Account.objects.filter(pk=rocket.account.pk).update(account_manager=agent)
        record_audit(desk=rocket.desk, by=agent.user, action=AuditAction.CHANGED, target="Standard")
        signed = {"changes": {"signature": ["", f"Kind regards, {NAME}"]}}
        by, action = rocket.admin.user, AuditAction.CHANGED
        record_audit(desk=rocket.desk, by=by, action=action, about=agent, detail=signed)
        ticket = rocket.open_ticket(text=f"Is {NAME} there?")
        assign(ticket_id=ticket.pk, agent=agent, by=Actor.of(rocket.lead), at=NOON)
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text=f"Ask {EMAIL}", at=NOON)
        add_note(ticket_id=ticket.pk, agent=agent, text="Mine. Odalys", at=NOON)
        reply(ticket_id=ticket.pk, agent=agent, text="Do restart it.\n\nOdalys", at=NOON)
        start_side(ticket_id=ticket.pk, agent=agent, subject="Router", at=NOON,
                   emails=["ops@vendor.example"], text="Is it yours?\n\nOdalys")  # fmt: skip
        deliver_due(desk_id=rocket.desk.pk, at=NOON)
        send_due(desk_id=rocket.desk.pk, at=NOON)
    take_in(
        make_mail(
            "someone@elsewhere-rocket.example",
            text=f"Thank {NAME} <{EMAIL}>",
            message_id="<9@acme.example>",
        )
    )
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=agent.pk).update(is_active=False)
    return agent


def erase(cast: Cast, agent: Agent) -> dict[str, int]:
    with desk_scope(cast.desk):
        return erase_agent(desk=cast.desk, agent=agent, by=cast.admin, at=NOON)


def test_nothing_names_them_afterwards(rocket: Cast, leaver: Agent, outbox: Path) -> None:
    assert set(find_in_tables(CANARIES)) >= {
        "accounts_agent.name", "accounts_agent.signature", "accounts_auditentry.actor",
        "accounts_auditentry.detail", "accounts_user.email",
        "tickets_note.body_text",
        "channels_intake_inboundmessage.raw", "channels_intake_outgoingemail.body_text",
        "tickets_message.body_text", "tickets_ticketevent.actor_name", "tickets_ticketevent.data",
    }  # fmt: skip
    went = erase(rocket, leaver)
    assert find_in_tables(CANARIES) == []
    assert find_in_files([EMAIL], outbox) == []
    assert all(
        went[kind]
        for kind in ("signatures", "notifications", "shifts", "events", "mentions", "logins")
    )


def test_no_reason_names_them_afterwards(rocket: Cast, leaver: Agent) -> None:
    """They opened a ticket for a customer, and released an email from quarantine."""
    with desk_scope(rocket.desk):
        ticket = accept_request(
            desk=rocket.desk,
            contact=rocket.customer,
            subject="Phone call",
            text="It is down.",
            by=Actor.of(leaver),
            at=NOON,
        )
        released = {"ticket": ticket, "reason": "released", "reason_data": {"name": NAME}}
        InboundMessage.objects.update(**released)
    assert {"tickets_ticket.match_reasons", "channels_intake_inboundmessage.reason_data"} <= set(
        find_in_tables(CANARIES)
    )
    erase(rocket, leaver)
    assert find_in_tables(CANARIES) == []


def test_answers_and_the_stub_stay(rocket: Cast, leaver: Agent) -> None:
    erase(rocket, leaver)
    with desk_scope(rocket.desk):
        agent = Agent.objects.select_related("user").get(pk=leaver.pk)
        assert (agent.name, agent.is_active, agent.user.is_active) == (
            "Erased person",
            False,
            False,
        )
        assert Message.objects.get(agent=agent).body_text == "Do restart it.\n\n[erased]"
        assert Note.objects.get(agent=agent).body_text == "Mine. [erased]"
        assert set(
            TicketEvent.objects.filter(actor_id=agent.pk, actor_kind="agent").values_list(
                "actor_name"
            )
        ) == {("Erased person",)}
        assert not Notification.objects.filter(agent=agent).exists()
        assert Account.objects.get(pk=rocket.account.pk).account_manager is None
        stub = AuditEntry.objects.get(action="person_erased")
        changed = AuditEntry.objects.get(action="changed", user=agent.user)
    assert (stub.actor, stub.target) == (rocket.admin.user.email, f"#{leaver.pk}")
    assert (changed.actor, changed.user) == ("[erased]", agent.user)


def test_who_works_here_is_refused_and_so_is_who_may_not(
    rocket: Cast, matter: Cast, leaver: Agent
) -> None:
    with desk_scope(rocket.desk):
        with pytest.raises(NotAllowedError, match="Deactivate them"):
            erase_agent(desk=rocket.desk, agent=rocket.analyst, by=rocket.admin, at=NOON)
        for by in (rocket.lead, matter.admin, rocket.customer.user):
            with pytest.raises(NotAllowedError, match="Only a desk admin"):
                erase_agent(desk=rocket.desk, agent=leaver, by=by, at=NOON)
        assert Agent.objects.get(pk=leaver.pk).name == NAME


def test_an_address_that_is_a_contacts_too_is_left_for_the_contact(
    rocket: Cast, leaver: Agent
) -> None:
    with desk_scope(rocket.desk):
        contact = Contact.objects.create(desk=rocket.desk, email=EMAIL, name=NAME, user=leaver.user)
    erase(rocket, leaver)
    with desk_scope(rocket.desk):
        contact.refresh_from_db()
    assert (contact.email, contact.name, contact.user_id) == (EMAIL, NAME, leaver.user_id)


def test_the_login_of_an_agent_elsewhere_stays(rocket: Cast, matter: Cast, leaver: Agent) -> None:
    with desk_scope(matter.desk):
        save_agent(
            agent=Agent(desk=matter.desk, name=NAME, level="l1", role="analyst"), email=EMAIL
        )
    assert erase(rocket, leaver)["logins"] == 0
    assert User.objects.get(email=EMAIL).name == NAME
    with desk_scope(matter.desk):
        assert Agent.objects.get(name=NAME).user.email == EMAIL


def test_an_export_has_what_they_wrote_and_did(rocket: Cast, leaver: Agent) -> None:
    target = io.BytesIO()
    export_agent(desk=rocket.desk, agent=leaver, to=target, at=NOON, by=rocket.admin.user)
    archive = zipfile.ZipFile(target)
    rows = {
        name: [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]
        for name in ("agent", "messages", "notes", "events", "changes", "login")
    }
    assert [row["body_text"] for row in rows["messages"]] == ["Do restart it.\n\nOdalys"]
    assert [row["body_text"] for row in rows["notes"]] == ["Mine. Odalys"]
    assert [row["action"] for row in rows["changes"]] == ["changed"]
    assert (rows["agent"][0]["name"], rows["login"][0]["email"]) == (NAME, EMAIL)
    assert {row["actor_name"] for row in rows["events"]} == {NAME}
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get(action="person_exported").target == f"#{leaver.pk}"


def test_an_export_has_their_schedule_and_what_they_handed_over(
    rocket: Cast, leaver: Agent
) -> None:
    with desk_scope(rocket.desk):
        rota = make_rota(rocket, leaver)
        turn = add_turn(rota, rocket.lead, NOON)
        OnCallTurn.objects.filter(pk=turn.pk).update(planned_agent=leaver)
        OnCallSwap.objects.create(
            desk=rocket.desk, turn=turn, offered_by=leaver, offered_to=rocket.lead, offered_at=NOON
        )
        add_extra_shift(leaver, NOON)
        ticket = rocket.open_ticket()
        Offer.objects.create(desk=rocket.desk, ticket=ticket, agent=leaver, expires_at=NOON)
        for who in ({"sender": leaver}, {"receiver": leaver, "ended_at": NOON}):
            Handover.objects.create(
                desk=rocket.desk, ticket=ticket, cause="shift_end", created_at=NOON, **who
            )
    target = io.BytesIO()
    export_agent(desk=rocket.desk, agent=leaver, to=target, at=NOON, by=rocket.admin.user)
    archive = zipfile.ZipFile(target)
    names = ("extra_shifts", "on_call_rotas", "on_call_turns", "on_call_swaps", "offers")
    counts = {name: len(archive.read(f"{name}.jsonl").splitlines()) for name in names}
    assert counts == dict.fromkeys(names, 1)
    assert len(archive.read("handovers.jsonl").splitlines()) == 2


# Columns that name an agent or a user, in rows that aren't part of the agent's export.
NOT_EXPORTED = {
    ("tickets.ImportRun", "agent"): "the customers' data; that they started it is in the changes",
    ("accounts.Account", "account_manager"): "the customer's data",
    ("accounts.ApiToken", "created_by"): "tokens of service accounts; in the changes",
    ("accounts.Account", "success_manager"): "the customer's data",
    ("accounts.Account", "named_engineer"): "the customer's data",
    ("accounts.OAuthApplication", "service"): "settings; a program, not a person",
    ("accounts.OAuthGrant", "user"): "codes that work for a minute",
    ("accounts.OAuthRefreshToken", "user"): "secrets; the access tokens say what they allowed",
    ("accounts.ContactHandle", "proven_by"): "the customer's data; in the changes",
    ("tickets.NotificationChat", "agent"): "its notification is in the export",
    ("tickets.NotificationEmail", "agent"): "its notification is in the export",
    ("tickets.NotificationPush", "agent"): "its notification is in the export",
    ("tickets.PushSubscription", "agent"): "addresses and secrets of browsers",
    ("channels_intake.BlockedSender", "blocked_by"): "addresses of others; in the changes",
    ("accounts.Contact", "user"): "the export of them as a contact",
    ("accounts.Agent", "user"): "the agent's own row",
    ("accounts.Invitation", "invited_by"): "addresses of others; what they did is in the changes",
    ("accounts.User_groups", "user"): "sign-in, of no desk",
    ("accounts.User_user_permissions", "user"): "sign-in, of no desk",
    ("account.EmailAddress", "user"): "the address is in login.jsonl",
    ("mfa.Authenticator", "user"): "secrets",
    ("admin.LogEntry", "user"): "changes outside of desks",
    ("routing.Absence", "created_by"): "absences of others; in the changes",
    ("routing.ExtraShift", "created_by"): "extra shifts of others; in the changes",
    ("sla.LadderStep", "agent"): "settings; what they were alerted of is in the notifications",
    ("sla.LadderRun", "acknowledged_by"): "for hours only; acknowledgements are in the events",
    ("tickets.Emergency", "decided_by"): "the customer's words; the decision is in the events",
    ("tickets.Defect", "owner"): "the desk's data; what they did is in the defect's events",
    ("tickets.Defect", "created_by"): "the desk's data; in the defect's events",
    ("tickets.DefectLink", "linked_by"): "the customer's data; in the defect's events",
    ("tickets.Ticket", "assignee"): "the customer's data; assignments are in the events",
    ("tickets.Ticket", "owner"): "the customer's data; handovers are exported",
}


def test_every_column_that_names_an_agent_is_exported_or_said_not_to_be() -> None:
    named = {
        (model._meta.label, field.name)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.concrete_fields
        if field.related_model in (Agent, User)
    }
    exported = {
        (model._meta.label, column)
        for rows in (AGENT_ROWS, USER_ROWS)
        for model, columns in rows.values()
        for column in columns
    }
    assert exported & set(NOT_EXPORTED) == set()
    assert named == exported | set(NOT_EXPORTED)


def test_handovers_rules_and_on_call_do_not_name_them_afterwards(
    rocket: Cast, leaver: Agent
) -> None:
    """They owned a lent ticket, saved rules, applied a dry run and were on call."""
    desk = rocket.desk
    with desk_scope(desk):
        ticket = rocket.open_ticket()
        names = {"names": ["Analyst", "Colleague"], "owner": [leaver.pk, leaver.pk]}
        lent = {"code": "lent", "agent": "Colleague", "owner": NAME, "cause": "shift_end"}
        people = [rocket.analyst.pk, rocket.colleague.pk]
        for kind, data in (
            (EventKind.ASSIGNED, names | {"assignee": people, "reason": lent}),
            (EventKind.HANDOVER_UNCLAIMED, {"sender": NAME, "receiver": "Colleague"}),
        ):
            TicketEvent.objects.create(
                desk=desk, ticket=ticket, kind=kind, data=data, actor_kind="system", at=NOON
            )
        Ticket.objects.filter(pk=ticket.pk).update(route_reasons=[{"code": "no_account"}, lent])
        version = RuleVersion.objects.create(
            desk=desk, number=1, made_at=NOON, by_name=EMAIL, rules=[]
        )
        DryRun.objects.create(
            desk=desk, version=version, size=1, by_name=NAME, applied_by=EMAIL, made_at=NOON,
            before_id=1,
        )  # fmt: skip
        rota = make_rota(rocket, leaver)
        add_turn(rota, leaver, NOON)
        AgentLanguage.objects.create(desk=desk, agent=leaver, code="pt")
        kind, days = AbsenceKind.LEAVE, timedelta(days=2)
        add_absence(
            agent=leaver, kind=kind, start_at=NOON, end_at=NOON + days, by=rocket.lead, at=NOON
        )
        record_audit(
            desk=desk, by=rocket.admin, action=AuditAction.CHANGED, about=rota,
            detail={"rows": [{"name": f"{NAME} in Nights"}]},
        )  # fmt: skip
        record_audit(
            desk=desk, by=rocket.admin, action=AuditAction.CHANGED, about=rocket.account,
            detail={"changes": {"named_engineer": ["", NAME]}},
        )  # fmt: skip
        Account.objects.filter(pk=rocket.account.pk).update(named_engineer=leaver)
        notify_staff(
            desk_id=desk.pk, agents=[rocket.lead.pk], kind=STAFF_MISSING, key="missing", at=NOON,
            data={"agent": NAME, "start_at": NOON.isoformat()},
        )  # fmt: skip
    assert set(find_in_tables(CANARIES)) >= {
        "routing_dryrun.applied_by", "routing_dryrun.by_name", "routing_ruleversion.by_name",
        "tickets_notification.data", "tickets_ticket.route_reasons",
    }  # fmt: skip
    erase(rocket, leaver)
    assert find_in_tables(CANARIES) == []
    with desk_scope(desk):
        assert not rota.members.exists()
        assert not AgentLanguage.objects.filter(agent=leaver).exists()
        assert Account.objects.get(pk=rocket.account.pk).named_engineer is None
