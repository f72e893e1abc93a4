"""Admin page of invitations. New ones are sent from helpdesk/admin/invitations.py."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.admin.records import RecordsAdmin
from accounts.invitations.rights import is_still_authorized
from accounts.models import ContactRole, Invitation, InvitedAs, Role


@admin.register(Invitation)
class InvitationAdmin(RecordsAdmin):
    """Invitations and their state. Neither the token nor its hash is ever shown."""

    list_display = ["email", "kind", "shown_role", "account", "state", "created_at", "expires_at"]
    list_filter = ["kind"]
    list_select_related = ["account", "invited_by"]
    search_fields = ["email__startswith"]
    search_help_text = _("Start of an email address")
    fieldsets = [
        (None, {"fields": [("email", "name"), "state"]}),
        (_("Invited as"), {"fields": [("kind", "shown_role"), ("level", "account")]}),
        (_("Dates"), {"fields": ["invited_by", ("created_at", "expires_at"), "used_at"]}),
    ]
    readonly_fields = ["state", "shown_role"]
    list_before_template = "admin/_invite_link.html"
    change_form_outer_after_template = "admin/_invitation_actions.html"

    @admin.display(description=_("role"), ordering="role")
    def shown_role(self, invitation: Invitation) -> str:
        kind = Role if invitation.kind == InvitedAs.AGENT else ContactRole
        return str(kind(invitation.role).label)

    @admin.display(description=_("state"))
    def state(self, invitation: Invitation) -> str:
        if invitation.used_at:
            return pgettext("invitation", "Accepted")
        if invitation.expires_at <= timezone.now():
            return pgettext("invitation", "Expired")
        if is_still_authorized(invitation):
            return pgettext("invitation", "Pending")
        return pgettext("invitation", "Invalid: the inviter can no longer invite people")
