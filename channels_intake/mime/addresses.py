"""Addresses of mail headers, read in one way only: the raw header first, the display name decoded afterwards.

What is not plainly one address becomes "" (unknown) instead of a guess; two readers of one header must never
come to two addresses (the class of GHSA-mvxr).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from accounts.matching import normalize_email
from channels_intake.mime.envelope import Address
from channels_intake.mime.text import decode_header

Headers = Sequence[tuple[str, str]]

MAX_FROM_CHARS = 4_000
MAX_LIST_CHARS = 60_000
MAX_NAME_CHARS = 200

_TOKEN = re.compile(
    r"""(?P<space>\s+)
      | (?P<quoted>"(?:[^"\\]|\\.)*")
      | (?P<comment>\((?:[^()\\]|\\.)*\))
      | (?P<special>[<>,;:])
      | (?P<word>[^\s"()<>,;:]+)
      | (?P<bad>.)""",
    re.VERBOSE | re.DOTALL,
)
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f\ud800-\udfff]")

Token = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One entry of an address list. `email` is normalised or ""; `bare` means that it has no @ at all."""

    email: str
    raw_name: str
    bare: bool

    @property
    def name(self) -> str:
        """The display name, decoded, on one line."""
        return decode_header(self.raw_name, MAX_NAME_CHARS)


def get_header_values(headers: Headers, name: str) -> list[str]:
    """Give all values of a header, topmost first; `name` in lower-case."""
    return [value for key, value in headers if key.lower() == name]


def parse_addresses(values: Sequence[str], max_count: int) -> tuple[Address, ...]:
    """Give the readable addresses of To, Cc and the like, each once, at most `max_count` of them."""
    found: dict[str, Address] = {}
    for value in values:
        for box in _read_list(value[:MAX_LIST_CHARS]):
            if box.email and len(found) < max_count:
                found.setdefault(box.email, Address(box.email, box.name))
    return tuple(found.values())


def parse_sender(headers: Headers) -> tuple[Address, str]:
    """Give the one author of a mail and a note; the address is "" with a note when it is not plainly one."""
    values = get_header_values(headers, "from")
    if not values:
        return Address(""), "The mail names no sender."
    readings = [_read_sender(value) for value in values[:10]]
    emails = {address.email for address in readings}
    if len(values) > 10 or len(emails) > 1:
        return Address(
            "", readings[0].name
        ), "The mail names several senders, so its sender is unknown."
    if emails == {""}:
        return readings[0], "The sender's address could not be read with certainty."
    note = "The mail names its sender more than once." if len(values) > 1 else ""
    return readings[0], note


def _read_sender(value: str) -> Address:
    if len(value) > MAX_FROM_CHARS or _CONTROLS.search(value):
        return Address("", decode_header(value, MAX_NAME_CHARS))
    boxes = list(_read_list(value, strict=True))
    addressed = [box for box in boxes if not box.bare]
    if len(addressed) != 1 or not addressed[0].email:
        return Address("", decode_header(value, MAX_NAME_CHARS))
    # An unquoted comma in a name ("Doe, John <j@...>") makes bare entries; they hold no address.
    name = decode_header(", ".join(box.raw_name for box in boxes if box.raw_name), MAX_NAME_CHARS)
    return Address(addressed[0].email, name)


def _read_list(value: str, *, strict: bool = False) -> Iterator[Mailbox]:
    """Read entry by entry; broken syntax ends the list, in `strict` mode it makes the whole unreadable."""
    entry: list[Token] = []
    in_angle = False
    for token in _TOKEN.finditer(value):
        kind, text = str(token.lastgroup), token[0]
        if kind == "bad" or (strict and kind == "special" and text in ":;"):
            if strict:
                yield from (Mailbox("", "", False), Mailbox("", "", False))
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


def _read_entry(entry: list[Token]) -> Iterator[Mailbox]:
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
        yield Mailbox("", "".join(text for _, text in entry).strip(), True)
    else:
        yield Mailbox(normalize_email(raw) if _is_joined(entry) else "", comments, False)


def _is_joined(entry: list[Token]) -> bool:
    """Tell whether the words of an address without <> stand together: `a b@c` is no address."""
    gaps = "".join(" " if kind in {"space", "comment"} else "x" for kind, _ in entry).strip()
    return " " not in gaps


def _read_angle(entry: list[Token], comments: str) -> Mailbox:
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
    return Mailbox(email, raw_name, False)


def _claims_another(phrase: list[Token], email: str) -> bool:
    """Tell whether the unquoted name is itself an address and another one than the one in <>."""
    words = [text for kind, text in phrase if kind in {"word", "special"} and "@" in text]
    return any(normalize_email(word) != email for word in words)


def _unquote(kind: str, text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1]) if kind == "quoted" else text
