"""Delivery reports of mail servers (RFC 3464, RFC 6533). Never raises.

Only the documented form counts here; plain_bounces.py reads the others.
"""

from collections.abc import Iterator, Sequence

from accounts.matching import normalize_email
from channels_intake.mime.addresses import get_header_values
from channels_intake.mime.content import decode_body
from channels_intake.mime.envelope import DeliveryAction, DeliveryReport, RecipientReport
from channels_intake.mime.message_ids import read_message_id
from channels_intake.mime.parts import MAX_PART_HEADER_BYTES, HeaderList, Part, Tree, split_headers
from channels_intake.mime.text import decode_header

MAX_STATUS_BYTES = 256 * 1024
MAX_GROUPS = 200
MAX_REASON_CHARS = 500

STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
RETURNED_TYPES = {
    "message/rfc822",
    "message/global",
    "message/global-headers",
    "text/rfc822-headers",
}
_ADDRESS_FIELDS = ("original-recipient", "final-recipient")
_ID_FIELDS = ("original-message-id", "x-original-message-id")
_ACTIONS = {action.value: action for action in DeliveryAction}


def is_delivery_report(part: Part) -> bool:
    """Return True if the email's own type says that it is a delivery report."""
    kind = part.parameters.get("report-type", "").strip().lower()
    return part.content_type == "multipart/report" and kind == "delivery-status"


def read_delivery_report(raw: bytes, tree: Tree) -> DeliveryReport | None:
    """Return the report in an email, or None if it isn't one about at least one recipient."""
    if not is_delivery_report(tree.root):
        return None
    parts = [leaf for leaf in tree.leaves if leaf.parent is tree.root]
    groups = _read_status(raw, parts)
    recipients = tuple(found for group in groups or [] if (found := _read_recipient(group)))
    if groups is None or not recipients:
        return None
    stated = (value for group in groups for name in _ID_FIELDS for value in _values(group, name))
    returned = (
        read_returned_id(raw, part) for part in parts if part.content_type in RETURNED_TYPES
    )
    ids = (*map(read_message_id, stated), *returned)
    return DeliveryReport(recipients, tuple(dict.fromkeys(filter(None, ids))))


def read_status_recipients(raw: bytes, tree: Tree) -> tuple[RecipientReport, ...] | None:
    """Return what a status part anywhere in an email reports, or None without such a part."""
    groups = _read_status(raw, tree.leaves)
    if groups is None:
        return None
    return tuple(found for group in groups if (found := _read_recipient(group)))


def read_returned_id(raw: bytes, part: Part) -> str:
    """Return the Message-ID of the email, or of its headers, that a part returns, or ""."""
    values = _values(_read_returned(raw, part), "message-id")
    return read_message_id(values[0]) if values else ""


def _read_status(raw: bytes, parts: Sequence[Part]) -> list[HeaderList] | None:
    status = next((part for part in parts if part.content_type in STATUS_TYPES), None)
    if status is None:
        return None
    return list(_read_groups(decode_body(raw, status, MAX_STATUS_BYTES)[0]))


def _values(headers: HeaderList, name: str) -> list[str]:
    return get_header_values(headers, name)


def _read_groups(data: bytes) -> Iterator[HeaderList]:
    """Yield the groups of fields: one of the email, then one for each recipient."""
    position = 0
    for _ in range(MAX_GROUPS):
        fields, end, _ = split_headers(data, position, MAX_PART_HEADER_BYTES)
        if end <= position:
            return
        if fields:
            yield fields
        position = end


def _read_recipient(fields: HeaderList) -> RecipientReport | None:
    """Read the group of one recipient. Final-Recipient and Action are required."""
    action = _ACTIONS.get(" ".join(_values(fields, "action")).strip().lower())
    if action is None or not _values(fields, "final-recipient"):
        return None
    named = (value for name in _ADDRESS_FIELDS for value in _values(fields, name))
    emails = (normalize_email(value.partition(";")[2].strip().strip("<>")) for value in named)
    words = [*_values(fields, "diagnostic-code"), *_values(fields, "status"), ""]
    reason = decode_header(words[0].partition(";")[2] or words[0], MAX_REASON_CHARS)
    return RecipientReport(tuple(dict.fromkeys(filter(None, emails))), action, reason)


def _read_returned(raw: bytes, part: Part) -> HeaderList:
    data = decode_body(raw, part, MAX_STATUS_BYTES)[0]
    return split_headers(data, 0, MAX_STATUS_BYTES)[0]
