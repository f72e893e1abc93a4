"""Inviting agents and contacts from the admin site: form, audit entry, email with a link (M83)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.invitations.sending import (
    InvitationError,
    find_role_errors,
    invite,
    withdraw_invitation,
)
from accounts.models import Account, ContactRole, Desk, Invitation, InvitedAs, Level, Role, User
from helpdesk.admin.rendering import render_page
from helpdesk.invitations.emails import send_invitation_and_report
from helpdesk.shared.http.methods import post_only

AS_AGENT = [(f"{InvitedAs.AGENT}:{role.value}", role.label) for role in Role]
AS_CONTACT = [(f"{InvitedAs.CONTACT}:{role.value}", role.label) for role in ContactRole]


class InviteForm(forms.Form):
    """An invitation. An agent has a level; a contact may belong to an account."""

    email = forms.EmailField(
        label=_("Email address"), widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    name = forms.CharField(label=_("Name"), max_length=120, required=False)
    invited_as = forms.ChoiceField(
        label=_("Role"), choices=[(_("Agent"), AS_AGENT), (_("Customer"), AS_CONTACT)]
    )
    level = forms.ChoiceField(
        label=_("Level"), choices=Level.choices, required=False, help_text=_("For agents only.")
    )
    account = forms.CharField(
        label=_("Account"),
        max_length=120,
        required=False,
        help_text=_("For customers only: the full name of the account, or empty for none."),
    )

    def __init__(self, *args: Any, desk: Desk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        choice: Any = self.fields["level"]
        choice.choices = desk.list_levels()

    def clean_account(self) -> Account | None:
        name = self.cleaned_data["account"].strip()
        found = Account.objects.filter(desk=self.desk, name=name).select_related("plan").first()
        if name and found is None:
            raise forms.ValidationError(gettext("There is no account with this name."))
        return found

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        kind, _, role = found.get("invited_as", "").partition(":")
        if "account" in found:
            given = {"account": found["account"], "email": found.get("email", "")}
            for field, problem in find_role_errors(kind=kind, role=role, **given).items():
                self.add_error("invited_as" if field == "role" else field, problem)
        return found | {"kind": kind, "role": role}

    def invite(self, *, by: User, at: datetime) -> tuple[Invitation, str] | None:
        """Create the invitation of a valid form and return it with its token.

        Return None if it is rejected, with the reason as an error of the form.
        """
        given = self.cleaned_data
        try:
            return invite(
                desk=self.desk,
                email=given["email"],
                kind=given["kind"],
                role=given["role"],
                level=given["level"] or Level.L1,
                name=given["name"],
                account=given["account"],
                by=by,
                at=at,
            )
        except InvitationError as refused:
            self.add_error("email", str(refused))
            return None


def invite_person(request: AdminRequest) -> HttpResponse:
    """Show the form, prefilled from the invitation ``again`` if given; post it to send an email."""
    require_desk_admin(request)
    form = InviteForm(request.POST or None, desk=request.desk, initial=_read_earlier(request))
    if request.method == "POST" and form.is_valid():
        made = form.invite(by=request.user, at=timezone.now())
        if made is not None:
            send_invitation_and_report(request, *made)
            return HttpResponseRedirect(reverse("admin:accounts_invitation_changelist"))
    status = 200 if request.method != "POST" else 422
    return render_page(
        request, "admin/invite.html", title=gettext("Invite a person"), status=status, form=form
    )


@post_only
def withdraw_invitation_view(request: AdminRequest, invitation_id: int) -> HttpResponse:
    """Withdraw an invitation, so that its link stops working."""
    require_desk_admin(request)
    invitation = get_object_or_404(Invitation, pk=invitation_id, desk=request.desk)
    if withdraw_invitation(invitation=invitation, by=request.user, at=timezone.now()):
        text = gettext("The invitation for %(email)s was withdrawn. Its link no longer works.")
        messages.success(request, text % {"email": invitation.email})
    else:
        text = gettext("The invitation for %(email)s was already used or has expired.")
        messages.info(request, text % {"email": invitation.email})
    return HttpResponseRedirect(reverse("admin:accounts_invitation_changelist"))


def _read_earlier(request: AdminRequest) -> dict[str, Any]:
    number = request.GET.get("again", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return {}
    earlier = (
        Invitation.objects.filter(desk=request.desk, pk=number).select_related("account").first()
    )
    if earlier is None:
        return {}
    return {
        "email": earlier.email,
        "name": earlier.name,
        "invited_as": f"{earlier.kind}:{earlier.role}",
        "level": earlier.level,
        "account": earlier.account.name if earlier.account else "",
    }
