"""The content of one MIME part: decode it, read its text, name its file. Never raises."""

import binascii
import mimetypes

from channels_intake.mime.charsets import decode_charset, find_html_charset
from channels_intake.mime.envelope import IncomingFile
from channels_intake.mime.parts import MAX_PART_HEADER_BYTES, Part, split_headers
from channels_intake.mime.text import (
    clean_file_name,
    decode_base64,
    decode_header,
    is_base64_text,
    one_line,
    parse_parameters,
)

BODY_TYPES = {"text/plain", "text/html"}
PLAIN_ENCODINGS = {"", "7bit", "8bit", "binary"}

# Types whose usual extension Python's table lacks or has wrong
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "application/ms-tnef": ".dat",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "image/jpeg": ".jpg",
}
_STEMS = {
    "message/rfc822": "message",
    "text/calendar": "invitation",
    "application/ms-tnef": "winmail",
    "message/delivery-status": "delivery-status",
    "text/rfc822-headers": "headers",
}


def get_disposition(part: Part) -> tuple[str, dict[str, str]]:
    """Return the Content-Disposition (RFC 2183) and its parameters, or ("", {})."""
    return parse_parameters(part.header("content-disposition"))


def get_whole_name(part: Part) -> str:
    """Return the sender's file name as it was written, on one line, or ""."""
    return get_disposition(part)[1].get("filename") or part.parameters.get("name") or ""


def get_given_name(part: Part) -> str:
    """Return the sender's file name, made safe, or ""."""
    return clean_file_name(get_whole_name(part))


def is_body(part: Part) -> bool:
    """Return True if a leaf is text of the message itself, not an attachment."""
    if part.content_type.startswith("multipart/"):
        return True
    return (
        part.content_type in BODY_TYPES
        and get_disposition(part)[0] != "attachment"
        and not get_given_name(part)
    )


def get_transfer_encoding(part: Part) -> str:
    """Return the Content-Transfer-Encoding in lower case. Containers have none."""
    if part.content_type.startswith("multipart/"):
        return ""
    return parse_parameters(part.header("content-transfer-encoding"))[0]


def estimate_size(part: Part) -> int:
    """Estimate the decoded size of a part in bytes without decoding it; at most 4% too high."""
    size = part.end - part.start
    return size * 3 // 4 if get_transfer_encoding(part) == "base64" else size


def decode_body(raw: bytes, part: Part, max_bytes: int | None = None) -> tuple[bytes, bool]:
    """Decode a part, at most `max_bytes` encoded bytes of it.

    Return the bytes, and True if they were undamaged.
    """
    end = part.end if max_bytes is None else min(part.end, part.start + max_bytes)
    data = raw[part.start : end]
    encoding = get_transfer_encoding(part)
    if encoding == "base64":
        return decode_base64(data) if is_base64_text(data) else (data, False)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(data), True
    return data, encoding in PLAIN_ENCODINGS


def decode_text(raw: bytes, part: Part, max_bytes: int) -> tuple[str, bool]:
    """Return the text of a body part, and True if encoding and charset were valid.

    Of a part with more than `max_bytes` encoded bytes, only whole lines within these are read.
    """
    data, sound = decode_body(raw, part, max_bytes)
    if part.end - part.start > max_bytes:
        data = data[: data.rfind(b"\n") + 1] or data
    text, fitted = decode_charset(data, _find_charset(data, part))
    return text, sound and fitted


def _find_charset(data: bytes, part: Part) -> str:
    """Return the charset of the header, otherwise of the HTML unless its bytes are UTF-8."""
    charset = part.parameters.get("charset", "")
    if charset or part.content_type != "text/html":
        return charset
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return find_html_charset(data)
    return find_html_charset(data) if data.isascii() else "utf-8"


def name_file(raw: bytes, part: Part, number: int) -> str:
    """Return the sender's name for a file, otherwise one by its type. number: counts from 1."""
    name = get_given_name(part)
    kind = part.content_type
    if name:
        return (
            f"{name}.eml"
            if kind == "message/rfc822" and not name.lower().endswith(".eml")
            else name
        )
    if kind == "message/rfc822":
        headers, _, _ = split_headers(raw, part.start, MAX_PART_HEADER_BYTES)
        subject = next((value for key, value in headers if key.lower() == "subject"), "")
        name = clean_file_name(decode_header(subject, 80).replace("/", "-").replace("\\", "-"))
        return f"{name or 'message'}.eml"
    extension = _EXTENSIONS.get(kind) or mimetypes.guess_extension(kind) or ".bin"
    return f"{_STEMS.get(kind, f'part-{number}')}{extension}"


def make_file(raw: bytes, part: Part, number: int) -> tuple[IncomingFile, bool]:
    """Return the file in a part, and True if it was decoded without loss."""
    content, sound = decode_body(raw, part)
    content_id = one_line(part.header("content-id"), 250).strip("<> ")
    is_inline = bool(content_id) and get_disposition(part)[0] != "attachment"
    name = name_file(raw, part, number)
    return IncomingFile(name, part.content_type, content, content_id, is_inline), sound
