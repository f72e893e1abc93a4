"""A request outside the plan is still a ticket, without a promise but with the reason (M68-M76)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.customers.refusals import describe_refusal
from accounts.followers import notify_terms_changed
from accounts.models import Account, Plan, PlanProduct, Product
from accounts.tenancy import desk_scope
from sla.models import Clock, Target
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import NotAllowedError
from tickets.events import EventKind
from tickets.models import NO_DEADLINE, Ticket
from tickets.sentences.reasons import Proof
from tickets.services import (
    NewMessage,
    add_customer_message,
    change_priority,
    change_product,
    close,
    reopen,
    reply,
    verify_sender,
)
from tickets.services.terms import apply_new_terms
from tickets.timeline import describe_event

HOUR = timedelta(hours=1)


def set_plan(cast: Cast, **switches: object) -> None:
    """Set fields of the desk's plan, also on the rows that the cast holds."""
    Plan.objects.filter(pk=cast.plan.pk).update(**switches)
    for account in (cast.account, cast.other_account):
        account.refresh_from_db()
    for contact in (cast.customer, cast.customer_colleague, cast.manager, cast.elsewhere):
        contact.refresh_from_db()


def read(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def without_mail(in_rocket: Cast) -> Cast:
    set_plan(in_rocket, allows_mail=False)
    return in_rocket


@pytest.fixture
def product(in_rocket: Cast) -> Product:
    """A product that the plan doesn't cover: it names another one."""
    covered, other = (
        Product.objects.create(desk=in_rocket.desk, name=name) for name in ("Server", "Mobile")
    )
    PlanProduct.objects.create(desk=in_rocket.desk, plan=in_rocket.plan, product=covered)
    return other


def test_an_email_outside_the_plan_is_a_ticket_without_a_promise(without_mail: Cast) -> None:
    ticket = read(without_mail.open_ticket(channel="email"))
    assert ticket.uncovered == {"code": "email_not_in_plan", "plan": "Standard"}
    assert ticket.due_at == NO_DEADLINE
    assert not Clock.objects.filter(ticket=ticket).exists()
    assert ticket.department == without_mail.departments["paid"]
    opened = ticket.events.get(kind=EventKind.TICKET_OPENED)
    assert describe_event(opened, without_mail.desk) == (
        "Customer opened the ticket with priority Medium. "
        "Email isn't included in Standard; no SLA target."
    )


def test_what_the_plan_includes_keeps_its_promise(without_mail: Cast) -> None:
    ticket = read(without_mail.open_ticket(channel="web"))
    assert ticket.uncovered == {}
    assert Clock.objects.get(ticket=ticket).due_at == ticket.due_at
    assert "uncovered" not in ticket.events.get(kind=EventKind.TICKET_OPENED).data


def test_another_desk_keeps_its_own_plan(without_mail: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        assert matter.open_ticket(channel="email").uncovered == {}


def test_an_unverified_sender_has_no_plan_that_could_refuse(without_mail: Cast) -> None:
    ticket = read(without_mail.open_ticket(is_unverified=True))
    assert (ticket.uncovered, ticket.due_at) == ({}, NO_DEADLINE)


def test_a_verified_sender_gets_what_the_plan_covers(without_mail: Cast) -> None:
    ticket = without_mail.open_ticket(is_unverified=True)
    proof, at = Proof.MAILED_LINK, NOON + HOUR
    assert verify_sender(ticket_id=ticket.pk, contact=without_mail.customer, proof=proof, at=at)
    assert read(ticket).uncovered["code"] == "email_not_in_plan"
    assert not Clock.objects.filter(ticket=ticket).exists()
    event = ticket.events.get(kind=EventKind.SENDER_VERIFIED)
    assert describe_event(event, without_mail.desk).endswith("no SLA target.")


def test_someone_without_a_plan_who_emails(in_rocket: Cast) -> None:
    assert in_rocket.open_ticket(contact=in_rocket.stranger).uncovered == {
        "code": "email_without_plan"
    }
    assert in_rocket.open_ticket(contact=in_rocket.stranger, channel="web").uncovered == {}


def test_the_hotline_is_for_emergencies_so_the_promise_follows_the_priority(
    in_rocket: Cast,
) -> None:
    set_plan(in_rocket, allows_hotline=True)
    high, medium, by = *(in_rocket.priorities[n] for n in ("High", "Medium")), in_rocket.analyst
    ticket = in_rocket.open_ticket(channel="phone", priority=medium)
    assert (ticket.uncovered["code"], ticket.due_at) == ("not_an_emergency", NO_DEADLINE)

    at = NOON + HOUR
    change_priority(ticket_id=ticket.pk, priority=high, by=Actor.of(by), at=at)
    assert (read(ticket).uncovered, read(ticket).due_at) == ({}, NOON + 8 * HOUR)

    change_priority(ticket_id=ticket.pk, priority=medium, by=Actor.of(by), at=at + HOUR)
    assert read(ticket).due_at == NO_DEADLINE
    latest = ticket.events.filter(kind=EventKind.PRIORITY_CHANGED).latest("pk")
    assert describe_event(latest, in_rocket.desk) == (
        "Analyst changed the priority from High to Medium. "
        "The hotline of Standard is only for the highest priority; no SLA target."
    )
    assert ticket.events.filter(kind=EventKind.SLA_STOPPED).count() == 1


def test_a_plan_without_the_hotline_promises_a_caller_nothing(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(channel="phone", priority=in_rocket.priorities["High"])
    assert describe_refusal(ticket.uncovered) == (
        "The hotline isn't included in Standard; no SLA target."
    )


def test_a_product_that_the_plan_does_not_cover_ends_the_promise_and_back(
    in_rocket: Cast, product: Product
) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    change_product(ticket_id=ticket.pk, product=product, by=by, at=NOON + HOUR)
    assert read(ticket).product == product
    assert (read(ticket).uncovered["product"], read(ticket).due_at) == ("Mobile", NO_DEADLINE)
    change_product(ticket_id=ticket.pk, product=None, by=by, at=NOON + 2 * HOUR)
    assert (read(ticket).uncovered, read(ticket).due_at) == ({}, NOON + 8 * HOUR)
    told = [
        describe_event(event, in_rocket.desk)
        for event in ticket.events.filter(kind=EventKind.PRODUCT_CHANGED).order_by("pk")
    ]
    assert told == [
        "Analyst set the product to Mobile. Standard doesn't cover Mobile; no SLA target.",
        "Analyst removed the product Mobile.",
    ]


def test_the_same_product_again_changes_nothing_and_an_observer_may_not(
    in_rocket: Cast, product: Product
) -> None:
    ticket = in_rocket.open_ticket()
    for _again in range(2):
        change_product(
            ticket_id=ticket.pk, product=product, by=Actor.of(in_rocket.analyst), at=NOON
        )
    assert ticket.events.filter(kind=EventKind.PRODUCT_CHANGED).count() == 1
    with pytest.raises(NotAllowedError):
        change_product(ticket_id=ticket.pk, product=None, by=Actor.of(in_rocket.observer), at=NOON)


def test_an_answered_ticket_gets_no_new_clock_with_its_product(
    in_rocket: Cast, product: Product
) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    change_product(ticket_id=ticket.pk, product=product, by=by, at=NOON)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Hello", at=NOON)
    change_product(ticket_id=ticket.pk, product=None, by=by, at=NOON + HOUR)
    assert read(ticket).due_at == NO_DEADLINE


def change_terms(cast: Cast, *, plan: Plan) -> None:
    Account.objects.filter(pk=cast.account.pk).update(plan=plan)
    notify_terms_changed(cast.desk.pk, [cast.account.pk], NOON + HOUR)
    apply_new_terms(desk_id=cast.desk.pk, at=NOON + HOUR)


def test_another_plan_decides_again(without_mail: Cast) -> None:
    ticket = without_mail.open_ticket()
    plus = Plan.objects.create(desk=without_mail.desk, name="Plus")
    for target in Target.objects.filter(plan=without_mail.plan):
        target.pk, target.plan = None, plus
        target.save()
    change_terms(without_mail, plan=plus)
    assert (read(ticket).uncovered, read(ticket).due_at) == ({}, NOON + 9 * HOUR)
    change_terms(without_mail, plan=without_mail.plan)
    assert read(ticket).uncovered["plan"] == "Standard"
    assert read(ticket).due_at == NO_DEADLINE
    latest = ticket.events.filter(kind=EventKind.TERMS_CHANGED).latest("pk")
    assert describe_event(latest, without_mail.desk).endswith(
        "Email isn't included in Standard; no SLA target."
    )


@pytest.mark.parametrize("way", ["by an agent", "by a reply"])
def test_a_reopened_ticket_is_decided_by_the_terms_of_today(in_rocket: Cast, way: str) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.analyst)
    close(ticket_id=ticket.pk, by=by, at=NOON)
    set_plan(in_rocket, allows_mail=False)
    if way == "by an agent":
        reopen(ticket_id=ticket.pk, by=by, at=NOON + HOUR)
    else:
        new = NewMessage("Still broken", "email")
        add_customer_message(
            ticket_id=ticket.pk, contact=in_rocket.customer, new=new, at=NOON + HOUR
        )
    assert read(ticket).uncovered["code"] == "email_not_in_plan"
    assert read(ticket).due_at == NO_DEADLINE
    latest = ticket.events.latest("pk")
    assert describe_event(latest, in_rocket.desk).endswith("no SLA target.")
