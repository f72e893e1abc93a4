"""Opaque S/MIME: signed text is shown, and encrypted text is said to be inside its file."""

import base64

import pytest

from channels_intake.mime.parsing import parse_message
from channels_intake.mime.smime import extract_signed
from tickets.sentences.remarks import RemarkCode, make_remark

INNER = b"Content-Type: text/plain; charset=iso-8859-1\r\n\r\nDer Z\xe4hler steht.\r\n"
SIGNED, ENCRYPTED, DATA = (bytes.fromhex(f"06092a864886f70d01070{n}") for n in (2, 3, 1))


def _tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    length = bytes((size,)) if size < 128 else b"\x82" + size.to_bytes(2)
    return bytes((tag,)) + length + content


def _open_end(tag: int, content: bytes) -> bytes:
    return bytes((tag, 0x80)) + content + b"\0\0"


def _contain(octets: bytes, kind: bytes = SIGNED, wrap=_tlv) -> bytes:
    """Return a SignedData without signers around the octets."""
    encapsulated = wrap(0x30, DATA + wrap(0xA0, octets))
    signed = wrap(0x30, _tlv(0x02, b"\1") + _tlv(0x31, b"") + encapsulated + _tlv(0x31, b""))
    return wrap(0x30, kind + wrap(0xA0, signed))


FORMS = {
    "DER": _contain(_tlv(0x04, INNER)),
    "BER without lengths": _contain(_tlv(0x04, INNER), wrap=_open_end),
    "streamed in pieces": _contain(
        _open_end(0x24, _tlv(0x04, INNER[:20]) + _tlv(0x04, INNER[20:])), wrap=_open_end
    ),
}


def _mail(content: bytes, parameters: str = "smime-type=signed-data; ") -> bytes:
    head = f"Content-Type: application/pkcs7-mime; {parameters}name=smime.p7m\r\n"
    head += "From: a@acme.example\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head.encode() + base64.encodebytes(content).replace(b"\n", b"\r\n")


@pytest.mark.parametrize("name", FORMS)
def test_signed_text_is_shown_and_its_file_kept(name):
    envelope = parse_message(_mail(FORMS[name]))
    assert envelope.body_text == "Der Zähler steht."
    assert [file.name for file in envelope.attachments] == ["smime.p7m"]
    assert envelope.notes == (make_remark(RemarkCode.SMIME_NOT_CHECKED),)


def test_files_inside_signed_content_are_attached():
    inner = (
        b"Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n\r\nSee the log.\r\n--B\r\n"
        b"Content-Disposition: attachment; filename=a.log\r\n\r\nline\r\n--B--\r\n"
    )
    envelope = parse_message(_mail(_contain(_tlv(0x04, inner))))
    assert envelope.body_text == "See the log."
    assert [file.name for file in envelope.attachments] == ["smime.p7m", "a.log"]


@pytest.mark.parametrize(
    "content",
    [
        _contain(_tlv(0x04, INNER), ENCRYPTED),
        FORMS["DER"][:60],
        b"\x30\x80" * 50_000,
        b"\x30\x85\xff\xff\xff\xff\xff",
        b"x",
    ],
)
def test_what_cannot_be_read_is_said_to_be_inside_the_file(content):
    envelope = parse_message(_mail(content, ""))
    assert envelope.body_text == ""
    assert envelope.notes == (make_remark(RemarkCode.SMIME_UNREADABLE, name="smime.p7m"),)


def test_certificates_alone_are_no_message():
    assert parse_message(_mail(FORMS["DER"], "smime-type=certs-only; ")).notes == ()


def test_only_signed_data_is_extracted():
    assert extract_signed(b"") is None
    assert extract_signed(FORMS["DER"]) == INNER
