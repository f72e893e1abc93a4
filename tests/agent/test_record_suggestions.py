"""The troubleshooting record starts with what the customer already said (M61)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.models import FormField, TroubleshootingRecord
from tickets.rules.suggestions import suggest, suggest_from_texts
from tickets.services import NewMessage, add_customer_message, save_record

TEXT = (
    "Since yesterday nobody can log in. It used to work. 40 users are affected, every time. "
    "We see it with Firefox 128.0 on Windows 11, server version 8.1.2, after the upgrade to 8.1."
)
FOUND = {
    "since": "Since yesterday",
    "affected_users": "nobody can",
    "worked_before": "yes",
    "frequency": "consistent",
    "browser_version": "Firefox 128.0",
    "system_version": "Windows 11",
    "app_version": "server version 8.1.2",
    "changes": "after the upgrade to 8.1",
}


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


def test_plain_patterns_find_what_a_text_says_and_quote_it() -> None:
    found = suggest_from_texts([(NOON, TEXT)])
    assert {name: each.value for name, each in found.items()} == FOUND
    assert found["browser_version"].quote.startswith("…")
    assert "Firefox 128.0 on Windows 11" in found["browser_version"].quote
    assert found["since"].at == NOON


def test_unsure_words_suggest_nothing() -> None:
    text = "It does not always fail. Our address is 10.20.30.40, call us. Edgeways, Linuxy."
    assert suggest_from_texts([(NOON, text)]) == {}


def test_hostile_text_is_scanned_in_bounded_steps() -> None:
    for part in ("after a ", "since 1", "1.1.", "all of our ", "Chrome, v", "\u202e9" * 3):
        suggest_from_texts([(NOON, part * 20_000)])


def test_answers_count_before_texts_and_never_replace_what_is_known() -> None:
    answers = [
        ("server_version", "Server", "9.5"),
        ("mobile_version", "Mobile app", "2.1"),
        ("mobile_device", "Mobile device", "iPhone"),
        ("color", "Color", "Blue"),
    ]
    found = suggest({"since": "May"}, answers, [(NOON, TEXT)])
    assert (found["app_version"].value, found["app_version"].answer) == ("9.5", "Server")
    assert found["client_version"].value == "Mobile app: 2.1; Mobile device: iPhone"
    assert "since" not in found


def test_the_form_names_the_source_and_saves_nothing_by_itself(
    in_rocket: Cast, as_analyst: Client
) -> None:
    FormField.objects.create(desk=in_rocket.desk, key="app_version", label="Server <b>")
    ticket = in_rocket.open_ticket(text="It fails in Chrome 120. <script>alert(1)</script>")
    type(ticket).objects.filter(pk=ticket.pk).update(fields={"app_version": "7.3"})
    for page in ("troubleshooting/", "escalation/"):
        text = as_analyst.get(f"/rocket/agent/tickets/{ticket.number}/{page}").content.decode()
        assert 'value="Chrome 120"' in text
        assert 'value="7.3"' in text
        assert "From the request form: Server &lt;b&gt;" in text
        assert "It fails in Chrome 120. &lt;script&gt;" in text
        assert "<script>alert" not in text
    assert not TroubleshootingRecord.objects.exists()


def test_a_field_that_was_left_empty_is_not_filled_again_until_the_customer_writes(
    in_rocket: Cast, as_analyst: Client
) -> None:
    ticket = in_rocket.open_ticket(text="It fails in Chrome 120.")
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields={"problem": "x"}, at=NOON)
    page = f"/rocket/agent/tickets/{ticket.number}/troubleshooting/"
    assert "Chrome 120" not in as_analyst.get(page).content.decode()
    later = NewMessage("Now in Firefox 128 as well.", "portal")
    add_customer_message(
        ticket_id=ticket.pk, contact=ticket.contact, new=later, at=NOON + timedelta(hours=1)
    )
    text = as_analyst.get(page).content.decode()
    assert 'value="Firefox 128"' in text
    assert "Chrome 120" not in text
