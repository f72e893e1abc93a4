"""The life of a ticket through HTTP, worker and browser, on real parts, as in the README.

Email in, ticket, confirmation, live queue, note, reply, email out, reply by email, reply in the
portal, silence, close.
"""

from __future__ import annotations

import email
import re
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from accounts.tenancy import desk_scope
from tests.cast import PASSWORD, Cast, hash_password
from tests.clocks import get_clock
from tests.mails import post_mail, postmark_payload
from tests.stack import Stack, eventually
from tickets.models import State, Ticket
from tickets.tasks import close_silent_tickets, remind_silent_customers

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SUBJECT = "Video calls freeze"
CANARY = "Between us: they run an old version."
CUSTOMER = "customer@acme.example"


class Journey:
    """The people of the journey and their actions."""

    def __init__(self, cast: Cast, stack: Stack, chromium: Browser) -> None:
        self.cast, self.stack, self.chromium = cast, stack, chromium
        self.complaints: list[str] = []

    def page_of(self, login: str) -> Page:
        page = self.chromium.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.on(
            "console",
            lambda said: self.complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.goto(f"{self.stack.url}/rocket/login/")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(re.compile(r"/rocket/(agent/)?$"))
        return page

    def mail_in(self, number: int, text: str, to: str = "", **more: object) -> None:
        payload = postmark_payload(
            sender=CUSTOMER,
            to=to or self.cast.mailbox.address,
            subject=SUBJECT,
            message_id=f"journey-{number}@acme.example",
            text=text,
            html=f"<p>{text}</p><script>document.title='hacked'</script>",
            **more,
        )
        assert post_mail(self.stack.url, payload) == 200

    def ticket(self) -> Ticket | None:
        with desk_scope(self.cast.desk):
            return Ticket.objects.filter(subject=SUBJECT).first()

    def wait_for_state(self, state: State) -> Ticket:
        return eventually(
            lambda: (t := self.ticket()) and t.status == state and t,
            what=f"the ticket is {state.label}",
        )

    def wait_for_mail(self, words: str) -> EmailMessage:
        """Return the email in the outbox with these words."""
        return eventually(lambda: self.find_mail(words), what=f"a mail with “{words}”")

    def find_mail(self, words: str) -> EmailMessage | None:
        mails = [self.read(path) for path in self.stack.outbox.glob("*.eml")]
        return next((mail for mail in mails if words in self.text_of(mail)), None)

    @staticmethod
    def read(path: Path) -> EmailMessage:
        return email.message_from_bytes(path.read_bytes(), policy=default)

    @staticmethod
    def text_of(mail: EmailMessage) -> str:
        return " ".join(mail.get_body(("plain",)).get_content().split())


@pytest.fixture
def journey(rocket: Cast, stack: Stack, chromium: Browser) -> Journey:
    for person in (rocket.analyst, rocket.customer):
        # The running product accepts no password hash as fast as that of the tests.
        person.user.password = hash_password()
        person.user.save()
    stack.start_web()
    stack.start_worker()
    return Journey(rocket, stack, chromium)


def test_the_life_of_a_ticket(journey: Journey) -> None:
    with desk_scope(journey.cast.desk):
        journey.cast.colleague.departments.clear()  # so that the analyst gets the ticket
    analyst = journey.page_of("analyst@rocket.example")
    expect(analyst.get_by_text(SUBJECT)).to_have_count(0)

    # 1. Email becomes a ticket, and the open queue shows it without a reload.
    journey.mail_in(1, "They freeze after ten minutes.", files={"trace.log": b"frozen\n"})
    row = analyst.get_by_role("link", name=SUBJECT)
    expect(row).to_be_visible(timeout=10_000)
    ticket = journey.wait_for_state(State.OPEN)
    assert (ticket.channel, ticket.account_id) == ("email", journey.cast.account.pk)

    # 2. The customer gets a confirmation; the analyst reads, adds a note, replies.
    receipt = journey.wait_for_mail("RC-1001")
    assert receipt["To"] == CUSTOMER
    assert "portal" in journey.text_of(receipt).lower()
    row.click()
    expect(analyst.get_by_text("They freeze after ten minutes.").first).to_be_visible()
    expect(analyst.get_by_text("trace.log")).to_be_visible()
    assert analyst.title() != "hacked"
    analyst.get_by_role("radio", name="Internal note").check(force=True)
    analyst.get_by_label("Message", exact=True).fill(CANARY)
    analyst.get_by_role("button", name="Add note").click()
    expect(analyst.get_by_text(CANARY)).to_be_visible()
    analyst.get_by_role("radio", name="Public reply").check(force=True)
    analyst.get_by_label("Message", exact=True).fill("Please update to 6.5.")
    analyst.set_input_files(
        "input[name=files]", {"name": "fix.txt", "mimeType": "text/plain", "buffer": b"6.5"}
    )
    analyst.get_by_role("button", name="Send reply").click()
    expect(analyst.get_by_text("Please update to 6.5.").first).to_be_visible()

    # 3. The reply goes out signed; the clock is met; the ticket waits.
    ticket = journey.wait_for_state(State.WAITING)
    reply = journey.wait_for_mail("Please update to 6.5.")
    assert reply["In-Reply-To"] == "<journey-1@acme.example>"
    assert "<journey-1@acme.example>" in reply["References"]
    assert re.fullmatch(r".*support\+[a-z2-7]{26}@rocket\.example>?", reply["Reply-To"])
    assert [part.get_filename() for part in reply.iter_attachments()] == ["fix.txt"]
    with desk_scope(journey.cast.desk):
        assert get_clock(ticket).met_at is not None

    # 4. The customer replies by email, then in the portal, then not at all.
    token_address = re.search(r"support\+\w+@rocket\.example", str(reply["Reply-To"])).group()
    journey.mail_in(2, "We updated, it is better.", to=token_address)
    journey.wait_for_state(State.OPEN)
    customer = journey.page_of(CUSTOMER)
    customer.goto(f"{journey.stack.url}/rocket/portal/requests/1001/")
    expect(customer.get_by_text("Please update to 6.5.").first).to_be_visible()
    expect(customer.get_by_text(CANARY)).to_have_count(0)
    customer.get_by_label("Your reply").fill("And one more question.")
    customer.get_by_role("button", name="Send reply").click()
    expect(customer.get_by_text("And one more question.").first).to_be_visible()
    expect(analyst.get_by_text("And one more question.").first).to_be_visible(timeout=10_000)
    analyst.get_by_label("Message", exact=True).fill("Here is the answer.")
    analyst.get_by_role("button", name="Send reply").click()
    ticket = journey.wait_for_state(State.WAITING)
    let_days_pass(journey, ticket, 5)
    assert remind_silent_customers() == 1
    let_days_pass(journey, ticket, 2)
    assert close_silent_tickets() == 1
    assert journey.wait_for_state(State.CLOSED).close_reason == "silence"
    analyst.goto(f"{journey.stack.url}/rocket/agent/tickets/1001/history/")
    told = analyst.get_by_role("main").inner_text()
    for words in (
        "Customer opened the ticket with priority Medium.",
        "acme.example Inc. is a customer with the Standard plan.",
        "First response on time.",
        "Analyst added an internal note.",
        "Plumbline closed the ticket because the customer didn't reply.",
    ):
        assert words in told
    assert {"Email", "Web"} <= set(re.findall(r"Email|Web", told))

    assert not any(
        CANARY in journey.text_of(journey.read(path)) for path in journey.stack.outbox.glob("*.eml")
    )
    assert journey.complaints == []


def let_days_pass(journey: Journey, ticket: Ticket, days: int) -> None:
    """Move the deadlines of the silence into the past."""
    with desk_scope(journey.cast.desk):
        waiting = Ticket.objects.get(pk=ticket.pk)
        moved = {"close_at": waiting.close_at - timedelta(days=days, seconds=1)}
        if waiting.remind_at:
            moved["remind_at"] = waiting.remind_at - timedelta(days=days, seconds=1)
        Ticket.objects.filter(pk=ticket.pk).update(**moved)
    assert timezone.now() < waiting.close_at
