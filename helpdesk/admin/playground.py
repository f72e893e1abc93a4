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
from channels_intake.connections.registry import get_connector
from channels_intake.models import Connection, Conversation
from helpdesk.admin.rendering import render_page
from helpdesk.demo.playground.address import read_address
from helpdesk.demo.playground.fakes import FAKES, Line, find_fake, make_site_url, play, read_log
from helpdesk.demo.playground.replies import VendorReply, list_replies
from helpdesk.demo.vendors.contract import FakeVendor, Play, PlayField

CHOSEN = "channel"  # in the query: the connection to play with
PLAYED = "played"  # in the query: its fake just acted
KINDS = {kind: fake for fake in FAKES for kind in fake.kinds}
FAKE_KINDS = tuple(KINDS)
RELOAD_SECONDS = 5  # by then, most has arrived
LATEST_CONVERSATIONS = 5
LATEST_LINES = 20
LATEST_REPLIES = 5


@dataclass(frozen=True, slots=True)
class PlayForm:
    """A form of the page, and the play that it is for."""

    play: Play
    form: forms.Form


@dataclass(frozen=True, slots=True)
class Place:
    """A connection of the desk, what can be done at its vendor, and what came of it.

    replies: that reached the vendor; None if it takes none.
    """

    connection: Connection
    title: str
    site: str  # URL of a page of the vendor's, "" for none
    forms: list[PlayForm]
    conversations: list[Conversation]
    replies: list[VendorReply] | None
    log: list[Line]


def show_playground(request: AdminRequest) -> HttpResponse:
    """Show what can be done at the vendor of a channel of the desk; post a form to do it."""
    require_desk_admin(request)
    if not read_address():
        raise Http404
    if request.method == "POST":
        return _play(request)
    mine = Connection.objects.filter(desk=request.desk, kind__in=list(FAKE_KINDS))
    found = sorted(mine.order_by("name"), key=lambda one: FAKE_KINDS.index(one.kind))
    chosen = next((one for one in found if str(one.pk) == request.GET.get(CHOSEN)), None)
    chosen = chosen or next(iter(found), None)
    return render_page(
        request,
        "admin/playground.html",
        title=_("Channel playground"),
        channels=[(one, get_connector(one.kind).icon, one == chosen) for one in found],
        place=_make_place(request, chosen) if chosen else None,
        reload=_find_reload(request, chosen),
    )


def _find_reload(request: AdminRequest, chosen: Connection | None) -> str:
    """Return when the page reloads, and where, as in a Refresh header; "" for not at all."""
    if chosen is None or PLAYED not in request.GET:
        return ""
    return f"{RELOAD_SECONDS}; url={_get_url(chosen)}"


def _get_url(connection: Connection) -> str:
    return f"{reverse('admin:playground')}?{CHOSEN}={connection.pk}"


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
    played = f"&{PLAYED}=1" if is_done else ""
    return HttpResponseRedirect(f"{_get_url(connection)}{played}")


def _report(request: AdminRequest, said: object) -> None:
    if isinstance(said, Mapping) and said.get("error"):
        messages.warning(request, str(said["error"]))
    else:
        messages.success(
            request, _("Done. It arrives in a moment. This page reloads once to show it.")
        )


def _make_place(request: AdminRequest, connection: Connection) -> Place:
    fake = KINDS[connection.kind]
    latest = Conversation.objects.filter(connection=connection).select_related("ticket", "handle")
    log = _read_log(request, fake)
    takes_answers = fake.plays and get_connector(connection.kind).takes_answers
    return Place(
        connection=connection,
        title=fake.title,
        site=make_site_url(request.desk.slug, fake),
        forms=[PlayForm(one, _make_form(one, connection)) for one in fake.plays],
        conversations=list(latest.exclude(ticket=None).order_by("-pk")[:LATEST_CONVERSATIONS]),
        replies=list_replies(log)[:LATEST_REPLIES] if takes_answers else None,
        log=log[:LATEST_LINES],
    )


def _read_log(request: AdminRequest, fake: type[FakeVendor]) -> list[Line]:
    try:
        return read_log(request.desk.slug, fake)
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
