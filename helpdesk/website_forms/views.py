"""A website form: a page of its own that other sites may show, and the script that shows it there.

The page after it is the same for known and unknown addresses, and repeats nothing that was entered.
There is no CSRF token: browsers keep its cookie from frames of other sites, and nothing that a form
does depends on who is signed in. The signed stamp ties it to a page that was shown.
"""

from __future__ import annotations

from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.places.languages import find_language
from channels_intake.connectors.form.stamps import WORK_BITS
from channels_intake.connectors.hosts import list_hosts
from channels_intake.connectors.messenger.words import get_privacy_url
from channels_intake.incoming.requests import accept_website_form
from channels_intake.models import Connection, ConnectionKind
from helpdesk.messenger.requests import MessengerRequest, find_public_connection
from helpdesk.shared.http.framing import allow_framing, is_from_own_page
from helpdesk.shared.http.rate_limits import is_within_limit, too_many_requests
from helpdesk.shared.http.refusals import build_refusal
from helpdesk.website_forms.forms import HIDDEN, HostedForm
from tickets.fields.definitions import list_asked_fields
from tickets.models import FormField, Ticket
from tickets.submissions import submit_once

EMBED = Path(settings.BASE_DIR) / "helpdesk" / "static" / "messenger" / "embed.js"
SCRIPT_AGE = 600  # seconds that browsers and proxies keep the script
IN_FRAME = "frame"  # a parameter: the page is shown inside another site's


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def write(request: HttpRequest, form_token: str) -> HttpResponse:
    """Show a form and accept it: once if it is sent twice, and with all input kept on errors."""
    connection = _find(request, form_token)
    with translation.override(_get_language(request)):
        response = _answer(request, connection)
    response["Content-Language"] = _get_language(request)
    return allow_framing(response, list_hosts(connection))


@require_safe
def show_sent(request: HttpRequest, form_token: str) -> HttpResponse:
    """Show the page after the form."""
    connection = _find(request, form_token)
    with translation.override(_get_language(request)):
        context = _get_context(request, connection) | {"form_url": _get_url(request, connection)}
        response = render(request, "website_forms/sent.html", context)
    return allow_framing(response, list_hosts(connection))


@require_safe
def send_script(request: HttpRequest, form_token: str) -> HttpResponse:
    """Return the script that shows the form where its tag is: the same for everybody."""
    _find(request, form_token)
    response = HttpResponse(read_script(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={SCRIPT_AGE}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@lru_cache(maxsize=1)
def read_script() -> str:
    """Return the script's source."""
    return EMBED.read_text()


def _find(request: HttpRequest, token: str) -> Connection:
    return find_public_connection(cast(MessengerRequest, request), token, ConnectionKind.FORM)


def _get_language(request: HttpRequest) -> str:
    """Return the language of the website's page if there is a catalog for it, else the reader's."""
    return find_language(request.GET.get("lang", "")) or translation.get_language() or "en"


def _answer(request: HttpRequest, connection: Connection) -> HttpResponse:
    if request.method != "POST":
        return _show_form(request, connection, _build_form(connection))
    if not is_from_own_page(request):
        text = _("This form was sent from another website's page. Open it here and send it again.")
        return build_refusal(request, HTTPStatus.FORBIDDEN, text)
    if not is_within_limit(request, "website_form"):
        return too_many_requests(request)
    form = _build_form(connection, request.POST, request.FILES)
    if form.is_trapped:
        return _redirect_to_sent(request, connection)
    if not form.is_valid():
        return _show_form(request, connection, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    if not _is_allowed(request, form):
        return too_many_requests(request)
    _accept(connection, form)
    return _redirect_to_sent(request, connection)


def _build_form(connection: Connection, *entered: Any) -> HostedForm:
    fields = list_asked_fields(FormField.objects.filter(desk=connection.desk))
    return HostedForm(*entered, connection=connection, own_fields=fields)


def _is_allowed(request: HttpRequest, form: HostedForm) -> bool:
    """Count the form by its address and, if the browser hasn't computed, by its network."""
    address = f"{form.desk.pk}:{form.cleaned_data['email']}"
    if not form.has_work and not is_within_limit(request, "website_form_sum"):
        return False
    return is_within_limit(request, "website_form_address", key=address)


def _accept(connection: Connection, form: HostedForm) -> None:
    at, data = timezone.now(), form.cleaned_data

    def work() -> Ticket:
        return accept_website_form(
            desk=connection.desk,
            name=data["name"],
            email=data["email"],
            subject=data["subject"],
            text=data["message"],
            files=data.get("files") or (),
            fields=form.get_custom_values(),
            at=at,
        )

    submit_once(desk=connection.desk, contact=None, token=form.token, at=at, work=work)


def _show_form(
    request: HttpRequest, connection: Connection, form: HostedForm, *, status: int = 200
) -> HttpResponse:
    context = _get_context(request, connection) | {
        "form": form,
        "action": _get_url(request, connection),
        "shown": [field for field in form if field.name not in HIDDEN],
        "work_bits": WORK_BITS,
        "intro": str(connection.settings.get("intro") or ""),
        "privacy_url": get_privacy_url(connection),
    }
    return render(request, "website_forms/form.html", context, status=status)


def _get_context(request: HttpRequest, connection: Connection) -> dict[str, Any]:
    return {"connection": connection, "is_in_frame": IN_FRAME in request.GET}


def _get_url(request: HttpRequest, connection: Connection, name: str = "page") -> str:
    """Return a page of the form, in the same language and frame."""
    kept = {key: request.GET[key] for key in ("lang", IN_FRAME) if key in request.GET}
    token = connection.hook_token
    return reverse(f"website_form:{name}", args=[token], query=kept or None)


def _redirect_to_sent(request: HttpRequest, connection: Connection) -> HttpResponse:
    return HttpResponseRedirect(_get_url(request, connection, "sent"), status=303)
