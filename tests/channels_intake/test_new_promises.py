"""A changed promise is emailed to the customer once (M43)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from accounts.followers import notify_terms_changed
from accounts.models import Account, Contact, Plan
from accounts.tenancy import desk_scope
from channels_intake.followers import compose
from channels_intake.models import OutgoingEmail
from channels_intake.outgoing.sending import send_due
from sla.models import ReplanCause, ReplanScope, Target
from sla.replanning import apply_replans, find_touched, read_terms, request_replan
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.deliveries import deliver_due
from tickets.models import Ticket, TicketEvent
from tickets.services import (
    NewMessage,
    add_customer_message,
    change_priority,
    close,
    promise_update,
    reply,
)
from tickets.services.terms import apply_new_terms

RunMail = Callable[..., None]
HOUR = timedelta(hours=1)
EVENING = NOON + 12 * HOUR


@pytest.fixture
def run_mail(run_mail: RunMail) -> RunMail:
    """Send everything that is due on the evening of the test's day."""
    return lambda desk: run_mail(desk, at=EVENING)


@pytest.fixture
def desk(rocket: Cast) -> Cast:
    """A desk that promises 2 hours for High, 8 for Medium and nothing for Low."""
    with desk_scope(rocket.desk):
        Target.objects.filter(priority=rocket.priorities["High"]).update(amount=120)
        Target.objects.filter(priority=rocket.priorities["Low"]).delete()
    return rocket


def open_told(cast: Cast, run_mail: RunMail, priority: str = "Medium", **changes: object) -> Ticket:
    """Open a ticket whose customer has got the receipt."""
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(priority=cast.priorities[priority], **changes)
    run_mail(cast.desk)
    return ticket


def set_priority(cast: Cast, ticket: Ticket, name: str, *, after: timedelta = HOUR) -> None:
    with desk_scope(cast.desk):
        change_priority(
            ticket_id=ticket.pk,
            priority=cast.priorities[name],
            by=Actor.of(cast.analyst),
            at=NOON + after,
        )


def test_a_later_time_is_emailed_with_the_previous_one(desk: Cast, run_mail: RunMail) -> None:
    ticket = open_told(desk, run_mail, "High")
    set_priority(desk, ticket, "Medium")
    run_mail(desk.desk)
    run_mail(desk.desk)
    assert len(mail.outbox) == 2
    sent = mail.outbox[-1]
    assert sent.to == [desk.customer.email]
    assert sent.subject == "[RC-1001] New response time: The server does not start"
    assert sent.body.startswith("Hello Customer,\n\nThe priority of your request RC-1001 changed")
    assert (
        "by Wed, Nov 18, 2026, 6:00 PM (UTC-03). Previously, it was Wed, Nov 18, 2026, 12:00 PM"
        in (" ".join(sent.body.split()))
    )


def test_the_email_uses_the_customers_language_and_time_zone(desk: Cast, run_mail: RunMail) -> None:
    with desk_scope(desk.desk):
        desk.customer.user.time_zone = "Europe/Berlin"  # type: ignore[union-attr]  # they have one
        desk.customer.user.save()  # type: ignore[union-attr]  # they have one
        Contact.objects.filter(pk=desk.customer.pk).update(language="de")
    ticket = open_told(desk, run_mail, "High")
    set_priority(desk, ticket, "Medium")
    run_mail(desk.desk)
    body = " ".join(mail.outbox[-1].body.split())
    assert body.startswith("Guten Tag Customer,")
    assert re.search(r"22:00|10:00 PM", body), body  # 6 PM in Sao Paulo


def test_a_lost_promise_and_its_return_are_emailed(desk: Cast, run_mail: RunMail) -> None:
    ticket = open_told(desk, run_mail)
    set_priority(desk, ticket, "Low")
    run_mail(desk.desk)
    assert "We can no longer promise you a first response by Wed, Nov 18, 2026, 6:00 PM" in (
        mail.outbox[-1].body
    )
    set_priority(desk, ticket, "Medium", after=2 * HOUR)
    run_mail(desk.desk)
    assert len(mail.outbox) == 3
    assert "You'll now get a first response from us by Wed, Nov 18, 2026, 6:00 PM" in (
        mail.outbox[-1].body
    )


def test_a_much_earlier_time_is_emailed_and_a_slightly_earlier_one_is_not(
    desk: Cast, run_mail: RunMail
) -> None:
    ticket = open_told(desk, run_mail)
    set_priority(desk, ticket, "High", after=timedelta(minutes=1))
    run_mail(desk.desk)
    assert len(mail.outbox) == 2
    with desk_scope(desk.desk):
        Target.objects.filter(priority=desk.priorities["Medium"]).update(amount=110)
    set_priority(desk, ticket, "Medium", after=timedelta(minutes=2))
    run_mail(desk.desk)
    assert len(mail.outbox) == 2


def test_a_change_that_is_undone_before_the_mail_tells_nothing(
    desk: Cast, run_mail: RunMail
) -> None:
    ticket = open_told(desk, run_mail)
    set_priority(desk, ticket, "Low")
    set_priority(desk, ticket, "Medium", after=2 * HOUR)
    run_mail(desk.desk)
    assert len(mail.outbox) == 1


def run_mail_after(cast: Cast, after: timedelta) -> None:
    with desk_scope(cast.desk):
        deliver_due(desk_id=cast.desk.pk, at=NOON + after)
        send_due(desk_id=cast.desk.pk, at=NOON + after)


def test_a_change_that_is_undone_within_a_minute_emails_nothing(
    desk: Cast, run_mail: RunMail
) -> None:
    ticket = open_told(desk, run_mail)
    set_priority(desk, ticket, "Low", after=timedelta(seconds=1))
    run_mail_after(desk, timedelta(seconds=2))
    set_priority(desk, ticket, "Medium", after=timedelta(seconds=20))
    run_mail(desk.desk)
    assert len(mail.outbox) == 1


def test_a_reply_does_not_wait_behind_an_email_about_a_new_time(
    desk: Cast, run_mail: RunMail
) -> None:
    ticket = open_told(desk, run_mail)
    set_priority(desk, ticket, "Low", after=timedelta(seconds=1))
    run_mail_after(desk, timedelta(seconds=2))
    with desk_scope(desk.desk):
        reply(ticket_id=ticket.pk, agent=desk.analyst, text="Done.", at=NOON + timedelta(seconds=9))
    run_mail_after(desk, timedelta(seconds=10))
    assert [sent.subject.startswith("Re: ") for sent in mail.outbox] == [False, True]


@pytest.mark.parametrize("end", ["answered", "closed"])
def test_an_answered_or_closed_ticket_tells_nothing(
    desk: Cast, run_mail: RunMail, end: str
) -> None:
    ticket = open_told(desk, run_mail, "High")
    with desk_scope(desk.desk):
        if end == "answered":
            reply(ticket_id=ticket.pk, agent=desk.analyst, text="Hi", at=NOON)
        else:
            close(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=NOON)
    run_mail(desk.desk)
    before = len(mail.outbox)
    set_priority(desk, ticket, "Medium")
    run_mail(desk.desk)
    assert len(mail.outbox) == before


def test_people_without_a_promised_time_get_no_email(desk: Cast, run_mail: RunMail) -> None:
    unverified = open_told(desk, run_mail, "Low", is_unverified=True)
    stranger = open_told(desk, run_mail, "Low", contact=desk.stranger)
    plain = open_told(desk, run_mail, "Low")
    before = len(mail.outbox)
    for ticket in (unverified, stranger, plain):
        set_priority(desk, ticket, "High")
    run_mail(desk.desk)
    assert len(mail.outbox) == before


def test_followers_get_no_email_about_new_times(desk: Cast, run_mail: RunMail) -> None:
    ticket = open_told(desk, run_mail, "High", participants=[desk.customer_colleague])
    mail.outbox.clear()
    set_priority(desk, ticket, "Medium")
    run_mail(desk.desk)
    assert [sent.to for sent in mail.outbox] == [[desk.customer.email]]


def test_an_event_that_is_delivered_twice_tells_once(desk: Cast, run_mail: RunMail) -> None:
    ticket = open_told(desk, run_mail, "High")
    set_priority(desk, ticket, "Medium")
    with desk_scope(desk.desk):
        event = TicketEvent.objects.get(ticket=ticket, kind="priority.changed")
        compose([event])
        compose([event])
        assert OutgoingEmail.objects.filter(kind="promise").count() == 1
    run_mail(desk.desk)
    assert len(mail.outbox) == 2


def test_a_flapping_priority_sends_a_few_emails_a_day(desk: Cast, run_mail: RunMail) -> None:
    ticket = open_told(desk, run_mail, "Medium")
    for turn in range(12):
        after = timedelta(minutes=turn)
        set_priority(desk, ticket, "Low" if turn % 2 == 0 else "Medium", after=after)
        run_mail(desk.desk)
    assert len(mail.outbox) == 1 + 5


def change_plan(cast: Cast, plan: Plan, run_mail: RunMail) -> None:
    with desk_scope(cast.desk):
        Account.objects.filter(pk=cast.account.pk).update(plan=plan)
        notify_terms_changed(cast.desk.pk, [cast.account.pk], NOON + HOUR)
        while apply_new_terms(desk_id=cast.desk.pk, at=NOON + HOUR):
            pass
    run_mail(cast.desk)


def make_plan(cast: Cast, minutes: int) -> Plan:
    with desk_scope(cast.desk):
        plan = Plan.objects.create(desk=cast.desk, name=f"Plan {minutes}")
        Target.objects.bulk_create(
            Target(desk=cast.desk, plan=plan, priority=p, amount=minutes, calendar=cast.calendar)
            for p in cast.priorities.values()
        )
    return plan


def test_a_slower_plan_tells_each_person_once_for_all_their_tickets(
    desk: Cast, run_mail: RunMail
) -> None:
    for contact in (desk.customer, desk.customer_colleague):
        for _ticket in range(4):
            open_told(desk, run_mail, contact=contact)
    with desk_scope(desk.desk):
        theirs = desk.open_ticket(contact=desk.elsewhere)
    run_mail(desk.desk)
    mail.outbox.clear()
    change_plan(desk, make_plan(desk, 600), run_mail)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(
        [desk.customer.email, desk.customer_colleague.email]
    )
    assert all("If you have other open requests" in sent.body for sent in mail.outbox)
    assert all("Your company's support plan changed" in sent.body for sent in mail.outbox)
    with desk_scope(desk.desk):
        assert not OutgoingEmail.objects.filter(ticket=theirs, kind="promise").exists()


def test_a_faster_plan_sends_no_email(desk: Cast, run_mail: RunMail) -> None:
    open_told(desk, run_mail)
    change_plan(desk, make_plan(desk, 60), run_mail)
    assert len(mail.outbox) == 1


def test_a_plan_that_ends_the_promise_says_what_it_includes(desk: Cast, run_mail: RunMail) -> None:
    open_told(desk, run_mail)
    plan = make_plan(desk, 480)
    with desk_scope(desk.desk):
        Plan.objects.filter(pk=plan.pk).update(allows_mail=False)
    change_plan(desk, plan, run_mail)
    body = mail.outbox[-1].body
    assert "We can no longer promise you a first response by" in body
    assert "Your support plan Plan 480 doesn't include email" in body
    assert "Support portal: http://testserver/rocket/portal/" in body


def test_another_desks_tickets_tell_nothing(desk: Cast, matter: Cast, run_mail: RunMail) -> None:
    open_told(matter, run_mail, "Normal")
    before = len(mail.outbox)
    change_plan(desk, make_plan(desk, 900), run_mail)
    run_mail(matter.desk)
    assert len(mail.outbox) == before


def replan(cast: Cast, clock: str, minutes: int, run_mail: RunMail, cause: str = "targets") -> None:
    """Change the targets of a clock, and let open tickets follow."""
    with desk_scope(cast.desk):
        before = read_terms(cast.desk.pk)
        Target.objects.filter(clock=clock).update(amount=minutes)
        request_replan(
            desk_id=cast.desk.pk,
            by="admin",
            cause=ReplanCause(cause),
            scope=ReplanScope.OPEN,
            touched=find_touched(before, read_terms(cast.desk.pk)),
            at=NOON + HOUR,
        )
        while apply_replans(desk_id=cast.desk.pk, at=NOON + HOUR):
            pass
    run_mail(cast.desk)


def test_a_replan_tells_each_person_once_and_only_of_later_times(
    desk: Cast, run_mail: RunMail
) -> None:
    for contact in (desk.customer, desk.customer, desk.customer_colleague):
        open_told(desk, run_mail, contact=contact)
    mail.outbox.clear()
    replan(desk, "first_response", 60, run_mail)
    assert mail.outbox == []
    replan(desk, "first_response", 600, run_mail)
    assert sorted(sent.to[0] for sent in mail.outbox) == sorted(
        [desk.customer.email, desk.customer_colleague.email]
    )
    assert all("We changed our response times" in one.body for one in mail.outbox)
    assert all("You'll now get a first response from us by" in one.body for one in mail.outbox)


def promise_next(cast: Cast, run_mail: RunMail) -> Ticket:
    """Return a ticket with a reply, whose customer waits for the next one."""
    with desk_scope(cast.desk):
        Target.objects.create(
            desk=cast.desk,
            plan=cast.plan,
            priority=cast.priorities["Medium"],
            clock="next_response",
            amount=240,
            calendar=cast.calendar,
        )
    ticket = open_told(cast, run_mail)
    with desk_scope(cast.desk):
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="Hi", at=NOON)
        add_customer_message(
            ticket_id=ticket.pk,
            contact=cast.customer,
            new=NewMessage(text="And?", channel="email"),
            at=NOON + 0.5 * HOUR,
        )
    run_mail(cast.desk)
    mail.outbox.clear()
    return ticket


def test_a_later_next_reply_is_emailed_and_an_earlier_one_is_not(
    desk: Cast, run_mail: RunMail
) -> None:
    promise_next(desk, run_mail)
    replan(desk, "next_response", 120, run_mail)
    assert mail.outbox == []
    replan(desk, "next_response", 480, run_mail, "calendar")
    [sent] = mail.outbox
    body = " ".join(sent.body.split())
    assert "Our business hours changed" in body
    assert "You'll now get our next reply by Wed, Nov 18, 2026, 6:30 PM (UTC-03)." in body
    assert "Previously, it was Wed, Nov 18, 2026, 12:30 PM" in body
    with desk_scope(desk.desk):
        event = TicketEvent.objects.filter(kind="sla.replanned").latest("pk")
        compose([event])
        assert OutgoingEmail.objects.filter(kind="promise").count() == 1


def test_a_priority_without_a_next_reply_tells_that_it_ended(desk: Cast, run_mail: RunMail) -> None:
    ticket = promise_next(desk, run_mail)
    set_priority(desk, ticket, "Low")
    run_mail(desk.desk)
    [sent] = mail.outbox
    assert "We can no longer promise you our next reply by Wed" in " ".join(sent.body.split())


def test_an_update_that_is_promised_for_later_is_emailed_unless_a_reply_tells_it(
    desk: Cast, run_mail: RunMail
) -> None:
    ticket = open_told(desk, run_mail)
    mail.outbox.clear()
    agent = Actor.of(desk.analyst)
    with desk_scope(desk.desk):
        for hours in (4, 3, 6):  # the first, an earlier and a later one
            promise_update(
                ticket_id=ticket.pk, by=agent, due_at=NOON + hours * HOUR, at=NOON + HOUR
            )
            run_mail(desk.desk)
        [sent] = mail.outbox
        assert "You'll now get an update from us by Wed, Nov 18, 2026, 4:00 PM" in sent.body
        reply(ticket_id=ticket.pk, agent=desk.analyst, text="Hi", at=NOON + 2 * HOUR)
        promise_update(ticket_id=ticket.pk, by=agent, due_at=NOON + 9 * HOUR, at=NOON + 2 * HOUR)
    run_mail(desk.desk)
    assert [sent.subject.startswith("Re: ") for sent in mail.outbox] == [False, True]
