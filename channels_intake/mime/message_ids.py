"""Message-IDs in the headers of an email (RFC 5322, 3.6.4), without <>.

Some programs write letters outside of ASCII in them, and others send those back as encoded words
(RFC 2047). Both forms are read as the same id.
"""

import re
import unicodedata

from channels_intake.mime.text import MAX_VALUE_CHARS, decode_header

MAX_MESSAGE_ID_CHARS = 900
MAX_REFERENCES = 100

_MESSAGE_ID = re.compile(r"<([^<>\s\x00-\x1f\ud800-\udfff]{1,900})>")


def read_message_id(value: str) -> str:
    """Return the id without <>. An id written without them counts if it is one plain word."""
    value = _decode(value[:4_000])
    found = _MESSAGE_ID.search(value)
    if found:
        return found[1]
    word = value.strip()
    return word if len(word) <= MAX_MESSAGE_ID_CHARS and re.fullmatch(r"[!-;=?-~]+", word) else ""


def read_references(value: str) -> tuple[str, ...]:
    """Return the ids, each once; of very many, the first (the thread's root) and the last ones."""
    ids = list(dict.fromkeys(_MESSAGE_ID.findall(_decode(value))))
    return tuple(ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]])


def _decode(value: str) -> str:
    if value.isascii() and "=?" not in value:
        return value
    return unicodedata.normalize("NFC", decode_header(value, MAX_VALUE_CHARS))
