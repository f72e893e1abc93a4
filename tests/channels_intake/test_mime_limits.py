"""Limits of the email parser: input exactly at a limit is kept, one more is not."""

from __future__ import annotations

import pytest

from channels_intake.mime import (
    addresses,
    collecting,
    header_blocks,
    html_text,
    html_tokens,
    introductions,
    message_ids,
    parsing,
    parts,
    quoting,
    sanitize,
    text,
)
from channels_intake.mime.addresses import parse_addresses, parse_sender
from channels_intake.mime.content import decode_text
from channels_intake.mime.envelope import Envelope, Limits
from channels_intake.mime.html_text import html_to_text
from channels_intake.mime.html_tokens import read_attributes, scan_html
from channels_intake.mime.parsing import parse_message
from channels_intake.mime.parts import read_tree, split_headers
from channels_intake.mime.quoting import split_quoted
from channels_intake.mime.sanitize import sanitize_html
from channels_intake.mime.text import clean_file_name, decode_header, parse_parameters
from channels_intake.providers import form_data
from channels_intake.providers.errors import UnreadableError
from channels_intake.providers.form_data import read_form
from tests.channels_intake.test_email_parsing_bad import HEAD, MIXED, part
from tickets.sentences.remarks import RemarkCode

TEXT = b"Content-Type: text/plain"
FORM = "application/x-www-form-urlencoded"


def parse(raw: bytes, **limits: int) -> Envelope:
    return parse_message(raw, limits=Limits(**limits))


def list_remarks(mail: Envelope) -> list[RemarkCode]:
    return [remark.code for remark in mail.notes]


# --- Limits of one message ---


def test_text_characters() -> None:
    body = "é" * 100
    raw = HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body.encode()
    assert list_remarks(parse(raw, max_text_chars=100)) == []
    cut = parse(raw, max_text_chars=99)
    assert (len(cut.body_text), list_remarks(cut)) == (99, [RemarkCode.TEXT_IN_FILE])


def test_the_text_limit_counts_all_parts_together() -> None:
    raw = MIXED + part(TEXT, b"x" * 60) + part(TEXT, b"y" * 40) + b"--b--"
    assert list_remarks(parse(raw, max_text_chars=100)) == []
    cut = parse(raw, max_text_chars=99)
    assert (cut.body_text.count("x"), cut.body_text.count("y")) == (60, 39)


def test_bytes_of_a_text() -> None:
    raw = b"Content-Type: text/plain\r\n\r\nfirst\nsecond"
    [leaf] = read_tree(raw, Limits()).leaves
    assert decode_text(raw, leaf, 12) == ("first\nsecond", True)
    assert decode_text(raw, leaf, 11) == ("first\n", True)


def test_files() -> None:
    raw = MIXED + part(b"Content-Type: application/zip; name=a.zip", b"x") * 3 + b"--b--"
    assert (len(parse(raw, max_files=3).attachments), parse(raw, max_files=3).notes) == (3, ())
    cut = parse(raw, max_files=2)
    assert (len(cut.attachments), list_remarks(cut)) == (2, [RemarkCode.TOO_MANY_FILES])


def test_bytes_of_all_files() -> None:
    raw = MIXED + part(b"Content-Type: application/zip; name=a.zip", b"x" * 50) * 2 + b"--b--"
    assert len(parse(raw, max_total_bytes=100).attachments) == 2
    cut = parse(raw, max_total_bytes=99)
    assert (len(cut.attachments), list_remarks(cut)) == (1, [RemarkCode.FILES_TOO_LARGE])
    # A file that is not too large by itself is not blamed for its own size.
    alone = parse(raw, max_total_bytes=49, max_file_bytes=50)
    assert list_remarks(alone)[0] is RemarkCode.FILES_TOO_LARGE
    assert list_remarks(parse(raw, max_file_bytes=49))[0] is RemarkCode.FILE_TOO_LARGE


def test_parts() -> None:
    raw = MIXED + b"".join(part(TEXT, b"t%d" % n) for n in range(9)) + b"--b--"
    # The email itself counts as one.
    assert list_remarks(parse(raw, max_parts=11)) == []
    cut = parse(raw, max_parts=9)
    assert list_remarks(cut) == [RemarkCode.PARTS_CUT]
    assert cut.body_text.endswith("t7")


def test_header_bytes() -> None:
    headers = b"X: y\r\n" * 10
    assert split_headers(headers + b"\r\n", 0, len(headers))[2] is False
    found, _, is_cut = split_headers(headers + b"\r\n", 0, len(headers) - 1)
    assert (len(found), is_cut) == (10, True)


def test_recipients() -> None:
    to = ", ".join(f"p{n}@acme.example" for n in range(5))
    raw = f"From: a@acme.example\r\nTo: {to}\r\nCc: {to}\r\n\r\nx".encode()
    for limit, kept in ((5, 5), (4, 4)):
        mail = parse(raw, max_recipients=limit)
        assert (len(mail.recipients), len(mail.cc)) == (kept, kept)


# --- Headers ---


@pytest.mark.parametrize("over", [0, 1])
def test_subject(over: int) -> None:
    subject = "s" * (parsing.MAX_SUBJECT_CHARS + over)
    mail = parse_message(f"Subject: {subject}\r\n\r\nx".encode())
    assert len(mail.subject) == parsing.MAX_SUBJECT_CHARS


@pytest.mark.parametrize("form", ["<{}>", "{}"])
def test_message_id(form: str) -> None:
    longest = "i" * message_ids.MAX_MESSAGE_ID_CHARS
    for message_id, read in ((longest, longest), (longest + "i", "")):
        mail = parse_message(f"Message-ID: {form.format(message_id)}\r\n\r\nx".encode())
        assert mail.message_id == read


def test_references() -> None:
    ids = [f"{n}@acme.example" for n in range(message_ids.MAX_REFERENCES + 1)]

    def read(wanted: list[str]) -> tuple[str, ...]:
        value = " ".join(f"<{i}>" for i in wanted)
        return parse_message(f"References: {value}\r\n\r\nx".encode()).references

    assert read(ids[:-1]) == tuple(ids[:-1])
    assert read(ids) == (ids[0], *ids[2:])


@pytest.mark.parametrize("over", [0, 1])
def test_remarks(over: int) -> None:
    damaged = part(b"Content-Type: text/plain; charset=utf-8", b"\xff")
    mail = parse_message(MIXED + damaged * (collecting.MAX_NOTES + over) + b"--b--")
    assert len(mail.notes) == collecting.MAX_NOTES
    assert (mail.notes[-1].code is RemarkCode.MORE) is bool(over)
    if over:
        assert dict(mail.notes[-1].parameters) == {"count": 2}


def test_from_header() -> None:
    address = " <ann@acme.example>"
    longest = "n" * (addresses.MAX_FROM_CHARS - len(address)) + address
    assert parse_sender([("From", longest)])[0].email == "ann@acme.example"
    assert parse_sender([("From", "n" + longest)])[0].email == ""


def test_from_headers() -> None:
    header = ("From", "ann@acme.example")
    most = [header] * addresses.MAX_FROM_HEADERS
    assert parse_sender(most)[0].email == "ann@acme.example"
    assert parse_sender([*most, header])[0].email == ""


@pytest.mark.parametrize("over", [0, 1])
def test_display_name(over: int) -> None:
    name = "n" * (addresses.MAX_NAME_CHARS + over)
    sender, _ = parse_sender([("From", f"{name} <ann@acme.example>")])
    assert len(sender.name) == addresses.MAX_NAME_CHARS


def test_address_list() -> None:
    last = "last@acme.example"
    padding = "a@b.example," + " " * (addresses.MAX_LIST_CHARS - len("a@b.example,") - len(last))
    assert [a.email for a in parse_addresses([padding + last], 9)] == ["a@b.example", last]
    cut = [address.email for address in parse_addresses([padding + " " + last], 9)]
    assert cut == ["a@b.example", last[:-1]]


@pytest.mark.parametrize("over", [0, 1])
def test_header_value(over: int) -> None:
    raw = b"X:" + b"v" * (parts.MAX_HEADER_VALUE_BYTES + over) + b"\r\n\r\n"
    [(_, value)], _, _ = split_headers(raw, 0, 10**6)
    assert len(value) == parts.MAX_HEADER_VALUE_BYTES


@pytest.mark.parametrize("over", [0, 1])
def test_decoded_header(over: int) -> None:
    assert len(decode_header("v" * (1_000 + over))) == 1_000
    value = "v" * (text.MAX_VALUE_CHARS + over)
    assert len(decode_header(value, 10**6)) == text.MAX_VALUE_CHARS


def test_parameters() -> None:
    start = "text/plain; name="
    room = text.MAX_PARAMETER_CHARS - len(start)
    for length in (room, room + 1):
        found = parse_parameters(start + "v" * length)[1]["name"]
        assert len(found) == min(length, room, 1_000)


@pytest.mark.parametrize("over", [0, 1])
def test_file_name(over: int) -> None:
    stem = "n" * (text.MAX_FILE_NAME_CHARS - len(".pdf") + over)
    cleaned = clean_file_name(f"{stem}.pdf")
    assert len(cleaned) == text.MAX_FILE_NAME_CHARS
    assert cleaned.endswith("n.pdf")


def test_boundary() -> None:
    # "--" belongs to a closing delimiter, which must be found as well.
    longest = b"b" * (parts.MAX_BOUNDARY_BYTES - 2)
    for boundary, is_split in ((longest, True), (longest + b"b", False)):
        raw = HEAD + b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n"
        raw += b"--" + boundary + b"\r\n" + TEXT + b"\r\n\r\ninside\r\n--" + boundary + b"--\r\n"
        assert (parse_message(raw).body_text == "inside") is is_split


def test_delimiter_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MAX_DELIMITER_LINES", 4)
    for lines, is_cut in ((3, False), (4, True)):
        raw = MIXED + b"--x\r\n" * lines + part(TEXT, b"inside")
        mail = parse_message(raw)
        assert (RemarkCode.PARTS_CUT in list_remarks(mail)) is is_cut
        assert mail.body_text.endswith("inside") is not is_cut


# --- HTML ---


def test_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_tokens, "MAX_TOKENS", 3)
    assert [token.name for token in scan_html("<i><b><u>")] == ["i", "b", "u", ""]
    assert [(token.name, token.text) for token in scan_html("<i><b><u><s>x")][3:] == [("", " x")]


def test_attributes() -> None:
    longest = "v" * html_tokens.MAX_VALUE_CHARS
    assert read_attributes(f'href="{longest}"') == {"href": longest}
    assert read_attributes(f'href="{longest}v"') == {}


def test_the_source_of_attributes() -> None:
    padding = " " * (html_tokens.MAX_ATTRIBUTE_CHARS - len("a=1"))
    for more, found in (("", {"a": "1"}), (" ", {"a": ""})):
        [token] = scan_html(f"<p{padding}{more}a=1>")
        assert token.attributes == found


def test_quote_depth() -> None:
    most = html_text.MAX_QUOTE_DEPTH
    for depth, shown in ((most, most), (most + 1, most)):
        assert html_to_text("<blockquote>" * depth + "x") == ">" * shown + " x"


def test_depth_of_tags() -> None:
    most = sanitize.MAX_DEPTH
    assert sanitize_html("<b>" * most + "x").count("<b>") == most
    assert sanitize_html("<b>" * (most + 1) + "x").count("<b>") == most


def test_sanitized_html() -> None:
    most = sanitize.MAX_HTML_CHARS
    assert sanitize_html("x" * most) == "x" * most
    cut = sanitize_html("x" * (most + 1))
    assert cut.endswith("<p>[…]</p>")
    assert len(cut) < most + 100


# --- Quotes ---


def test_lines_of_an_introduction() -> None:
    def split(lines: int) -> str:
        middle = "\n".join(["and"] * (lines - 2))
        return split_quoted(f"Yes.\n\nOn Mon, 5 May 2025\n{middle}\nAnn wrote:\n> Done?")[0]

    assert "On Mon" not in split(introductions.MAX_INTRO_LINES)
    assert "On Mon" in split(introductions.MAX_INTRO_LINES + 1)


def test_lines_of_a_header_block() -> None:
    def split(others: int) -> str:
        middle = "".join(f"Cc: p{n}\n" for n in range(others))
        return split_quoted(f"Yes.\n\nFrom: Ann\nSent: Monday\n{middle}Subject: Hi\n\nDone?")[0]

    # From, Sent and Subject are three of the lines.
    assert "From" not in split(header_blocks.MAX_BLOCK_LINES - 3)
    assert "From" in split(header_blocks.MAX_BLOCK_LINES - 2)


def test_lines_of_a_footer_under_a_quote() -> None:
    def split(lines: int) -> str:
        footer = "\n".join(["Ann"] * lines)
        return split_quoted(f"Yes.\n\nOn 5 May 2025, Ann wrote:\n> Done?\n\n-- \n{footer}")[0]

    assert split(quoting.MAX_FOOTER_LINES) == "Yes.\n\n"
    assert "> Done?" in split(quoting.MAX_FOOTER_LINES + 1)


def test_lines_searched_for_a_quote(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quoting, "MAX_LINES", 3)
    separator = "-----Original Message-----\nDone?"
    assert split_quoted("Yes.\n\n" + separator) == ("Yes.\n\n", separator)
    assert split_quoted("Yes.\n\n\n" + separator) == ("Yes.\n\n\n" + separator, "")


# --- Forms of providers ---


def test_fields_of_a_form() -> None:
    most = b"&".join(b"f%d=v" % n for n in range(form_data.MAX_FIELDS))
    assert len(read_form(most, FORM).fields) == form_data.MAX_FIELDS
    with pytest.raises(UnreadableError, match="too_many_fields"):
        read_form(most + b"&one=more", FORM)
