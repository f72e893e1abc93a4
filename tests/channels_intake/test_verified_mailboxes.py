"""A mailbox is used once its desk is verified, and belongs to that desk from then on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.mailboxes import (
    MAX_TRIES,
    VerificationError,
    create_code,
    get_default_mailbox,
    verify_by_code,
    verify_mailbox,
)
from channels_intake.models import InboundMessage, InboundState, Mailbox
from channels_intake.outgoing.composing import get_sending_mailbox
from channels_intake.outgoing.facts import Facts
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Ticket

TakeIn = Callable[..., InboundMessage]
HELP = "help@globex.example"


def add(cast: Cast, address: str = HELP) -> Mailbox:
    with desk_scope(cast.desk):
        return Mailbox.objects.create(desk=cast.desk, address=address, name="Help", is_default=True)


def is_verified(mailbox: Mailbox) -> bool:
    with desk_scope(mailbox.desk_id):
        return Mailbox.objects.get(pk=mailbox.pk).verified_at is not None


def code_for(mailbox: Mailbox) -> str:
    with desk_scope(mailbox.desk_id):
        return create_code(mailbox, at=NOON)


def test_mail_for_an_unverified_mailbox_fails_and_is_kept(rocket: Cast, take_in: TakeIn) -> None:
    add(rocket)
    raw = make_mail(to=HELP)
    came = take_in(raw, recipient=HELP)
    assert (came.state, came.desk_id) == (InboundState.FAILED, None)
    assert bytes(came.raw) == raw
    with desk_scope(rocket.desk):
        assert not Ticket.objects.exists()


def test_no_mail_is_sent_from_an_unverified_mailbox(in_rocket: Cast) -> None:
    Mailbox.objects.update(is_default=False)
    add(in_rocket)
    assert get_default_mailbox(in_rocket.desk) == in_rocket.mailbox
    ticket = in_rocket.open_ticket()
    facts = Facts(ticket.events.all())
    assert get_sending_mailbox(ticket, facts) == in_rocket.mailbox


def test_a_second_desk_neither_delays_nor_receives_the_owners_mail(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    add(rocket)
    owner = add(matter)
    with desk_scope(matter.desk):
        verify_by_code(owner, code_for(owner), by=matter.admin.user, at=NOON)
    assert take_in(make_mail(to=HELP), recipient=HELP).mailbox_id == owner.pk


def test_what_another_desk_has_verified_cannot_be_verified_again(
    rocket: Cast, matter: Cast
) -> None:
    mine = add(rocket, matter.mailbox.address)
    with desk_scope(rocket.desk), pytest.raises(VerificationError, match="Another desk already"):
        verify_by_code(mine, code_for(mine), by=rocket.admin.user, at=NOON)
    assert not is_verified(mine)
    with desk_scope(rocket.desk), pytest.raises(IntegrityError), transaction.atomic():
        Mailbox.objects.filter(pk=mine.pk).update(verified_at=NOON)


def test_the_typed_code_verifies_it_once_and_leaves_an_audit_entry(in_rocket: Cast) -> None:
    mailbox = add(in_rocket)
    code = code_for(mailbox)
    assert code not in mailbox.code_hash
    verify_by_code(mailbox, f" {code.lower().replace('-', '')} ", by=in_rocket.admin.user, at=NOON)
    assert is_verified(mailbox)
    entry = AuditEntry.objects.get(action="mailbox_verified", target=HELP)
    assert (entry.actor, entry.detail["how"]) == (in_rocket.admin.user.email, "code")


def test_a_wrong_code_has_few_tries_and_a_new_code_resets_them(in_rocket: Cast) -> None:
    mailbox, by = add(in_rocket), in_rocket.admin.user
    code = code_for(mailbox)
    for _ in range(MAX_TRIES):
        with pytest.raises(VerificationError, match="not correct"):
            verify_by_code(mailbox, "AAAA-AAAA-AAAA-AAAA", by=by, at=NOON)
    with pytest.raises(VerificationError, match="Too many"):
        verify_by_code(mailbox, code, by=by, at=NOON)
    verify_by_code(mailbox, code_for(mailbox), by=by, at=NOON)
    assert is_verified(mailbox)


def test_an_earlier_an_expired_and_no_code_verify_nothing(in_rocket: Cast) -> None:
    mailbox, by = add(in_rocket), in_rocket.admin.user
    with pytest.raises(VerificationError, match="expired"):
        verify_by_code(mailbox, "", by=by, at=NOON)
    earlier, newest = code_for(mailbox), code_for(mailbox)
    with pytest.raises(VerificationError, match="not correct"):
        verify_by_code(mailbox, earlier, by=by, at=NOON)
    with pytest.raises(VerificationError, match="expired"):
        verify_by_code(mailbox, newest, by=by, at=NOON + timedelta(days=7))
    assert not is_verified(mailbox)


def test_an_arriving_code_verifies_the_address_it_was_mailed_to(
    rocket: Cast, take_in: TakeIn
) -> None:
    mailbox = add(rocket)
    came = take_in(make_mail(to=HELP, text=f"The code:\n\n{code_for(mailbox)}\n"), recipient=HELP)
    assert is_verified(mailbox)
    assert came.state == InboundState.FAILED
    assert came.explanation == f"It contained the code that verified {HELP}."
    assert take_in(make_mail(to=HELP, message_id="<two@x.example>")).mailbox_id == mailbox.pk
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get(action="mailbox_verified").detail["how"] == "arrival"


@pytest.mark.parametrize("text", ["AAAA-AAAA-AAAA-AAAA", "no code at all"])
def test_mail_without_the_code_verifies_nothing(rocket: Cast, take_in: TakeIn, text: str) -> None:
    mailbox = add(rocket)
    code_for(mailbox)
    take_in(make_mail(to=HELP, text=text))
    assert not is_verified(mailbox)


def test_the_code_for_one_address_does_not_verify_another(rocket: Cast, take_in: TakeIn) -> None:
    mailbox, other = add(rocket), add(rocket, "other@globex.example")
    take_in(make_mail(to=other.address, text=code_for(mailbox)), recipient=other.address)
    assert not is_verified(mailbox)
    assert not is_verified(other)


@pytest.mark.parametrize("address", ["boss@matter.example", "boss@mail.matter.example"])
def test_on_a_domain_of_another_desk_an_arriving_code_verifies_nothing(
    rocket: Cast, matter: Cast, take_in: TakeIn, address: str
) -> None:
    """A desk that routes its whole domain here receives the codes of every address."""
    mailbox = add(rocket, address)
    came = take_in(make_mail(to=address, text=code_for(mailbox)), recipient=address)
    assert not is_verified(mailbox)
    assert came.state == InboundState.FAILED


def test_a_verified_mailbox_stays_unchanged(in_rocket: Cast) -> None:
    mailbox = in_rocket.mailbox
    verify_mailbox(mailbox, how="marked", by=None, at=NOON + timedelta(days=1))
    assert mailbox.verified_at == NOON
    assert not AuditEntry.objects.filter(action="mailbox_verified").exists()
