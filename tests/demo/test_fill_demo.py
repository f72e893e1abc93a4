"""The demo data: two desks with everything that a page can show, and no outgoing email."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from accounts.models import (
    Account,
    AccountStatus,
    Agent,
    Contact,
    ContactRole,
    Desk,
    Level,
    ProductLine,
    Role,
    User,
)
from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from helpdesk.demo.people import PASSWORD
from routing.availability import is_on_shift
from routing.candidates import list_staff
from routing.models import Absence, OnCallRota, OnCallSwap
from sla.models import Clock, ClockKind
from tests.demo.conftest import Demo
from tickets.access import tickets_for_agent
from tickets.attachments.previews import list_due_previews
from tickets.defects.updates.texts import list_unknown_placeholders
from tickets.models import (
    Attachment,
    Channel,
    CloseReason,
    Defect,
    DefectMark,
    DefectUpdate,
    DeliveryState,
    Emergency,
    EventDelivery,
    Message,
    Note,
    Priority,
    Stage,
    StageSetting,
    State,
    Ticket,
    TicketEvent,
    TicketSummary,
    TroubleshootingRecord,
)

FIRST_MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def test_every_state_and_the_usual_reasons_for_closing_occur(desk_of_demo: Desk) -> None:
    states = Counter(Ticket.objects.values_list("status", flat=True))
    assert set(states) == set(State.values)
    assert sum(states.values()) >= 75
    reasons = set(Ticket.objects.filter(status=State.CLOSED).values_list("close_reason", flat=True))
    assert reasons >= {
        CloseReason.SOLVED,
        CloseReason.SILENCE,
        CloseReason.BY_CUSTOMER,
        CloseReason.DUPLICATE,
        CloseReason.SPAM,
    }


def test_tickets_use_many_channels(desk_of_demo: Desk) -> None:
    channels = set(Ticket.objects.values_list("channel", flat=True))
    by_phone = {Channel.PHONE} if desk_of_demo.hotline else set()
    assert channels >= {Channel.EMAIL, Channel.WEB, Channel.AGENT, Channel.CHAT} | by_phone


def test_conversations_have_replies_notes_and_files(desk_of_demo: Desk) -> None:
    assert Message.objects.filter(agent__isnull=False).count() > 50
    assert Note.objects.count() > 10
    assert not any(file.is_missing for file in Attachment.objects.all())
    assert list_due_previews().exists()


def test_clocks_match_the_conversations(desk_of_demo: Desk) -> None:
    first = Clock.objects.filter(kind=ClockKind.FIRST_RESPONSE)
    for clock in first.select_related("ticket"):
        assert clock.met_at == clock.ticket.first_responded_at
        assert clock.breached_at is None or clock.breached_at >= clock.due_at
        was_late = clock.met_at is not None and clock.met_at > clock.due_at
        assert not was_late or clock.breached_at is not None
    assert first.filter(met_at__gt=F("due_at")).exists()
    assert first.filter(met_at__lte=F("due_at")).exists()


def test_later_clocks_run_pause_and_end(desk_of_demo: Desk) -> None:
    later = Clock.objects.filter(kind=ClockKind.NEXT_RESPONSE)
    assert later.filter(met_at__isnull=False).exists()
    assert Clock.objects.filter(run__gt=1).exists()
    owed = Clock.objects.filter(met_at__isnull=True, stopped_at__isnull=True)
    assert owed.exclude(kind=ClockKind.FIRST_RESPONSE).exists()


def test_some_tickets_are_overdue_and_some_are_due_soon(desk_of_demo: Desk) -> None:
    unanswered = Clock.objects.filter(met_at__isnull=True, stopped_at__isnull=True)
    assert unanswered.filter(breached_at__isnull=False).exists()
    assert unanswered.filter(breached_at__isnull=True).exists()


def test_events_are_in_order_and_never_in_the_future(desk_of_demo: Desk) -> None:
    times = list(TicketEvent.objects.order_by("pk").values_list("at", flat=True))
    assert times == sorted(times)
    assert times[-1] - times[0] < timedelta(days=31)
    assert times[-1] <= datetime.now(UTC)


def test_one_ticket_is_unverified_some_are_unassigned_or_escalated(
    desk_of_demo: Desk,
) -> None:
    assert Ticket.objects.filter(is_unverified=True, account__isnull=True).count() == 1
    assert Ticket.objects.filter(status=State.ESCALATED, assignee__isnull=True).exists()
    levels = set(Ticket.objects.filter(status=State.ESCALATED).values_list("level", flat=True))
    assert levels == {Level.L2, Level.RND}


def test_people_of_every_role_exist(desk_of_demo: Desk) -> None:
    assert set(Agent.objects.values_list("role", flat=True)) == set(Role.values)
    assert set(Agent.objects.values_list("level", flat=True)) == set(Level.values)
    assert set(Contact.objects.values_list("role", flat=True)) == set(ContactRole.values)
    statuses = set(
        Contact.objects.filter(account__isnull=False).values_list("account__status", flat=True)
    )
    assert statuses == set(AccountStatus.values)


def test_paying_accounts_have_an_account_manager_and_some_a_success_manager(
    desk_of_demo: Desk,
) -> None:
    accounts = Account.objects.filter(plan__isnull=False).select_related("plan")
    assert not accounts.filter(account_manager=None).exists()
    success = {
        account.plan.has_success_manager
        for account in accounts.filter(success_manager__isnull=False)
    }
    assert success == {True}
    assert not accounts.filter(plan__has_success_manager=True, success_manager=None).exists()


def test_an_agent_of_level_one_is_on_shift_at_every_hour_of_the_year(desk_of_demo: Desk) -> None:
    desk_of_demo.refresh_from_db()
    staff = [one.facts for one in list_staff(desk_of_demo) if one.agent.level == Level.L1]
    hours = (FIRST_MONDAY + timedelta(hours=hour) for hour in range(0, 366 * 24))
    uncovered = [hour for hour in hours if not any(is_on_shift(one, hour) for one in staff)]
    assert uncovered == []


def test_teams_rotas_and_leave_are_planned(desk_of_demo: Desk) -> None:
    desk_of_demo.refresh_from_db()
    staff = {one.agent.name: one for one in list_staff(desk_of_demo)}
    assert all(one.facts.shifts for one in staff.values() if one.agent.level == Level.L1)
    assert {rota.turns.count() >= 8 for rota in OnCallRota.objects.all()} == {True}
    assert OnCallSwap.objects.filter(state="offered").count() == 1
    assert Absence.objects.count() == 2
    assert sum(bool(one.skills) for one in staff.values()) >= 5
    assert all(one.agent.region_id for one in staff.values() if one.agent.level == Level.L1)


def test_engineers_of_mattermost_see_no_trials(demo: Demo) -> None:
    desk = Desk.objects.get(slug="mattermost")
    logins = demo.facts["desks"]["mattermost"]["logins"]
    with desk_scope(desk):
        analyst, engineer = (
            Agent.objects.get(desk=desk, user__email=logins[who]["email"])
            for who in ("analyst", "engineer")
        )
        trials = Ticket.objects.filter(department__kind="trials")
        assert trials.exists()
        assert not trials.filter(assignee=engineer).exists()
        assert tickets_for_agent(analyst).count() == Ticket.objects.count()
        assert tickets_for_agent(engineer).count() == Ticket.objects.count() - trials.count()


def test_a_user_is_agent_of_one_desk_and_customer_of_the_other(demo: Demo) -> None:
    login = demo.facts["desks"]["rocketchat"]["logins"]["agent_and_customer"]
    user = User.objects.get(email=login["email"])
    assert user.check_password(PASSWORD)


def test_escalated_tickets_have_a_record_and_emergencies_both_stages(desk_of_demo: Desk) -> None:
    escalated = Ticket.objects.exclude(level="l1")
    assert escalated.exists()
    recorded = TroubleshootingRecord.objects.values("ticket")
    assert set(escalated.values_list("pk", flat=True)) <= {row["ticket"] for row in recorded}
    assert TicketSummary.objects.filter(ticket__in=escalated).exists()
    assert Ticket.objects.filter(impact="slowed").exists()
    assert Ticket.objects.filter(impact="", first_responded_at__isnull=False).exists()
    states = Emergency.objects.order_by("state").values_list("state", flat=True)
    assert set(states) <= {"accepted", "reported"}
    assert "reported" in states


def test_defects_are_in_many_stages_and_hit_several_accounts(desk_of_demo: Desk) -> None:
    defects = Defect.objects.all()
    stages = set(defects.values_list("stage", flat=True))
    assert len(stages) >= 5
    assert stages >= {Stage.REPORTED, Stage.IN_PROGRESS, Stage.RELEASED, Stage.NOT_A_DEFECT}
    assert defects.filter(accounts_hit__gte=2, is_published=True).exists()
    assert not DefectMark.objects.exists()
    assert ProductLine.objects.count() == 2
    assert StageSetting.objects.exists()


def test_customers_of_the_demo_were_told_each_stage_once(desk_of_demo: Desk) -> None:
    told = DefectUpdate.objects.exclude(text="")
    released = told.filter(stage=Stage.RELEASED)
    assert released.exists()
    counts = Counter(told.values_list("ticket", "defect", "stage"))
    assert set(counts.values()) == {1}
    assert not told.filter(text__contains="{").exists()


@pytest.mark.parametrize("language", ["pt-br", "de"])
def test_the_words_of_stages_are_translated(desk_of_demo: Desk, language: str) -> None:
    for setting in StageSetting.objects.all():
        texts = setting.translations[language]
        assert bool(texts.get("text")) == bool(setting.text)
        assert not list_unknown_placeholders(setting.text + texts.get("text", ""))
        assert bool(texts.get("name")) or not setting.name


def test_no_email_is_sent_and_few_are_left_to_send(desk_of_demo: Desk, demo: Demo) -> None:
    assert demo.emails_sent == 0
    assert OutgoingEmail.objects.count() == 0
    assert EventDelivery.objects.filter(state=DeliveryState.DUE).count() < 20


def test_the_facts_tell_how_to_sign_in(demo: Demo) -> None:
    facts = demo.facts
    assert set(facts) == {"address", "desks", "inbound", "superuser", "outbox"}
    assert set(facts["desks"]) == {"rocketchat", "mattermost"}
    for slug, desk in facts["desks"].items():
        assert desk["address"] == f"{facts['address']}{slug}/"
        assert {"analyst", "level_two", "lead", "admin", "observer", "customer", "manager"} <= set(
            desk["logins"]
        )
        assert len(desk["mailboxes"]) == 2
        assert desk["account_domains"]
        for login in desk["logins"].values():
            assert User.objects.get(email=login["email"]).check_password(login["password"])
    assert set(facts["inbound"]) == {"postmark", "mailgun", "sendgrid", "mailjet"}
    assert all(set(way) == {"url", "user", "secret"} for way in facts["inbound"].values())
    assert (demo.folder / "demo.json").stat().st_mode & 0o077 == 0
    assert PASSWORD in demo.output


def test_a_second_run_only_writes_the_facts_again(demo: Demo) -> None:
    facts = demo.facts
    (demo.folder / "demo.json").unlink()
    before = Desk.objects.count(), User.objects.count()
    demo.fill("--verbosity=0")
    assert (Desk.objects.count(), User.objects.count()) == before
    assert demo.facts == facts


@pytest.mark.django_db
def test_the_command_refuses_to_run_in_production(settings: object) -> None:
    settings.MODE = "production"
    with pytest.raises(CommandError, match="refuses to run in production"):
        call_command("fill_demo")
    assert not Desk.objects.exists()


@pytest.mark.parametrize("language", ["pt-br", "de"])
def test_priorities_and_sentences_are_translated(desk_of_demo: Desk, language: str) -> None:
    texts = desk_of_demo.translations[language]
    assert texts.get("state_words", {}).keys() == desk_of_demo.state_words.keys()
    assert texts.get("level_words", {}).keys() == desk_of_demo.level_words.keys()
    assert texts.get("level_sentences", {}).keys() == desk_of_demo.level_sentences.keys()
    assert texts["state_sentences"].keys() == desk_of_demo.state_sentences.keys() != set()
    for priority in Priority.objects.all():
        translated = priority.translations[language]
        assert translated["name"]
        assert translated["definition"] != priority.definition
        assert translated["definition"].endswith(".")
        assert translated["definition"].count(".") == priority.definition.count(".")
