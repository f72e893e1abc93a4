"""Pages of the admin site: who was asked to come in. New invitations are made at helpdesk/admin/invitations.py."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone

from accounts.admin.records import RecordsAdmin
from accounts.invitations.rights import is_still_authorized
from accounts.models import Invitation


@admin.register(Invitation)
class InvitationAdmin(RecordsAdmin):
    """The token of an invitation stands in its mail only; its hash is not shown either."""

    list_display = ["email", "kind", "role", "account", "state", "created_at", "expires_at"]
    list_filter = ["kind"]
    list_select_related = ["account", "invited_by"]
    search_fields = ["email__startswith"]
    search_help_text = "Start of an address"
    fieldsets = [
        (None, {"fields": [("email", "name"), "state"]}),
        ("Invited as", {"fields": [("kind", "role"), ("level", "account")]}),
        ("When", {"fields": ["invited_by", ("created_at", "expires_at"), "used_at"]}),
    ]
    readonly_fields = ["state"]
    list_before_template = "admin/_invite_link.html"
    change_form_outer_after_template = "admin/_invite_again.html"

    @admin.display(description="state")
    def state(self, invitation: Invitation) -> str:
        if invitation.used_at:
            return "Accepted"
        if invitation.expires_at <= timezone.now():
            return "Over"
        return (
            "Waiting"
            if is_still_authorized(invitation)
            else "Void: whoever invited may not any more"
        )
