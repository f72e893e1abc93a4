"""Mailboxes, and verification that a desk may use them.

Anyone can enter an address. Email is accepted for it and sent from it only after a code that was
emailed there comes back: entered by the desk's admin, or in the email itself if the address
forwards to the inbound webhook. The installation's admin may also mark an address as verified.
Until then several desks may list one address. Verified, it belongs to one desk.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode
from datetime import datetime, timedelta
from email.utils import formataddr

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.matching import get_registrable_domain
from accounts.models import AuditAction, Desk, User
from accounts.models.audit import VERIFICATION_EMAIL
from channels_intake.models import Mailbox

LIFETIME = timedelta(days=7)
MAX_TRIES = 5
CODE_CHARS = 16  # of five bits each: 80 bits cannot be guessed
GROUP_CHARS = 4

_CODE = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b")


class VerificationError(ValueError):
    """The address could not be verified. The text says why."""


def list_usable_mailboxes() -> QuerySet[Mailbox]:
    """Return the mailboxes that receive and send email."""
    return Mailbox.objects.filter(is_active=True, verified_at__isnull=False)


def list_release_mailboxes() -> QuerySet[Mailbox]:
    """Return the mailboxes that stray email can be released to, across all desks."""
    return list_usable_mailboxes().filter(desk__is_suspended=False).select_related("desk")


def get_default_mailbox(desk: Desk | int) -> Mailbox | None:
    """Return the mailbox that a desk sends from by default, otherwise its oldest, or None."""
    return list_usable_mailboxes().filter(desk=desk).order_by("-is_default", "pk").first()


def get_default_error(mailbox: Mailbox) -> str | None:
    """Return why a mailbox can't be the desk's default, or None: there is another one."""
    others = Mailbox.objects.filter(desk=mailbox.desk_id, is_default=True).exclude(pk=mailbox.pk)
    other = others.first() if mailbox.is_default else None
    if other is None:
        return None
    text = _("%(address)s is the default mailbox. Clear its default setting first.")
    return text % {"address": other.address}


def format_desk_sender(desk: Desk) -> str:
    """Return the From header of an email that is about no message: the desk's default mailbox."""
    box = get_default_mailbox(desk)
    return formataddr((desk.name, box.address)) if box else settings.DEFAULT_FROM_EMAIL


def create_code(mailbox: Mailbox, *, at: datetime) -> str:
    """Create a code to email to the address. Earlier ones stop working; only the hash is stored."""
    text = b32encode(secrets.token_bytes(CODE_CHARS * 5 // 8)).decode()
    code = "-".join(text[i : i + GROUP_CHARS] for i in range(0, CODE_CHARS, GROUP_CHARS))
    mailbox.code_hash, mailbox.code_sent_at, mailbox.code_tries = _hash(code), at, 0
    mailbox.save(update_fields=["code_hash", "code_sent_at", "code_tries"])
    return code


def verify_by_code(mailbox: Mailbox, typed: str, *, by: User, at: datetime) -> None:
    """Verify the address by the code that was mailed to it.

    Raises VerificationError for a wrong or expired code, or after MAX_TRIES.
    """
    with transaction.atomic():
        locked = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        refusal = _refuse_code(locked, typed, at)
        Mailbox.objects.filter(pk=locked.pk).update(code_tries=locked.code_tries + 1)
    if refusal:
        raise VerificationError(refusal)
    verify_mailbox(mailbox, how="code", by=by, at=at)


def verify_mailbox(mailbox: Mailbox, *, how: str, by: User | None, at: datetime) -> None:
    """Mark the address as verified, with an audit entry. Do nothing if it is verified.

    how: "code", "arrival" or "marked", for the audit. Raises VerificationError if another desk has
    verified the address before.
    """
    waiting = Mailbox.objects.filter(pk=mailbox.pk, verified_at__isnull=True)
    try:
        with transaction.atomic():
            if waiting.update(verified_at=at, code_hash=""):
                _audit(mailbox, how, by)
    except IntegrityError as error:
        raise VerificationError(
            _("Another desk already receives email for %(address)s.") % {"address": mailbox.address}
        ) from error
    mailbox.refresh_from_db()


def verify_by_arrival(addresses: list[str], text: str, *, at: datetime) -> Mailbox | None:
    """Verify an address by the email with its code that was sent to it. Return the mailbox, or
    None.

    Called in the system scope. Someone who routes a whole domain here receives the codes of all its
    addresses, so this verifies nothing on a domain where another desk has a mailbox.
    """
    hashes = [_hash(code) for code in _CODE.findall(text)[:MAX_TRIES]]
    waiting = Mailbox.objects.filter(
        address__in=addresses,
        code_hash__in=hashes,
        verified_at__isnull=True,
        code_sent_at__gt=at - LIFETIME,
    )
    mailbox = waiting.select_related("desk").first()
    if mailbox is None or _is_shared(mailbox):
        return None
    verify_mailbox(mailbox, how="arrival", by=None, at=at)
    return mailbox


def _is_shared(mailbox: Mailbox) -> bool:
    """Return True if another desk has verified an address at the same registrable domain."""
    site = _get_site(mailbox.address)
    others = Mailbox.objects.filter(verified_at__isnull=False).exclude(desk=mailbox.desk_id)
    near = others.filter(address__endswith=site).values_list("address", flat=True)
    return any(_get_site(address) == site for address in near)


def _get_site(address: str) -> str:
    domain = address.rpartition("@")[2]
    return get_registrable_domain(domain) or domain


def _audit(mailbox: Mailbox, how: str, by: User | None) -> None:
    record_audit(
        desk=mailbox.desk_id,
        by=by or VERIFICATION_EMAIL,
        action=AuditAction.MAILBOX_VERIFIED,
        about=mailbox,
        target=mailbox.address,
        detail={"how": how},
    )


def _refuse_code(mailbox: Mailbox, typed: str, at: datetime) -> str:
    """Return why the code doesn't verify the mailbox, or ""."""
    if mailbox.verified_at is not None:
        return ""
    if (
        not mailbox.code_hash
        or mailbox.code_sent_at is None
        or mailbox.code_sent_at <= at - LIFETIME
    ):
        return _("This code has expired. Send a new one.")
    if mailbox.code_tries >= MAX_TRIES:
        return _("Too many wrong codes. Send a new one.")
    if not secrets.compare_digest(mailbox.code_hash, _hash(typed)):
        return _("That code is not correct. Check the latest email and try again.")
    return ""


def _hash(code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
