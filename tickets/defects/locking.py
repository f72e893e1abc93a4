"""Locking of defects, and the check that nobody changed one in between."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tickets.errors import ConflictError
from tickets.models import Defect


def lock_defect(defect_id: int, *, expected: int | None = None) -> Defect:
    """Return a defect with its desk, locked until the transaction ends.

    expected: the revision that the person saw, or None if it doesn't matter. Raises
    Defect.DoesNotExist, and ConflictError if the defect has changed since.
    """
    locked = Defect.objects.select_for_update(of=("self",), no_key=True)
    defect = locked.select_related("desk", "product", "owner").get(pk=defect_id)
    if expected is not None and expected != defect.revision:
        raise ConflictError(
            _("%(defect)s was changed in the meantime. Reload the page first.")
            % {"defect": defect.key}
        )
    return defect


def save_defect(defect: Defect, *fields: str) -> None:
    """Save fields of a locked defect as a new revision."""
    defect.revision += 1
    defect.save(update_fields=[*fields, "revision"])
