"""Erase users with their sessions and unfinished sign-ins.

Called by erasing.py, in the system scope.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import Agent, Contact, Invitation, User
from accounts.privacy.scrubbing import MARK, build_pattern


def find_login(contact: Contact) -> User | None:
    """Return the user of a contact, claimed or not."""
    return contact.user or User.objects.filter(email=contact.email).first()


def erase_merged_login(desk_id: int, email: str, went: dict[str, int]) -> None:
    """Erase the invitations and the user of an address that a merge brought, and add the counts."""
    invited = Invitation.objects.filter(desk_id=desk_id, email=email)
    went["invitations"] += invited.delete()[0]
    user = User.objects.filter(email=email).first()
    user_id = user.pk if user else None
    is_gone = user is not None and erase_login(user)
    went["logins"] += int(is_gone)
    went["sessions"] += erase_sessions([email], [user_id] if is_gone else [])


def erase_login(user: User) -> bool:
    """Delete a user with everything that depends on it. Return False if it has to stay.

    It stays while it is an agent or contact anywhere, or another desk has a contact or an open
    invitation with its address.
    """
    if (
        user.is_superuser
        or Agent.objects.filter(user=user).exists()
        or Contact.objects.filter(Q(user=user) | Q(email=user.email)).exists()
        or Invitation.objects.filter(email=user.email, used_at=None).exists()
    ):
        return False
    changed = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(User))
    changed.filter(object_id=str(user.pk)).update(object_repr=MARK)
    Invitation.objects.filter(
        invited_by=user, used_at__isnull=True
    ).delete()  # invalid without their inviter
    user.delete()
    return True


def erase_sessions(emails: Iterable[str], user_ids: Container[int | None]) -> int:
    """End sessions of deleted users, and unfinished sign-ins and sign-ups that mention an address.

    Sessions of other users stay: one desk cannot sign out another desk's people.
    """
    pattern = build_pattern(emails)
    mentions = re.compile(pattern, re.IGNORECASE) if pattern else None
    gone = []
    for session in Session.objects.iterator(chunk_size=500):
        kept = session.get_decoded()
        if "_auth_user_id" in kept:
            is_over = int(kept["_auth_user_id"]) in user_ids
        else:
            text = json.dumps(kept, ensure_ascii=False, default=str)
            is_over = mentions is not None and mentions.search(text) is not None
        if is_over:
            gone.append(session.pk)
    return Session.objects.filter(pk__in=gone).delete()[0]
