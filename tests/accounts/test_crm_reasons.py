"""Every reason of the CRM sync has a sentence, made in the reader's language when it is shown."""

from __future__ import annotations

import json

import pytest
from django.utils import translation

from accounts.crm.pull import pull
from accounts.crm.reasons import (
    ON_SAME_PAGE,
    OWN_SENTENCES,
    SENTENCES,
    CrmReason,
    combine_problems,
    describe_reason,
    nest_problem,
)
from accounts.crm.source import CrmBusyError
from accounts.crm.watch import renew_channel
from accounts.customers.terms import TERMS_SENTENCES
from accounts.logins.sealing import SEALING_SENTENCES
from accounts.matching import DOMAIN_SENTENCES
from accounts.models import CrmConnection, CrmPull, CrmSetAside
from accounts.network.errors import REQUEST_SENTENCES, URL_SENTENCES
from accounts.sentences import Problem
from tests.accounts.zoho_fake import ZohoFake
from tests.cast import NOON

DATA = {
    "account": "Firm",
    "country": "Atlantis",
    "domain": "firm.example",
    "email": "ann@firm.example",
    "error": "KeyError: 100% odd",
    "host": "crm.example",
    "limit": 120,
    "line": "ESR",
    "name": "Firm",
    "new": "anna@firm.example",
    "plan": "Gold",
    "product": "Server",
    "reasons": [nest_problem(Problem(CrmReason.NO_NAME, {}))],
    "record": "7",
    "region": "Moon",
    "seconds": 60.0,
    "status": "Competitor",
    "text": "no address",
    "url": "https://www.zohoapis.eu",
}
OTHERS = [
    DOMAIN_SENTENCES, TERMS_SENTENCES, SEALING_SENTENCES, URL_SENTENCES, REQUEST_SENTENCES,
]  # fmt: skip


@pytest.mark.parametrize("code", SENTENCES)
def test_a_code_has_a_sentence_with_its_parameters(code: str) -> None:
    sentence = describe_reason(code, DATA)
    assert sentence != code
    assert " " in sentence
    assert "%" not in sentence.replace("100% odd", "")
    for model, field in [(CrmSetAside, "reason"), (CrmPull, "error"), (CrmConnection, "error")]:
        assert len(code) <= model._meta.get_field(field).max_length


def test_no_sentence_is_left_over_and_no_code_has_two() -> None:
    assert set(OWN_SENTENCES) == set(CrmReason)
    assert len(SENTENCES) == len(OWN_SENTENCES) + sum(map(len, OTHERS))


def test_a_row_without_a_reason_has_no_sentence() -> None:
    for row in (CrmSetAside(), CrmPull(), CrmConnection()):
        assert row.explanation == ""


@pytest.mark.parametrize(
    ("code", "data", "shown"),
    [
        ("of_tomorrow", {"x": {"code": "no_name"}}, "of_tomorrow"),
        ("unknown_plan", {}, "unknown_plan"),
        ("crm_error", {"error": "%(x)s"}, "%(x)s"),
        ("crm_error", {"error": {"code": "of_tomorrow"}}, "of_tomorrow"),
        ("page_lost", {"error": {}}, "The CRM rejected the page token, so this step starts over: "),
    ],
)
def test_what_this_version_does_not_know_never_fails_a_page(
    code: str, data: dict, shown: str
) -> None:
    assert describe_reason(code, data) == shown


def test_reasons_inside_of_reasons_are_translated_too() -> None:
    linked = Problem(CrmReason.ACCOUNT_LINKED, {"name": "Firm", "record": ON_SAME_PAGE})
    both = combine_problems([linked, Problem(CrmReason.NO_ID, {})])
    stored = json.loads(json.dumps(both.data))
    assert describe_reason(both.code, stored) == (
        "The account Firm is linked to another record (on the same page). The record has no ID."
    )
    assert combine_problems([linked]) == linked
    with translation.override("de"):
        shown = describe_reason(both.code, stored)
        parts = [
            str(translation.gettext(text)) for text in ("on the same page", "The record has no ID.")
        ]
    assert "on the same page" not in parts
    assert all(part in shown for part in parts)


def test_an_error_reads_as_its_sentence() -> None:
    error = CrmBusyError(CrmReason.SIGN_IN_LIMIT, seconds=600)
    assert (str(error), error.seconds) == ("Zoho's limit for access tokens was reached.", 600)


def test_a_pull_stores_codes_and_zohos_own_words(crm: CrmConnection, zoho: ZohoFake) -> None:
    zoho.answer_next(500, code="INTERNAL_ERROR", message="Internal Server Error")
    with translation.override("de"):
        run = pull(connection=crm, at=NOON)
    said = ("crm_error", {"error": "INTERNAL_ERROR: Internal Server Error"})
    for row in (run, crm, CrmPull.objects.get(), CrmConnection.objects.get()):
        assert (row.error, row.error_data) == said
        assert row.explanation == "INTERNAL_ERROR: Internal Server Error"
    zoho.answer_next(502)
    run = pull(connection=crm, at=NOON)
    assert (run.error, run.error_data) == ("bad_status", {"status": 502})
    run = pull(connection=crm, at=NOON)
    assert run.state == "done"
    for row in (CrmPull.objects.get(), CrmConnection.objects.get()):
        assert (row.error, row.error_data) == ("", {})


def test_a_server_that_does_not_respond_is_a_code_too(crm: CrmConnection) -> None:
    crm.accounts_url = crm.api_url = "http://127.0.0.1:9"
    with translation.override("de"):
        run = pull(connection=crm, at=NOON)
    assert (run.error, run.error_data["host"]) == ("no_connection", "127.0.0.1")
    assert run.explanation.startswith("127.0.0.1 did not respond. ")


def test_a_secret_that_cannot_be_decrypted_is_a_code_too(crm: CrmConnection) -> None:
    crm.sealed_client_secret = "sealed with another key"
    run = pull(connection=crm, at=NOON)
    assert (run.state, run.error) == ("failed", "undecryptable")
    assert run.explanation.startswith("A stored secret cannot be decrypted")


def test_a_channel_that_cannot_be_opened_keeps_the_reason_inside(
    crm: CrmConnection, zoho: ZohoFake
) -> None:
    crm.notify_url = "https://desk.example/rocket/crm/zoho/"
    zoho.answer_next(403)
    renew_channel(connection=crm, at=NOON)
    stored = CrmConnection.objects.get()
    assert stored.error == "channel_failed"
    assert stored.explanation == (
        "Change notifications from the CRM couldn't be turned on: Zoho responded with status 403."
    )
