"""Blocked senders: their email goes to quarantine, whatever it replies to."""

from __future__ import annotations

import pytest

from accounts.tenancy import desk_scope
from channels_intake.incoming.blocking import block_sender
from channels_intake.incoming.decision import Action, Facts, Link, Review, Standing, decide
from channels_intake.incoming.senders import read_sender
from channels_intake.mime.envelope import Authentication
from channels_intake.models import BlockedSender
from channels_intake.reasons import InboundReason
from tests.cast import NOON, Cast
from tickets.errors import InvalidValueError, NotAllowedError

PASS = Authentication.PASS


def test_email_of_a_blocked_sender_is_quarantined_even_with_a_reply_address() -> None:
    facts = Facts(PASS, is_blocked=True, link=Link.ADDRESS, standing=Standing.HOLDER)
    verdict = decide(facts)
    assert (verdict.action, verdict.reason) == (Action.QUARANTINE, InboundReason.BLOCKED_SENDER)


def test_a_person_can_release_it() -> None:
    verdict = decide(Facts(PASS, is_blocked=True, review=Review.VERIFIED))
    assert verdict.action is Action.OPEN


def test_an_address_is_blocked_once_for_this_desk_only(rocket: Cast, matter: Cast) -> None:
    given = {"value": "Spam@Junk.example", "agent": rocket.analyst, "at": NOON}
    with desk_scope(rocket.desk):
        assert block_sender(desk=rocket.desk, **given)
        assert not block_sender(desk=rocket.desk, **given)
        assert BlockedSender.objects.get().value == "spam@junk.example"
        assert read_sender(rocket.desk, "spam@junk.example").is_blocked
        assert not read_sender(rocket.desk, "other@junk.example").is_blocked
    with desk_scope(matter.desk):
        assert not read_sender(matter.desk, "spam@junk.example").is_blocked


def test_only_admins_block_a_domain_with_those_below_it(in_rocket: Cast) -> None:
    desk = in_rocket.desk
    with pytest.raises(NotAllowedError):
        block_sender(desk=desk, value="junk.example", agent=in_rocket.analyst, at=NOON)
    block_sender(desk=desk, value="junk.example", agent=in_rocket.admin, at=NOON)
    assert read_sender(desk, "anyone@mail.junk.example").is_blocked
    assert not read_sender(desk, "anyone@notjunk.example").is_blocked


@pytest.mark.parametrize(
    "value",
    ["gmail.com", "acme.example", "sub.acme.example", "co.uk", "support@rocket.example", "nothing"],
)
def test_what_would_lock_out_others_is_refused(in_rocket: Cast, value: str) -> None:
    with pytest.raises(InvalidValueError):
        block_sender(desk=in_rocket.desk, value=value, agent=in_rocket.admin, at=NOON)
    assert not BlockedSender.objects.exists()


def test_an_agent_cannot_be_blocked_and_an_observer_blocks_nobody(in_rocket: Cast) -> None:
    own = in_rocket.analyst.user.email
    with pytest.raises(InvalidValueError):
        block_sender(desk=in_rocket.desk, value=own, agent=in_rocket.admin, at=NOON)
    with pytest.raises(NotAllowedError):
        block_sender(desk=in_rocket.desk, value="a@b.example", agent=in_rocket.observer, at=NOON)
