"""Pages of macros: the list, the form, and a macro on a ticket."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from accounts.models import AuditEntry
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tests.macros.helpers import REPLY, make_macro
from tickets.models import Draft, Macro, Note, State, Ticket

LIST = "/rocket/agent/macros/"


@pytest.fixture
def client(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's analyst, signed in."""
    return sign_in(rocket.analyst.user)


@pytest.fixture
def lead(rocket: Cast, sign_in: SignIn) -> Client:
    """The first desk's lead, signed in."""
    return sign_in(rocket.lead.user)


@pytest.fixture
def ticket(rocket: Cast) -> Ticket:
    """A ticket of the first desk's customer."""
    with inside(rocket):
        return rocket.open_ticket()


def apply_url(ticket: Ticket, macro: Macro) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/macros/{macro.pk}/"


def read_token(page: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', page)
    assert found
    return found[1]


def submit(client: Client, url: str) -> int:
    page = client.get(url).content.decode()
    return client.post(url, {"form_token": read_token(page)}).status_code


def read_draft(cast: Cast) -> dict[str, list[str]]:
    with inside(cast):
        return dict(Draft.objects.get().fields)


def test_an_analyst_creates_an_own_macro_that_others_do_not_see(
    rocket: Cast, client: Client, lead: Client
) -> None:
    given = {"name": "Ask for logs", "text": REPLY, "is_shared": "on", "status": "waiting"}
    assert client.post(f"{LIST}new/", given).status_code == 303
    with inside(rocket):
        macro = Macro.objects.get()
        assert (macro.owner, macro.acts) == (rocket.analyst, {"status": "waiting"})
        assert not AuditEntry.objects.filter(detail__model="tickets.macro").exists()
    assert "Ask for logs" in client.get(LIST).content.decode()
    assert "Ask for logs" not in lead.get(LIST).content.decode()
    assert lead.get(f"{LIST}{macro.pk}/").status_code == 404


def test_a_lead_shares_a_macro_and_each_change_is_in_the_audit_log(
    rocket: Cast, client: Client, lead: Client
) -> None:
    given = {"name": "Ask", "is_shared": "on", "add_tags": "crash, Crash, logs"}
    assert lead.post(f"{LIST}new/", given).status_code == 303
    with inside(rocket):
        macro = Macro.objects.get()
    assert macro.acts == {"add_tags": ["Crash", "logs"]}
    assert "Ask" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{macro.pk}/").status_code == 404
    assert client.post(f"{LIST}{macro.pk}/deletion/").status_code == 404
    change = {"name": "Ask again", "add_tags": "logs", "version": "1"}
    assert lead.post(f"{LIST}{macro.pk}/", change).status_code == 303
    assert lead.post(f"{LIST}{macro.pk}/deletion/").status_code == 303
    with inside(rocket):
        entries = AuditEntry.objects.filter(detail__model="tickets.macro").order_by("pk")
        assert [entry.action for entry in entries] == ["added", "changed", "deleted"]
        assert entries[1].detail["changes"]["name"] == ["Ask", "Ask again"]
        assert not Macro.objects.exists()


def test_the_form_has_each_field_once(rocket: Cast, lead: Client) -> None:
    page = lead.get(f"{LIST}new/").content.decode()
    for name in ("name", "is_shared", "text", "text_de", "version", "status", "hold_days"):
        assert page.count(f' name="{name}"') == 1, name


def test_a_refused_macro_keeps_what_was_typed(client: Client) -> None:
    given = {"name": "Ask", "text": "Hi {{nobody}}", "note": "Keep me"}
    answer = client.post(f"{LIST}new/", given)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Unknown placeholder: {{nobody}}." in page
    assert "Keep me" in page


def test_a_name_is_taken_once_per_owner(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        make_macro(rocket, add_tags=("a",))
        make_macro(rocket, agent=rocket.colleague, add_tags=("a",))
    answer = client.post(f"{LIST}new/", {"name": "ask for LOGS", "text": "Hi"})
    assert (answer.status_code, "already exists" in answer.content.decode()) == (422, True)


def test_a_second_save_overwrites_what_a_colleague_changed(rocket: Cast, lead: Client) -> None:
    with inside(rocket):
        macro = make_macro(rocket, is_shared=True, text="Hi")
    url = f"{LIST}{macro.pk}/"
    assert lead.post(url, {"name": "A", "text": "Hi", "version": "1"}).status_code == 303
    refused = lead.post(url, {"name": "B", "text": "Hi", "version": "1"})
    page = refused.content.decode()
    assert (refused.status_code, "Save again to overwrite it." in page) == (422, True)
    assert 'name="version" value="2"' in page
    assert lead.post(url, {"name": "B", "text": "Hi", "version": "2"}).status_code == 303


def test_the_list_is_searched_and_paged(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpdesk.agent.views.macros.editing.PAGE", 2)
    with inside(rocket):
        for name in ("Cc", "Aa", "Bb"):
            make_macro(rocket, name=name, text=f"Text of {name}")
    page = client.get(LIST).content.decode()
    assert page.index("Aa") < page.index("Bb")
    assert "Text of Cc" not in page
    after = re.search(r'href="([^"]*after=\d+)"', page)
    assert after
    assert "Text of Cc" in client.get(after[1]).content.decode()
    found = client.get(f"{LIST}?q=bb text").content.decode()
    assert ("Text of Bb" in found, "Text of Aa" in found) == (True, False)


def test_a_macro_is_previewed_then_applied_and_its_reply_is_in_the_composer(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        macro = make_macro(rocket, text=REPLY, status="investigating", add_tags=("crash",))
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/macros/").content.decode()
    assert apply_url(ticket, macro) in page
    preview = client.get(apply_url(ticket, macro)).content.decode()
    assert "Add the tag crash." in preview
    assert "When you send the reply: Set the status to" in preview
    assert "about RC-1001:" in preview
    with inside(rocket):
        assert not Draft.objects.exists()
    assert submit(client, apply_url(ticket, macro)) == 303
    shown = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "about RC-1001:</textarea>" in shown
    assert read_draft(rocket)["next"] == ["investigating"]
    assert (
        "applied the macro"
        in client.get(f"/rocket/agent/tickets/{ticket.number}/history/").content.decode()
    )


def test_a_begun_note_stays_a_note(rocket: Cast, client: Client, ticket: Ticket) -> None:
    place = f"/agent/tickets/{ticket.number}/answers/"
    client.post(
        f"/rocket/agent/drafts/?form={place}", {"kind": "note", "body": "Between us: he is rude."}
    )
    with inside(rocket):
        macro = make_macro(rocket, text="Hello", status="closed")
    assert submit(client, apply_url(ticket, macro)) == 303
    draft = read_draft(rocket)
    assert draft["kind"] == ["note"]
    assert draft["body"] == ["Between us: he is rude.\n\nHello"]
    assert "next" not in draft


def test_a_double_click_applies_it_once(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        macro = make_macro(rocket, text="Hello", note="Asked.")
    url = apply_url(ticket, macro)
    token = read_token(client.get(url).content.decode())
    for _ in range(2):
        assert client.post(url, {"form_token": token}).status_code == 303
    assert read_draft(rocket)["body"] == ["Hello"]
    with inside(rocket):
        assert Note.objects.count() == 1


def test_an_illegal_status_is_said_and_changes_nothing(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        macro = make_macro(rocket, note="Look", status="investigating")
    token = read_token(client.get(apply_url(ticket, macro)).content.decode())
    client.post(f"/rocket/agent/tickets/{ticket.number}/closure/", {"reason": "solved"})
    refused = client.post(apply_url(ticket, macro), {"form_token": token})
    assert refused.status_code == 422
    assert "You can&#x27;t do that while the ticket is" in refused.content.decode()
    preview = client.get(apply_url(ticket, macro)).content.decode()
    assert "The status can&#x27;t be changed while the ticket is" in preview
    assert "Apply macro</button>" not in preview
    with inside(rocket):
        ticket.refresh_from_db()
        assert (ticket.status, Note.objects.exists()) == (State.CLOSED, False)


def test_macros_of_others_and_of_another_desk_are_not_found(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        other = make_macro(rocket, agent=rocket.colleague, text="Hi")
    with inside(matter):
        foreign = make_macro(matter, is_shared=True, text="Hi")
    for macro in (other, foreign):
        assert client.get(apply_url(ticket, macro)).status_code == 404
        assert client.get(f"{LIST}{macro.pk}/").status_code == 404
    observer = sign_in(rocket.observer.user)
    assert observer.get(f"/rocket/agent/tickets/{ticket.number}/macros/").status_code == 403
    assert observer.get(LIST).status_code == 200
    assert sign_in(matter.lead.user).get(LIST).status_code == 404


def test_the_most_used_macros_come_first(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        make_macro(rocket, name="Aa", text="Hi")
        used = make_macro(rocket, name="Zz", text="Hi")
    submit(client, apply_url(ticket, used))
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/macros/").content.decode()
    assert page.index(">Zz<") < page.index(">Aa<")


def test_the_preview_and_the_result_say_which_language_was_taken(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        macro = make_macro(rocket, text="Hello", texts={"de": "Hallo"})
        url = f"/rocket/agent/tickets/{ticket.number}/macros/{macro.pk}/"
        for language, sentence in (
            ("de", "The reply is in German, the requester&#x27;s language."),
            ("fr", "The reply is in English: the macro has no text in"),
        ):
            rocket.customer.language = language
            rocket.customer.save()
            page = client.get(url)
            assert sentence in page.content.decode()
            token = page.context["form"]["form_token"].value()
            done = client.post(url, {"form_token": token}, follow=True)
            assert sentence in done.content.decode()
