"""A form that is refused because its sender is signed out comes back to its page, filled in."""

from __future__ import annotations

import re
from urllib.parse import quote

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from accounts.models import IdentityProvider
from tests.cast import Cast
from tests.drafts.conftest import (
    end_sessions,
    next_page_of,
    post_form,
    read_token,
    sign_in_by_form,
)
from tests.login.conftest import give_app, recovery_codes_of
from tickets.models import Draft, Message, Note, Ticket

UNSENT = "You were signed out before this was sent. Check it and send it."


def composer_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/answers/"


def write_as_agent(browser: Client, cast: Cast, ticket: Ticket, **fields: str):
    """Open the ticket as the analyst, lose the session, and send the composer."""
    sign_in_by_form(browser, cast.analyst.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    end_sessions()
    entry = {"kind": "reply", "body": "Restart the server.", "next": "", **fields}
    return post_form(browser, page, composer_of(ticket), **entry)


def test_an_agents_reply_is_in_the_composer_after_signing_in_and_is_not_sent(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    refused = write_as_agent(browser, rocket, ticket, next="waiting")
    page_url = next_page_of(refused)
    assert page_url == f"/rocket/agent/tickets/{ticket.number}/"
    notice = browser.get(refused["Location"]).content.decode()
    assert "your text will be in the form again" in notice

    back = sign_in_by_form(browser, rocket.analyst.user.email, next_page=page_url)
    assert back["Location"] == page_url
    page = browser.get(page_url)
    assert UNSENT in page.content.decode()
    composer = page.context["composer"]
    assert composer.form["body"].value() == "Restart the server."
    assert composer.kind == "reply"
    assert [one.value for one in composer.sendings if one.selected] == ["waiting"]
    assert Message.objects.filter(ticket=ticket, agent__isnull=False).count() == 0

    sent = post_form(
        browser,
        page,
        composer_of(ticket),
        kind="reply",
        body="Restart the server.",
        next="",
        form_token=str(composer.form["form_token"].value()),
        last_seen=str(composer.last_seen),
    )
    assert sent.status_code == 303
    assert Message.objects.filter(ticket=ticket, agent__isnull=False).count() == 1
    assert not Draft.objects.exists()
    assert not browser.get(page_url).context["composer"].draft.is_restored


def test_a_form_that_was_sent_before_the_sign_out_leaves_no_draft(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    """A browser may repeat a form whose answer was lost; it must not go out twice."""
    sign_in_by_form(browser, rocket.analyst.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    token = str(page.context["composer"].form["form_token"].value())
    entry = {"kind": "reply", "body": "Restart it.", "next": "", "form_token": token}
    assert post_form(browser, page, composer_of(ticket), **entry).status_code == 303
    end_sessions()
    repeated = post_form(browser, page, composer_of(ticket), **entry)
    assert next_page_of(repeated) == f"/rocket/agent/tickets/{ticket.number}/"
    assert "your text will be" not in browser.get(repeated["Location"]).content.decode()
    assert not Draft.objects.exists()


def test_a_refused_note_comes_back_as_a_note(browser: Client, rocket: Cast, ticket: Ticket) -> None:
    write_as_agent(browser, rocket, ticket, kind="note", body="For us only")
    sign_in_by_form(browser, rocket.analyst.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    assert page.context["composer"].kind == "note"
    assert page.context["composer"].form["body"].value() == "For us only"
    assert not Note.objects.exists()


def test_a_draft_whose_kind_is_lost_is_a_note(browser: Client, rocket: Cast, ticket: Ticket):
    write_as_agent(browser, rocket, ticket)
    Draft.objects.update(fields={"body": ["Whose eyes is this for?"]})
    sign_in_by_form(browser, rocket.analyst.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    assert page.context["composer"].kind == "note"


def test_someone_else_who_signs_in_at_that_browser_does_not_see_it(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    write_as_agent(browser, rocket, ticket, body="My words alone")
    sign_in_by_form(browser, rocket.colleague.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    assert page.status_code == 200
    assert "My words alone" not in page.content.decode()
    assert Draft.objects.get().user == rocket.analyst.user


def test_a_deactivated_user_finds_it_once_they_are_back(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    user = rocket.analyst.user
    sign_in_by_form(browser, user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    user.is_active = False
    user.save()
    refused = post_form(browser, page, composer_of(ticket), kind="reply", body="Half an answer")
    assert next_page_of(refused)
    user.is_active = True
    user.save()
    end_sessions()
    sign_in_by_form(browser, user.email)
    again = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    assert again.context["composer"].form["body"].value() == "Half an answer"


def test_a_form_from_before_another_sign_in_comes_back_filled_in(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    """Signing in in another tab changes the CSRF token of this browser."""
    sign_in_by_form(browser, rocket.analyst.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    end_sessions()
    sign_in_by_form(browser, rocket.analyst.user.email)
    refused = post_form(browser, page, composer_of(ticket), kind="reply", body="From the old tab")
    assert refused.status_code == 303
    assert refused["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    again = browser.get(refused["Location"])
    assert again.context["composer"].form["body"].value() == "From the old tab"
    assert Message.objects.filter(agent__isnull=False).count() == 0


def test_a_form_of_the_person_before_is_kept_for_them_alone(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    sign_in_by_form(browser, rocket.analyst.user.email)
    page = browser.get(f"/rocket/agent/tickets/{ticket.number}/")
    end_sessions()
    sign_in_by_form(browser, rocket.colleague.user.email)
    refused = post_form(browser, page, composer_of(ticket), kind="reply", body="Not yours")
    assert refused.status_code == 403
    assert b"This form has expired" in refused.content
    assert b"Not yours" not in refused.content
    assert Draft.objects.get().user == rocket.analyst.user


def test_text_of_a_form_without_drafts_is_shown_to_be_copied(browser: Client, rocket: Cast) -> None:
    sign_in_by_form(browser, rocket.customer.user.email)
    page = browser.get("/rocket/portal/contact/")
    end_sessions()
    sign_in_by_form(browser, rocket.customer.user.email)
    refused = browser.post(
        "/rocket/portal/contact/",
        {"message": "Nobody answers the phone", "csrfmiddlewaretoken": read_token(page)},
        headers={"Origin": "http://testserver"},
    )
    assert refused.status_code == 403
    assert b"Nobody answers the phone" in refused.content


def test_every_way_to_sign_in_leads_back_to_the_form(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    IdentityProvider.objects.create(
        desk=rocket.desk, name="Okta", server_url="https://127.0.0.1", client_id="c"
    )
    page = browser.get(write_as_agent(browser, rocket, ticket)["Location"]).content.decode()
    back = f"/rocket/agent/tickets/{ticket.number}/"
    fields = re.findall(r'name="next" value="([^"]*)"', page)
    assert fields == [back] * 3  # password, single sign-on, passkey
    assert f"/rocket/login/code/?next={quote(back, safe='')}" in page.replace("&amp;", "&")


def test_a_second_factor_comes_before_the_form_and_leads_back_to_it(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    give_app(rocket.analyst.user)
    codes = recovery_codes_of(rocket.analyst.user)
    back = f"/rocket/agent/tickets/{ticket.number}/"
    sign_in_by_form(browser, rocket.analyst.user.email)
    enter_code(browser, codes[0])
    page = browser.get(back)
    end_sessions()
    entry = {"kind": "reply", "body": "Restart it."}
    refused = post_form(browser, page, composer_of(ticket), **entry)
    sign_in_by_form(browser, rocket.analyst.user.email, next_page=next_page_of(refused))
    done = enter_code(browser, codes[1])
    assert done["Location"] == back
    assert browser.get(back).context["composer"].form["body"].value() == "Restart it."


def enter_code(browser: Client, code: str) -> HttpResponse:
    step = browser.get("/rocket/login/two-factor/code/")
    entry = {"code": code, "csrfmiddlewaretoken": read_token(step)}
    return browser.post("/rocket/login/two-factor/code/", entry)


def test_another_site_cannot_put_words_into_anyones_form(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    sign_in_by_form(browser, rocket.analyst.user.email)
    for token in ("", "x" * 64, "é" * 64):
        forged = browser.post(
            composer_of(ticket),
            {"kind": "reply", "body": "Buy this now", "csrfmiddlewaretoken": token},
            headers={"Origin": "https://evil.example"},
        )
        assert forged.status_code == 403
        assert b"Buy this" not in forged.content
    assert not Draft.objects.exists()


def test_an_expired_form_of_an_unknown_person_shows_its_text_to_be_copied(
    browser: Client, rocket: Cast
) -> None:
    browser.get("/rocket/portal/contact/")
    text = "Nobody answers the phone"
    refused = browser.post(
        "/rocket/portal/contact/",
        {"message": text, "csrfmiddlewaretoken": "y" * 64},
        headers={"Origin": "http://testserver"},
    )
    assert refused.status_code == 403
    assert text in refused.content.decode()


def test_a_customers_reply_comes_back(browser: Client, rocket: Cast, ticket: Ticket) -> None:
    url = f"/rocket/portal/requests/{ticket.number}/"
    sign_in_by_form(browser, rocket.customer.user.email)
    page = browser.get(url)
    end_sessions()
    refused = post_form(browser, page, f"{url}answers/", body="It still does not start")
    assert next_page_of(refused) == url
    sign_in_by_form(browser, rocket.customer.user.email)
    page = browser.get(url)
    assert UNSENT in page.content.decode()
    assert page.context["form"]["body"].value() == "It still does not start"
    before = Message.objects.count()
    token = str(page.context["form"]["form_token"].value())
    sent = post_form(browser, page, f"{url}answers/", body="It still", form_token=token)
    assert sent.status_code == 303
    assert Message.objects.count() == before + 1
    assert not Draft.objects.exists()


def test_a_customers_request_comes_back_with_its_choices_and_names_the_lost_files(
    browser: Client, rocket: Cast
) -> None:
    url = "/rocket/portal/requests/new/"
    sign_in_by_form(browser, rocket.customer.user.email)
    page = browser.get(url)
    end_sessions()
    high = str(rocket.priorities["High"].pk)
    refused = browser.post(
        url,
        {
            "subject": "Nothing works",
            "description": "Since Monday.",
            "priority": high,
            "cc": "boss@acme.example",
            "files": SimpleUploadedFile("screen.png", b"png"),
            "csrfmiddlewaretoken": read_token(page),
        },
    )
    assert next_page_of(refused) == url
    sign_in_by_form(browser, rocket.customer.user.email)
    page = browser.get(url)
    form = page.context["form"]
    shown = {name: form[name].value() for name in ("subject", "description", "priority", "cc")}
    assert shown == {
        "subject": "Nothing works",
        "description": "Since Monday.",
        "priority": high,
        "cc": "boss@acme.example",
    }
    assert [card.name for card in page.context["priorities"] if card.is_checked] == ["High"]
    assert "Attached files were not kept" in page.content.decode()


def test_someone_of_another_desk_leaves_no_draft_here(
    browser: Client, rocket: Cast, matter: Cast, ticket: Ticket
) -> None:
    sign_in_by_form(browser, matter.analyst.user.email)
    page = browser.get("/matter/agent/")
    end_sessions()
    post_form(browser, page, composer_of(ticket), kind="reply", body="From outside")
    assert not Draft.objects.exists()


def test_a_change_without_text_comes_back_to_its_page_and_says_so(
    browser: Client, rocket: Cast, ticket: Ticket
) -> None:
    sign_in_by_form(browser, rocket.analyst.user.email)
    url = f"/rocket/agent/tickets/{ticket.number}/"
    page = browser.get(url)
    end_sessions()
    refused = post_form(browser, page, f"{url}priority/", priority="1")
    assert next_page_of(refused) == url
    assert "nothing was changed" in browser.get(refused["Location"]).content.decode()
    assert not Draft.objects.exists()
