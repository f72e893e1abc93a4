"""The people of an account, for its managers: invited, and named or no longer named as points of contact (M73)."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.entitlements import add_point_of_contact, remove_point_of_contact
from accounts.invitations.colleagues import count_points_of_contact, list_account_contacts
from accounts.invitations.sending import InvitationError, invite, list_open_invitations
from accounts.models import Contact, InvitedAs
from helpdesk.invitations.emails import send_invitation_and_report
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.people import CONTACT, POINT, WORDS, ColleagueForm, describe_person
from helpdesk.portal.permissions import ManagerRequest, require_manager
from helpdesk.shared.rate_limits import rate_limited

SIZE = 50
Change = Callable[..., Contact]
CHANGES: dict[str, Change] = {POINT: add_point_of_contact, CONTACT: remove_point_of_contact}


@require_http_methods(["GET", "HEAD", "POST"])
@require_manager
@rate_limited("portal_invitation")
def list_people(request: ManagerRequest) -> HttpResponse:
    """Everybody of the account, and a form to invite somebody."""
    if request.method != "POST":
        return _show(request, ColleagueForm(account=request.account))
    form = ColleagueForm(request.POST, account=request.account)
    if form.is_valid() and _invite(request, form):
        return redirect_after_post("portal:people")
    return _show(request, form, status=422)


@require_POST
@require_manager
def change_role(request: ManagerRequest, colleague_id: int) -> HttpResponse:
    """Make somebody of the account a point of contact, or a plain contact again (``role``)."""
    contact = get_object_or_404(list_account_contacts(request.account), pk=colleague_id)
    change = CHANGES.get(request.POST.get("role", ""))
    if change is None:
        return _refuse(request, contact.pk, "Choose what this person shall be.")
    try:
        changed = change(contact=contact, by=request.contact, at=timezone.now())
    except ValidationError as refused:
        return _refuse(request, contact.pk, " ".join(refused.messages))
    messages.success(request, f"{changed} is now a {WORDS[changed.role].lower()}.")
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
    except InvitationError as refused:
        form.add_error("email", str(refused))
        return False
    send_invitation_and_report(request, *made)
    return True


def _refuse(request: ManagerRequest, contact_id: int, why: str) -> HttpResponse:
    form = ColleagueForm(account=request.account)
    return _show(request, form, refused={contact_id: why}, status=422)


def _show(
    request: ManagerRequest,
    form: ColleagueForm,
    *,
    refused: dict[int, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    account = request.account
    page = Paginator(list_account_contacts(account), SIZE).get_page(request.GET.get("page"))
    address = reverse("portal:people")
    context = {
        "account": account,
        "people": [describe_person(c, viewer=request.contact, refused=refused or {}) for c in page],
        "waiting": [
            {
                "email": invitation.email,
                "word": WORDS[invitation.role],
                "until": invitation.expires_at,
            }
            for invitation in list_open_invitations(account, at=timezone.now())
        ],
        "places": count_points_of_contact(account),
        "form": form,
        "back_url": f"{address}?page={page.previous_page_number()}" if page.has_previous() else "",
        "more_url": f"{address}?page={page.next_page_number()}" if page.has_next() else "",
    }
    return render_page(request, "portal/people.html", context, status=status)
