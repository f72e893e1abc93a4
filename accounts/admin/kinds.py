"""Fields that only some kinds of a row use, such as the URL of a service that sends email."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext


def refuse_unused(form: forms.ModelForm[Any], names: Iterable[str], *, kind: Any) -> None:
    """Add an error to each of these fields that was filled in now: nothing would read it.

    A value that is stored already may stay. kind: the name of the kind that doesn't use them.
    """
    text = gettext("“%(kind)s” doesn't use this field. Leave it empty.") % {"kind": kind}
    for name in names:
        if name in form.changed_data and form.cleaned_data.get(name):
            form.add_error(name, text)
