"""Quarantined email: everyone who works the queue sees it, leads and admins decide."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEntry
from channels_intake.models import InboundMessage, InboundState
from tests.agent.conftest import SignIn, count_statements, inside
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.models import Ticket

PAGE = "/rocket/agent/quarantine/"


def hold(cast: Cast, state: str = InboundState.QUARANTINED, **facts: object) -> InboundMessage:
    with inside(cast):
        return InboundMessage.objects.create(
            desk=cast.desk,
            provider="raw",
            content_type="message/rfc822",
            state=state,
            received_at=NOON,
            next_try_at=NOON,
            **{
                "raw": b"Subject: Odd\r\n\r\n<script>alert(1)</script>\x00\xff",
                "sender": "odd@example.com",
                "subject": "Odd <b>",
                "reason": "no_sender",
                **facts,
            },
        )


def test_a_lead_sees_what_is_held_and_why(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    held = hold(rocket)
    hold(rocket, InboundState.FAILED, subject="Broken payload", reason="not_json")
    hold(rocket, InboundState.PROCESSED, subject="A good mail")
    hold(matter, subject="Another desk's mail")
    text = sign_in(rocket.lead.user).get(PAGE).content.decode()
    assert "Odd &lt;b&gt;" in text
    assert "address could not be read." in text
    assert "Broken payload" in text
    assert "A good mail" not in text
    assert "Another desk" not in text
    assert f"{PAGE}{held.pk}/" in text


def test_the_source_is_shown_as_text(rocket: Cast, sign_in: SignIn) -> None:
    text = sign_in(rocket.admin.user).get(f"{PAGE}{hold(rocket).pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text


def test_a_mail_that_is_not_held_is_not_shown_here(rocket: Cast, sign_in: SignIn) -> None:
    done = hold(rocket, InboundState.PROCESSED)
    assert sign_in(rocket.admin.user).get(f"{PAGE}{done.pk}/").status_code == 404


@pytest.mark.parametrize("person", ["analyst", "colleague", "observer", "lead"])
def test_everyone_who_works_the_queue_sees_the_count(
    rocket: Cast, sign_in: SignIn, person: str
) -> None:
    agent = sign_in(getattr(rocket, person).user)
    assert count_in_sidebar(agent) == ""
    for _ in range(2):
        hold(rocket)
    hold(rocket, InboundState.FAILED)
    hold(rocket, discarded_at=NOON)
    assert count_in_sidebar(agent) == "3"


def test_an_analyst_reads_what_is_held_and_decides_nothing(rocket: Cast, client: Client) -> None:
    held = hold(rocket)
    text = client.get(PAGE).content.decode()
    assert "Odd &lt;b&gt;" in text
    assert "address could not be read." in text
    assert "Only leads and admins can release or discard them." in text
    text = client.get(f"{PAGE}{held.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "Only leads and admins can release or discard this email." in text
    assert "decision/" not in text
    assert client.get(f"/rocket/agent/mails/received/{held.pk}/").status_code == 200


def test_an_agent_without_a_department_sees_that_mail_is_held_but_no_words_of_it(
    rocket: Cast, sign_in: SignIn
) -> None:
    """It could belong to a ticket of the department that is hidden from them."""
    close_department(rocket, "paid", members=(rocket.analyst,))
    held = hold(rocket)
    colleague = sign_in(rocket.colleague.user)
    text = colleague.get(PAGE).content.decode()
    assert "Subject hidden" in text
    assert "odd@example.com" in text
    assert "Odd" not in text
    assert f"{PAGE}{held.pk}/" not in text
    assert colleague.get(f"{PAGE}{held.pk}/").status_code == 404
    assert colleague.get(f"/rocket/agent/mails/received/{held.pk}/").status_code == 404


def test_many_take_as_many_statements_as_one(rocket: Cast, sign_in: SignIn) -> None:
    lead = sign_in(rocket.lead.user)
    hold(rocket)
    one = count_statements(lead, PAGE)
    for i in range(54):
        hold(rocket, subject=f"Mail {i}")
    assert count_statements(lead, PAGE) == one
    text = lead.get(PAGE).content.decode()
    assert "Mail 53" in text
    assert 'rel="next"' in text


def test_a_lead_releases_a_mail_once_however_often_it_is_clicked(
    rocket: Cast, sign_in: SignIn
) -> None:
    held = hold(rocket, raw=b"From: odd@example.com\r\nSubject: Odd\r\n\r\nHelp me")
    lead = sign_in(rocket.lead.user)
    for _ in range(2):
        answer = lead.post(f"{PAGE}{held.pk}/decision/", {"do": "release", "sender": "unverified"})
        assert answer.status_code == 303
    with inside(rocket):
        ticket = Ticket.objects.get()
        assert AuditEntry.objects.get().action == "email_released"
    assert answer["Location"] == f"/rocket/agent/tickets/{ticket.number}/"
    page = lead.get(answer["Location"]).content.decode()
    assert "released the message from quarantine" in page
    assert lead.get(f"{PAGE}{held.pk}/")["Location"] == answer["Location"]


def test_a_discarded_mail_has_its_own_list_and_comes_back(rocket: Cast, sign_in: SignIn) -> None:
    held = hold(rocket)
    admin = sign_in(rocket.admin.user)
    assert count_in_sidebar(admin) == "1"
    admin.post(f"{PAGE}{held.pk}/decision/", {"do": "discard"})
    assert "Odd &lt;b&gt;" not in admin.get(PAGE).content.decode()
    assert "Odd &lt;b&gt;" in admin.get(f"{PAGE}?show=discarded").content.decode()
    assert count_in_sidebar(admin) == ""
    admin.post(f"{PAGE}{held.pk}/decision/", {"do": "restore"})
    assert "Odd &lt;b&gt;" in admin.get(PAGE).content.decode()


def count_in_sidebar(client: Client) -> str:
    """The count of the quarantine's sidebar item; "" if nothing is held."""
    text = client.get("/rocket/agent/").content.decode()
    item = text[text.index(f'href="{PAGE}"') :].partition("</li>")[0]
    return item.partition('data-live-count="held">')[2].partition("<")[0]


def test_what_cannot_be_released_is_told_and_stays(rocket: Cast, sign_in: SignIn) -> None:
    held = hold(rocket)
    answer = sign_in(rocket.lead.user).post(f"{PAGE}{held.pk}/decision/", {"do": "release"})
    assert answer.status_code == 422
    assert "Create a ticket instead" in answer.content.decode()
    with inside(rocket):
        assert InboundMessage.objects.get().is_held


def test_an_analyst_decides_nothing_and_another_desks_mail_is_not_there(
    rocket: Cast, matter: Cast, client: Client, sign_in: SignIn
) -> None:
    held, foreign = hold(rocket), hold(matter)
    assert client.post(f"{PAGE}{held.pk}/decision/", {"do": "discard"}).status_code == 404
    lead = sign_in(rocket.lead.user)
    assert lead.post(f"{PAGE}{foreign.pk}/decision/", {"do": "discard"}).status_code == 404
    for cast in (rocket, matter):
        with inside(cast):
            assert InboundMessage.objects.get().discarded_at is None
