"""The note about an account. Its history is in the audit log."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.audit import record_audit
from accounts.models import Account, AccountNote, Agent, AuditAction
from accounts.models.fields import clean_lines

MAX_LENGTH = 4000


class StaleNoteError(Exception):
    """Another agent changed the note in the meantime. present: its text now."""

    def __init__(self, present: str, editor: str) -> None:
        self.present = present
        named = {"name": editor or _("Another agent"), "text": present}
        super().__init__(
            _(
                "%(name)s changed the note while you were writing. It now says: “%(text)s” Save"
                " again to replace it."
            )
            % named
            if present
            else _("The note was removed while you were writing. Save again to keep yours.")
        )


def get_account_note(account: Account) -> str:
    """Return the text of the note about an account, or ""."""
    texts = AccountNote.objects.filter(account=account).values_list("text", flat=True)
    return texts.first() or ""


def set_account_note(
    *, account: Account, text: str, expected: str, by: Agent, at: datetime
) -> bool:
    """Write the note about an account, or remove it with an empty text. Return False if unchanged.

    expected: the text that the writer saw; raises StaleNoteError if it's another one by now.
    """
    new, seen = clean_lines(text).strip(), clean_lines(expected).strip()
    with transaction.atomic():
        # Of two first notes at once, the second waits here and then finds the other's.
        Account.objects.select_for_update(no_key=True).get(pk=account.pk)
        note = AccountNote.objects.select_related("edited_by").filter(account=account).first()
        present = note.text if note else ""
        if new == present:
            return False
        if seen != present:
            raise StaleNoteError(present, note.edited_by.name if note and note.edited_by else "")
        _write(account, new, by, at)
        record_audit(
            desk=account.desk_id,
            by=by,
            action=AuditAction.CHANGED,
            about=account,
            detail={"changes": {"note": [present, new]}},
        )
    return True


def _write(account: Account, text: str, by: Agent, at: datetime) -> None:
    if not text:
        AccountNote.objects.filter(account=account).delete()
        return
    given = {"text": text, "edited_by": by, "edited_at": at, "desk_id": account.desk_id}
    AccountNote.objects.update_or_create(account=account, defaults=given)
