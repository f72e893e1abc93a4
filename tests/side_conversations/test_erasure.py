"""Third parties of a side conversation who are erased as contacts of the desk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import SideReplyToken
from channels_intake.outgoing.side_mail import send_failed_again
from helpdesk.privacy.erasure import erase_person
from helpdesk.privacy.export import export_person
from tests.cast import NOON, Cast
from tests.side_conversations.conftest import SECRET, start
from tickets.errors import ConflictError
from tickets.models import SideMessage, SideParticipant
from tickets.search.find import search_tickets
from tickets.side_conversations.people import remove_person
from tickets.side_conversations.writing import write_side


def test_two_in_one_conversation_are_erased_and_get_no_more_email(
    rocket: Cast, run_mail: Callable[..., None]
) -> None:
    people = [rocket.customer, rocket.customer_colleague]
    emails = [one.email for one in people]
    side = start(rocket, run_mail, *emails, "ops@vendor.example")
    with desk_scope(rocket.desk):
        for contact in people:
            erase_person(desk=rocket.desk, contact=contact, by=rocket.admin, at=NOON)
        known = SideParticipant.objects.order_by("pk").values_list("email", flat=True)
        assert [email for email in known if "@" in email] == ["ops@vendor.example"]
        assert SideReplyToken.objects.count() == 1
        mail.outbox.clear()
        write_side(side_id=side.side.pk, agent=rocket.analyst, text="And now?", at=NOON)
    run_mail(rocket.desk)
    [sent] = mail.outbox
    assert sent.to == ["ops@vendor.example"]
    assert "erased" not in sent.message().as_string()


def test_nobody_is_left_to_write_to(rocket: Cast, run_mail: Callable[..., None]) -> None:
    side = start(rocket, run_mail, rocket.customer.email)
    with desk_scope(rocket.desk):
        erase_person(desk=rocket.desk, contact=rocket.customer, by=rocket.admin, at=NOON)
        with pytest.raises(ConflictError):
            write_side(side_id=side.side.pk, agent=rocket.analyst, text="Hello?", at=NOON)
        message = SideMessage.objects.get()
        with pytest.raises(ConflictError):
            send_failed_again(message=message, agent=rocket.analyst, at=NOON)


def test_an_export_has_what_they_wrote_and_got_and_nothing_of_others(
    rocket: Cast, run_mail: Callable[..., None], take_in: Callable[..., Any]
) -> None:
    side = start(rocket, run_mail, rocket.customer.email, "ops@vendor.example")
    files = [("trace.log", b"one line")]
    take_in(side.answer(rocket.customer.email, files=files), at=NOON + timedelta(minutes=5))
    packed = io.BytesIO()
    export_person(desk=rocket.desk, contact=rocket.customer, to=packed, at=NOON)
    archive = zipfile.ZipFile(packed)
    assert SECRET in archive.read("side_messages.jsonl").decode()
    assert any(name.endswith("/trace.log") for name in archive.namelist())
    sent = archive.read("side_mails_sent_to_them.jsonl").decode()
    assert "Is it your" in sent
    assert len(sent.splitlines()) == 1
    other = io.BytesIO()
    export_person(desk=rocket.desk, contact=rocket.elsewhere, to=other, at=NOON)
    assert zipfile.ZipFile(other).read("side_messages.jsonl") == b""


def test_an_erased_person_is_found_no_more(
    rocket: Cast, run_mail: Callable[..., None], take_in: Callable[..., Any]
) -> None:
    side = start(rocket, run_mail, rocket.customer.email, "ops@vendor.example")
    take_in(side.answer(rocket.customer.email), at=NOON + timedelta(minutes=5))
    with desk_scope(rocket.desk):
        person = SideParticipant.objects.get(email=rocket.customer.email)
        given: dict[str, Any] = {"agent": rocket.analyst, "at": NOON}
        remove_person(side_id=side.side.pk, person_id=person.pk, **given)
        assert search_tickets(desk=rocket.desk, words="CANARY firewall")
        erase_person(desk=rocket.desk, contact=rocket.customer, by=rocket.admin, at=NOON)
        assert not search_tickets(desk=rocket.desk, words="CANARY firewall")
        assert not SideParticipant.objects.filter(email=rocket.customer.email).exists()
