"""Drafts of the interfaces' forms: which forms have one, what it keeps, and how it comes back."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import Resolver404, ResolverMatch, get_script_prefix, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Desk, User
from helpdesk.shared.components import Component
from helpdesk.shared.http.methods import find_page
from helpdesk.shared.http.rate_limits import is_within_limit, too_many_requests
from tickets.errors import ServiceError
from tickets.models import Draft, SubmittedForm
from tickets.services.drafts import discard_draft, get_draft, save_draft

ADMIN_FORMS = ("_add", "_change")  # the names of Django's own pages
MAX_PLACE_LENGTH = 400  # of Draft.place
# Never kept: tokens of the form itself, and what people would not want to read again anywhere.
_LEFT_OUT = re.compile(r"csrfmiddlewaretoken|token|password|secret|otp|\bcode\b|next_page", re.I)

View = TypeVar("View", bound=Callable[..., Any])
Fields = dict[str, list[str]]
# Maps a form's token to its row, which exists once the form was sent.
Sent = Callable[[str], QuerySet[SubmittedForm]]


@dataclass(frozen=True, slots=True)
class FormDraft(Component):
    """The draft of a form on a page (templates/includes/draft.html).

    save_url: where the form's text is saved while someone types. notice: why the form is filled in
    already, or "". was_refused: it was sent while its author was signed out; the page opens at it.
    """

    save_url: str
    notice: str = ""
    was_refused: bool = False
    fields: Fields = field(default_factory=dict)

    @property
    def is_restored(self) -> bool:
        """True if the form shows a draft."""
        return bool(self.fields)

    def get_value(self, name: str) -> str:
        """Return the last value of a field, "" for none."""
        return (self.fields.get(name) or [""])[-1]


def keeps_draft(view: View) -> View:
    """Mark a view whose form has a draft. Apply it below the decorators that check access."""
    view.keeps_draft = True  # type: ignore[attr-defined]  # read by has_draft
    return view


def has_draft(place: str) -> bool:
    """Return True if a form that posts to this path below the desk has a draft."""
    try:
        found = resolve(place.partition("?")[0]) if len(place) <= MAX_PLACE_LENGTH else None
    except Resolver404:
        return False
    return found is not None and (
        getattr(found.func, "keeps_draft", False) or _is_admin_form(found)
    )


def _is_admin_form(found: ResolverMatch) -> bool:
    return found.namespaces == ["admin"] and (found.url_name or "").endswith(ADMIN_FORMS)


def to_place(url: str) -> str:
    """Return the path below the desk of one of our URLs: Draft.place of the form that posts there.

    A fragment is left out.
    """
    return "/" + url.removeprefix(get_script_prefix()).partition("#")[0]


def read_fields(post: QueryDict) -> Fields:
    """Return what was typed into a form, without tokens and secrets. Files are not in it."""
    return {
        _storable(name): [_storable(value) for value in post.getlist(name)]
        for name in post
        if not _LEFT_OUT.search(name)
    }


def _storable(text: str) -> str:
    return text.replace("\x00", "")  # PostgreSQL stores none


def open_draft(request: Any, *, action: str, save_view: str) -> FormDraft:
    """Return the draft of the form that posts to ``action``, as its page shows it.

    save_view: the name of the interface's view that saves drafts.
    """
    found = get_draft(desk=request.desk, user=request.user, place=to_place(action))
    return show_draft(found, action=action, save_view=save_view)


def show_draft(
    draft: Draft | None, *, action: str, save_view: str, has_files: bool = False
) -> FormDraft:
    """Return a draft that was read already, as open_draft does. has_files: they are part of it."""
    save_url = reverse(save_view, query={"form": to_place(action)})
    if draft is None:
        return FormDraft(save_url)
    return FormDraft(
        save_url, describe_draft(draft, has_files=has_files), draft.was_refused, draft.fields
    )


def describe_draft(draft: Draft, *, has_files: bool = False) -> str:
    """Return why a form is filled in already. Files are named where no draft has any."""
    if draft.was_refused:
        return _(
            "You were signed out before this was sent. Check it and send it. Attached files were"
            " not kept; choose them again."
        )
    if has_files:
        return _("This is your saved draft.")
    return _("This is your saved draft. Attached files are not part of a draft.")


def restore(form: forms.BaseForm, draft: FormDraft) -> None:
    """Fill an unbound form with a draft."""
    for name, shown in form.fields.items():
        if name in draft.fields and not isinstance(shown, forms.FileField):
            values = draft.fields[name]
            many = isinstance(shown, forms.MultipleChoiceField | forms.ModelMultipleChoiceField)
            form.initial[name] = values if many else draft.get_value(name)


def discard(request: Any, url: str) -> None:
    """Delete the draft of the form that posts to a URL, in the transaction that sends the form."""
    discard_draft(desk=request.desk, user=request.user, place=to_place(url))


def receive_draft(request: Any, *, sent: Sent) -> HttpResponse:
    """Save what someone is typing (204), or discard it and go back to the form's page (303).

    ``?form=`` names the path that the form posts to. sent: as in save_draft.
    """
    place = request.GET.get("form", "")
    if not has_draft(place):
        return HttpResponse(status=400)
    if not is_within_limit(request, "draft"):
        return too_many_requests(request)
    person: tuple[Desk, User] = (request.desk, request.user)
    if "discard" in request.POST:
        discard_draft(desk=person[0], user=person[1], place=place)
        return HttpResponseRedirect(find_page(place), status=303)
    return _save(request, place, sent(_storable(request.POST.get("form_token", ""))))


def _save(request: Any, place: str, sent: QuerySet[SubmittedForm]) -> HttpResponse:
    fields, at = read_fields(request.POST), timezone.now()
    try:
        save_draft(
            desk=request.desk, user=request.user, place=place, fields=fields, at=at, sent=sent
        )
    except ServiceError as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    return HttpResponse(status=204)
