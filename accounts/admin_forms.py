"""Forms of the admin site that are more than their table: the desk's settings, logins, the desk's people."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import UnfoldAdminEmailInputWidget, UnfoldAdminTextInputWidget

from accounts.admin_base import DeskForm
from accounts.admin_fields import TimeZoneField
from accounts.matching import normalise_email
from accounts.models import STATE_WORDS, Agent, Desk, Role, User


def _word(label: str, key: str, help_text: str = "") -> forms.CharField:
    shown = UnfoldAdminTextInputWidget(attrs={"placeholder": STATE_WORDS[key]})
    return forms.CharField(label=label, max_length=40, required=False, help_text=help_text, widget=shown)


class DeskSettingsForm(forms.ModelForm):
    """The settings of a desk; its words for the states are fields of their own (M97)."""

    time_zone = TimeZoneField()
    word_new = _word("New", "new", "Open, and nobody has answered yet.")
    word_open = _word("Open", "open", "Open again, after an answer.")
    word_investigating = _word("At Investigation", "investigating")
    word_waiting = _word("Waiting for Customer", "waiting")
    word_escalated = _word("Escalated", "escalated")
    word_solved = _word("Solved", "solved", "Closed, while an answer still reopens it.")
    word_closed = _word("Closed", "closed", "Closed for good.")

    class Meta:
        model = Desk
        exclude: ClassVar[list[str]] = ["state_words", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in STATE_WORDS:
            self.initial[f"word_{key}"] = self.instance.state_words.get(key, "")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        reminder, silence = found.get("reminder_days"), found.get("silence_days")
        if reminder and silence and reminder >= silence:
            self.add_error("reminder_days", "The reminder must come before the ticket closes.")
        return found

    def save(self, commit: bool = True) -> Desk:
        words = {key: self.cleaned_data.get(f"word_{key}", "") for key in STATE_WORDS}
        self.instance.state_words = {key: word for key, word in words.items() if word}
        return super().save(commit)


class LoginForm(forms.ModelForm):
    """A login, by its normalised address."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email", "name", "is_active", "is_staff", "is_superuser"]

    def clean_email(self) -> str:
        return clean_address(self.cleaned_data["email"])


class AgentForm(DeskForm):
    """A person of the desk, by the address of the login, which is made when nobody has it yet.

    The desk's last word stays with its admins: nobody takes the admin role or the way in from oneself.
    """

    email = forms.EmailField(
        widget=UnfoldAdminEmailInputWidget,
        help_text="The login; a new one sets its password by “Forgot password”.",
    )
    editor: ClassVar[User | None] = None  # set on the class that the admin makes for each request

    class Meta:
        model = Agent
        fields: ClassVar[list[str]] = ["name", "role", "level", "is_active"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "email" in self.fields:
            self.initial["email"] = self.instance.user.email
            self.fields["email"].disabled = True

    def clean_email(self) -> str:
        address = clean_address(self.cleaned_data["email"])
        if not self.instance.pk and Agent.objects.filter(desk=self.desk, user__email=address).exists():
            raise ValidationError("This person is an agent of the desk already.")
        return address

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        is_self = self.instance.pk and self.editor is not None and self.instance.user_id == self.editor.pk
        if is_self and (found.get("role") != Role.ADMIN or not found.get("is_active")):
            raise ValidationError("Another admin of the desk must take these rights from you.")
        return found


def clean_address(email: str) -> str:
    """The address as it is stored everywhere; ValidationError for none."""
    if address := normalise_email(email):
        return address
    raise ValidationError("Enter a valid e-mail address.")
