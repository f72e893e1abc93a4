"""Turn bytes and header values of email into clean text, in linear time. Never raises."""

import binascii
import re
import unicodedata
from urllib.parse import unquote_to_bytes

from accounts.texts import strip_direction_controls
from channels_intake.mime.charsets import decode_charset, guess_text

MAX_VALUE_CHARS = 20_000
MAX_PARAMETER_CHARS = 8_000
MAX_FILE_NAME_CHARS = 150

_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r';\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*"?|[^;]*)', re.DOTALL)
_SECTION = re.compile(r"([^*]+)\*(?:(\d{1,3})(\*)?)?")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_LINE_FORM = re.compile(rb"[\s=]")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def remove_unstorable(text: str) -> tuple[str, bool]:
    """Return the text with LF line ends, without controls and lone surrogates.

    Also return True if it had a NUL.
    """
    unified = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNSTORABLE.sub("", unified), "\x00" in text


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Decode base64, skipping foreign characters. Return it, and True if it was undamaged."""
    try:
        return binascii.a2b_base64(data), True
    except binascii.Error:
        letters = _NOT_BASE64.sub(b"", data)
        if len(letters) % 4 == 1:
            letters = letters[:-1]
        return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4)), False


def decode_header(value: str, max_chars: int = 1_000) -> str:
    """Decode a header (RFC 2047) to one line. Controls and line breaks become spaces."""
    value = value[:MAX_VALUE_CHARS]
    pieces: list[str] = []
    pending: tuple[str, bytes] | None = None
    position = 0
    for word in _ENCODED_WORD.finditer(value):
        gap = value[position : word.start()]
        charset, content = word[1].partition("*")[0], _decode_word(word[2], word[3])
        joined = pending is not None and not gap.strip()
        if joined and pending is not None and pending[0].lower() == charset.lower():
            pending = (charset, pending[1] + content)
        else:
            pieces += [_finish(pending), "" if joined else _plain(gap)]
            pending = (charset, content)
        position = word.end()
    pieces += [_finish(pending), _plain(value[position:])]
    return one_line("".join(pieces), max_chars)


def _finish(pending: tuple[str, bytes] | None) -> str:
    return decode_charset(pending[1], pending[0])[0] if pending else ""


def _plain(value: str) -> str:
    """Decode raw 8-bit text, which `split_headers` kept as surrogates if it was not UTF-8."""
    if value.isascii():
        return value
    return guess_text(value.encode("utf-8", "surrogateescape"))


def _decode_word(encoding: str, content: str) -> bytes:
    data = content.encode("utf-8", "surrogateescape")
    if encoding in "bB":
        return decode_base64(data)[0]
    return binascii.a2b_qp(data.replace(b"\n", b" "), header=True)


def one_line(text: str, max_chars: int) -> str:
    """Return one line without controls and direction overrides, cut at `max_chars`."""
    text = strip_direction_controls(_UNSTORABLE.sub(" ", text))
    return " ".join(text.split())[:max_chars]


def parse_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Split `type/subtype; name=value` (RFC 2045, 2231) into lower-case type and parameters."""
    value = value[:MAX_PARAMETER_CHARS]
    plain: dict[str, str] = {}
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for found in _PARAMETER.finditer(value):
        name, text = found[1].lower(), _unquote(found[2].strip())
        section = _SECTION.fullmatch(name)
        if section is None:
            plain.setdefault(name, text if name == "boundary" else decode_header(text))
            continue
        encoded = bool(section[3]) or section[2] is None
        sections.setdefault(section[1], {}).setdefault(int(section[2] or 0), (text, encoded))
    extended = {name: _join_sections(parts) for name, parts in sections.items()}
    return value.partition(";")[0].strip().lower(), plain | extended


def _unquote(text: str) -> str:
    if not text.startswith('"'):
        return text
    return _QUOTED_PAIR.sub(r"\1", text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:])


def _join_sections(sections: dict[int, tuple[str, bool]]) -> str:
    """Join the numbered pieces of an RFC 2231 value. The first may have `charset'language'`."""
    charset, data = "utf-8", b""
    for number in sorted(sections):
        text, encoded = sections[number]
        if encoded and number == min(sections) and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "surrogateescape")
        data += unquote_to_bytes(raw) if encoded else raw
    return one_line(decode_charset(data, charset)[0], MAX_FILE_NAME_CHARS * 4)


def clean_file_name(name: str) -> str:
    """Return a file name without folders, controls and outer dots, or "". Keep the extension."""
    name = one_line(unicodedata.normalize("NFC", name), MAX_FILE_NAME_CHARS * 4)
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*\x00-\x1f]', "_", name).strip(" .")
    if len(name) <= MAX_FILE_NAME_CHARS:
        return name
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending) > 10:
        return name[:MAX_FILE_NAME_CHARS]
    return f"{stem[: MAX_FILE_NAME_CHARS - len(ending) - 1]}.{ending}"


def is_base64_text(data: bytes) -> bool:
    """Return True if `data` looks like base64. Plain text with a wrong label would be lost."""
    sample = data[:4_000]
    foreign = len(_NOT_BASE64.sub(b"", sample)) + len(_LINE_FORM.findall(sample)) < 0.9 * len(
        sample
    )
    return not foreign and sample.strip().count(b" ") * 20 <= len(sample)
