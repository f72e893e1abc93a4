"""The demo's channel playground: act as a customer at a vendor, and see it arrive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.admin.access import AdminRequest, require_desk_admin
from accounts.network.errors import UnreachableError
from channels_intake.connections.pausing import begin_polling
from channels_intake.models import Connection, Conversation
from helpdesk.admin.rendering import render_page
from helpdesk.demo.playground.address import read_address
from helpdesk.demo.playground.fakes import FAKES, Line, find_fake, make_site_url, play, read_log
from helpdesk.demo.vendors.contract import FakeVendor, Play, PlayField

PLAYED = "played"  # in the query: the connection whose fake just acted
RELOAD_SECONDS = 5  # by then, most has arrived
LATEST_CONVERSATIONS = 5
LATEST_LINES = 8


@dataclass(frozen=True, slots=True)
class PlayForm:
    """A form of the page, and the play that it is for."""

    play: Play
    form: forms.Form


@dataclass(frozen=True, slots=True)
class Place:
    """A connection of the desk, what can be done at its vendor, and what came of it."""

    connection: Connection
    title: str
    site: str  # URL of a page of the vendor's, "" for none
    forms: list[PlayForm]
    conversations: list[Conversation]
    log: list[Line]


def show_playground(request: AdminRequest) -> HttpResponse:
    """Show what can be done at the vendors of the desk's channels; post a form to do it."""
    require_desk_admin(request)
    if not read_address():
        raise Http404
    if request.method == "POST":
        return _play(request)
    found = list(Connection.objects.filter(desk=request.desk).order_by("kind", "name"))
    places = [
        _make_place(request, one, fake) for fake in FAKES for one in found if one.kind in fake.kinds
    ]
    return render_page(
        request,
        "admin/playground.html",
        title=_("Channel playground"),
        places=places,
        reload=_find_reload(request),
    )


def _find_reload(request: AdminRequest) -> str:
    """Return when the page reloads, and where, as in a Refresh header; "" for not at all."""
    played = request.GET.get(PLAYED, "")
    if not played.isdecimal():
        return ""
    return f"{RELOAD_SECONDS}; url={reverse('admin:playground')}#connection-{played}"


def _play(request: AdminRequest) -> HttpResponse:
    """Do what a posted form says, with all of its fields as they were sent."""
    mine = Connection.objects.filter(desk=request.desk)
    key = request.POST.get("connection", "")
    connection = get_object_or_404(mine, pk=int(key) if key.isdecimal() else 0)
    fake = find_fake(connection.kind)
    action = request.POST.get("action", "")
    chosen = next((one for one in fake.plays if one.action == action), None) if fake else None
    if fake is None or chosen is None:
        raise Http404
    data = {field.name: request.POST.get(field.name, "") for field in chosen.fields}
    data["connection"] = connection.external_id
    is_done = False
    try:
        said = play(request.desk.slug, fake, action, data)
    except UnreachableError as error:
        messages.error(request, str(error))
    else:
        is_done = True
        begin_polling(
            connection, at=timezone.now()
        )  # without a webhook, soon instead of in its turn
        _report(request, said)
    query = f"?{PLAYED}={connection.pk}" if is_done else ""
    page = reverse("admin:playground")
    return HttpResponseRedirect(f"{page}{query}#connection-{connection.pk}")


def _report(request: AdminRequest, said: object) -> None:
    if isinstance(said, Mapping) and said.get("error"):
        messages.warning(request, str(said["error"]))
    else:
        messages.success(
            request, _("Done. It arrives in a moment, and this page reloads itself once.")
        )


def _make_place(request: AdminRequest, connection: Connection, fake: type[FakeVendor]) -> Place:
    latest = Conversation.objects.filter(connection=connection).select_related("ticket", "handle")
    return Place(
        connection=connection,
        title=fake.title,
        site=make_site_url(request.desk.slug, fake),
        forms=[PlayForm(one, _make_form(one, connection)) for one in fake.plays],
        conversations=list(latest.exclude(ticket=None).order_by("-pk")[:LATEST_CONVERSATIONS]),
        log=_read_log(request, fake),
    )


def _read_log(request: AdminRequest, fake: type[FakeVendor]) -> list[Line]:
    try:
        return read_log(request.desk.slug, fake)[:LATEST_LINES]
    except UnreachableError:
        return []


def _make_form(one: Play, connection: Connection) -> forms.Form:
    form = forms.Form(auto_id=f"play-{connection.pk}-{one.action}-%s")
    for field in one.fields:
        form.fields[field.name] = _make_field(field)
    return form


def _make_field(field: PlayField) -> forms.Field:
    made: forms.Field
    if field.kind == "choice":
        made = forms.ChoiceField(choices=field.choices)
    elif field.kind == "number":
        made = forms.IntegerField()
    else:
        widget = forms.Textarea(attrs={"rows": 3}) if field.kind == "text" else forms.TextInput()
        made = forms.CharField(widget=widget)
    made.label, made.initial, made.required = field.label, field.initial, False
    return made
