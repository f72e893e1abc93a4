"""Automatic email is detected and never gets a reply (RFC 3834); people's email isn't affected."""

import pytest

from channels_intake.mime.automatic import OWN_HEADER, detect_automatic
from channels_intake.mime.envelope import AutomaticKind
from tests.effort import run_within

HUMAN = [
    ("From", "Ann <ann@acme.example>"),
    ("Subject", "The server does not start"),
    ("MIME-Version", "1.0"),
    ("Content-Type", "multipart/alternative; boundary=x"),
]


def kind_of(
    *headers: tuple[str, str], envelope_sender: str = "", sender: str = "ann@acme.example"
) -> str:
    """Return the kind of a person's email with these headers on top."""
    return detect_automatic([*headers, *HUMAN], envelope_sender, sender).value


LOOPS = [
    (("Auto-Submitted", "auto-replied"), "auto_reply"),
    (("Auto-Submitted", "auto-replied; owner-email=x@y.example"), "auto_reply"),
    (("AUTO-SUBMITTED", " Auto-Notified (rule)"), "auto_reply"),
    (("Auto-Submitted", "auto-generated"), "generated"),
    (("Auto-Submitted", "something-new"), "generated"),
    (("Precedence", "bulk"), "bulk"),
    (("Precedence", "Junk"), "bulk"),
    (("Precedence", "auto_reply"), "auto_reply"),
    (("Precedence", "list"), "list"),
    (("X-Precedence", "bulk"), "bulk"),
    (("X-Auto-Response-Suppress", "All"), "generated"),
    (("X-Auto-Response-Suppress", "DR, OOF, AutoReply"), "generated"),
    (("X-Autoreply", "yes"), "auto_reply"),
    (("X-Autorespond", "Your mail"), "auto_reply"),
    (("X-Mail-Autoreply", "1"), "auto_reply"),
    (("X-MS-Exchange-Inbox-Rules-Loop", "ann@acme.example"), "generated"),
    (("X-Loop", "support@other.example"), "generated"),
    (("List-Id", "<users.lists.example>"), "list"),
    (("List-Unsubscribe", "<mailto:leave@lists.example>"), "list"),
    (("Return-Path", "<>"), "bounce"),
    (("Return-Path", " < > "), "bounce"),
    (("X-Failed-Recipients", "bob@acme.example"), "bounce"),
    (("Content-Type", "multipart/report; report-type=delivery-status; boundary=x"), "bounce"),
    (("Content-Type", 'Multipart/Report; boundary="x"'), "bounce"),
    (("Content-Type", "multipart/report; report-type=feedback-report"), "generated"),
    (("Content-Type", "message/delivery-status"), "bounce"),
    (("Content-Type", "multipart/report; report-type=disposition-notification"), "auto_reply"),
    ((OWN_HEADER, "rocket"), "desk"),
    ((OWN_HEADER.lower(), ""), "desk"),
]


@pytest.mark.parametrize(("header", "kind"), LOOPS)
def test_an_automatic_header_tells_the_kind(header, kind):
    assert kind_of(header) == kind


@pytest.mark.parametrize(
    ("sender", "kind"),
    [
        ("mailer-daemon@mx.acme.example", "no_reply"),
        ("postmaster@acme.example", "no_reply"),
        ("bounce+1234=x@acme.example", "no_reply"),
        ("no-reply@acme.example", "no_reply"),
        ("noreply@acme.example", "no_reply"),
        ("do-not-reply@acme.example", "no_reply"),
        ("donotreply@acme.example", "no_reply"),
        ("alerts.noreply@acme.example", "no_reply"),
        ("noreply+abc@acme.example", "no_reply"),
        ("nao-responda@acme.example", "no_reply"),
        ("notifications@acme.example", "no_reply"),
        ("norepl@acme.example", ""),
        ("postmaster.jones@acme.example", ""),
        ("noreplyann@acme.example", ""),
        ("", ""),
    ],
)
def test_a_no_reply_address_is_detected(sender, kind):
    assert kind_of(sender=sender) == kind


@pytest.mark.parametrize("envelope_sender", ["<>", " <> "])
def test_the_envelope_of_a_bounce_is_detected(envelope_sender):
    assert kind_of(envelope_sender=envelope_sender) == "bounce"


@pytest.mark.parametrize(
    "envelope_sender", ["MAILER-DAEMON@mx.acme.example", "<bounces@acme.example>"]
)
def test_an_envelope_sender_that_nobody_reads_is_only_not_answered(envelope_sender):
    assert kind_of(envelope_sender=envelope_sender) == "no_reply"


@pytest.mark.parametrize("envelope_sender", ["", "ann@acme.example", "<ann@acme.example>"])
def test_the_envelope_of_a_person_says_nothing(envelope_sender):
    assert kind_of(envelope_sender=envelope_sender) == ""


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: [#1041] Your request",
        "Auto: Automatic Reply: x",
        "Out of Office: Ann",
        "Out of the office until Monday",
        "RE: Out of office",
        "[Auto-Reply] hello",
        "Automatische Antwort: Ihre Anfrage",
        "Abwesenheitsnotiz: Urlaub",
        "Réponse automatique : votre demande",
        "=?utf-8?q?R=C3=A9ponse_automatique_=3A_x?=",
        "Respuesta automática: su consulta",
        "Resposta automática: sua solicitação",
        "Risposta automatica: x",
        "Automatisch antwoord: x",
        "Autosvar: x",
        "Автоматический ответ: x",
        "自動応答: x",
    ],
)
def test_an_out_of_office_subject_is_the_last_hint_and_no_proof(subject):
    headers = [("Subject", subject.removeprefix("Auto: ")), ("From", "ann@acme.example")]
    assert detect_automatic(headers, "", "ann@acme.example") == "doubtful"


@pytest.mark.parametrize(
    "subject", ["Undelivered Mail Returned to Sender", "Delivery Status Notification (Failure)"]
)
def test_a_bounce_subject_is_the_last_hint_and_no_proof(subject):
    assert detect_automatic([("Subject", subject)], "", "x@acme.example") == "doubtful"


@pytest.mark.parametrize(
    "header",
    [
        ("Auto-Submitted", "no"),
        ("Auto-Submitted", "No (human)"),
        ("Auto-Submitted", ""),
        ("Precedence", "first-class"),
        ("X-Auto-Response-Suppress", "None"),
        ("X-Auto-Response-Suppress", "DR, RN, NRN"),
        ("Return-Path", "<ann@acme.example>"),
        ("Subject", "Automatic replies do not work"),
        ("Subject", "Out of office calendar is empty"),
        ("Subject", "Re: The office printer"),
        ("Subject", "Our users get out of office notes twice"),
        ("Feedback-ID", "1:ses"),
        ("X-Mailer", "Microsoft Outlook 16.0"),
        ("X-Priority", "1"),
    ],
)
def test_a_persons_mail_is_not_automatic(header):
    assert detect_automatic([header, ("From", "ann@acme.example")], "", "ann@acme.example") == ""
    assert kind_of() == ""


def test_only_three_kinds_are_written_by_a_machine():
    machines = {kind.value for kind in AutomaticKind if kind.is_machine}
    assert machines == {"own", "bounce", "auto_reply"}


def test_a_vacation_reply_from_the_empty_sender_stays_one():
    header = ("Auto-Submitted", "auto-replied")
    assert kind_of(header, ("Return-Path", "<>"), envelope_sender="<>") == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ("Automatic reply: Your request", "auto_reply"),
        ("Automatische Antwort: Ihre Anfrage", "auto_reply"),
        ("Re: Automatic reply: customers get it twice", "generated"),
        ("Alarm: automatic reply", "generated"),
    ],
)
def test_exchange_calls_its_out_of_office_notes_only_generated(subject, kind):
    headers = [("Auto-Submitted", "auto-generated"), ("Subject", subject)]
    assert detect_automatic(headers, "", "ann@acme.example") == kind


def test_our_own_mail_is_detected_before_anything_else():
    own = [(OWN_HEADER, "x"), ("Auto-Submitted", "auto-replied")]
    assert kind_of(*own, ("Return-Path", "<>"), ("List-Id", "x")) == "own"
    assert kind_of((OWN_HEADER, "x"), ("Auto-Submitted", "no")) == "desk"


@pytest.mark.parametrize(
    "name", ["Subject", "Content-Type", "Precedence", "Auto-Submitted", "Return-Path", "From"]
)
@pytest.mark.parametrize(
    "text", ["re: " * 50_000, "(" * 200_000, ';"' * 100_000, "no-" * 60_000, " " * 200_000]
)
def test_a_hostile_header_takes_no_time(name, text):
    run_within(100, detect_automatic, [(name, text)] * 20, text, f"{text}@acme.example")
