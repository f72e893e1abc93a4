"""Parse addresses in mail headers, in one way only: the raw header first, then the display name.

Anything but exactly one address becomes "" (unknown) instead of a guess: two parsers of one header
must never find two addresses (the class of GHSA-mvxr).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.matching import normalize_email
from channels_intake.mime.charsets import decode_charset
from channels_intake.mime.envelope import Address
from channels_intake.mime.text import decode_header
from tickets.sentences.remarks import RemarkCode

Headers = Sequence[tuple[str, str]]

MAX_FROM_CHARS = 4_000
MAX_LIST_CHARS = 60_000
MAX_NAME_CHARS = 1_000  # a contact's is shorter; a remark has all of it
MAX_FROM_HEADERS = 10

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<comment>\((?:[^()\\]|\\.)*\))
      | (?P<special>[<>,;:])
      | (?P<word>[^\s"()<>,;:]+)
      | (?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
# An address within a name: with text on both sides of the @, and something like a dot behind it.
_ADDRESS_LIKE = re.compile(r"(?<=[^\s<(])[@＠][^\s<>\"()@＠]+[.。．｡]")
_IN_ANGLE = re.compile(r"([^<>]*)<([^<>@\s]+@[^<>@\s]+)>([^<>]*)")
_BEFORE_COMMENT = re.compile(r"\s*([^\s<>@\"(),:;]+@[^\s<>@\"(),:;]+)\s*\(([^<>]*)")
_ISO_2022 = "\x1b$"

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of an address list. email: normalized, or "". is_bare: it has no @ at all."""

    email: str
    raw_name: str
    is_bare: bool

    @property
    def name(self) -> str:
        """The display name, decoded, on one line."""
        return decode_header(self.raw_name, MAX_NAME_CHARS)


def get_header_values(headers: Headers, name: str) -> list[str]:
    """Return all values of a header, topmost first. name: in lower case."""
    return [value for key, value in headers if key.lower() == name]


def parse_addresses(values: Sequence[str], max_count: int) -> tuple[Address, ...]:
    """Return the readable addresses of To, Cc and such, each once, at most `max_count`."""
    found: dict[str, Address] = {}
    for value in values:
        for box in _read_list(value[:MAX_LIST_CHARS]):
            if box.email and len(found) < max_count:
                found.setdefault(box.email, Address(box.email, box.name))
    return tuple(found.values())


def quote_address(email: str) -> str:
    """Return a normalized address as SMTP wants it: `"a..b"@docomo.example` (RFC 5321, 4.1.2)."""
    local, at, domain = email.rpartition("@")
    is_dot_atom = all(local.split("."))
    return email if is_dot_atom or not at else f'"{local}"{at}{domain}'


def parse_sender(headers: Headers) -> tuple[Address, RemarkCode | None]:
    """Return the author of an email, and its oddities.

    The address is "" unless there is exactly one.
    """
    values = get_header_values(headers, "from")
    if not values:
        return Address(""), RemarkCode.NO_SENDER
    readings = [_read_sender(value) for value in values[:MAX_FROM_HEADERS]]
    emails = {address.email for address in readings}
    if len(values) > MAX_FROM_HEADERS or len(emails) > 1:
        return Address("", readings[0].name), RemarkCode.SEVERAL_SENDERS
    if emails == {""}:
        return readings[0], RemarkCode.UNCLEAR_SENDER
    return readings[0], RemarkCode.REPEATED_SENDER if len(values) > 1 else None


def _read_sender(value: str) -> Address:
    if len(value) > MAX_FROM_CHARS:
        return Address("", decode_header(value, MAX_NAME_CHARS))
    if _ISO_2022 in value:  # raw Japanese: its bytes look like quotes and brackets
        value = decode_charset(value.encode("utf-8", "surrogateescape"), "iso-2022-jp")[0]
    boxes = list(_read_list(value, strict=True))
    addressed = [box for box in boxes if not box.is_bare]
    if len(addressed) != 1 or not addressed[0].email:
        return _read_lone(value) or Address("", decode_header(value, MAX_NAME_CHARS))
    # An unquoted comma in a name ("Doe, John <j@...>") makes bare entries, which hold no address.
    name = decode_header(", ".join(box.raw_name for box in boxes if box.raw_name), MAX_NAME_CHARS)
    return Address(addressed[0].email, name)


def _read_lone(value: str) -> Address | None:
    """Return the sender if only the name is broken: one address, and nothing else like one."""
    if found := _IN_ANGLE.fullmatch(value):
        before, address, after = found[1], found[2], found[3]
    elif found := _BEFORE_COMMENT.fullmatch(value):
        before, address, after = "", found[1], found[2]
    else:
        return None
    email = normalize_email(address)
    if not email or _ADDRESS_LIKE.search(before) or _ADDRESS_LIKE.search(after):
        return None
    name = decode_header(before.strip() or after.strip(), MAX_NAME_CHARS)
    return Address(email, name.strip('" '))


def _read_list(value: str, *, strict: bool = False) -> Iterator[Entry]:
    """Read entry by entry. Broken syntax ends the list; if strict, nothing is readable."""
    entry: list[Token] = []
    in_angle = False
    for token in _TOKEN.finditer(value):
        kind, text = str(token.lastgroup), token[0]
        if kind == "bad" or (strict and kind == "special" and text in ":;"):
            if strict:
                yield from (Entry("", "", False), Entry("", "", False))
            return
        if kind == "special" and text in "<>":
            in_angle = text == "<"
        if kind == "special" and text in ",;" and not in_angle:
            yield from _read_entry(entry)
            entry = []
        elif kind == "special" and text == ":" and not in_angle:
            entry = []
        else:
            entry.append((kind, text))
    yield from _read_entry(entry)


def _read_entry(entry: list[Token]) -> Iterator[Entry]:
    visible = [token for token in entry if token[0] != "space"]
    if not visible:
        return
    comments = " ".join(text[1:-1] for kind, text in visible if kind == "comment")
    if ("special", "<") in visible or ("special", ">") in visible:
        yield _read_angle(entry, comments)
        return
    words = [text for kind, text in visible if kind != "comment"]
    raw = "".join(words)
    if "@" not in raw:
        yield Entry("", "".join(text for _, text in entry).strip(), True)
    else:
        yield Entry(normalize_email(raw) if _is_joined(entry) else "", comments, False)


def _is_joined(entry: list[Token]) -> bool:
    """Return True if an address without <> has no spaces: `a b@c` isn't an address."""
    gaps = "".join(" " if kind in {"space", "comment"} else "x" for kind, _ in entry).strip()
    return " " not in gaps


def _read_angle(entry: list[Token], comments: str) -> Entry:
    start = entry.index(("special", "<")) if ("special", "<") in entry else len(entry)
    phrase = [(kind, text) for kind, text in entry[:start] if kind != "comment"]
    rest = entry[start + 1 :]
    end = rest.index(("special", ">")) if ("special", ">") in rest else -1
    raw_name = "".join(_unquote(kind, text) for kind, text in phrase).strip() or comments
    inside = rest[:end] if end >= 0 else []
    after = rest[end + 1 :] if end >= 0 else [("bad", "")]
    email = normalize_email("".join(text for _, text in inside))
    if any(kind not in {"space", "comment"} for kind, _ in after) or any(
        k == "comment" for k, _ in inside
    ):
        email = ""
    if _claims_another(phrase, email):
        email = ""
    return Entry(email, raw_name, False)


def _claims_another(phrase: list[Token], email: str) -> bool:
    """Return True if the unquoted name is itself an address, and not the one in <>."""
    shown = "".join('"' if kind == "quoted" else text for kind, text in phrase)
    words = [word for word in shown.split() if _ADDRESS_LIKE.search(word)]
    return any(normalize_email(word) != email for word in words)


def _unquote(kind: str, text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text
