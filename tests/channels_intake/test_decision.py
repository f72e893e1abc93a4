"""The decision on an email, as a table of its facts: incoming/decision.py without a database."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from channels_intake.incoming.decision import (
    Action,
    Facts,
    Link,
    Proof,
    Review,
    Standing,
    Verdict,
    decide,
)
from channels_intake.mime.envelope import Authentication, AutomaticKind
from channels_intake.reasons import InboundReason

PASS, FAIL, NONE = Authentication.PASS, Authentication.FAIL, Authentication.NONE
BY_TOKEN = {"link": Link.ADDRESS, "has_token": True}
HOLDER = {**BY_TOKEN, "standing": Standing.HOLDER}
BY_HEADERS = {"link": Link.HEADERS, "standing": Standing.MEMBER}


def quarantined(reason: str) -> Verdict:
    return Verdict(Action.QUARANTINE, InboundReason(reason))


OPENED = Verdict(Action.OPEN, InboundReason.OPENED)
JOINED = Verdict(Action.JOIN, InboundReason.JOINED_BY_ADDRESS)
FOLLOWED = Verdict(Action.FOLLOW_UP, InboundReason.FOLLOWED_UP)
ANSWERED = Verdict(Action.ANSWER, InboundReason.ANSWERED)
AGENTS = quarantined("agent_address")
RELEASED = Verdict(Action.OPEN, InboundReason.RELEASED)

CASES = {
    # Side conversations
    "side, by token": (Facts(FAIL, is_side=True, **HOLDER), replace(ANSWERED, is_from_holder=True)),
    "side, another third party by token": (
        Facts(NONE, is_side=True, **BY_TOKEN | {"standing": Standing.MEMBER}),
        ANSWERED,
    ),
    "side, stranger by token": (
        Facts(PASS, is_side=True, **BY_TOKEN),
        replace(ANSWERED, is_unverified=True),
    ),
    "side, stranger by token, fail": (
        Facts(FAIL, is_side=True, **BY_TOKEN),
        quarantined("failed_authentication"),
    ),
    "side, by headers": (Facts(NONE, is_side=True, **BY_HEADERS), ANSWERED),
    "side, by headers, fail": (
        Facts(FAIL, is_side=True, **BY_HEADERS),
        quarantined("failed_authentication"),
    ),
    "side, stranger by headers": (
        Facts(PASS, is_side=True, link=Link.HEADERS),
        quarantined("not_in_side"),
    ),
    "side, by headers through a list": (
        Facts(NONE, is_side=True, is_relayed=True, **BY_HEADERS),
        quarantined("not_in_side"),
    ),
    "side, agent": (Facts(PASS, is_side=True, is_agent=True, **HOLDER), AGENTS),
    "side, own mail": (
        Facts(PASS, AutomaticKind.OWN, is_side=True, **HOLDER),
        quarantined("own_mail"),
    ),
    "side, stranger released": (
        Facts(PASS, is_side=True, link=Link.HEADERS, review=Review.VERIFIED),
        Verdict(Action.ANSWER, InboundReason.RELEASED, is_unverified=True),
    ),
    # The sender
    "no sender": (Facts(PASS, has_sender=False), quarantined("no_sender")),
    "own mailbox": (Facts(PASS, is_own_mailbox=True), quarantined("own_mailbox")),
    "own mailbox, by token": (
        Facts(PASS, is_own_mailbox=True, **HOLDER),
        quarantined("own_mailbox"),
    ),
    # Agents
    "agent, pass": (Facts(PASS, is_agent=True), OPENED),
    "agent, none": (Facts(NONE, is_agent=True), replace(OPENED, is_unverified=True)),
    "agent, fail": (Facts(FAIL, is_agent=True), quarantined("agent_address")),
    "agent, by token": (Facts(PASS, is_agent=True, **HOLDER), quarantined("agent_address")),
    "agent, by headers": (Facts(PASS, is_agent=True, **BY_HEADERS), quarantined("agent_address")),
    # A new ticket
    "new": (Facts(PASS), OPENED),
    "new, fail": (Facts(FAIL), OPENED),
    "new, invalid token": (Facts(NONE, has_token=True), replace(OPENED, has_invalid_token=True)),
    "new, proves the address": (
        Facts(PASS, has_unverified=True),
        replace(OPENED, proof=Proof.MAIL),
    ),
    "new, nothing to prove": (Facts(PASS, has_unverified=False), OPENED),
    "new, none proves nothing": (Facts(NONE, has_unverified=True), OPENED),
    "new, fail proves nothing": (Facts(FAIL, has_unverified=True), OPENED),
    "new, a program proves nothing": (
        Facts(PASS, AutomaticKind.GENERATED, has_unverified=True),
        OPENED,
    ),
    # Automatic email without a ticket
    "own mail": (Facts(PASS, AutomaticKind.OWN), quarantined("own_mail")),
    "stray bounce": (Facts(PASS, AutomaticKind.BOUNCE), quarantined("stray_bounce")),
    "stray auto-reply": (Facts(PASS, AutomaticKind.AUTO_REPLY), quarantined("stray_auto_reply")),
    "list": (Facts(PASS, AutomaticKind.LIST), OPENED),
    "bulk": (Facts(PASS, AutomaticKind.BULK), OPENED),
    "no-reply address": (Facts(PASS, AutomaticKind.NO_REPLY), OPENED),
    # Through a list, which wrote From: the author is unverified
    "relayed": (Facts(NONE, is_relayed=True), replace(OPENED, is_unverified=True)),
    "relayed, failed": (Facts(FAIL, is_relayed=True), replace(OPENED, is_unverified=True)),
    "relayed, by headers": (
        Facts(NONE, is_relayed=True, link=Link.HEADERS, standing=Standing.MEMBER),
        replace(OPENED, is_unverified=True),
    ),
    "relayed, the token's person": (
        Facts(NONE, AutomaticKind.LIST, is_relayed=True, **HOLDER),
        replace(JOINED, is_from_holder=True),
    ),
    # The token's own person
    "holder, pass": (
        Facts(PASS, **HOLDER),
        replace(JOINED, is_from_holder=True, proof=Proof.REPLY),
    ),
    "holder, fail": (
        Facts(FAIL, **HOLDER),
        replace(JOINED, is_from_holder=True, proof=Proof.REPLY),
    ),
    "holder's auto-reply": (
        Facts(PASS, AutomaticKind.AUTO_REPLY, **HOLDER),
        replace(JOINED, is_from_holder=True),
    ),
    # Bounces are nobody's message
    "bounce to the token, any sender": (
        Facts(FAIL, AutomaticKind.BOUNCE, **BY_TOKEN),
        quarantined("stray_bounce"),
    ),
    "bounce to the token, from its person": (
        Facts(PASS, AutomaticKind.BOUNCE, **HOLDER),
        quarantined("stray_bounce"),
    ),
    "bounce by headers": (
        Facts(PASS, AutomaticKind.BOUNCE, **BY_HEADERS),
        quarantined("stray_bounce"),
    ),
    "delivery report": (
        Facts(FAIL, AutomaticKind.BOUNCE, is_delivery_report=True, **BY_TOKEN),
        Verdict(Action.REPORT, InboundReason.DELIVERY_REPORT),
    ),
    "delivery report, no sender": (
        Facts(NONE, AutomaticKind.BOUNCE, is_delivery_report=True, has_sender=False),
        Verdict(Action.REPORT, InboundReason.DELIVERY_REPORT),
    ),
    # Others
    "member with another's token": (
        Facts(PASS, standing=Standing.MEMBER, **BY_TOKEN),
        replace(JOINED, proof=Proof.MAIL),
    ),
    "member with another's token, fail": (
        Facts(FAIL, standing=Standing.MEMBER, **BY_TOKEN),
        quarantined("failed_authentication"),
    ),
    "stranger with a token": (Facts(PASS, **BY_TOKEN), quarantined("not_on_ticket")),
    "stranger with a token, fail": (Facts(FAIL, **BY_TOKEN), quarantined("failed_authentication")),
    "stranger by headers": (Facts(PASS, link=Link.HEADERS), quarantined("not_on_ticket")),
    "member by headers": (
        Facts(NONE, **BY_HEADERS),
        Verdict(Action.JOIN, InboundReason.JOINED_BY_HEADERS),
    ),
    "member by headers, pass": (
        Facts(PASS, **BY_HEADERS),
        Verdict(Action.JOIN, InboundReason.JOINED_BY_HEADERS, proof=Proof.MAIL),
    ),
    "member by headers, fail": (Facts(FAIL, **BY_HEADERS), quarantined("failed_authentication")),
    # A closed ticket that can no longer be reopened
    "closed, member": (Facts(NONE, is_closed_for_good=True, **BY_HEADERS), FOLLOWED),
    "closed, holder, fail": (
        Facts(FAIL, is_closed_for_good=True, **HOLDER),
        replace(FOLLOWED, is_from_holder=True, is_unverified=True, proof=Proof.REPLY),
    ),
    "closed, stranger": (
        Facts(PASS, is_closed_for_good=True, link=Link.HEADERS),
        quarantined("not_on_ticket"),
    ),
    # Released by a person
    "released, unverified": (
        Facts(FAIL, review=Review.UNVERIFIED),
        replace(RELEASED, is_unverified=True),
    ),
    "released, unverified, automatic": (
        Facts(NONE, AutomaticKind.BOUNCE, review=Review.UNVERIFIED),
        replace(RELEASED, is_unverified=True),
    ),
    "released, verified": (
        Facts(PASS, has_unverified=True, has_token=True, review=Review.VERIFIED),
        RELEASED,
    ),
    "released, verified, automatic": (
        Facts(PASS, AutomaticKind.OWN, review=Review.VERIFIED),
        RELEASED,
    ),
    "released, verified member": (
        Facts(PASS, review=Review.VERIFIED, **BY_HEADERS),
        Verdict(Action.JOIN, InboundReason.RELEASED),
    ),
    "released, verified holder": (
        Facts(PASS, review=Review.VERIFIED, **HOLDER),
        Verdict(Action.JOIN, InboundReason.RELEASED, is_from_holder=True),
    ),
    "released, verified stranger": (
        Facts(PASS, review=Review.VERIFIED, link=Link.HEADERS),
        RELEASED,
    ),
    "released, verified agent": (
        Facts(PASS, is_agent=True, review=Review.VERIFIED, **BY_HEADERS),
        RELEASED,
    ),
    "released, closed": (
        Facts(PASS, is_closed_for_good=True, review=Review.VERIFIED, **BY_HEADERS),
        Verdict(Action.FOLLOW_UP, InboundReason.RELEASED),
    ),
    "released, own mailbox": (
        Facts(PASS, is_own_mailbox=True, review=Review.VERIFIED),
        quarantined("own_mailbox"),
    ),
    "released, no sender": (
        Facts(PASS, has_sender=False, review=Review.UNVERIFIED),
        quarantined("no_sender"),
    ),
}

FLAGS = [
    "has_sender",
    "is_own_mailbox",
    "is_agent",
    "has_unverified",
    "is_closed_for_good",
    "is_delivery_report",
    "is_relayed",
    "is_side",
]
EVERY_FACTS = [
    Facts(
        authentication,
        automatic,
        link=link,
        standing=standing,
        review=review,
        **dict(zip(FLAGS, flags, strict=True)),
    )
    for authentication, automatic, link, standing, review, *flags in itertools.product(
        Authentication, AutomaticKind, Link, Standing, Review, *[[False, True]] * len(FLAGS)
    )
    # Only a token has a holder.
    if standing is not Standing.HOLDER or link is Link.ADDRESS
]


@pytest.mark.parametrize(("facts", "verdict"), CASES.values(), ids=CASES.keys())
def test_a_case_of_the_table(facts: Facts, verdict: Verdict) -> None:
    assert decide(facts) == verdict


def test_the_table_has_every_action_and_every_reason_of_a_decision() -> None:
    found = {verdict.reason for _, verdict in CASES.values()}
    assert {verdict.action for _, verdict in CASES.values()} == set(Action)
    assert found == {decide(facts).reason for facts in EVERY_FACTS}


def test_with_failed_authentication_only_the_tokens_person_joins() -> None:
    for facts in EVERY_FACTS:
        verdict = decide(facts)
        if facts.authentication is FAIL and verdict.action in {Action.JOIN, Action.FOLLOW_UP}:
            assert verdict.is_from_holder, facts
            assert verdict.is_unverified == (verdict.action is Action.FOLLOW_UP), facts


def test_nothing_but_a_persons_own_mail_proves_an_address() -> None:
    proven = [facts for facts in EVERY_FACTS if decide(facts).proof is not Proof.NONE]
    assert proven
    for facts in proven:
        assert not facts.automatic, facts
        assert facts.review is Review.NONE, facts
        assert facts.authentication is PASS or facts.standing is Standing.HOLDER, facts


def test_what_a_list_relayed_joins_by_a_token_alone_and_is_never_verified() -> None:
    relayed = [facts for facts in EVERY_FACTS if facts.is_relayed and facts.review is Review.NONE]
    for facts in relayed:
        verdict = decide(facts)
        if verdict.action is Action.OPEN and facts.authentication is not PASS:
            assert verdict.is_unverified, facts
        if verdict.action in {Action.JOIN, Action.FOLLOW_UP}:
            assert facts.link is Link.ADDRESS, facts


def test_an_agents_address_joins_no_ticket() -> None:
    of_agents = [facts for facts in EVERY_FACTS if facts.is_agent]
    agents = [decide(facts) for facts in of_agents if not facts.is_side]
    # A delivery report has no author.
    assert {verdict.action for verdict in agents} == {
        Action.QUARANTINE,
        Action.OPEN,
        Action.REPORT,
    }


def test_an_agents_address_answers_in_a_side_conversation_only_after_a_review() -> None:
    for facts in EVERY_FACTS:
        if facts.is_agent and facts.review is Review.NONE:
            assert decide(facts).action is not Action.ANSWER, facts


def test_what_refers_to_a_side_conversation_is_never_public_unless_a_person_says_so() -> None:
    for facts in EVERY_FACTS:
        if facts.is_side and facts.review is not Review.UNVERIFIED:
            kept_in = {Action.ANSWER, Action.QUARANTINE, Action.REPORT}
            assert decide(facts).action in kept_in, facts


def test_a_bounce_that_nobody_reviewed_joins_and_opens_nothing() -> None:
    bounces = [
        decide(facts)
        for facts in EVERY_FACTS
        if facts.automatic is AutomaticKind.BOUNCE and facts.review is Review.NONE
    ]
    assert {verdict.action for verdict in bounces} == {Action.QUARANTINE, Action.REPORT}
    assert not any(verdict.is_from_holder for verdict in bounces)


def test_released_mail_is_held_again_only_without_a_sender_to_reply_to() -> None:
    reviewed = [facts for facts in EVERY_FACTS if facts.review is not Review.NONE]
    held = [facts for facts in reviewed if decide(facts).action is Action.QUARANTINE]
    assert held
    assert all(not facts.has_sender or facts.is_own_mailbox for facts in held)
