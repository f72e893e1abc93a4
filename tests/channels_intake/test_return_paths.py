"""Each email has its own return path, by which a report without a Message-ID counts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, MailState, OutgoingEmail
from channels_intake.outgoing.messages import build_message
from channels_intake.outgoing.return_paths import make_return_path
from tests.cast import Cast
from tests.channels_intake.test_bounces import Scene, make_report, make_scene
from tickets.models import TicketEvent

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
ELSEWHERE = "someone@forwarded.example"


@pytest.fixture(autouse=True)
def return_paths(settings: Any) -> None:
    settings.EMAIL_RETURN_PATHS = True


@pytest.fixture
def scene(rocket: Cast, run_mail: RunMail) -> Scene:
    return make_scene(rocket, run_mail)


def get_state(cast: Cast, mail_id: int) -> str:
    with desk_scope(cast.desk):
        return OutgoingEmail.objects.get(pk=mail_id).state


def test_the_smtp_sender_names_the_email_and_from_stays(
    rocket: Cast, scene: Scene, settings: Any
) -> None:
    path = make_return_path(scene.sent)
    assert path.startswith(f"support+bounce-{scene.sent.pk}-")
    assert path.endswith("@rocket.example")
    sent = mail.outbox[-1]
    assert sent.from_email == path
    assert sent.message()["From"] == scene.sent.from_address
    settings.EMAIL_RETURN_PATHS = False
    with desk_scope(rocket.desk):
        assert build_message(scene.sent).from_email == scene.sent.from_address


def test_a_report_to_it_counts_once_without_a_message_id_and_after_forwarding(
    rocket: Cast, scene: Scene, take_in: TakeIn
) -> None:
    report = make_report(scene, to=make_return_path(scene.sent), recipient=ELSEWHERE)
    take_in(report, sender="<>")
    take_in(report.replace(b"<report-", b"<second-"), sender="<>")

    assert get_state(rocket, scene.sent.pk) == MailState.FAILED
    with desk_scope(rocket.desk):
        event = TicketEvent.objects.get(kind="mail.failed")
        assert "User unknown" in event.data["why"]


def test_a_forged_or_foreign_return_path_changes_nothing_and_is_kept(
    rocket: Cast, matter: Cast, scene: Scene, run_mail: RunMail, take_in: TakeIn
) -> None:
    other = make_scene(matter, run_mail)
    path = make_return_path(scene.sent)
    token = path.partition("+")[2].partition("@")[0]
    forged = [
        path.replace(token, f"{token[:-1]}{'0' if token[-1] != '0' else '1'}"),
        path.replace(f"bounce-{scene.sent.pk}-", f"bounce-{scene.sent.pk + 1}-"),
        f"support+{token}@matter.example",  # rocket's token at the other desk
    ]
    for number, to in enumerate(forged):
        report = make_report(scene, to=to, recipient=ELSEWHERE)
        inbound = take_in(report.replace(b"<report-", b"<%d-" % number), sender="<>")
        assert inbound.pk
    assert get_state(rocket, scene.sent.pk) == MailState.SENT
    assert get_state(matter, other.sent.pk) == MailState.SENT


def test_a_path_of_before_the_key_was_replaced_counts_while_that_key_is_listed(
    rocket: Cast, scene: Scene, take_in: TakeIn, settings: Any
) -> None:
    report = make_report(scene, to=make_return_path(scene.sent), recipient=ELSEWHERE)
    settings.SECRET_KEY, former = "the-next-key-" + "n" * 50, settings.SECRET_KEY
    take_in(report.replace(b"<report-", b"<unknown-"), sender="<>")
    assert get_state(rocket, scene.sent.pk) != MailState.FAILED
    settings.SECRET_KEY_FALLBACKS = [former]
    take_in(report, sender="<>")
    assert get_state(rocket, scene.sent.pk) == MailState.FAILED
