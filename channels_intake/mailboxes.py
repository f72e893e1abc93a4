"""Whose an address is: a mailbox is used once it is proven that the desk reads its mail (reliability.md, "Mail as an
identity").

Anybody may write an address down. Mail is taken in for it, and sent from it, only after a code that was mailed there
came back: typed by the desk's admin, or with the mail itself where the address leads to the inbound hook. The
installation's admin may mark an address as proven. Until then several desks may name one address; proven it belongs
to one.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from base64 import b32encode
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from accounts.audit import record_audit
from accounts.matching import get_registrable_domain
from accounts.models import AuditAction, Desk, User
from accounts.models.audit import VERIFICATION_EMAIL
from channels_intake.models import Mailbox

LIFETIME = timedelta(days=7)
MAX_TRIES = 5
CODE_CHARS = 16  # of five bits each: nobody guesses 80 bits
GROUP = 4

_CODE = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){3}\b")


class VerificationError(ValueError):
    """The address is not proven by this; the text says why."""


def list_usable_mailboxes() -> QuerySet[Mailbox]:
    """The mailboxes that mail may come in for and go out from."""
    return Mailbox.objects.filter(is_active=True, verified_at__isnull=False)


def list_release_mailboxes() -> QuerySet[Mailbox]:
    """What a mail of no desk may be released to: the mailboxes of all desks, for the installation's admin."""
    return list_usable_mailboxes().filter(desk__is_suspended=False).select_related("desk")


def get_default_mailbox(desk: Desk | int) -> Mailbox | None:
    """The usable mailbox that a desk's mail comes from when nothing else decides: the default, else the oldest."""
    return list_usable_mailboxes().filter(desk=desk).order_by("-is_default", "pk").first()


def create_code(mailbox: Mailbox, *, at: datetime) -> str:
    """Give a new code for the mail to the address; earlier ones die. Only its hash is kept."""
    text = b32encode(secrets.token_bytes(CODE_CHARS * 5 // 8)).decode()
    code = "-".join(text[i : i + GROUP] for i in range(0, CODE_CHARS, GROUP))
    mailbox.code_hash, mailbox.code_sent_at, mailbox.code_tries = _hash(code), at, 0
    mailbox.save(update_fields=["code_hash", "code_sent_at", "code_tries"])
    return code


def verify_by_code(mailbox: Mailbox, typed: str, *, by: User, at: datetime) -> None:
    """Prove the address by the code that was mailed to it. VerificationError for a wrong, old or worn-out one."""
    with transaction.atomic():
        locked = Mailbox.objects.select_for_update().get(pk=mailbox.pk)
        refusal = _refuse_code(locked, typed, at)
        Mailbox.objects.filter(pk=locked.pk).update(code_tries=locked.code_tries + 1)
    if refusal:
        raise VerificationError(refusal)
    verify_mailbox(mailbox, how="code", by=by, at=at)


def verify_mailbox(mailbox: Mailbox, *, how: str, by: User | None, at: datetime) -> None:
    """Mark the address as proven, with an audit entry; a proven one stays as it is.

    how: "code", "arrival" or "marked", for the audit. VerificationError when another desk has proven the address before.
    """
    waiting = Mailbox.objects.filter(pk=mailbox.pk, verified_at__isnull=True)
    try:
        with transaction.atomic():
            if waiting.update(verified_at=at, code_hash=""):
                _audit(mailbox, how, by)
    except IntegrityError as error:
        raise VerificationError(
            f"Mail for {mailbox.address} goes to another desk already."
        ) from error
    mailbox.refresh_from_db()


def verify_by_arrival(addresses: list[str], text: str, *, at: datetime) -> Mailbox | None:
    """Prove an address by the mail with its code, which came in for it; gives the mailbox. All desks are seen.

    Whoever routes a whole domain here gets the codes of every address below it: so this proves nothing on a domain
    where another desk has a mailbox.
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
    """Whether another desk has proven an address at the same registered domain."""
    site = _site(mailbox.address)
    others = Mailbox.objects.filter(verified_at__isnull=False).exclude(desk=mailbox.desk_id)
    near = others.filter(address__endswith=site).values_list("address", flat=True)
    return any(_site(address) == site for address in near)


def _site(address: str) -> str:
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
    if mailbox.verified_at is not None:
        return ""
    if (
        not mailbox.code_hash
        or mailbox.code_sent_at is None
        or mailbox.code_sent_at <= at - LIFETIME
    ):
        return "There is no code that still works; have a new one mailed."
    if mailbox.code_tries >= MAX_TRIES:
        return "This code was tried too often; have a new one mailed."
    if not secrets.compare_digest(mailbox.code_hash, _hash(typed)):
        return "This is not the code that was mailed."
    return ""


def _hash(code: str) -> str:
    plain = re.sub(r"[\s-]", "", code).upper()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()
