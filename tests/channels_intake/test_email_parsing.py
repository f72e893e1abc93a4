"""A well-formed email becomes the envelope its sender intended."""

from datetime import datetime, timedelta, timezone
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from channels_intake.mime.envelope import Address, Authentication, AutomaticKind, Envelope
from channels_intake.mime.parsing import parse_message
from tickets.sentences.remarks import RemarkCode, make_remark

MAILS = sorted((Path(__file__).parent / "mails").glob("*.eml"))


def read(name: str, **options: object) -> Envelope:
    """Parse one of the stored mails."""
    return parse_message((Path(__file__).parent / "mails" / f"{name}.eml").read_bytes(), **options)


def test_a_plain_mail_is_read_whole():
    mail = read(
        "plain", envelope_recipients=["Support@Rocket.example"], envelope_sender="ann@acme.example"
    )
    assert mail.channel == "email"
    assert mail.sender == Address("ann@acme.example", "Ann Miller")
    assert mail.recipients == ("support@rocket.example",)
    assert mail.cc == (Address("bob@acme.example", "Bob"), Address("carol@partner.example", ""))
    assert mail.subject == "The server does not start after the update"
    assert mail.body_text.startswith(
        "Hello,\n\nsince the update to 7.2 the server stops with “cannot bind"
    )
    assert mail.body_html == ""
    assert mail.message_id == "CA+1@acme.example"
    assert mail.date == datetime(2026, 11, 20, 11, 15, tzinfo=timezone(timedelta(hours=1)))
    assert mail.envelope_sender == "ann@acme.example"
    assert mail.authentication is Authentication.NONE
    assert mail.automatic is AutomaticKind.NONE
    assert mail.notes == ()


def test_a_reply_carries_its_thread_and_its_encoded_words():
    mail = read("gmail_reply")
    assert mail.sender == Address("juergen@acme.example", "Jürgen Groß")
    assert mail.subject == "Re: [#1041] Die Verbindung bricht ab – bitte um Hilfe"
    assert mail.in_reply_to == ("ticket-1041.b@rocket.example",)
    assert mail.references == ("ticket-1041.a@rocket.example", "ticket-1041.b@rocket.example")
    assert mail.recipients == ("support+k7f3.q9@rocket.example",)
    assert mail.body_text.startswith(
        "Das hat geholfen, vielen Dank für die schnelle Antwort!\n\nAm Fr."
    )
    assert '<blockquote class="gmail_quote">' in mail.body_html


def test_a_mail_in_html_only_gets_a_readable_text():
    mail = read("outlook_html_only")
    assert mail.sender == Address("maria.silva@acme.example", "Silva, Maria")
    assert mail.subject == "Não consigo entrar"
    assert mail.body_text == (
        "Bom dia,\n\nnão consigo entrar no portal – a senha é recusada.\n\n"
        "Veja esta página <https://portal.rocket.example/login>.\n\n- Windows 11\n- Edge"
    )
    assert "<o:p>" in mail.body_html


def test_files_are_extracted_and_the_inline_one_is_marked():
    mail = read("files")
    assert mail.body_text == "See the picture: [logo]"
    picture, document, log = mail.attachments
    assert (picture.name, picture.content_type, picture.content_id, picture.is_inline) == (
        "logo.png",
        "image/png",
        "logo@acme",
        True,
    )
    assert picture.content.startswith(b"\x89PNG")
    assert (document.name, document.is_inline) == ("Rückmeldung zum Fehler.pdf", False)
    assert document.content.endswith(b"%%EOF\n")
    assert (log.name, log.content) == ("server.log", b"ERROR bind: address already in use")


@pytest.mark.parametrize(
    ("name", "sender", "subject", "text"),
    [
        ("latin1", "André Dupont", "Problème de connexion", "Bonjour, le café est fermé à midi."),
        (
            "japanese",
            "山田太郎",
            "接続できません",
            "サーバーに接続できません。\nよろしくお願いします。",
        ),
    ],
)
def test_other_charsets_are_read(name, sender, subject, text):
    mail = read(name)
    assert (mail.sender.name, mail.subject, mail.body_text) == (sender, subject, text)
    assert mail.notes == ()


def test_a_bounce_is_detected_and_keeps_its_report():
    mail = read("bounce")
    assert mail.automatic is AutomaticKind.BOUNCE
    assert "550 5.1.1 User unknown" in mail.body_text
    assert [file.name for file in mail.attachments] == [
        "delivery-status.txt",
        "[#1041] Your request.eml",
    ]


def test_an_out_of_office_note_is_detected():
    mail = read("out_of_office")
    assert mail.automatic is AutomaticKind.AUTO_REPLY
    assert mail.body_text == "I am away until Monday – in urgent cases call Bob."


def test_list_mail_is_detected_and_its_digest_becomes_files():
    mail = read("list")
    assert mail.automatic is AutomaticKind.LIST
    assert [file.name for file in mail.attachments] == ["First topic.eml", "Second topic.eml"]


def test_an_invitation_is_a_file():
    mail = read("invitation")
    assert mail.body_text == "You are invited."
    assert [(file.name, file.content_type) for file in mail.attachments] == [
        ("invitation.ics", "text/calendar")
    ]


def test_an_attached_mail_is_a_file_and_gives_no_text_or_sender():
    mail = read("forwarded")
    assert mail.sender.email == "ann@acme.example"
    assert mail.body_text == "Is the attached mail from you?"
    assert [file.name for file in mail.attachments] == ["You won - a prize.eml"]
    assert b"Click here." in mail.attachments[0].content


def test_a_winmail_file_is_kept_and_noted():
    mail = read("winmail")
    assert [file.name for file in mail.attachments] == ["winmail.dat"]
    assert mail.notes == (make_remark(RemarkCode.FILES_NOT_EXTRACTED, name="winmail.dat"),)


def test_text_in_several_pieces_is_joined_in_order():
    mail = read("apple_pieces")
    assert mail.body_text == "First I see this:\n\nand then nothing."
    assert [file.name for file in mail.attachments] == ["step.png"]


def test_plain_pieces_beside_html_stay_in_the_html():
    mail = parse_message(
        b"From: a@acme.example\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent"
        b"-Type: text/html\n\n"
        b"<p>Hi</p>\n--b\nContent-Type: text/plain\n\n1 < 2\nfooter\n--b--\n"
    )
    assert mail.body_text == "Hi\n\n1 < 2\nfooter"
    assert mail.body_html == "<p>Hi</p>\n<div>1 &lt; 2<br>\nfooter</div>"


def test_the_verdict_of_a_trusted_server_is_read_and_of_no_other():
    assert (
        read("signed", trusted_authserv_ids=frozenset({"mx.rocket.example"})).authentication
        == "pass"
    )
    assert (
        read("signed", trusted_authserv_ids=frozenset({"mx.other.example"})).authentication
        == "none"
    )
    assert read("signed").authentication == "none"


def test_the_verdict_of_the_provider_goes_before_the_headers():
    mail = read(
        "signed",
        authentication=Authentication.FAIL,
        trusted_authserv_ids=frozenset({"mx.rocket.example"}),
    )
    assert mail.authentication == "fail"


def test_the_recipients_of_smtp_come_first_and_each_once():
    mail = parse_message(
        b"To: B@desk.example, a@desk.example\nDelivered-To: d@desk.example\nX-Original-To"
        b": o@desk.example\n"
        b"Cc: c@desk.example\n\nx",
        envelope_recipients=["<A@desk.example>", "nonsense"],
    )
    assert mail.recipients == (
        "a@desk.example",
        "d@desk.example",
        "o@desk.example",
        "b@desk.example",
    )
    assert mail.cc == (Address("c@desk.example"),)


def test_groups_and_odd_entries_in_a_list_do_no_harm():
    mail = parse_message(
        b"To: undisclosed-recipients:;\nCc: team: a@x.example, b@y.example;, (c) c@z.examp"
        b"le, d, <e@\n\nx"
    )
    assert mail.recipients == ()
    assert [address.email for address in mail.cc] == ["a@x.example", "b@y.example", "c@z.example"]


def test_the_empty_sender_of_smtp_is_kept_apart_from_an_unknown_one():
    assert parse_message(b"From: a@x.example\n\nx", envelope_sender="<>").envelope_sender == "<>"
    assert parse_message(b"From: a@x.example\n\nx").envelope_sender == ""


@pytest.mark.parametrize(
    ("header", "message_id"),
    [
        (b"<a@b>", "a@b"),
        (b" <a@b> (comment)", "a@b"),
        (b"a@b", "a@b"),
        (b"", ""),
        (b"two words", ""),
        (b"<" + b"a" * 2000 + b"@b>", ""),
    ],
)
def test_the_message_id_comes_without_brackets(header, message_id):
    assert parse_message(b"Message-ID: " + header + b"\n\nx").message_id == message_id


def test_very_many_references_keep_the_root_and_the_last():
    ids = [f"id{number}@x" for number in range(5000)]
    mail = parse_message(b"References: " + "\n ".join(f"<{i}>" for i in ids).encode() + b"\n\nx")
    assert len(mail.references) == 100
    assert mail.references[0] == "id0@x"
    assert mail.references[-1] == "id4999@x"


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_line_ends_make_no_difference(path):
    raw = path.read_bytes()
    assert b"\r\n" not in raw
    plain, wire = parse_message(raw), parse_message(raw.replace(b"\n", b"\r\n"))
    assert (plain.sender, plain.subject, plain.body_text) == (
        wire.sender,
        wire.subject,
        wire.body_text,
    )
    assert [file.name for file in plain.attachments] == [file.name for file in wire.attachments]


@pytest.mark.parametrize("path", MAILS, ids=lambda path: path.stem)
def test_the_standard_library_reads_the_same(path):
    """Compare with Python's strict parser, which is slow and unsafe on hostile mail."""
    raw = path.read_bytes()
    ours, theirs = parse_message(raw), message_from_bytes(raw, policy=policy.default)
    author = theirs["from"].addresses[0]
    assert ours.sender.email == author.addr_spec.lower()
    assert ours.sender.name in {author.display_name, "Mail Delivery System"}
    assert ours.subject == theirs["subject"]
    assert ours.date == (theirs["date"].datetime if theirs["date"] else None)
    body = theirs.get_body(("plain",))
    if body is not None:
        assert ours.body_text.startswith(body.get_content().strip("\n"))
    names = [part.get_filename() for part in theirs.walk() if part.get_filename()]
    assert [file.name for file in ours.attachments if file.name in names] == names
