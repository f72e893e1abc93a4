"""A desk's own words, its sentences for customers and its priorities in the reader's language."""

from __future__ import annotations

import html
import re

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import Desk
from accounts.places.languages import list_offered_languages
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Priority, TicketEvent
from tickets.services import change_priority
from tickets.timeline import describe_event

PENDING = {"state_words": {"waiting": "Pendente", "customer_waiting": "Aguardando você"}}


@pytest.fixture
def desk() -> Desk:
    words = {"waiting": "Pending", "customer_escalated": "With our developers"}
    return Desk(language="en", state_words=words, translations={"pt-br": PENDING})


def test_a_reader_gets_the_desks_word_in_their_language(desk: Desk) -> None:
    with translation.override("pt-br"):
        assert desk.word_for("waiting") == "Pendente"
        assert desk.word_for_customer("waiting") == "Aguardando você"


def test_a_word_without_a_translation_stays_the_desks_own(desk: Desk) -> None:
    with translation.override("de"):
        assert desk.word_for("waiting") == "Pending"
        assert desk.word_for_customer("waiting") == "Pending"
        assert desk.word_for_customer("escalated") == "With our developers"


def test_a_desk_without_a_word_of_its_own_has_the_usual_one(desk: Desk) -> None:
    assert desk.word_for("investigating") == "At Investigation"
    assert Desk().word_for_customer("waiting") == "Waiting for you"


def test_sentences_are_per_language_too() -> None:
    desk = Desk(
        state_sentences={"escalated": "It is with our developers."},
        translations={"de": {"state_sentences": {"escalated": "Unsere Entwicklung prüft es."}}},
    )
    assert desk.sentence_for("escalated") == "It is with our developers."
    assert desk.sentence_for("open") == ""
    with translation.override("de"):
        assert desk.sentence_for("escalated") == "Unsere Entwicklung prüft es."


def test_desks_write_no_texts_in_pseudo_locales() -> None:
    assert list_offered_languages() == [
        ("en", "English"),
        ("pt-br", "Português (Brasil)"),
        ("de", "Deutsch"),
    ]


def test_a_priority_has_its_name_and_definition_in_the_readers_language() -> None:
    translations = {"de": {"name": "Hoch"}, "pt-br": {"name": "Alta", "definition": "Tudo parou."}}
    high = Priority(name="High", definition="All work stops.", translations=translations)
    assert (str(high), high.localized_definition) == ("High", "All work stops.")
    with translation.override("pt-br"):
        assert (str(high), high.localized_definition) == ("Alta", "Tudo parou.")
    with translation.override("de"):
        assert (str(high), high.localized_definition) == ("Hoch", "All work stops.")
    with translation.override(None):
        assert str(high) == "High"


def test_an_event_names_priorities_in_the_readers_language() -> None:
    names = {"High": "Alta", "Low": "Baixa"}

    def describe(kind: EventKind, named: object) -> str:
        event = TicketEvent(kind=kind, actor_name="Ana", data={"priority": named})
        return describe_event(event, Desk(), priority_names=names)

    assert describe(EventKind.PRIORITY_CHANGED, ["High", "Low"]) == (
        "Ana changed the priority from Alta to Baixa."
    )
    # "Urgent" has been renamed or deleted since.
    assert describe(EventKind.PRIORITY_CHANGED, ["Urgent", "Low"]) == (
        "Ana changed the priority from Urgent to Baixa."
    )
    assert describe(EventKind.TICKET_OPENED, "High") == "Ana opened the ticket with priority Alta."


@pytest.fixture
def translated(rocket: Cast) -> Cast:
    """The first desk with its priorities in Portuguese, except Low."""
    texts = {"High": ("Alta", "Tudo parou."), "Medium": ("Média", "Algo não funciona.")}
    with desk_scope(rocket.desk):
        for name, (localized, definition) in texts.items():
            priority = rocket.priorities[name]
            priority.definition = f"Definition of {name}."
            priority.translations = {"pt-br": {"name": localized, "definition": definition}}
            priority.save()
    return rocket


def read_in(language: str, client: Client, url: str) -> str:
    answer = client.get(url, headers={"Accept-Language": language})
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())


def test_the_queue_names_priorities_in_the_agents_language(
    translated: Cast, sign_in: SignIn
) -> None:
    with desk_scope(translated.desk):
        for name in ("High", "Low"):
            translated.open_ticket(priority=translated.priorities[name])
    agent = sign_in(translated.analyst.user)
    page = read_in("pt-BR", agent, "/rocket/agent/")
    assert page.count("<title>Alta</title>") == 1
    assert page.count("<title>Low</title>") == 1  # not translated
    assert re.search(r"<option[^>]*>\s*Média\s*</option>", page)  # the filter
    assert "High" not in page
    assert "<title>High</title>" in read_in("en", agent, "/rocket/agent/")
    assert "<title>High</title>" in read_in("de", agent, "/rocket/agent/")


def test_pages_of_a_ticket_name_its_priority_in_the_readers_language(
    translated: Cast, sign_in: SignIn
) -> None:
    with desk_scope(translated.desk):
        ticket = translated.open_ticket(priority=translated.priorities["High"])
        medium, by = translated.priorities["Medium"], Actor.of(translated.lead)
        change_priority(ticket_id=ticket.pk, priority=medium, by=by, at=NOON)
        assert ticket.events.get(kind=EventKind.PRIORITY_CHANGED).data["priority"] == [
            "High",
            "Medium",
        ]
    agent, customer = sign_in(translated.analyst.user), sign_in(translated.customer.user)
    path = f"/rocket/agent/tickets/{ticket.number}/"
    for client, url in [
        (agent, path),
        (agent, f"{path}history/"),
        (agent, f"/rocket/agent/customers/{translated.customer.pk}/"),
        (customer, f"/rocket/portal/requests/{ticket.number}/"),
    ]:
        page = read_in("pt-BR", client, url)
        assert "Média" in page, url
        assert "Medium" not in page, url
        assert "Medium" in read_in("en", client, url), url


def test_the_portal_defines_priorities_in_the_customers_language(
    translated: Cast, sign_in: SignIn
) -> None:
    customer = sign_in(translated.customer.user)
    for url in ("/rocket/portal/requests/new/", "/rocket/portal/plans/"):
        page = read_in("pt-BR", customer, url)
        assert "Alta" in page, url
        assert "Tudo parou." in page, url
        assert "Definition of High." not in page, url
        assert "Low" in page, url
        assert "Definition of High." in read_in("en", customer, url), url
