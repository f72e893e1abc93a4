"""The fields that sign-up has beside email and password.

In a module of its own because the forms of django-allauth import it (ACCOUNT_SIGNUP_FORM_CLASS).
"""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignupForm(forms.Form):
    """The base class of allauth's sign-up form."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Store the name. Called by allauth after it created the user."""
        user.name = " ".join(self.cleaned_data["name"].split())
        user.save(update_fields=["name"])
