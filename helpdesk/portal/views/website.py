"""The website's contact form, for everyone (M24).

The page after it is the same for known and unknown addresses.
"""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from channels_intake.incoming.requests import accept_website_form
from helpdesk.portal.forms import WebsiteForm
from helpdesk.portal.layout import redirect_after_post, render_page
from helpdesk.portal.permissions import DeskRequest, require_desk
from helpdesk.shared.http.rate_limits import is_within_limit, rate_limited, too_many_requests
from tickets.models import Ticket
from tickets.submissions import submit_once


@require_http_methods(["GET", "HEAD", "POST"])
@require_desk
@rate_limited("website_form")
def write_to_us(request: DeskRequest) -> HttpResponse:
    """Show the form. What it opens is never shown, because the address is unverified."""
    if request.method != "POST":
        return _show_form(request, WebsiteForm(desk=request.desk))
    form = WebsiteForm(request.POST, desk=request.desk)
    if form.is_trapped:
        return redirect_after_post("portal:contact_sent")
    if not form.is_valid():
        return _show_form(request, form, status=422)
    if not is_within_limit(
        request, "website_form_address", key=f"{request.desk.pk}:{form.cleaned_data['email']}"
    ):
        return too_many_requests(request)
    _accept(request, form)
    return redirect_after_post("portal:contact_sent")


@require_safe
@require_desk
def show_sent(request: DeskRequest) -> HttpResponse:
    """Show the page after the form."""
    return render_page(request, "portal/contact_sent.html")


def _show_form(request: DeskRequest, form: WebsiteForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "action": reverse("portal:contact")}
    return render_page(request, "portal/contact.html", context, status=status)


def _accept(request: DeskRequest, form: WebsiteForm) -> None:
    at, data = timezone.now(), form.cleaned_data

    def work() -> Ticket:
        return accept_website_form(
            desk=request.desk,
            name=data["name"],
            email=data["email"],
            subject=data["subject"],
            text=data["message"],
            at=at,
        )

    submit_once(desk=request.desk, contact=None, token=data["form_token"], at=at, work=work)
