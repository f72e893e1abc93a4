"""Admin forms that were posted while signed out: shown again as they were, never saved unseen."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

UNSENT = _("You were signed out before this was saved. Check it and save it.")


class UnsentForm:
    """Mixed into the form of such a page: it is invalid once, and says why."""

    def full_clean(self) -> None:
        super().full_clean()  # type: ignore[misc]  # of the form it is mixed into
        self.add_error(None, UNSENT)  # type: ignore[attr-defined]  # as above


class UnsentFormsMixin:
    """Shows the fields in ``request.unsent_fields``, which the admin site sets, as just posted.

    Nothing is saved: the form is invalid, and the transaction is rolled back in any case.
    """

    def get_form(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(request, *args, **kwargs)  # type: ignore[misc]  # of a ModelAdmin
        if getattr(request, "unsent_fields", None) is None:
            return form
        return type(form)(form.__name__, (UnsentForm, form), {})

    def changeform_view(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        show = super().changeform_view  # type: ignore[misc]  # of a ModelAdmin
        fields = getattr(request, "unsent_fields", None)
        if fields is None:
            return show(request, *args, **kwargs)
        request.method, request.POST = "POST", QueryDict(mutable=True)
        for name, values in fields.items():
            request.POST.setlist(name, values)
        with transaction.atomic():
            response: HttpResponse = show(request, *args, **kwargs)
            transaction.set_rollback(True)
        return response
