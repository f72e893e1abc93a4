"""Automatic email is limited per person, however the address is spelled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail

from accounts.matching import canonicalize_address
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, OutgoingEmail
from channels_intake.outgoing.automatic_mail import MAX_UNVERIFIED_MAILS
from tests.cast import Cast
from tests.channels_intake.conftest import make_mail

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]


@pytest.mark.parametrize(
    ("email", "canonical"),
    [
        ("victim@some.example", "victim@some.example"),
        ("Victim+Tag+more@some.example", "victim@some.example"),
        ("v.ictim@some.example", "v.ictim@some.example"),
        ("v.ic.tim+1@gmail.com", "victim@gmail.com"),
        ("vic.tim@googlemail.com", "victim@gmail.com"),
        ("+tag@some.example", "+tag@some.example"),
    ],
)
def test_addresses_of_one_mailbox_have_one_canonical_form(email: str, canonical: str) -> None:
    assert canonicalize_address(email) == canonical


@pytest.mark.parametrize("spelling", ["victim+{}@some.example", "victim+{}@gmail.com"])
def test_a_victim_gets_three_mails_a_day_however_the_address_is_spelled(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, spelling: str
) -> None:
    for n in range(8):
        sender = spelling.format(n)
        take_in(make_mail(sender, message_id=f"<{n}@some.example>", authentication="none"))
    run_mail(rocket.desk)
    assert len(mail.outbox) == MAX_UNVERIFIED_MAILS


def test_dots_at_gmail_are_the_same_person(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    for n, local in enumerate(["victim", "v.ictim", "vi.ctim", "vic.tim", "vict.im"]):
        take_in(
            make_mail(f"{local}@gmail.com", message_id=f"<{n}@some.example>", authentication="none")
        )
    run_mail(rocket.desk)
    assert len(mail.outbox) == MAX_UNVERIFIED_MAILS


def test_another_persons_mail_is_not_held_back(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    for n in range(5):
        take_in(
            make_mail(
                f"victim+{n}@some.example", message_id=f"<{n}@some.example>", authentication="none"
            )
        )
    take_in(
        make_mail("other@some.example", message_id="<other@some.example>", authentication="none")
    )
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.filter(to_address="other@some.example").count() == 1
