"""Message-IDs in the headers of an email (RFC 5322, 3.6.4), without <>."""

import re

MAX_MESSAGE_ID_CHARS = 900
MAX_REFERENCES = 100

_MESSAGE_ID = re.compile(r"<([^<>\s\x00-\x1f\ud800-\udfff]{1,900})>")


def read_message_id(value: str) -> str:
    """Return the id without <>. An id written without them counts if it is one plain word."""
    found = _MESSAGE_ID.search(value[:4_000])
    if found:
        return found[1]
    word = value.strip()
    return word if len(word) <= MAX_MESSAGE_ID_CHARS and re.fullmatch(r"[!-;=?-~]+", word) else ""


def read_references(value: str) -> tuple[str, ...]:
    """Return the ids, each once; of very many, the first (the thread's root) and the last ones."""
    ids = list(dict.fromkeys(_MESSAGE_ID.findall(value)))
    return tuple(ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]])
