"""The people of an account, for its managers: invitations, points of contact, removal (M73)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from accounts.customers.entitlements import add_point_of_contact, remove_point_of_contact
from accounts.customers.home_region import choose_home_region
from accounts.customers.removal import remove_person
from accounts.invitations.colleagues import count_points_of_contact, list_account_contacts
from accounts.invitations.rights import can_replace
from accounts.invitations.sending import (
    InvitationError,
    invite,
    list_open_invitations,
    withdraw_invitation,
)
from accounts.models import Contact, ContactRole, InvitedAs
from helpdesk.invitations.emails import send_invitation_and_report
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.people import (
    CONTACT,
    POINT,
    ColleagueForm,
    describe_invitation,
    describe_person,
    get_region,
    list_regions,
)
from helpdesk.portal.permissions import ManagerRequest, require_manager
from helpdesk.shared.http.methods import post_only
from helpdesk.shared.http.rate_limits import rate_limited

PAGE_SIZE = 50
Change = Callable[..., Contact]
CHANGED = {
    POINT: _("%(name)s is now a point of contact."),
    CONTACT: _("%(name)s is no longer a point of contact."),
    ContactRole.MANAGER: _("%(name)s is a manager. Contact us to change that."),
}
CHANGES: dict[str, Change] = {POINT: add_point_of_contact, CONTACT: remove_point_of_contact}


@require_http_methods(["GET", "HEAD", "POST"])
@require_manager
@rate_limited("portal_invitation")
def list_people(request: ManagerRequest) -> HttpResponse:
    """List the account's people, and invite new ones."""
    if request.method != "POST":
        return _show(request, ColleagueForm(account=request.account))
    form = ColleagueForm(request.POST, account=request.account)
    if form.is_valid() and _invite(request, form):
        return redirect_after_post("portal:people")
    return _show(request, form, status=422)


@post_only
@require_manager
def change_role(request: ManagerRequest, colleague_id: int) -> HttpResponse:
    """Make a person a point of contact, or a regular contact again (``role``)."""
    contact = get_object_or_404(list_account_contacts(request.account), pk=colleague_id)
    change = CHANGES.get(request.POST.get("role", ""))
    if change is None:
        return _show_error(request, contact.pk, gettext("Choose a role for this person."))
    try:
        changed = change(contact=contact, by=request.contact, at=timezone.now())
    except ValidationError as error:
        return _show_error(request, contact.pk, " ".join(error.messages))
    messages.success(request, CHANGED[ContactRole(changed.role)] % {"name": changed})
    return redirect_after_post("portal:people")


@post_only
@require_manager
def set_home_region(request: ManagerRequest) -> HttpResponse:
    """Choose the region whose agents take the account's requests first, or none (``region``)."""
    chosen = request.POST.get("region", "")
    region = get_region(request.desk, chosen)
    if chosen and region is None:
        messages.error(request, gettext("That region doesn't exist anymore. Choose another one."))
        return redirect_after_post("portal:people")
    choose_home_region(region=region, by=request.contact)
    messages.success(request, gettext("Your home region was changed."))
    return redirect_after_post("portal:people")


@post_only
@require_manager
def remove(request: ManagerRequest, colleague_id: int) -> HttpResponse:
    """Remove a person from the account. A manager who removes themself leaves the portal."""
    contact = get_object_or_404(list_account_contacts(request.account), pk=colleague_id)
    try:
        remove_person(contact=contact, by=request.contact, at=timezone.now())
    except ValidationError as error:
        return _show_error(request, contact.pk, " ".join(error.messages))
    if contact.pk == request.contact.pk:
        messages.success(request, gettext("You left %(account)s.") % {"account": request.account})
        return redirect_after_post("home")
    text = gettext("%(name)s was removed and can no longer sign in.")
    messages.success(request, text % {"name": contact})
    return redirect_after_post("portal:people")


@post_only
@require_manager
def withdraw(request: ManagerRequest, invitation_id: int) -> HttpResponse:
    """Withdraw a pending invitation to the account that a manager of it could also replace."""
    by, at = request.contact.user, timezone.now()
    pending = list_open_invitations(request.account, at=at).select_related("invited_by")
    invitation = get_object_or_404(pending, pk=invitation_id)
    if by is None or not can_replace(invitation, by=by, account_id=request.account.pk):
        text = gettext("We sent this invitation. Contact us to withdraw it.")
        messages.error(request, text)
    elif withdraw_invitation(invitation=invitation, by=by, at=at):
        text = gettext("The invitation to %(email)s was withdrawn. Its link no longer works.")
        messages.success(request, text % {"email": invitation.email})
    return redirect_after_post("portal:people")


def _invite(request: ManagerRequest, form: ColleagueForm) -> bool:
    given = form.cleaned_data
    try:
        made = invite(
            desk=request.desk,
            email=given["email"],
            kind=InvitedAs.CONTACT,
            role=given["role"],
            name=given["name"],
            account=request.account,
            by=request.contact.user,
            at=timezone.now(),
        )
    except InvitationError as error:
        form.add_error("email", str(error))
        return False
    send_invitation_and_report(request, *made)
    return True


def _show_error(request: ManagerRequest, contact_id: int, error: str) -> HttpResponse:
    form = ColleagueForm(account=request.account)
    return _show(request, form, errors={contact_id: error}, status=422)


def _show(
    request: ManagerRequest,
    form: ColleagueForm,
    *,
    errors: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    account = request.account
    page = Paginator(list_account_contacts(account), PAGE_SIZE).get_page(request.GET.get("page"))
    address = reverse("portal:people")
    context = {
        "account": account,
        "people": [describe_person(c, viewer=request.contact, errors=errors or {}) for c in page],
        "invitations": [
            describe_invitation(invitation, manager=request.contact)
            for invitation in list_open_invitations(account, at=timezone.now()).select_related(
                "invited_by"
            )
        ],
        "places": count_points_of_contact(account),
        "form": form,
        "regions": list_regions(request.desk, account),
        "previous_url": f"{address}?page={page.previous_page_number()}"
        if page.has_previous()
        else "",
        "next_url": f"{address}?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render_page(request, "portal/people.html", context, status=status)
