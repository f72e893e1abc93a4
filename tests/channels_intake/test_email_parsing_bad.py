"""Any bytes become an envelope: what is readable is kept, within 2 s and 512 MiB."""

import base64
import quopri
import tracemalloc

import pytest

from channels_intake.mime.collecting import MAX_BYTES_PER_CHAR
from channels_intake.mime.envelope import Limits
from channels_intake.mime.masking import mask_tokens
from channels_intake.mime.parsing import parse_message
from channels_intake.mime.text import MAX_FILE_NAME_CHARS
from tests.effort import run_within
from tickets.sentences.remarks import RemarkCode, make_remark

HEAD = b"From: Ann <ann@acme.example>\r\nTo: support@rocket.example\r\nSubject: hi\r\n"
MIXED = HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"


def part(headers: bytes, body: bytes) -> bytes:
    """Make one part of MIXED."""
    return b"--b\r\n" + headers + b"\r\n\r\n" + body + b"\r\n"


def nested(levels: int) -> bytes:
    """Make an email of nested multiparts with a text in the innermost."""
    opening = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )
    closing = b"".join(b"--b%d--\r\n" % level for level in reversed(range(levels)))
    return HEAD + opening + b"Content-Type: text/plain\r\n\r\ndeep text\r\n" + closing


def test_a_text_3000_levels_deep_is_read():
    mail = parse_message(nested(3_000))
    assert mail.body_text == "deep text"
    assert mail.notes == ()


def test_5000_parts_are_read():
    mail = parse_message(
        MIXED
        + b"".join(part(b"Content-Type: text/plain", b"t%d" % n) for n in range(5_000))
        + b"--b--"
    )
    assert mail.body_text.startswith("t0\n\nt1\n\n")
    assert mail.body_text.endswith("t4999")


def test_parts_beyond_the_limit_are_noted():
    raw = (
        MIXED
        + b"".join(part(b"Content-Type: text/plain", b"t%d" % n) for n in range(50))
        + b"--b--"
    )
    mail = parse_message(raw, limits=Limits(max_parts=10))
    assert "t8" in mail.body_text
    assert "t9" not in mail.body_text
    assert mail.notes == (make_remark(RemarkCode.PARTS_CUT),)


def test_10000_headers_and_one_of_100000_characters_are_read():
    many = b"".join(b"X-H%d: value\r\n" % n for n in range(10_000))
    mail = parse_message(b"X-Long: " + b"x" * 100_000 + b"\r\n" + many + HEAD + b"\r\nbody")
    assert (mail.sender.email, mail.subject, mail.body_text) == ("ann@acme.example", "hi", "body")


def test_headers_beyond_the_limit_are_noted_and_the_text_is_kept():
    mail = parse_message(
        HEAD + b"X: y\r\n" * 100_000 + b"\r\nbody", limits=Limits(max_header_bytes=10_000)
    )
    assert mail.body_text == "body"
    assert mail.notes == (make_remark(RemarkCode.HEADERS_CUT),)


def test_nul_characters_are_removed_and_noted():
    mail = parse_message(b"From: ann@acme.example\nSubject: a\x00b\n\nx\x00y")
    assert (mail.subject, mail.body_text) == ("a b", "xy")
    assert mail.notes == (make_remark(RemarkCode.CHARACTERS_REMOVED),)


@pytest.mark.parametrize(
    ("charset", "data", "text", "is_noted"),
    [
        (b"utf-8", "grün".encode("latin-1"), "grün", True),
        (b"us-ascii", "grün".encode(), "grün", False),
        (b"us-ascii", "grün".encode("latin-1"), "grün", True),
        (b"x-unknown", b"plain", "plain", False),
        (b"x-unknown", "grün".encode(), "grün", True),
        (b"unicode_escape", b"\\u0041", "\\u0041", False),
        (b"rot13", b"abc", "abc", False),
        (b"idna", b"xn--a", "xn--a", False),
        (b"a\x00b", b"abc", "abc", False),
        (b"iso-8859-1", b"\x93quoted\x94", "“quoted”", False),
        (b"utf-16", b"odd", "odd", False),
    ],
)
def test_a_wrong_charset_is_read_as_well_as_possible(charset, data, text, is_noted):
    mail = parse_message(
        HEAD + b'Content-Type: text/plain; charset="' + charset + b'"\r\n\r\n' + data
    )
    assert mail.body_text == text
    assert (make_remark(RemarkCode.PART_DAMAGED, number=1) in mail.notes) is is_noted


@pytest.mark.parametrize(
    ("encoding", "body", "text"),
    [
        (b"base64", b"aGVsbG8gd29ybGQ", "hello world"),
        (b"base64", b"aGVs\r\n*bG8gd29ybGQ=", "hello world"),
        (
            b"base64",
            b"this is not base64 at all, but plain text!",
            "this is not base64 at all, but plain text!",
        ),
        (b"quoted-printable", b"50=25 =zz =", "50% =zz "),
        (b"x-unheard-of", b"plain", "plain"),
        (b"8bit; odd", b"plain", "plain"),
    ],
)
def test_a_broken_transfer_encoding_leaves_what_is_readable(encoding, body, text):
    mail = parse_message(HEAD + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body)
    assert mail.body_text == text


def test_a_broken_base64_file_is_kept_and_noted():
    headers = b"Content-Type: image/png; name=a.png\r\nContent-Transfer-Encoding: base64"
    mail = parse_message(MIXED + part(headers, b"iVBORw0KGgo=====x") + b"--b--")
    assert [file.name for file in mail.attachments] == ["a.png"]
    assert mail.attachments[0].content.startswith(b"\x89PNG")


def test_a_file_over_the_limit_is_left_out_with_a_note_and_the_text_is_kept():
    data = base64.encodebytes(b"x" * 3_000_000)
    headers = b'Content-Type: application/zip; name="big.zip"\r\nContent-Transfer-Encoding: base64'
    raw = MIXED + part(b"Content-Type: text/plain", b"kept") + part(headers, data) + b"--b--"
    mail = parse_message(raw, limits=Limits(max_file_bytes=2 * 1024 * 1024))
    assert mail.body_text == "kept"
    assert mail.attachments == ()
    assert mail.notes == (make_remark(RemarkCode.FILE_TOO_LARGE, name="big.zip", maximum=2),)


def test_a_file_of_exactly_the_limit_is_kept():
    data = base64.encodebytes(b"x" * 100_000)
    headers = b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64"
    raw = MIXED + part(headers, data) + b"--b--"
    assert len(parse_message(raw, limits=Limits(max_file_bytes=100_000)).attachments) == 1
    assert len(parse_message(raw, limits=Limits(max_file_bytes=99_999)).attachments) == 0


def test_files_over_the_total_and_over_the_count_are_left_out_with_a_note():
    files = b"".join(
        part(b"Content-Type: application/zip; name=f%d.zip" % n, b"x" * 1_000) for n in range(5)
    )
    by_size = parse_message(MIXED + files + b"--b--", limits=Limits(max_total_bytes=2_500))
    assert [file.name for file in by_size.attachments] == ["f0.zip", "f1.zip"]
    assert by_size.notes[0] == make_remark(RemarkCode.FILES_TOO_LARGE, name="f2.zip", maximum=0)
    by_count = parse_message(MIXED + files + b"--b--", limits=Limits(max_files=3))
    assert len(by_count.attachments) == 3
    assert by_count.notes == (make_remark(RemarkCode.TOO_MANY_FILES, count=2),)


def test_a_text_over_the_limit_is_cut_and_kept_as_a_file():
    mail = parse_message(HEAD + b"\r\n" + b"word " * 1_000, limits=Limits(max_text_chars=100))
    assert mail.body_text == ("word " * 20)
    assert mail.notes == (make_remark(RemarkCode.TEXT_IN_FILE, maximum=100, name="message-1.txt"),)
    assert mail.attachments[0].content.decode("utf-8-sig") == "word " * 1_000


def test_the_file_of_a_long_text_has_its_letters_and_no_reply_token():
    token = "support+" + "a" * 26 + "@rocket.example"
    text = f"Žluťoučký kůň {token}\n" * 10
    head = HEAD + b"Content-Type: text/plain; charset=windows-1250\r\n\r\n"
    mail = parse_message(head + text.encode("windows-1250"), limits=Limits(max_text_chars=50))
    kept = mail.attachments[0].content.decode("utf-8-sig")
    assert kept.strip() == mask_tokens(text).strip()
    assert token not in kept


def test_a_text_too_long_for_a_file_is_cut_with_a_note():
    limits = Limits(max_text_chars=100, max_file_bytes=1_000)
    mail = parse_message(HEAD + b"\r\n" + b"word " * 1_000, limits=limits)
    assert mail.notes == (make_remark(RemarkCode.TEXT_CUT, maximum=100),)
    assert mail.attachments == ()


def test_unread_bytes_are_reported_as_cut():
    padding = b" " * (MAX_BYTES_PER_CHAR * 100)
    mail = parse_message(
        HEAD + b"Content-Type: text/html\r\n\r\n<!--" + padding + b"-->\r\n<p>end</p>",
        limits=Limits(max_text_chars=100),
    )
    assert [note.code for note in mail.notes] == [RemarkCode.TEXT_IN_FILE]
    assert b"<p>end</p>" in mail.attachments[0].content


def test_a_text_of_emoji_in_quoted_printable_counts_its_characters():
    text = "\U0001f680" * 100
    encoded = quopri.encodestring(text.encode())
    head = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n"
    head += b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    mail = parse_message(head + encoded, limits=Limits(max_text_chars=100))
    assert (mail.body_text, mail.notes) == (text, ())


def test_a_long_file_name_is_remarked_in_full():
    given = "screenshot " * 20 + ".png"
    raw = MIXED + part(b'Content-Type: image/png; name="' + given.encode() + b'"', b"x") + b"--b--"
    mail = parse_message(raw)
    name = mail.attachments[0].name
    assert len(name) <= MAX_FILE_NAME_CHARS
    assert name.endswith(".png")
    assert mail.notes == (make_remark(RemarkCode.FILE_NAME_CUT, name=name, given=given),)


def test_a_picture_inside_the_html_does_not_push_out_the_text():
    body = b'<img src="data:image/png;base64,' + b"A" * 3_000_000 + b'"><p>after the picture</p>'
    mail = parse_message(HEAD + b"Content-Type: text/html\r\n\r\n" + body)
    assert mail.body_text == "after the picture"
    assert mail.notes == ()


@pytest.mark.parametrize(
    "raw",
    [
        MIXED + b"the boundary never comes",
        HEAD + b"Content-Type: multipart/mixed\r\n\r\nthe boundary never comes",
        HEAD + b'Content-Type: multipart/mixed; boundary=""\r\n\r\nthe boundary never comes',
    ],
)
def test_a_multipart_without_parts_is_shown_as_text(raw):
    mail = parse_message(raw)
    assert mail.body_text == "the boundary never comes"
    assert mail.notes == (make_remark(RemarkCode.PARTS_UNCLEAR),)


def test_a_misplaced_end_hides_no_part():
    raw = (
        MIXED
        + part(b"Content-Type: text/plain", b"first")
        + b"--b--\r\n"
        + part(b"", b"second")
        + b"--b--\r\n"
    )
    assert parse_message(raw).body_text == "first\n\nsecond"
    only_end = parse_message(MIXED + b"the text\r\n--b--\r\n")
    assert only_end.body_text == "the text"


def test_an_unreadable_mail_says_so():
    mail = parse_message(MIXED + part(b"Content-Type: text/plain", b"") + b"--b--")
    assert mail.body_text == ""
    assert mail.notes == (make_remark(RemarkCode.EMPTY),)
    assert parse_message(HEAD + b"\r\n\r\n").notes == ()


def test_a_mail_cut_off_in_the_middle_keeps_what_came():
    raw = (
        MIXED
        + part(b"Content-Type: text/plain", b"first")
        + b"--b\r\nContent-Type: text/plain\r\n\r\nsecond, cut o"
    )
    assert parse_message(raw).body_text == "first\n\nsecond, cut o"


def test_bytes_that_are_no_mail_are_kept_as_text():
    mail = parse_message(b"Hello there\n\nno header at all")
    assert mail.body_text == "Hello there\n\nno header at all"
    assert mail.notes == (make_remark(RemarkCode.NO_SENDER),)


@pytest.mark.parametrize(
    "raw", [b"", b"\n", b"\r\n\r\n", b":", b"From:", b"\x00", b"--", b"From x\n", b"\xff\xfe\n"]
)
def test_a_few_bytes_are_an_envelope_too(raw):
    assert parse_message(raw).sender.email == ""


@pytest.mark.parametrize(
    "value",
    [
        b"a=?utf-8?q?=0D=0ABcc:_x@evil.example?=",
        b"a\r\n\tBcc: x@evil.example",
        b"=?utf-8?b?YQ0KQmNjOiB4QGV2aWwuZXhhbXBsZQ==?=",
        b"a\rBcc: x@evil.example",
        b"a\x0bb\x0cc\x85d\xe2\x80\xa8e",
    ],
)
def test_line_breaks_in_a_decoded_header_become_spaces(value):
    mail = parse_message(
        b"Subject: " + value + b"\r\nFrom: " + value + b" <ann@acme.example>\r\n\r\nx"
    )
    assert len(mail.subject.splitlines()) == 1
    assert len(mail.sender.name.splitlines()) == 1
    assert mail.cc == ()


@pytest.mark.parametrize(
    ("value", "subject"),
    [
        (b"=?utf-8?b?Z3LDvG4?=", "grün"),
        (b"=?utf-8?q?gr=C3=BCn", "=?utf-8?q?gr=C3=BCn"),
        (b"=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        (b"=?nope?q?gr=C3=BCn?=", "grün"),
        (b"=?utf-8?q?gr=C3?= =?utf-8?q?=BCn?=", "grün"),
        (b"=?utf-8*de?q?gr=C3=BCn?=", "grün"),
        ("grün".encode(), "grün"),
        ("grün".encode("latin-1"), "grün"),
        (b"=?" * 50, "=?" * 50),
    ],
)
def test_a_broken_encoded_word_is_shown_as_well_as_possible(value, subject):
    assert parse_message(b"Subject: " + value + b"\n\nx").subject == subject


@pytest.mark.parametrize(
    ("disposition", "name"),
    [
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\temp\\\\a.txt"', "a.txt"),
        (b'attachment; filename="a\x00b.txt"', "a b.txt"),
        (b'attachment; filename="<script>.html"', "_script_.html"),
        (b"attachment; filename*=utf-8''a%0d%0ab.txt", "a b.txt"),
        (b"attachment; filename*=utf-8''%e2%80%aegpj.exe", "gpj.exe"),
        (b"attachment; filename*=nope'x'gr%C3%BCn.txt", "grün.txt"),
        (b"attachment; filename*99999999999=a; filename=b.txt", "b.txt"),
        (b"attachment; filename=" + b"a" * 500 + b".pdf", "a" * 146 + ".pdf"),
        (b'attachment; filename="..."', "part-1.bin"),
        (b"attachment", "part-1.bin"),
    ],
)
def test_a_hostile_file_name_is_made_safe(disposition, name):
    headers = b"Content-Type: application/octet-stream\r\nContent-Disposition: " + disposition
    assert [
        file.name for file in parse_message(MIXED + part(headers, b"x") + b"--b--").attachments
    ] == [name]


@pytest.mark.parametrize(
    "date",
    [
        b"yesterday",
        b"Fri, 99 Nov 2026 99:99:99 +9999",
        b"1 Jan 1900 00:00 +2359",
        b"9" * 5000,
        b"-",
        b"\x00",
    ],
)
def test_an_invalid_date_is_left_out(date):
    assert parse_message(b"Date: " + date + b"\n\nx").date is None


def test_many_problems_make_few_remarks():
    parts = b"".join(part(b"Content-Type: text/plain; charset=utf-8", b"\xff") for _ in range(500))
    notes = parse_message(MIXED + parts + b"--b--").notes
    assert len(notes) == 20
    assert notes[-1] == make_remark(RemarkCode.MORE, count=481)


def _file_of(size: int) -> bytes:
    data = base64.encodebytes(b"\x00\x01\x02" * (size // 3))
    headers = b"Content-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64"
    return MIXED + part(b"Content-Type: text/plain", b"kept") + part(headers, data) + b"--b--"


WORST = {
    "30 MB file over the limit": _file_of(30_000_000),
    "24 MB file": _file_of(24_000_000),
    "30 MB of text": HEAD + b"\r\n" + "word 😀\r\n".encode() * 2_500_000,
    "10 MB of HTML": HEAD
    + b"Content-Type: text/html\r\n\r\n"
    + b"<p>hello <b>world</b></p>" * 400_000,
    "HTML of paragraphs": HEAD + b"Content-Type: text/html\r\n\r\n" + b"<p>" * 330_000,
    "20000 levels": nested(20_000),
    "delimiter lines": MIXED + b"--\n" * 5_000_000,
    "folded lines": b"X: y" + b"\n z" * 3_000_000,
    "short headers": b"a: b\n" * 1_000_000,
    "quotes in addresses": b"To: " + b'"a\\" ' * 200_000 + b"\nFrom: " + b'"' * 3_999 + b"\n\nx",
    "angles in references": b"References: " + b"<" * 1_000_000 + b"\n\nx",
    "quoted semicolons": HEAD + b'Content-Type: text/plain; a="' + b';"' * 500_000 + b"\n\nx",
    "encoded words": b"Subject: " + b"=?utf-8?q?a?= " * 100_000 + b"\n\nx",
}


@pytest.mark.parametrize("name", WORST)
def test_the_worst_mails_take_bounded_time(name):
    run_within(400, parse_message, WORST[name])


@pytest.mark.parametrize(
    "name", ["30 MB file over the limit", "24 MB file", "30 MB of text", "folded lines"]
)
def test_the_worst_mails_take_at_most_512_mebibytes(name):
    tracemalloc.start()
    try:
        parse_message(WORST[name])
        assert tracemalloc.get_traced_memory()[1] < 512 * 1024 * 1024 - len(WORST[name])
    finally:
        tracemalloc.stop()
