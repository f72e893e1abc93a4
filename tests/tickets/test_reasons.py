"""Reasons: codes and parameters in the database, sentences in the reader's language on a page."""

from __future__ import annotations

import json
from string import Formatter

import pytest
from django.utils import translation

from accounts.models import AccountStatus, Level
from tickets.sentences.reasons import (
    PROOFS,
    SENTENCES,
    Proof,
    ReasonCode,
    describe_reason,
    make_reason,
)

CASES = {
    ReasonCode.UNVERIFIED_SENDER: (
        {},
        "The sender is unverified, so no account's plan applies.",
    ),
    ReasonCode.NO_ACCOUNT: ({}, "The sender doesn't belong to an account."),
    ReasonCode.ACCOUNT_STATUS: (
        {"account": "Acme", "status": AccountStatus.TRIAL.value},
        "Acme has the status Active trial.",
    ),
    ReasonCode.ACCOUNT_WITHOUT_PLAN: (
        {"account": "Acme"},
        "Acme is a customer without a support plan.",
    ),
    ReasonCode.ACCOUNT_WITH_PLAN: (
        {"account": "Acme", "plan": "Plus"},
        "Acme is a customer with the Plus plan.",
    ),
    ReasonCode.ROUTING_RULE: ({"rule": "VIP"}, "The routing rule “VIP” applies."),
    ReasonCode.NEXT_IN_ROTATION: (
        {"agent": "Ana Souza", "level": Level.L1.value},
        "Assigned to Ana Souza (on shift, Level 1, next in rotation).",
    ),
    ReasonCode.LIGHTEST_LOAD: (
        {"agent": "Ana", "level": Level.L1.value, "load": 3, "skipped": {"away": 1, "full": 2}},
        "Assigned to Ana (on shift, Level 1, lightest load: 3). Not available: 1 away, "
        "2 at capacity.",
    ),
    ReasonCode.NAMED_ENGINEER: (
        {"agent": "Ana"},
        "Assigned to Ana, the named engineer of this account.",
    ),
    ReasonCode.LAST_AGENT: (
        {"agent": "Ana"},
        "Assigned to Ana, who has worked on this account's latest ticket.",
    ),
    ReasonCode.HOME_REGION: (
        {"agent": "Ana"},
        "Assigned to Ana (on shift in the account's home region).",
    ),
    ReasonCode.ON_CALL: ({"agent": "Ana"}, "Assigned to Ana, who is on call for urgent tickets."),
    ReasonCode.NO_AGENT_FREE: (
        {"level": Level.L1.value, "next_at": "2026-11-26T08:45:00+00:00"},
        "Agents at Level 1 are on shift, but none is free to take this ticket. The next one comes "
        "on shift Thu, Nov 26, 8:45 AM.",
    ),
    ReasonCode.NO_AGENT_ACTIVE: (
        {"level": "l1", "agents": "Ana Souza, Bruno Lima"},
        "Nobody on shift at Level 1 is active, so nobody can take this ticket yet. On shift, but"
        " not active: Ana Souza, Bruno Lima.",
    ),
    ReasonCode.NO_AGENT_WITH_SKILLS: (
        {"level": Level.L1.value},
        "No agent at Level 1 in this department has the required skills.",
    ),
    ReasonCode.LENT: (
        {"agent": "Ana", "owner": "Bo", "until": "2026-11-26T08:45:00+00:00"},
        "Handed over to Ana, who works on it for Bo. It goes back on Thu, Nov 26, 8:45 AM.",
    ),
    ReasonCode.HANDED_BACK: ({"agent": "Bo"}, "Handed back to Bo, who is available again."),
    ReasonCode.OWNER_LEFT: (
        {"agent": "Ana", "owner": "Bo"},
        "Ana keeps the ticket, because Bo no longer works on tickets here.",
    ),
    ReasonCode.HOLDER_LEFT: (
        {"agent": "Bo", "holder": "Ana"},
        "Handed back to Bo, because Ana no longer works on tickets here.",
    ),
    ReasonCode.OFFER_PASSED_ON: (
        {"agent": "Bo", "before": "Ana"},
        "Assigned to Bo, because Ana didn't accept it in time.",
    ),
    ReasonCode.GIVEN_BACK: (
        {"agent": "Bo"},
        "Assigned to Bo, who had the ticket at this level before.",
    ),
    ReasonCode.NO_AGENT_IN_DEPARTMENT: (
        {"level": Level.L2.value},
        "No agent at Level 2 works in this department.",
    ),
    ReasonCode.NO_AGENT_ON_SHIFT: (
        {"level": Level.RND.value},
        "No agent at R&D in this department is on shift.",
    ),
    ReasonCode.NOT_A_MEMBER: (
        {"agent": "Bo", "department": "Paid Support"},
        "Bo isn't a member of Paid Support, and only members see its tickets.",
    ),
    ReasonCode.NOTHING_SENT: (
        {},
        "The email was not sent, and the mail server gave no reason.",
    ),
    ReasonCode.TIMED_OUT: ({}, "The mail server took too long to respond."),
    ReasonCode.MAIL_SETUP: (
        {},
        "The mail server didn't accept emails from this help desk. The recipient's address may be"
        " right: ask an admin to check how email is set up.",
    ),
    ReasonCode.TOO_LARGE: (
        {},
        "The email with its files is too large for the mail server.",
    ),
    ReasonCode.WORKER_DIED: (
        {},
        "Processing stopped unexpectedly each time it was tried. The email may be too large.",
    ),
}


@pytest.mark.parametrize("code", ReasonCode)
def test_each_code_is_a_sentence(code: ReasonCode) -> None:
    params, sentence = CASES[code]
    stored = json.loads(json.dumps(make_reason(code, **params)))
    assert describe_reason(stored) == sentence


def test_every_code_and_proof_has_words() -> None:
    assert set(SENTENCES) == set(ReasonCode)
    assert set(PROOFS) == set(Proof)


def test_text_of_people_stays_as_it_is() -> None:
    assert describe_reason("100 % sure: %(agent)s") == "100 % sure: %(agent)s"


def test_names_with_percent_signs_are_shown_as_they_are() -> None:
    reason = make_reason(ReasonCode.ACCOUNT_WITHOUT_PLAN, account="100 %(plan)s Ltd.")
    assert describe_reason(reason) == "100 %(plan)s Ltd. is a customer without a support plan."


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ({"code": "full_moon"}, "full_moon"),
        ({"code": "account_with_plan", "account": "Acme"}, "account_with_plan"),
        (
            {"code": "no_agent_on_shift", "level": "l9"},
            "No agent at l9 in this department is on shift.",
        ),
        ({}, ""),
    ],
)
def test_what_another_version_stored_never_fails_a_page(stored: dict[str, str], shown: str) -> None:
    assert describe_reason(stored) == shown


def test_sentences_use_named_placeholders_only() -> None:
    for sentence in (*SENTENCES.values(), *PROOFS.values()):
        assert not [field for _, field, _, _ in Formatter().parse(str(sentence)) if field]
        assert str(sentence).count("%(") == str(sentence).count(")s")


def test_a_sentence_is_made_in_the_active_language() -> None:
    """Under the pseudo-locale every translatable text changes; names of people do not."""
    reason = make_reason(ReasonCode.NEXT_IN_ROTATION, agent="Ana Souza", level="l1")
    with translation.override("en"):
        english = describe_reason(reason)
    assert "Ana Souza" in english
    assert english.startswith("Assigned to")
