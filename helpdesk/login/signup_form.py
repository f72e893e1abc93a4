"""What a new login is asked beside address and password. A module of its own: django-allauth's forms import it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest

from accounts.models import User


class SignupForm(forms.Form):
    """The part of the sign-up form that is Plumbline's own (settings.ACCOUNT_SIGNUP_FORM_CLASS)."""

    name = forms.CharField(
        label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """Called by allauth once the login is made."""
        user.name = " ".join(self.cleaned_data["name"].split())
        user.save(update_fields=["name"])
