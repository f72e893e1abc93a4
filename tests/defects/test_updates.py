"""Each linked customer gets exactly one update per stage, and it is true (M98-M103)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Account, Contact, Product, ProductLine
from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, deliver, list_told, move, release, report, tell
from tickets.actors import Actor
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.marks import list_marks
from tickets.defects.merging import merge_defect
from tickets.defects.moving import Release, add_release
from tickets.defects.updates.sending import list_untold_links, tell_about
from tickets.errors import InvalidValueError
from tickets.events import EventKind
from tickets.models import (
    Defect,
    DefectLink,
    DefectUpdate,
    DefectWork,
    Notification,
    StageSetting,
    State,
    Ticket,
)
from tickets.notifications import describe_notification
from tickets.services import NewMessage, add_customer_message, close, escalate, reply


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def reload(ticket: Ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def test_every_stage_is_told_once_however_often_the_sweep_runs(
    in_rocket: Cast, ticket: Ticket
) -> None:
    defect = report(in_rocket, ticket)
    for stage in ("confirmed", "planned", "in_progress", "tested"):
        tell(in_rocket)
        tell(in_rocket)
        move(in_rocket, defect, stage)
    tell(in_rocket)
    release(in_rocket, defect)
    tell(in_rocket)
    tell(in_rocket)
    assert list_told(ticket) == [
        "reported", "confirmed", "planned", "in_progress", "tested", "released",
    ]  # fmt: skip
    told = reload(ticket).events.filter(kind=EventKind.DEFECT_UPDATED)
    assert told.count() == 6


def test_a_skipped_stage_is_never_told(in_rocket: Cast, ticket: Ticket) -> None:
    defect = report(in_rocket, ticket)
    for stage in ("confirmed", "planned", "in_progress"):
        move(in_rocket, defect, stage)
    tell(in_rocket)
    assert list_told(ticket) == ["in_progress"]


def test_a_stage_that_was_left_and_reached_again_before_the_sweep_is_told_once(
    in_rocket: Cast, ticket: Ticket
) -> None:
    defect = report(in_rocket, ticket)
    move(in_rocket, defect, "confirmed")
    tell(in_rocket)
    move(in_rocket, defect, "planned")
    move(in_rocket, defect, "confirmed")
    tell(in_rocket)
    assert list_told(ticket) == ["confirmed"]


def test_a_customer_who_was_told_of_the_fix_hears_that_it_is_not_done_after_all(
    in_rocket: Cast, ticket: Ticket
) -> None:
    defect, late = report(in_rocket, ticket), in_rocket.open_ticket()
    release(in_rocket, defect)
    tell(in_rocket)
    move(in_rocket, defect, "in_progress")
    link_ticket(defect_id=defect.pk, ticket_id=late.pk, agent=in_rocket.analyst, at=NOON)
    tell(in_rocket)
    texts = list(DefectUpdate.objects.order_by("pk").values_list("ticket", "text"))
    assert "isn't finished after all" in dict(texts)[ticket.pk]
    assert dict(texts)[late.pk] == "Our engineers are working on the fix."


def test_a_ticket_linked_later_gets_the_state_so_far(in_rocket: Cast, ticket: Ticket) -> None:
    defect = report(in_rocket, plan_text="We rewrite the uploader.", planned_version="9.2")
    move(in_rocket, defect, "planned")
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    tell(in_rocket)
    assert list_told(ticket) == ["planned"]
    text = DefectUpdate.objects.get(ticket=ticket).text
    assert text == (
        "We have a plan for the fix.\n\nWe rewrite the uploader.\n\nPlanned version: 9.2"
    )


def test_linking_twice_is_one_link_and_one_update(in_rocket: Cast, ticket: Ticket) -> None:
    defect = report(in_rocket, ticket)
    for _ in range(2):
        link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    assert DefectLink.objects.count() == 1
    assert tell(in_rocket) == 1


def test_the_database_refuses_a_second_update_about_a_stage(
    in_rocket: Cast, ticket: Ticket
) -> None:
    report(in_rocket, ticket)
    tell(in_rocket)
    told = DefectUpdate.objects.get()
    told.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        told.save(force_insert=True)


def test_an_unlinked_ticket_hears_nothing_more(in_rocket: Cast, ticket: Ticket) -> None:
    defect = report(in_rocket, ticket)
    tell(in_rocket)
    unlink_ticket(
        defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, why="Other", at=NOON
    )
    release(in_rocket, defect)
    assert tell(in_rocket) == 0
    assert list_told(ticket) == ["reported"]
    assert not reload(ticket).has_defects


def test_a_link_that_went_in_between_is_skipped(in_rocket: Cast, ticket: Ticket) -> None:
    report(in_rocket, ticket)
    link_id = list_untold_links().get().pk
    DefectLink.objects.all().delete()
    assert tell_about(link_id, at=LATER) == 0


def test_no_internal_word_goes_out(in_rocket: Cast, ticket: Ticket) -> None:
    internal = {
        "title": "Blobstore SECRET", "problem": "SECRET", "steps": "SECRET", "changes": "SECRET",
        "workarounds": "SECRET", "affected_users": "SECRET",
    }  # fmt: skip
    defect = report(in_rocket, ticket, **internal)
    for stage in ("confirmed", "planned", "in_progress", "tested"):
        tell(in_rocket)
        move(in_rocket, defect, stage, why="SECRET")
    release(in_rocket, defect)
    tell(in_rocket)
    assert not any("SECRET" in told.text for told in DefectUpdate.objects.all())


def test_a_stage_that_the_desk_keeps_silent_about_is_not_told(
    in_rocket: Cast, ticket: Ticket
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="reported", tells_customers=False)
    report(in_rocket, ticket)
    assert tell(in_rocket) == 1
    assert list_told(ticket) == []
    assert tell(in_rocket) == 0


def test_the_customer_of_a_closed_ticket_hears_of_the_fix_only(
    in_rocket: Cast, ticket: Ticket
) -> None:
    defect = report(in_rocket, ticket)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    tell(in_rocket)
    assert list_told(ticket) == []
    release(in_rocket, defect)
    tell(in_rocket)
    assert list_told(ticket) == ["released"]
    assert reload(ticket).status == State.CLOSED


@pytest.fixture
def lines(in_rocket: Cast) -> list[ProductLine]:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    return [
        ProductLine.objects.create(desk=in_rocket.desk, product=product, name=name)
        for name in ("Current", "ESR")
    ]


def test_customers_hear_of_the_fix_when_their_own_line_has_it(
    in_rocket: Cast, ticket: Ticket, lines: list[ProductLine]
) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(product_line=lines[0])
    Account.objects.filter(pk=in_rocket.other_account.pk).update(product_line=lines[1])
    contact = Contact.objects.get(pk=in_rocket.elsewhere.pk)
    on_esr = in_rocket.open_ticket(contact=contact)
    defect = report(in_rocket, ticket)
    link_ticket(defect_id=defect.pk, ticket_id=on_esr.pk, agent=in_rocket.analyst, at=NOON)
    release(in_rocket, defect, "9.1", line=lines[0], url="https://get.example/9.1")
    tell(in_rocket)
    assert (list_told(ticket), list_told(on_esr)) == (["released"], ["tested"])
    release(in_rocket, defect, "8.4.2", line=lines[1])
    tell(in_rocket)
    assert (list_told(ticket), list_told(on_esr)) == (["released"], ["tested", "released"])
    texts = DefectUpdate.objects.filter(stage="released").order_by("pk")
    assert "9.1" in texts[0].text
    assert "https://get.example/9.1" in texts[0].text
    assert "8.4.2" in texts[1].text


def test_a_fix_that_was_set_back_is_in_no_release_of_another_line(
    in_rocket: Cast, ticket: Ticket, lines: list[ProductLine]
) -> None:
    Account.objects.filter(pk=in_rocket.account.pk).update(product_line=lines[1])
    defect = report(in_rocket, ticket)
    for line in lines:
        release(in_rocket, defect, "9.1", line=line)
    tell(in_rocket)
    move(in_rocket, defect, "in_progress")
    tell(in_rocket)
    release(in_rocket, defect, "9.2", line=lines[0])
    tell(in_rocket)
    assert list_told(ticket) == ["released", "in_progress", "tested"]
    release(in_rocket, defect, "8.4.2", line=lines[1])
    tell(in_rocket)
    assert "8.4.2" in DefectUpdate.objects.order_by("pk").last().text  # type: ignore[union-attr] # there is one


def test_a_new_fix_is_told_though_nobody_heard_that_the_first_one_was_set_back(
    in_rocket: Cast, ticket: Ticket
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="in_progress", tells_customers=False)
    defect = report(in_rocket, ticket)
    release(in_rocket, defect)
    tell(in_rocket)
    move(in_rocket, defect, "verified")
    move(in_rocket, defect, "released")  # by mistake: it is the same fix
    tell(in_rocket)
    move(in_rocket, defect, "in_progress")
    tell(in_rocket)
    by, at = Actor.of(in_rocket.level_two), LATER + timedelta(hours=1)
    add_release(defect_id=defect.pk, release=Release("9.2"), by=by, at=at)
    tell(in_rocket)
    told = DefectUpdate.objects.filter(ticket=ticket).exclude(text="").order_by("pk")
    assert [version for update in told for version in ("9.1", "9.2") if version in update.text] == [
        "9.1", "9.2",
    ]  # fmt: skip


def test_a_fix_that_was_set_back_needs_a_new_version(in_rocket: Cast, ticket: Ticket) -> None:
    defect = report(in_rocket, ticket)
    release(in_rocket, defect)
    move(in_rocket, defect, "verified")
    assert defect.releases.exists()
    move(in_rocket, defect, "not_a_defect")
    with pytest.raises(InvalidValueError):
        move(in_rocket, defect, "released")


def test_a_released_fix_puts_the_ticket_back_to_its_analyst(
    in_rocket: Cast, ticket: Ticket
) -> None:
    analyst = reload(ticket).assignee_id
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    defect = report(in_rocket, ticket)
    release(in_rocket, defect)
    tell(in_rocket)
    back = reload(ticket)
    assert (back.status, back.level, back.assignee_id) == (State.INVESTIGATING, "l1", analyst)


def test_an_agent_is_told_to_confirm_a_released_fix(in_rocket: Cast, ticket: Ticket) -> None:
    analyst, defect = in_rocket.analyst, report(in_rocket, ticket)
    reply(ticket_id=ticket.pk, agent=analyst, text="We look into it.", at=NOON)
    assert (reload(ticket).status, reload(ticket).unanswered_since) == (State.WAITING, None)
    release(in_rocket, defect)
    tell(in_rocket)
    back = reload(ticket)
    assert (back.status, back.level, back.close_at) == (State.INVESTIGATING, "l1", None)
    assert back.unanswered_since == LATER
    event = ticket.events.get(kind=EventKind.FIX_TO_CONFIRM)
    assert event.data == {"defect": defect.pk, "key": defect.key}
    deliver(in_rocket)
    [told] = Notification.objects.filter(event=event)
    assert (told.agent, describe_notification(told)) == (
        analyst,
        f"The fix for {ticket.reference} is released. Confirm it with the customer.",
    )
    reply(ticket_id=ticket.pk, agent=analyst, text="Does it work?", at=LATER)
    assert reload(ticket).unanswered_since is None


def test_a_released_fix_waits_for_the_customer_if_the_desk_wants_that(
    in_rocket: Cast, ticket: Ticket
) -> None:
    type(in_rocket.desk).objects.filter(pk=in_rocket.desk.pk).update(release_action="wait")
    defect = report(in_rocket, ticket)
    release(in_rocket, defect)
    tell(in_rocket)
    waiting = reload(ticket)
    assert waiting.status == State.WAITING
    assert waiting.close_at == LATER + in_rocket.desk.silence


def test_a_message_that_nobody_answered_is_not_closed_for_silence(
    in_rocket: Cast, ticket: Ticket
) -> None:
    type(in_rocket.desk).objects.filter(pk=in_rocket.desk.pk).update(release_action="wait")
    defect = report(in_rocket, ticket)
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    new = NewMessage("One more thing.", channel="email")
    add_customer_message(ticket_id=ticket.pk, contact=ticket.contact, new=new, at=LATER)
    release(in_rocket, defect)
    tell(in_rocket)
    assert list_told(ticket) == ["released"]
    assert reload(ticket).status != State.WAITING


def test_after_a_merge_customers_hear_of_the_original_and_of_no_stage_twice(
    in_rocket: Cast, ticket: Ticket
) -> None:
    other = in_rocket.open_ticket()
    duplicate, original = report(in_rocket, ticket), report(in_rocket, other)
    for defect in (duplicate, original):
        move(in_rocket, defect, "confirmed")
    tell(in_rocket)
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=in_rocket.level_two, at=NOON)
    tell(in_rocket)
    assert list_told(ticket) == ["confirmed"]
    move(in_rocket, original, "in_progress")
    tell(in_rocket)
    assert list_told(ticket) == list_told(other) == ["confirmed", "in_progress"]
    assert Defect.objects.get(pk=duplicate.pk).stage == "duplicate"


def test_a_defect_without_news_is_not_looked_at(in_rocket: Cast, ticket: Ticket) -> None:
    report(in_rocket, ticket)
    tell(in_rocket)
    assert not list_marks(DefectWork.TELL).exists()
