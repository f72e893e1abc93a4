"""The preferences page: the language and time zone in which a signed-in user reads pages (M80)."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from accounts.logins.changes import set_preferences
from accounts.models import Desk, User
from accounts.places.languages import get_reader_language
from accounts.places.zones import TimeZoneField


class PreferencesForm(forms.Form):
    """A language and a time zone, each of which may be left to the browser or the desk."""

    language = forms.ChoiceField(label=_("Language"), required=False)
    time_zone = TimeZoneField(
        label=_("Time zone"),
        required=False,
        help_text=_("Pages and emails show you times in this time zone."),
    )

    def __init__(self, *args: Any, desk: Desk | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk = desk
        languages = [("", gettext("Same as my browser")), *settings.LANGUAGES]
        cast(forms.ChoiceField, self.fields["language"]).choices = languages
        cast(TimeZoneField, self.fields["time_zone"]).empty_label = _describe_desk_zone(desk)


def _describe_desk_zone(desk: Desk | None) -> str:
    if desk is None:
        return gettext("Same as the help desk")
    return gettext("Same as %(desk)s (%(zone)s)") % {"desk": desk.name, "zone": desk.time_zone}


class PreferencesView(LoginRequiredMixin, FormView):
    """Show and save the preferences of the signed-in user, for every desk."""

    form_class = PreferencesForm
    template_name = "account/preferences.html"
    success_url = reverse_lazy("preferences")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "desk": getattr(self.request, "desk", None)}

    def get_initial(self) -> dict[str, Any]:
        user = cast(User, self.request.user)
        return {"language": user.language, "time_zone": user.time_zone}

    def form_valid(self, form: PreferencesForm) -> HttpResponse:
        user = cast(User, self.request.user)
        set_preferences(user=user, **form.cleaned_data)
        accepted = self.request.headers.get("Accept-Language", "")
        language = get_reader_language(desk=form.desk, user=user, accepted=accepted)
        with translation.override(language):
            messages.success(self.request, gettext("Your preferences are saved."))
        return super().form_valid(form)
