"""Dry runs of routing rules: they change nothing, and applying does exactly what they showed."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AgentDepartment, AuditEntry, Department, Plan
from accounts.tenancy import desk_scope
from routing.models import ActionKind, ConditionKind, DryRun, DryRunState, RowState, Rule, Skill
from routing.rules import dry_runs
from routing.rules.dry_runs import apply_dry_run, start_dry_run, work_on_dry_run
from routing.rules.placement import get_placement
from tests.cast import NOON, Cast
from tests.routing.rule_making import keep_version, make_rule
from tickets.actors import Actor
from tickets.errors import ConflictError
from tickets.events import EventKind
from tickets.models import Priority, Tag, Ticket, TicketEvent
from tickets.services import (
    EmergencyReport,
    change_department,
    change_priority,
    close,
    report_emergency,
)
from tickets.services.tags import get_tag_ids

SUBJECTS = ("Server is down", "CVE-2026-1?", "Invoice is wrong", "Como instalar?", "Cluster lost")
TEXTS = ("Please help.", "All users see an outage.", "We run Kubernetes.", "Data loss!", "Obrigado")


@pytest.fixture
def security(in_rocket: Cast) -> Department:
    department = Department.objects.create(desk=in_rocket.desk, name="Security", kind="other")
    for agent in (in_rocket.colleague, in_rocket.level_two):
        AgentDepartment.objects.create(desk=in_rocket.desk, agent=agent, department=department)
    return department


@pytest.fixture
def rules(in_rocket: Cast, security: Department) -> list[Rule]:
    """Rules of many kinds that overlap, continue and stop."""
    mine = {"desk": in_rocket.desk}
    tags = [Tag.objects.create(**mine, name=name) for name in ("outage", "invoice", "email")]
    skill = Skill.objects.create(**mine, name="Kubernetes")
    low, high = in_rocket.priorities["Low"], in_rocket.priorities["High"]
    to_security = {"kind": ActionKind.DEPARTMENT, "department": security}
    return [
        make_rule(
            in_rocket,
            "Email",
            [{"kind": ConditionKind.CHANNEL, "value": "email"}],
            [{"kind": ActionKind.TAG, "tag": tags[2]}],
            stops=False,
        ),
        make_rule(in_rocket, "CVE", [words("CVE", "subject")], [to_security]),
        make_rule(
            in_rocket,
            "Outage",
            [words("outage or down")],
            [
                {"kind": ActionKind.TAG, "tag": tags[0]},
                {"kind": ActionKind.PRIORITY, "priority": high},
                {"kind": ActionKind.LEVEL, "value": "l2"},
            ],
            stops=False,
        ),
        make_rule(
            in_rocket,
            "Clusters",
            [words("kubernetes or cluster")],
            [{"kind": ActionKind.SKILL, "skill": skill, "value": "2"}, to_security],
        ),
        make_rule(
            in_rocket,
            "Invoices",
            [words("invoice"), {"kind": ConditionKind.SENDER, "value": "verified"}],
            [
                {"kind": ActionKind.TAG, "tag": tags[1]},
                {"kind": ActionKind.PRIORITY, "priority": low},
            ],
        ),
    ]


def words(text: str, scope: str = "") -> dict[str, Any]:
    return {"kind": ConditionKind.WORDS, "value": text, "scope": scope}


def work(cast: Cast) -> int:
    slices = 0
    while work_on_dry_run(desk_id=cast.desk.pk, at=NOON):
        slices += 1
    return slices


def run_dry(cast: Cast, size: int = 5000, *, includes_inactive: bool = False) -> DryRun:
    run = start_dry_run(
        desk=cast.desk, size=size, includes_inactive=includes_inactive, by_name="Ana", at=NOON
    )
    work(cast)
    run.refresh_from_db()
    return run


def make_requests(cast: Cast, count: int) -> list[dict[str, Any]]:
    chance = random.Random(9)
    return [
        {
            "subject": chance.choice(SUBJECTS),
            "text": chance.choice(TEXTS),
            "channel": chance.choice(("email", "web", "phone")),
            "contact": chance.choice((cast.customer, cast.elsewhere, cast.stranger)),
            "priority": chance.choice(list(cast.priorities.values())),
            "is_unverified": chance.random() < 0.2,
        }
        for _ in range(count)
    ]


def place(ticket: Ticket) -> dict[str, Any]:
    ticket = Ticket.objects.get(pk=ticket.pk)
    return get_placement(ticket, get_tag_ids(ticket)).to_json()


def test_a_dry_run_shows_what_1000_live_requests_get_and_applying_does_it(
    in_rocket: Cast, security: Department, request: pytest.FixtureRequest
) -> None:
    asked = make_requests(in_rocket, 1000)
    before = [in_rocket.open_ticket(**each) for each in asked]
    request.getfixturevalue("rules")
    run = run_dry(in_rocket, 1000)
    assert (run.state, run.tried) == (DryRunState.DONE, 1000)
    rows = {row.ticket_id: row for row in run.rows.all()}
    assert 400 < len(rows) < 1000
    assert not TicketEvent.objects.filter(kind=EventKind.RULES_APPLIED).exists()
    shown = [rows[ticket.pk].after if ticket.pk in rows else place(ticket) for ticket in before]
    live = [place(in_rocket.open_ticket(**each)) for each in asked]
    assert shown == live
    apply_dry_run(dry_run=run, by="Ana", at=NOON)
    work(in_rocket)
    assert [place(ticket) for ticket in before] == shown
    assert set(run.rows.values_list("state", flat=True)) == {RowState.APPLIED}


def test_a_dry_run_changes_nothing_and_its_slices_cost_the_same(
    in_rocket: Cast, rules: list[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    tickets = [in_rocket.open_ticket(subject="Nothing") for _ in range(6)]
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).update(subject="CVE")
    stamps = list(Ticket.objects.order_by("pk").values_list("updated_at", "department"))
    events = TicketEvent.objects.count()
    monkeypatch.setattr(dry_runs, "SLICE", 1)
    run = start_dry_run(
        desk=in_rocket.desk, size=6, includes_inactive=False, by_name="Ana", at=NOON
    )
    work_on_dry_run(desk_id=in_rocket.desk.pk, at=NOON)
    with CaptureQueriesContext(connection) as one:
        work_on_dry_run(desk_id=in_rocket.desk.pk, at=NOON)
    monkeypatch.setattr(dry_runs, "SLICE", 100)
    with CaptureQueriesContext(connection) as many:
        work_on_dry_run(desk_id=in_rocket.desk.pk, at=NOON)
    assert len(many) == len(one)
    run.refresh_from_db()
    assert (run.state, run.rows.count()) == (DryRunState.DONE, 6)
    assert list(Ticket.objects.order_by("pk").values_list("updated_at", "department")) == stamps
    assert TicketEvent.objects.count() == events


@pytest.fixture
def done(in_rocket: Cast, rules: list[Rule]) -> tuple[Ticket, DryRun]:
    """A ticket that the rules would send to security, and the dry run that says so."""
    ticket = in_rocket.open_ticket(channel="web")
    Ticket.objects.filter(pk=ticket.pk).update(subject="CVE")
    return ticket, run_dry(in_rocket)


def apply(cast: Cast, run: DryRun) -> str:
    apply_dry_run(dry_run=run, by="Ana", at=NOON)
    work(cast)
    run.refresh_from_db()
    return str(run.rows.get().state)


def test_applying_twice_changes_once(
    in_rocket: Cast, done: tuple[Ticket, DryRun], security: Department
) -> None:
    ticket, run = done
    assert apply(in_rocket, run) == RowState.APPLIED
    assert run.state == DryRunState.APPLIED
    events = ticket.events.count()
    assert apply(in_rocket, run) == RowState.APPLIED
    ticket.refresh_from_db()
    assert (ticket.department, ticket.events.count()) == (security, events)
    moved = ticket.events.filter(kind=EventKind.DEPARTMENT_CHANGED).latest("pk")
    assert moved.data["reason"] == {"code": "routing_rule", "rule": "CVE"}


def test_changed_rules_make_a_dry_run_outdated(
    in_rocket: Cast, done: tuple[Ticket, DryRun], rules: list[Rule]
) -> None:
    ticket, run = done
    Rule.objects.filter(pk=rules[1].pk).update(is_active=False)
    keep_version(in_rocket)
    with pytest.raises(ConflictError, match="The rules have changed since"):
        apply_dry_run(dry_run=run, by="Ana", at=NOON)
    run.refresh_from_db()
    assert run.state == DryRunState.OUTDATED
    assert place(ticket) == run.rows.get().before


def test_rules_that_change_while_it_is_applied_stop_it(
    in_rocket: Cast, done: tuple[Ticket, DryRun], rules: list[Rule]
) -> None:
    ticket, run = done
    apply_dry_run(dry_run=run, by="Ana", at=NOON)
    rules[0].delete()
    keep_version(in_rocket)
    work(in_rocket)
    run.refresh_from_db()
    assert run.state == DryRunState.OUTDATED
    assert place(ticket) == run.rows.get().before


def test_a_ticket_that_changed_meanwhile_is_left_alone(
    in_rocket: Cast, done: tuple[Ticket, DryRun]
) -> None:
    ticket, run = done
    change_department(
        ticket_id=ticket.pk,
        department=in_rocket.departments["trials"],
        by=Actor.of(in_rocket.lead),
        at=NOON,
    )
    assert apply(in_rocket, run) == RowState.CHANGED
    assert place(ticket)["department"] == in_rocket.departments["trials"].pk


def test_a_closed_ticket_is_shown_but_not_changed(
    in_rocket: Cast, done: tuple[Ticket, DryRun]
) -> None:
    ticket, run = done
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.lead), at=NOON, reason="solved")
    assert apply(in_rocket, run) == RowState.CLOSED
    assert run_dry(in_rocket).rows.get().state == RowState.CLOSED


def test_what_an_agent_decided_by_hand_stays(in_rocket: Cast, rules: list[Rule]) -> None:
    ticket = in_rocket.open_ticket(subject="Fine", text="Fine", channel="web")
    by = Actor.of(in_rocket.lead)
    trials, low = in_rocket.departments["trials"], in_rocket.priorities["Low"]
    change_department(ticket_id=ticket.pk, department=trials, by=by, at=NOON)
    change_priority(ticket_id=ticket.pk, priority=low, by=by, at=NOON)
    Ticket.objects.filter(pk=ticket.pk).update(subject="Outage of our cluster")
    after = run_dry(in_rocket).rows.get().after
    assert (after["department"], after["priority"], after["level"]) == (trials.pk, low.pk, "l2")


def test_inactive_rules_can_be_tried_but_not_applied(
    in_rocket: Cast, rules: list[Rule], security: Department
) -> None:
    Rule.objects.update(is_active=False)
    keep_version(in_rocket)
    in_rocket.open_ticket(subject="CVE")
    assert not run_dry(in_rocket).rows.exists()
    run = run_dry(in_rocket, includes_inactive=True)
    assert run.rows.get().after["department"] == security.pk
    with pytest.raises(ConflictError, match="inactive rules"):
        apply_dry_run(dry_run=run, by="Ana", at=NOON)


def test_the_newest_tickets_are_tried_and_few_dry_runs_are_kept(
    in_rocket: Cast, rules: list[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "KEPT", 2)
    tickets = [in_rocket.open_ticket(subject="Fine", text="Fine") for _ in range(4)]
    Ticket.objects.update(subject="CVE")
    run = run_dry(in_rocket, 3)
    found = list(run.rows.values_list("ticket_id", flat=True))
    assert found == [ticket.pk for ticket in reversed(tickets[1:])]
    for _ in range(3):
        newest = run_dry(in_rocket, 1)
    assert list(DryRun.objects.values_list("pk", flat=True)) == [newest.pk, newest.pk - 1]


def test_a_desk_without_rules_has_no_dry_run(in_rocket: Cast) -> None:
    with pytest.raises(ConflictError, match="no routing rules yet"):
        run_dry(in_rocket)


def test_a_dry_run_reads_the_tickets_of_its_desk_only(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket()
    with desk_scope(rocket.desk):
        make_rule(rocket, "All", [], [
            {"kind": ActionKind.DEPARTMENT, "department": rocket.departments["trials"]}
        ])  # fmt: skip
        run = run_dry(rocket)
        assert (run.tried, run.rows.count()) == (0, 0)
    with desk_scope(matter.desk):
        assert not DryRun.objects.filter(pk=run.pk).exists()
        assert work_on_dry_run(desk_id=matter.desk.pk, at=NOON) == 0


def test_a_ticket_that_fails_does_not_stop_a_dry_run(
    in_rocket: Cast, rules: list[Rule], monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = (in_rocket.open_ticket(channel="web") for _ in range(2))
    Ticket.objects.update(subject="CVE")
    decide_on = dry_runs.decide_on

    def fail(ticket: Ticket, *args: Any, **options: Any) -> Any:
        if ticket.pk == bad.pk:
            raise ZeroDivisionError
        return decide_on(ticket, *args, **options)

    monkeypatch.setattr(dry_runs, "decide_on", fail)
    run = run_dry(in_rocket)
    states = dict(run.rows.values_list("ticket_id", "state"))
    assert run.state == DryRunState.DONE
    assert states == {bad.pk: RowState.FAILED, good.pk: RowState.PREDICTED}


def test_each_ticket_is_applied_in_a_transaction_of_its_own(
    in_rocket: Cast, rules: list[Rule]
) -> None:
    """A claimed agent and the lock of the next ticket together could end in a deadlock."""
    for _ in range(3):
        in_rocket.open_ticket(channel="web")
    Ticket.objects.update(subject="CVE")
    run = run_dry(in_rocket)
    apply_dry_run(dry_run=run, by=in_rocket.admin, at=NOON)
    for applied in (1, 2, 3):
        assert work_on_dry_run(desk_id=in_rocket.desk.pk, at=NOON) == 1
        assert run.rows.filter(state=RowState.APPLIED).count() == applied
    entry = AuditEntry.objects.get(target=f"#{run.pk}")
    assert (entry.actor, entry.detail["tickets"]) == ("Admin", 3)


def test_new_dry_runs_do_not_delete_one_that_is_being_applied(
    in_rocket: Cast, done: tuple[Ticket, DryRun], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dry_runs, "KEPT", 1)
    _ticket, run = done
    apply_dry_run(dry_run=run, by="Ana", at=NOON)
    for _ in range(2):
        start_dry_run(desk=in_rocket.desk, size=1, includes_inactive=False, by_name="Ana", at=NOON)
    work(in_rocket)
    run.refresh_from_db()
    assert run.state == DryRunState.APPLIED


def test_a_priority_that_a_customer_raised_with_an_emergency_stays(
    in_rocket: Cast, rules: list[Rule]
) -> None:
    ticket = in_rocket.open_ticket(subject="Fine", text="Fine", channel="web")
    Plan.objects.filter(pk=in_rocket.plan.pk).update(allows_emergencies=True)
    Priority.objects.filter(name="High").update(allows_emergencies=True)
    high = Priority.objects.get(desk=in_rocket.desk, name="High")
    report_emergency(
        ticket_id=ticket.pk,
        by=in_rocket.customer,
        report=EmergencyReport("Down", priority=high),
        at=NOON,
    )
    Ticket.objects.filter(pk=ticket.pk).update(subject="Invoice")
    after = run_dry(in_rocket).rows.get().after
    assert (after["priority"], len(after["tags"])) == (high.pk, 1)
