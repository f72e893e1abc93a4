"""What an admin posted while signed out, for the page that they come back to."""

from __future__ import annotations

from accounts.admin.access import AdminRequest
from helpdesk.shared.drafts import Fields, has_draft, to_place
from tickets.services.drafts import discard_draft, get_draft


def take_unsent(request: AdminRequest) -> Fields | None:
    """Return the fields that this page's form was posted with while signed out, once, or None."""
    place = to_place(request.get_full_path())
    if request.method != "GET" or request.desk is None or not has_draft(place):
        return None
    draft = get_draft(desk=request.desk, user=request.user, place=place)
    if draft is None:
        return None
    discard_draft(desk=request.desk, user=request.user, place=place)
    fields: Fields = draft.fields
    return fields
