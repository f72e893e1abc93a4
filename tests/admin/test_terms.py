"""Changes of an account's plan and status: validation, and the effect on open tickets."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, AuditEntry, Contact, Plan, PlanProduct, Product
from accounts.tenancy import desk_scope
from sla.models import Calendar, Clock, Replan, Target
from sla.replanning import preview_new_terms
from tests.cast import NOON, Cast
from tests.clocks import get_clock
from tests.forms import read_form
from tickets.events import EventKind
from tickets.models import NewTerms, TicketEvent
from tickets.services import reply
from tickets.tasks import sweep_new_terms

NO_ROWS = {
    f"{prefix}-{name}_FORMS": 0
    for prefix in ["domains", "accountproduct_set", "contacts"]
    for name in ["TOTAL", "INITIAL"]
}


def post_account(client: Client, account: Account, **changes: Any) -> Any:
    """Save an account. Open tickets follow, unless the changes have another replan_scope."""
    fields = {
        "replan_scope": "open",
        "name": account.name,
        "status": account.status,
        "plan": account.plan_id or "",
        "account_manager": account.account_manager_id or "",
        "success_manager": account.success_manager_id or "",
    }
    return client.post(
        f"/rocket/admin/accounts/account/{account.pk}/change/", fields | NO_ROWS | changes
    )


def post_contact(client: Client, contact: Contact, **changes: Any) -> Any:
    fields = {
        "email": contact.email,
        "name": contact.name,
        "account": contact.account_id,
        "role": contact.role,
    }
    return client.post(f"/rocket/admin/accounts/contact/{contact.pk}/change/", fields | changes)


def make_plan(cast: Cast, **fields: Any) -> Plan:
    """Create a plan with a first response target of one hour, around the clock."""
    plan = Plan.objects.create(desk=cast.desk, name="Gold", **fields)
    always = Calendar.objects.create(
        desk=cast.desk, name="24x7", time_zone="UTC", is_always_open=True
    )
    for priority in cast.priorities.values():
        Target.objects.create(
            desk=cast.desk, plan=plan, priority=priority, amount=60, calendar=always
        )
    return plan


def test_a_new_plan_restarts_the_clocks_of_open_tickets(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        before = Clock.objects.get(ticket=ticket).due_at
        gold = make_plan(rocket)
    assert post_account(at_rocket, rocket.account, plan=gold.pk).status_code == 302
    sweep_new_terms()
    with desk_scope(rocket.desk):
        assert Clock.objects.get(ticket=ticket).due_at < before
        assert TicketEvent.objects.filter(ticket=ticket, kind=EventKind.TERMS_CHANGED).count() == 1
        assert AuditEntry.objects.get().detail["changes"] == {"plan": ["Standard", "Gold"]}


def test_a_new_status_moves_open_tickets_to_their_department(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    answer = post_account(at_rocket, rocket.account, plan="", status="trial")
    assert answer.status_code == 302
    sweep_new_terms()
    with desk_scope(rocket.desk):
        ticket.refresh_from_db()
    assert ticket.department_id == rocket.departments["trials"].pk


def test_the_page_asks_before_open_tickets_follow_another_plan(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        for _ in range(3):
            rocket.open_ticket()
        rocket.open_ticket(is_unverified=True)
        rocket.open_ticket(contact=rocket.elsewhere)
        gold = make_plan(rocket)
    answer = post_account(at_rocket, rocket.account, plan=gold.pk, replan_scope="")
    page = " ".join(answer.content.decode().split())
    assert answer.status_code == 200
    assert "Apply this change to open tickets?" in page
    assert "<strong>3</strong> open tickets get a new deadline." in page
    assert "these can also move to another department" in page
    with desk_scope(rocket.desk):
        rocket.account.refresh_from_db()
        assert rocket.account.plan == rocket.plan
        assert not NewTerms.objects.exists()
        assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(("scope", "followed"), [("new", 0), ("open", 2)])
def test_open_tickets_follow_another_plan_if_that_was_chosen(
    scope: str, followed: int, rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        before = [get_clock(rocket.open_ticket()).due_at for _ in range(2)]
        gold = make_plan(rocket)
    asked = post_account(at_rocket, rocket.account, plan=gold.pk, replan_scope="")
    again = read_form(asked.content.decode()) | {"replan_scope": scope}
    page = f"/rocket/admin/accounts/account/{rocket.account.pk}/change/"
    assert at_rocket.post(page, again).status_code == 302
    sweep_new_terms()
    with desk_scope(rocket.desk):
        rocket.account.refresh_from_db()
        assert rocket.account.plan == gold
        assert Clock.objects.exclude(due_at__in=before).count() == followed
        assert TicketEvent.objects.filter(kind=EventKind.TERMS_CHANGED).count() == followed
        kept = [(row.cause, row.scope, row.subject) for row in Replan.objects.all()]
    assert kept == ([] if followed else [("account", "new", rocket.account.name)])


def test_a_choice_for_new_tickets_does_not_undo_an_earlier_one_for_open_tickets(
    rocket: Cast, at_rocket: Client
) -> None:
    """Its tickets are still on their way to the terms that an admin chose for them."""
    with desk_scope(rocket.desk):
        rocket.open_ticket()
        gold = make_plan(rocket)
    for scope, plan in (("open", gold), ("new", rocket.plan)):
        answer = post_account(at_rocket, rocket.account, plan=plan.pk, replan_scope=scope)
        assert answer.status_code == 302
    with desk_scope(rocket.desk):
        assert NewTerms.objects.get().account == rocket.account


def test_the_preview_of_another_plan_counts_what_then_moves(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        for priority in rocket.priorities.values():
            rocket.open_ticket(priority=priority)
        answered = rocket.open_ticket()
        reply(ticket_id=answered.pk, agent=rocket.analyst, text="Hi", at=NOON)
        silver = Plan.objects.create(desk=rocket.desk, name="Silver")
        high = rocket.priorities["High"]
        Target.objects.create(
            desk=rocket.desk, plan=silver, priority=high, amount=540, calendar=rocket.calendar
        )
        account = rocket.account
        Account.objects.filter(pk=account.pk).update(plan=silver)
        found = preview_new_terms(desk_id=rocket.desk.pk, account_id=account.pk, at=NOON)
        Account.objects.filter(pk=account.pk).update(plan=rocket.plan)
    assert (found.moved, found.later, found.stopped, found.unchanged) == (1, 1, 2, 1)
    assert post_account(at_rocket, rocket.account, plan=silver.pk).status_code == 302
    sweep_new_terms()
    with desk_scope(rocket.desk):
        assert Clock.objects.filter(stopped_at__isnull=False).count() == found.stopped
        assert Clock.objects.filter(due_at=NOON + timedelta(hours=9)).count() == found.moved


def test_the_preview_of_another_plan_takes_the_same_number_of_queries(in_rocket: Cast) -> None:
    counts = []
    for more in (2, 6):
        for _ in range(more):
            in_rocket.open_ticket()
        with CaptureQueriesContext(connection) as queries:
            preview_new_terms(desk_id=in_rocket.desk.pk, account_id=in_rocket.account.pk, at=NOON)
        counts.append(len(queries))
    assert counts[1] <= counts[0]


def test_a_new_name_does_not_touch_tickets(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    assert post_account(at_rocket, rocket.account, name="Acme").status_code == 302
    sweep_new_terms()
    with desk_scope(rocket.desk):
        assert not TicketEvent.objects.filter(ticket=ticket, kind=EventKind.TERMS_CHANGED).exists()


def test_a_legacy_plan_and_a_success_manager_it_lacks_are_errors(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        old = Plan.objects.create(desk=rocket.desk, name="Old", is_retired=True)
    answer = post_account(at_rocket, rocket.account, plan=old.pk, success_manager=rocket.lead.pk)
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors == {
        "plan": ["Old is a legacy plan. Choose another one."],
        "success_manager": ["This plan doesn't include a Customer Success Manager."],
    }


def test_accounts_on_a_legacy_plan_keep_it(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(is_retired=True)
    assert post_account(at_rocket, rocket.account, name="Acme").status_code == 302


def test_one_point_of_contact_too_many_is_an_error_of_the_role(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(points_of_contact=2)
        extra = Contact.objects.create(
            desk=rocket.desk, email="third@acme.example", account=rocket.account
        )
    answer = post_contact(at_rocket, extra, role="point_of_contact")
    assert answer.context["adminform"].form.errors == {
        "role": ["Standard includes 2 points of contact. This one would make 3."]
    }
    assert post_contact(at_rocket, rocket.customer, name="Still named").status_code == 302
    assert post_contact(at_rocket, rocket.customer, role="contact").status_code == 302
    assert post_contact(at_rocket, extra, role="point_of_contact").status_code == 302


@pytest.mark.parametrize("role", ["point_of_contact", "manager"])
def test_a_role_needs_an_account(role: str, rocket: Cast, at_rocket: Client) -> None:
    answer = post_contact(at_rocket, rocket.stranger, account="", role=role)
    assert answer.context["adminform"].form.errors == {
        "role": ["Only a contact with an account can have this role."]
    }


def test_a_plan_limits_points_of_contact_and_covers_products(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        server, client = (
            Product.objects.create(desk=rocket.desk, name=name) for name in ["Server", "Client"]
        )
    with desk_scope(matter.desk):
        foreign = Product.objects.create(desk=matter.desk, name="Foreign")
    assert (
        post_plan(
            at_rocket, rocket, points_of_contact=3, covered=[server.pk, client.pk]
        ).status_code
        == 302
    )
    with desk_scope(rocket.desk):
        rocket.plan.refresh_from_db()
        assert rocket.plan.points_of_contact == 3
        assert AuditEntry.objects.first().detail["changes"]["covered"] == [[], ["Client", "Server"]]
    assert post_plan(at_rocket, rocket, covered=[client.pk]).status_code == 302
    assert post_plan(at_rocket, rocket, covered=[foreign.pk]).status_code == 200
    with desk_scope(rocket.desk):
        assert PlanProduct.objects.get().product == client
        assert AuditEntry.objects.first().detail["changes"]["covered"] == [
            ["Client", "Server"],
            ["Client"],
        ]


def post_plan(client: Client, cast: Cast, **changes: Any) -> Any:
    fields = {
        "name": "Standard",
        "position": 0,
        "impact_weight": 1,
        "targets-TOTAL_FORMS": 0,
        "targets-INITIAL_FORMS": 0,
    }
    return client.post(f"/rocket/admin/accounts/plan/{cast.plan.pk}/change/", fields | changes)
