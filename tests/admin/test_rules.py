"""Routing rules in the admin: conditions and actions, order, versions, problems and dry runs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Department
from accounts.tenancy import desk_scope
from routing.models import DryRun, DryRunState, Rule, RuleVersion, Skill
from routing.tasks import work_on_dry_runs
from tests.cast import NOON, Cast
from tests.routing.rule_making import keep_version, make_rule
from tickets.actors import Actor
from tickets.models import FormField, Tag, Ticket
from tickets.services import close

PAGE = "/rocket/admin/routing/rule/"
RUNS = "/rocket/admin/routing/dry-runs/"


def fill(conditions: list[dict[str, str]], actions: list[str], **changes: Any) -> dict[str, Any]:
    """Return what a browser posts for a new rule."""
    form = {"name": "New rule", "is_active": "on", "stops": "on"} | changes
    for prefix, rows in (("conditions", conditions), ("actions", [{"what": a} for a in actions])):
        form |= {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": 0}
        for number, row in enumerate(rows):
            form |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return form


def test_a_rule_is_saved_with_every_kind_of_condition_and_action(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        field = FormField.objects.create(desk=rocket.desk, key="os", label="System")
        tag = Tag.objects.create(desk=rocket.desk, name="vip")
        skill = Skill.objects.create(desk=rocket.desk, name="Kubernetes")
    conditions = [
        {"what": "words:subject", "value": "outage or down"},
        {"what": f"field:{field.pk}", "value": "Linux", "is_negated": "on"},
        {"what": "account_status:none"},
        {"what": f"plan:{rocket.plan.pk}"},
        {"what": "channel:email"},
        {"what": "sender:verified"},
        {"what": "mailbox:", "value": "Support@Rocket.example"},
        {"what": "language:", "value": "PT_br"},
        {"what": "country:", "value": "Brazil"},
    ]
    department, low = rocket.departments["trials"], rocket.priorities["Low"]
    actions = [
        f"department:{department.pk}", "level:l2", f"skill:{skill.pk}:3", f"tag:{tag.pk}",
        f"priority:{low.pk}",
    ]  # fmt: skip
    response = at_rocket.post(f"{PAGE}add/", fill(conditions, actions))
    assert response.status_code == 302, response.content.decode()[:3000]
    with desk_scope(rocket.desk):
        rule = Rule.objects.get()
        found = [(row.kind, row.value, row.scope, row.is_negated) for row in rule.conditions.all()]
        assert found == [
            ("words", "outage or down", "subject", False),
            ("field", "Linux", "", True),
            ("account_status", "none", "", False),
            ("plan", "", "", False),
            ("channel", "email", "", False),
            ("sender", "verified", "", False),
            ("mailbox", "support@rocket.example", "", False),
            ("language", "pt-br", "", False),
            ("country", "BR", "", False),
        ]
        assert {row.kind: row.value for row in rule.actions.all()} == {
            "department": "", "level": "l2", "skill": "3", "tag": "", "priority": "",
        }  # fmt: skip
        version = RuleVersion.objects.get()
        assert (version.number, version.by_name) == (1, "Admin")
        assert AuditEntry.objects.filter(target="New rule", action="added").exists()
    shown = at_rocket.get(f"{PAGE}{rule.pk}/change/").content.decode()
    assert "outage or down" in shown
    page = at_rocket.get(PAGE).content.decode()
    assert "The subject has the words: outage or down" in page
    assert "Required skill: Kubernetes (Expert or better)" in page


@pytest.mark.parametrize(
    ("condition", "error"),
    [
        ({"what": "words:", "value": "  "}, "Enter at least one word to look for."),
        ({"what": "mailbox:", "value": "nobody"}, "Enter the address of a mailbox."),
        ({"what": "language:", "value": "Klingon!"}, "Enter the code of a language"),
        ({"what": "country:", "value": "Atlantis"}, "Enter the code of a country"),
        ({"what": "plan:999999"}, "Select a valid choice."),
        ({"what": "moon:full"}, "Select a valid choice."),
    ],
)
def test_a_condition_that_means_nothing_is_refused(
    rocket: Cast, at_rocket: Client, condition: dict[str, str], error: str
) -> None:
    response = at_rocket.post(f"{PAGE}add/", fill([condition], []))
    assert response.status_code == 200
    assert error in response.content.decode()
    with desk_scope(rocket.desk):
        assert not Rule.objects.exists()
        assert not RuleVersion.objects.exists()


def test_rows_of_another_desk_are_no_choice(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    foreign = f"department:{matter.departments['paid'].pk}"
    response = at_rocket.post(f"{PAGE}add/", fill([], [foreign]))
    assert "Select a valid choice." in response.content.decode()


def test_a_second_department_is_refused(rocket: Cast, at_rocket: Client) -> None:
    both = [f"department:{rocket.departments[kind].pk}" for kind in ("paid", "trials")]
    response = at_rocket.post(f"{PAGE}add/", fill([], both))
    assert "A rule sets department, level and priority at most once." in response.content.decode()


def test_a_new_order_is_a_new_version(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        first, second = make_rule(rocket, "First"), make_rule(rocket, "Second")
    form = {"form-TOTAL_FORMS": 2, "form-INITIAL_FORMS": 2, "_save": "Save"}
    for number, (rule, position) in enumerate([(first, 1), (second, 1)]):
        form |= {f"form-{number}-id": rule.pk, f"form-{number}-position": position}
    assert at_rocket.post(PAGE, form).status_code == 302
    with desk_scope(rocket.desk):
        assert list(Rule.objects.values_list("name", "position")) == [("Second", 1), ("First", 2)]
        latest = RuleVersion.objects.order_by("-number").first()
        assert latest is not None
        assert [rule["name"] for rule in latest.rules] == ["Second", "First"]


def test_deleting_a_rule_is_a_new_version(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        rule = make_rule(rocket, "First")
    assert at_rocket.post(f"{PAGE}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    with desk_scope(rocket.desk):
        assert not Rule.objects.exists()
        assert list(RuleVersion.objects.values_list("number", flat=True)) == [2, 1]


def test_problems_are_shown_above_the_list_and_after_saving(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        empty = Department.objects.create(desk=rocket.desk, name="Empty", kind="other")
        make_rule(rocket, "Everything", [], [{"kind": "level", "value": "l2"}])
    response = at_rocket.post(
        f"{PAGE}add/",
        fill([{"what": "sender:unverified"}, {"what": f"plan:{rocket.plan.pk}"}], []),
        follow=True,
    )
    assert "No request can meet all of its conditions." in response.content.decode()
    at_rocket.post(f"{PAGE}add/", fill([], [f"department:{empty.pk}"], name="Hidden"), follow=True)
    page = at_rocket.get(PAGE).content.decode()
    assert "Hidden: It is never tried: the earlier rule “Everything”" in page
    assert "Hidden: No active agent at its level works in Empty." in page


def test_a_version_shows_what_it_changed(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        rule = make_rule(rocket, "First", [{"kind": "channel", "value": "email"}])
        Rule.objects.filter(pk=rule.pk).update(name="Renamed")
        version = keep_version(rocket)
    page = at_rocket.get(f"/rocket/admin/routing/ruleversion/{version.pk}/change/")
    text = page.content.decode()
    assert "-1. First (then stop)" in text
    assert "+1. Renamed (then stop)" in text
    assert "— Channel is Email" in text


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(subject="Outage <b>")
        tag = Tag.objects.create(desk=rocket.desk, name="outage")
        make_rule(
            rocket, "Outages", [{"kind": "words", "value": "outage"}], [{"kind": "tag", "tag": tag}]
        )
    return ticket


def test_a_dry_run_is_started_shown_and_applied(
    rocket: Cast, at_rocket: Client, ticket: Ticket
) -> None:
    response = at_rocket.post(RUNS, {"size": 10})
    work_on_dry_runs()
    page = at_rocket.get(response["location"]).content.decode()
    assert "1 ticket tried, 1 would change." in page
    assert "Outage &lt;b&gt;" in page
    assert "Apply to 1 open ticket" in page
    assert at_rocket.post(f"{response['location']}application/").status_code == 302
    work_on_dry_runs()
    with desk_scope(rocket.desk):
        assert ticket.ticket_tags.count() == 1
        assert DryRun.objects.get().state == DryRunState.APPLIED
        assert AuditEntry.objects.filter(detail__tickets=1).exists()
    assert "Apply to" not in at_rocket.get(response["location"]).content.decode()


def test_a_dry_run_counts_closed_tickets_apart(
    rocket: Cast, at_rocket: Client, ticket: Ticket
) -> None:
    with desk_scope(rocket.desk):
        for _ in range(2):
            closed = rocket.open_ticket(subject="Old outage")
            close(ticket_id=closed.pk, by=Actor.of(rocket.analyst), at=NOON)
            closed.ticket_tags.all().delete()
    address = at_rocket.post(RUNS, {"size": 10})["location"]
    work_on_dry_runs()
    page = " ".join(at_rocket.get(address).content.decode().split())
    assert "3 tickets tried, 1 would change." in page
    assert ": 1 2 closed tickets" in page
    assert "2 closed tickets would be routed differently, but stay as they are." in page
    assert "Apply to 1 open ticket" in page


def test_a_dry_run_of_changed_rules_is_not_applied(
    rocket: Cast, at_rocket: Client, ticket: Ticket
) -> None:
    response = at_rocket.post(RUNS, {"size": 10})
    work_on_dry_runs()
    with desk_scope(rocket.desk):
        make_rule(rocket, "Another one")
    page = at_rocket.post(f"{response['location']}application/", follow=True).content.decode()
    assert "The rules have changed since. Start another dry run." in page


def test_a_dry_run_needs_rules_and_a_number(rocket: Cast, at_rocket: Client) -> None:
    refused = at_rocket.post(RUNS, {"size": 10})
    assert refused.status_code == 422
    assert "There are no routing rules yet." in refused.content.decode()
    assert at_rocket.post(RUNS, {"size": 9999}).status_code == 422


def test_a_dry_run_of_another_desk_is_not_found(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    with desk_scope(matter.desk):
        make_rule(matter, "Theirs")
        run = DryRun.objects.create(
            desk=matter.desk,
            version=RuleVersion.objects.get(),
            size=1,
            by_name="x",
            made_at=matter.desk.created_at,
            before_id=1,
        )
    assert at_rocket.get(f"{RUNS}{run.pk}/").status_code == 404
    assert at_rocket.post(f"{RUNS}{run.pk}/application/").status_code == 404
    assert at_rocket.get(f"{RUNS}{2**63}/").status_code == 404
