"""The content of an opaque S/MIME message (RFC 8551, 3.5): signed text inside a smime.p7m.

Only the container is read (CMS SignedData in BER, RFC 5652): the signature isn't checked, and what
is encrypted stays closed.
"""

from collections.abc import Iterator

TYPES = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
MAX_DEPTH = 4
MAX_PIECES = 100_000

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_SEQUENCE, _SET, _OID, _INTEGER, _OCTETS, _NESTED_OCTETS, _EXPLICIT = (
    0x30, 0x31, 0x06, 0x02, 0x04, 0x24, 0xA0,
)  # fmt: skip

Element = tuple[int, int, int, int]


def extract_signed(data: bytes) -> bytes | None:
    """Return the MIME entity that a SignedData holds, or None for anything else."""
    try:
        return _extract(data)
    except (IndexError, StopIteration, ValueError):
        return None


def _extract(data: bytes) -> bytes | None:
    outer = _list_children(data, _read_element(data, 0, len(data), 0), _SEQUENCE)
    if data[outer[0][1] : outer[0][2]] != _SIGNED_DATA:
        return None
    wrapper = _list_children(data, outer[1], _EXPLICIT)
    signed = _list_children(data, wrapper[0], _SEQUENCE)
    encapsulated = _list_children(data, signed[2], _SEQUENCE)
    content = _list_children(data, encapsulated[1], _EXPLICIT)[0]
    if content[0] == _OCTETS:
        return data[content[1] : content[2]]
    pieces = _list_children(data, content, _NESTED_OCTETS)
    if len(pieces) > MAX_PIECES or any(piece[0] != _OCTETS for piece in pieces):
        return None
    return b"".join(data[piece[1] : piece[2]] for piece in pieces)


def _list_children(data: bytes, parent: Element, tag: int) -> list[Element]:
    if parent[0] != tag:
        raise ValueError("Another element was expected.")
    return list(_iterate(data, parent[1], parent[2], 0))


def _iterate(data: bytes, start: int, end: int, depth: int) -> Iterator[Element]:
    while start < end:
        element = _read_element(data, start, end, depth)
        yield element
        start = element[3]


def _read_element(data: bytes, start: int, end: int, depth: int) -> Element:
    """Return tag, start and end of the content, and the end of the element.

    Raises ValueError or IndexError if it is not BER, or deeper than signed text is.
    """
    tag, first = data[start], data[start + 1]
    content = start + 2
    if first == 0x80:
        return _read_indefinite(data, start, end, depth)
    if first > 0x80:
        content += first & 0x7F
        if first > 0x84:
            raise ValueError("The length is too long.")
        first = int.from_bytes(data[start + 2 : content])
    if content + first > end:
        raise ValueError("The element is cut.")
    return tag, content, content + first, content + first


def _read_indefinite(data: bytes, start: int, end: int, depth: int) -> Element:
    """Return an element whose length isn't stated: it ends with two zero bytes."""
    if depth > 2 * MAX_DEPTH:
        raise ValueError("The elements are too deep.")
    position = start + 2
    while data[position : position + 2] != b"\0\0":
        if position >= end:
            raise ValueError("The element is cut.")
        position = _read_element(data, position, end, depth + 1)[3]
    return data[start], start + 2, position, position + 2
