"""Routing rules on tickets that are opened: what is set, what is kept, and what it costs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AgentDepartment, Department, Product
from accounts.tenancy import desk_scope
from routing.models import ActionKind, ConditionKind, Rule, RuleTrace, Skill
from routing.rules.explaining import Result, list_traces
from tests.cast import NOON, Cast
from tests.routing.rule_making import keep_version, make_rule
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import FormField, Tag, Ticket
from tickets.services import NewMessage, NewTicket, Origin, open_ticket
from tickets.services.tags import list_tags
from tickets.services.terms import apply_new_terms, mark_terms_changed


@pytest.fixture
def security(in_rocket: Cast) -> Department:
    department = Department.objects.create(desk=in_rocket.desk, name="Security", kind="other")
    AgentDepartment.objects.create(
        desk=in_rocket.desk, agent=in_rocket.colleague, department=department
    )
    return department


def words(text: str, scope: str = "") -> dict[str, Any]:
    return {"kind": ConditionKind.WORDS, "value": text, "scope": scope}


def to(department: Department) -> dict[str, Any]:
    return {"kind": ActionKind.DEPARTMENT, "department": department}


def test_a_rule_by_words_sends_a_request_to_its_department_and_agent(
    in_rocket: Cast, security: Department
) -> None:
    make_rule(in_rocket, "Vulnerabilities", [words("vulnerability or CVE")], [to(security)])
    ticket = in_rocket.open_ticket(subject="Is CVE-2026-1 fixed?")
    assert (ticket.department, ticket.assignee) == (security, in_rocket.colleague)
    assert ticket.route_reasons[0] == {"code": "routing_rule", "rule": "Vulnerabilities"}
    other = in_rocket.open_ticket(subject="Nothing works")
    assert other.department == in_rocket.departments["paid"]


@pytest.mark.parametrize(
    ("text", "scope", "subject", "description", "holds"),
    [
        ("café", "", "O CAFE caiu", "", True),
        ("outage", "subject", "All fine", "an outage", False),
        ("outage", "text", "All fine", "an outage", True),
        ('"data loss"', "", "loss of data", "data, loss", True),
        ('"data loss"', "", "loss of data", "", False),
        ("outage cluster", "", "Outage", "of our cluster", True),
        ("outage -planned", "", "planned outage", "", False),
        ("crash", "", "it crashes", "", False),
        ("crash*", "", "it crashes", "", True),
        ("接続", "", "サーバーに接続できません", "", True),
        ("e-mail", "", "no email arrives", "", True),
    ],
)
def test_words_are_found_as_the_search_finds_them(
    in_rocket: Cast,
    security: Department,
    text: str,
    scope: str,
    subject: str,
    description: str,
    holds: bool,
) -> None:
    make_rule(in_rocket, "Words", [words(text, scope)], [to(security)])
    ticket = in_rocket.open_ticket(subject=subject, text=description or "-")
    assert (ticket.department == security) is holds


def open_with_answers(cast: Cast, **fields: str) -> Ticket:
    new = NewTicket(
        subject="Help",
        message=NewMessage(text="Please", channel="web"),
        origin=Origin(cast.customer, cast.account.pk),
        priority=cast.default_priority,
        product=Product.objects.filter(desk=cast.desk).first(),
        fields=fields,
        language="pt-BR",
        mailboxes=["support@rocket.example"],
    )
    return open_ticket(desk=cast.desk, new=new, by=Actor.of(cast.customer), at=NOON)


def test_every_kind_of_condition_sees_the_request(in_rocket: Cast, security: Department) -> None:
    mine = {"desk": in_rocket.desk}
    product = Product.objects.create(**mine, name="Server")
    field = FormField.objects.create(**mine, key="os", label="System")
    Account.objects.filter(pk=in_rocket.account.pk).update(country="BR")
    in_rocket.customer.refresh_from_db()
    when = [
        {"kind": ConditionKind.ACCOUNT_STATUS, "value": "customer"},
        {"kind": ConditionKind.PLAN, "plan": in_rocket.plan},
        {"kind": ConditionKind.PRODUCT, "product": product},
        {"kind": ConditionKind.CHANNEL, "value": "web"},
        {"kind": ConditionKind.MAILBOX, "value": "support@rocket.example"},
        {"kind": ConditionKind.LANGUAGE, "value": "pt"},
        {"kind": ConditionKind.COUNTRY, "value": "BR"},
        words("please"),
        {"kind": ConditionKind.FIELD, "form_field": field, "value": "linux"},
        {"kind": ConditionKind.SENDER, "value": "verified"},
    ]
    make_rule(in_rocket, "All of them", when, [to(security)])
    assert open_with_answers(in_rocket, os="Linux").department == security
    ticket = open_with_answers(in_rocket, os="Windows")
    assert ticket.department != security
    [trace] = list_traces(ticket)
    failed = [check for check in trace.rules[0].checks if not check.holds]
    assert [(each.condition, each.seen) for each in failed] == [("System is linux", "Windows")]


def test_level_skill_tag_and_priority_are_set_before_anything_else_reacts(
    in_rocket: Cast, security: Department
) -> None:
    mine = {"desk": in_rocket.desk}
    tag = Tag.objects.create(**mine, name="security")
    skill = Skill.objects.create(**mine, name="Kubernetes")
    AgentDepartment.objects.create(**mine, agent=in_rocket.level_two, department=security)
    then = [
        to(security),
        {"kind": ActionKind.LEVEL, "value": "l2"},
        {"kind": ActionKind.TAG, "tag": tag},
        {"kind": ActionKind.SKILL, "skill": skill, "value": "2"},
        {"kind": ActionKind.PRIORITY, "priority": in_rocket.priorities["Low"]},
    ]
    make_rule(in_rocket, "Clusters", [words("cluster")], then)
    ticket = in_rocket.open_ticket(subject="Cluster is down")
    ticket.refresh_from_db()
    assert (ticket.level, ticket.priority.name) == ("l2", "Low")
    assert ticket.required_skills == {str(skill.pk): 2}
    assert list_tags(ticket) == [tag]
    events = {event.kind: event for event in ticket.events.all()}
    assert events[EventKind.RULES_APPLIED].data == {
        "version": 1,
        "rules": ["Clusters"],
        "level": ["l1", "l2"],
        "priority": ["Medium", "Low"],
        "skills": ["Kubernetes"],
    }
    assert events[EventKind.TAGS_CHANGED].data == {"added": ["security"], "removed": []}
    assert EventKind.PRIORITY_CHANGED not in events
    started = events[EventKind.SLA_STARTED].data
    assert started["priority"] == "Low"


def test_an_email_is_never_raised_and_the_trace_says_so(in_rocket: Cast) -> None:
    high = {"kind": ActionKind.PRIORITY, "priority": in_rocket.priorities["High"]}
    make_rule(in_rocket, "Urgent words", [words("server")], [high])
    assert in_rocket.open_ticket(channel="web").priority.name == "High"
    ticket = in_rocket.open_ticket(channel="email")
    assert ticket.priority.name == "Medium"
    [trace] = list_traces(ticket)
    [effect] = trace.rules[0].effects
    assert effect.action == "Suggested priority: High"
    assert effect.refused == "Nothing in an email can raise its priority."


def test_the_trace_keeps_what_was_tried_with_the_rules_of_that_time(
    in_rocket: Cast, security: Department
) -> None:
    first = make_rule(in_rocket, "Trials", [{"kind": ConditionKind.SENDER, "value": "unverified"}])
    make_rule(in_rocket, "Words", [words("server")], [to(security)])
    make_rule(in_rocket, "Later", [], [to(in_rocket.departments["trials"])])
    make_rule(in_rocket, "Off", [], [], is_active=False)
    ticket = in_rocket.open_ticket()
    Rule.objects.filter(pk=first.pk).update(name="Renamed")
    keep_version(in_rocket)
    [trace] = list_traces(ticket)
    assert (trace.version, trace.applied) == (4, ("Words",))
    assert [(rule.name, rule.result) for rule in trace.rules] == [
        ("Trials", Result.FAILS),
        ("Words", Result.APPLIES),
        ("Later", Result.NOT_TRIED),
        ("Off", Result.INACTIVE),
    ]
    [check] = trace.rules[0].checks
    assert (check.condition, check.seen, check.holds) == (
        "Sender is unverified",
        "verified",
        False,
    )


def test_no_text_and_no_answer_is_kept_in_a_trace(in_rocket: Cast) -> None:
    field = FormField.objects.create(desk=in_rocket.desk, key="os", label="System")
    asks = {"kind": ConditionKind.FIELD, "form_field": field, "value": "x"}
    make_rule(in_rocket, "Asks", [asks, words("please")])
    ticket = open_with_answers(in_rocket, os="Top secret")
    kept = str(RuleTrace.objects.filter(ticket=ticket).values().get())
    assert "secret" not in kept
    assert "Please" not in kept


def count_opening(cast: Cast) -> int:
    for _ in range(4):  # reads the rules; each agent's first ticket is a change of the staff
        cast.open_ticket()
    with CaptureQueriesContext(connection) as queries:
        cast.open_ticket()
    return len(queries)


def test_rules_cost_no_statement_and_words_cost_one(in_rocket: Cast, security: Department) -> None:
    plain = count_opening(in_rocket)
    web = {"kind": ConditionKind.CHANNEL, "value": "email"}
    tag = {"kind": ActionKind.TAG, "tag": Tag.objects.create(desk=in_rocket.desk, name="vip")}
    make_rule(in_rocket, "By channel", [web], [tag], stops=False)
    assert count_opening(in_rocket) == plain
    for number in range(20):
        make_rule(in_rocket, f"Words {number}", [words(f"word{number}")], [to(security)])
    assert count_opening(in_rocket) == plain + 1


def test_new_terms_try_the_rules_again_but_move_only_the_department(
    in_rocket: Cast, security: Department
) -> None:
    trial = {"kind": ConditionKind.ACCOUNT_STATUS, "value": "trial"}
    tag = {"kind": ActionKind.TAG, "tag": Tag.objects.create(desk=in_rocket.desk, name="trial")}
    make_rule(in_rocket, "Trials to security", [trial], [to(security), tag])
    ticket = in_rocket.open_ticket()
    Account.objects.filter(pk=in_rocket.account.pk).update(status="trial")
    mark_terms_changed(desk_id=in_rocket.desk.pk, account_ids=[in_rocket.account.pk], at=NOON)
    apply_new_terms(desk_id=in_rocket.desk.pk, at=NOON)
    ticket.refresh_from_db()
    assert ticket.department == security
    assert list_tags(ticket) == []
    assert [trace.cause for trace in list_traces(ticket)] == [
        "The account or the sender changed",
        "The ticket was opened",
    ]


def test_a_long_text_and_odd_characters_open_a_ticket_all_the_same(
    in_rocket: Cast, security: Department
) -> None:
    make_rule(in_rocket, "Words", [words("needle")], [to(security)])
    odd = "'\\ : & | ! ( ) <-> * \u0000".replace("\u0000", "") + "😀 " * 50
    long = " ".join(f"word{number}é漢字" for number in range(40_000))
    assert in_rocket.open_ticket(subject=odd, text=odd).department != security
    assert in_rocket.open_ticket(text="needle " + long).department == security


def test_a_desk_does_not_see_or_follow_the_rules_of_another(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        make_rule(rocket, "Everything", [], [to(rocket.departments["trials"])])
    with desk_scope(matter.desk):
        ticket = matter.open_ticket()
        assert ticket.department == matter.departments["paid"]
        assert not Rule.objects.exists()
        assert list_traces(ticket) == []
