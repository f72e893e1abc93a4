"""Quarantined email: released once as a ticket, verified or not; discarded; restored; audited."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail

from accounts.models import AuditEntry, User
from accounts.tenancy import desk_scope, system_scope
from channels_intake.incoming.quarantine import (
    NotHeldError,
    ReleaseError,
    discard,
    release,
    restore,
)
from channels_intake.models import InboundMessage, InboundState
from channels_intake.selectors import list_quarantined
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail, reload
from tests.races.threads import at_once
from tickets.models import Message, Ticket, TicketEvent

TakeIn = Callable[..., InboundMessage]
LATER = NOON + timedelta(hours=1)


def hold_forged_answer(cast: Cast, take_in: TakeIn) -> tuple[Ticket, InboundMessage]:
    """A reply to the customer's ticket from their address that failed authentication."""
    with desk_scope(cast.desk):
        ticket = cast.open_ticket()
        InboundMessage.objects.create(
            desk=cast.desk, provider="raw", raw=b"", received_at=NOON, next_try_at=NOON,
            ticket=ticket, rfc_message_id="first@acme.example", state=InboundState.PROCESSED,
            content_hash="first",
        )  # fmt: skip
    held = take_in(
        make_mail(authentication="fail", In_Reply_To="<first@acme.example>", text="Still broken.")
    )
    assert held.state == InboundState.QUARANTINED
    return ticket, held


def let_go(cast: Cast, held: InboundMessage, *, is_verified: bool) -> Ticket:
    with desk_scope(cast.desk):
        return release(
            inbound_id=held.pk,
            desk_id=cast.desk.pk,
            by=cast.admin.user,
            is_verified=is_verified,
            at=LATER,
        )


def test_released_as_verified_it_joins_the_ticket_that_it_answers(
    rocket: Cast, take_in: TakeIn
) -> None:
    ticket, held = hold_forged_answer(rocket, take_in)
    assert let_go(rocket, held, is_verified=True) == ticket

    held = reload(held)
    assert (held.state, held.ticket) == (InboundState.PROCESSED, ticket)
    assert held.message.body_text.strip() == "Still broken."
    with desk_scope(rocket.desk):
        event = TicketEvent.objects.get(ticket=ticket, kind="mail.released")
        assert (event.actor_name, event.data) == (str(rocket.admin), {"verified": True})
        assert not list_quarantined(rocket.desk).exists()


def test_released_as_unverified_it_opens_a_flagged_ticket_and_joins_nothing(
    rocket: Cast, take_in: TakeIn
) -> None:
    ticket, held = hold_forged_answer(rocket, take_in)
    opened = let_go(rocket, held, is_verified=False)

    assert opened != ticket
    assert opened.is_unverified
    assert opened.account_id is None
    assert opened.match_reasons[0]["code"] == "released_unverified"
    with desk_scope(rocket.desk):
        assert Message.objects.filter(ticket=ticket).count() == 1


def test_a_stranger_released_as_verified_gets_a_ticket_of_their_own(
    rocket: Cast, take_in: TakeIn
) -> None:
    ticket, _ = hold_forged_answer(rocket, take_in)
    held = take_in(
        make_mail(
            "evil@free.example", In_Reply_To="<first@acme.example>", message_id="<x@free.example>"
        )
    )
    assert let_go(rocket, held, is_verified=True) != ticket


def test_a_verified_sender_of_a_customers_domain_gets_its_account_and_a_machine_no_receipt(
    rocket: Cast, take_in: TakeIn, run_mail: Callable[..., None]
) -> None:
    held = take_in(
        make_mail("new@acme.example", Return_Path="<>", authentication="none"), sender="<>"
    )
    assert held.state == InboundState.QUARANTINED
    ticket = let_go(rocket, held, is_verified=True)
    assert (ticket.account_id, ticket.is_unverified) == (rocket.account.pk, False)
    run_mail(rocket.desk, at=LATER)
    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_releases_at_once_make_one_ticket(rocket: Cast, take_in: TakeIn) -> None:
    held = take_in(make_mail("out@acme.example", Auto_Submitted="auto-replied"))
    found = at_once(rocket, *[lambda: let_go(rocket, held, is_verified=False).pk] * 2)
    assert found[0] == found[1]
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
        assert AuditEntry.objects.filter(action="email_released").count() == 1


def test_a_discarded_mail_is_kept_and_can_be_restored(rocket: Cast, take_in: TakeIn) -> None:
    held = take_in(make_mail(Auto_Submitted="auto-replied"))
    who = {"inbound_id": held.pk, "desk_id": rocket.desk.pk, "by": rocket.admin.user}
    with desk_scope(rocket.desk):
        assert discard(**who, at=NOON)
        assert not discard(**who, at=NOON)
        assert not list_quarantined(rocket.desk).exists()
        assert list_quarantined(rocket.desk, discarded=True).get() == held
        assert restore(**who)
        assert not restore(**who)
        assert list_quarantined(rocket.desk).get() == held
        entries = AuditEntry.objects.order_by("pk").values_list("action", "detail__pk")
        assert list(entries) == [
            ("email_discarded", str(held.pk)),
            ("email_restored", str(held.pk)),
        ]
    assert bytes(reload(held).raw) == bytes(held.raw) != b""


def test_a_discarded_mail_stays_the_first_of_its_kind(rocket: Cast, take_in: TakeIn) -> None:
    raw = make_mail(Auto_Submitted="auto-replied")
    held = take_in(raw)
    with desk_scope(rocket.desk):
        discard(inbound_id=held.pk, desk_id=rocket.desk.pk, by=rocket.admin.user, at=NOON)
    assert take_in(raw).state == InboundState.DUPLICATE


def test_a_mail_on_a_ticket_cannot_be_discarded(rocket: Cast, take_in: TakeIn) -> None:
    done = take_in(make_mail())
    with desk_scope(rocket.desk), pytest.raises(NotHeldError):
        discard(inbound_id=done.pk, desk_id=rocket.desk.pk, by=rocket.admin.user, at=NOON)


def test_another_desks_mail_is_not_there(rocket: Cast, matter: Cast, take_in: TakeIn) -> None:
    held = take_in(make_mail(to="support@matter.example", Auto_Submitted="auto-replied"))
    with pytest.raises(NotHeldError):
        let_go(rocket, held, is_verified=True)
    with desk_scope(rocket.desk), pytest.raises(NotHeldError):
        release(
            inbound_id=held.pk,
            desk_id=matter.desk.pk,
            by=rocket.admin.user,
            is_verified=True,
            at=LATER,
        )


@pytest.mark.parametrize("sender", ["", "support@rocket.example"], ids=["none", "the desk's own"])
def test_mail_without_a_sender_to_reply_to_stays_held(
    rocket: Cast, take_in: TakeIn, sender: str
) -> None:
    held = take_in(make_mail(sender, authentication="none"))
    with pytest.raises(ReleaseError):
        let_go(rocket, held, is_verified=True)
    assert reload(held).state == InboundState.QUARANTINED


def test_a_mail_of_no_desk_goes_to_the_mailbox_that_the_installations_admin_chooses(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    root = User.objects.create_superuser("root@host.example", "x", name="Root")
    lost = take_in(make_mail(to="suport@matter.example"))
    assert (lost.state, lost.desk_id) == (InboundState.FAILED, None)
    with system_scope("as the installation's admin"):
        ticket = release(
            inbound_id=lost.pk,
            desk_id=None,
            by=root,
            is_verified=False,
            at=LATER,
            mailbox=matter.mailbox,
        )
        with pytest.raises(NotHeldError):
            release(
                inbound_id=lost.pk,
                desk_id=None,
                by=root,
                is_verified=False,
                at=LATER,
                mailbox=rocket.mailbox,
            )
    assert ticket.desk == matter.desk
    assert reload(lost).mailbox_id == matter.mailbox.pk
    with desk_scope(matter.desk):
        assert AuditEntry.objects.get(action="email_released").actor == root.email
        assert TicketEvent.objects.get(kind="mail.released").actor_name == "Root"


def test_a_mail_that_cannot_be_read_stays_failed_and_says_why(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        broken = InboundMessage.objects.create(
            desk=rocket.desk, provider="postmark", content_type="application/json", raw=b"{",
            received_at=NOON, next_try_at=NOON, state=InboundState.FAILED,
        )  # fmt: skip
        with pytest.raises(ReleaseError, match="could not be read: it is not a JSON object"):
            release(
                inbound_id=broken.pk,
                desk_id=rocket.desk.pk,
                by=rocket.admin.user,
                is_verified=True,
                at=LATER,
            )


def test_the_same_mail_to_two_addresses_is_one_ticket(rocket: Cast, take_in: TakeIn) -> None:
    raw = make_mail(to="suport@rocket.example")
    lost = take_in(raw)
    first = take_in(raw, recipient="support@rocket.example")
    root = User.objects.create_superuser("root@host.example", "x")
    with system_scope("as the installation's admin"):
        ticket = release(
            inbound_id=lost.pk,
            desk_id=None,
            by=root,
            is_verified=True,
            at=LATER,
            mailbox=rocket.mailbox,
        )
    assert ticket == first.ticket
    assert reload(lost).state == InboundState.DUPLICATE


def test_a_failure_halfway_leaves_the_mail_held_as_before(
    rocket: Cast, take_in: TakeIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = take_in(make_mail(Auto_Submitted="auto-replied"))
    monkeypatch.setattr("channels_intake.incoming.quarantine.record_audit", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        let_go(rocket, held, is_verified=True)
    assert reload(held).state == InboundState.QUARANTINED
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()
