"""The form of a desk's settings."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanWidget,
)

from accounts.admin.fields import DomainsField, TimeZoneField
from accounts.desk_addresses import get_domain_error, get_slug_error
from accounts.logos import MAX_BYTES, LogoError, encode_logo, replace_logo
from accounts.matching import normalize_domain
from accounts.models import STATE_WORDS, AccountDomain, Desk

FOR_CUSTOMERS = "What the portal says; empty for your word for all, or the usual one."


def _word(label: str, key: str, help_text: str = "") -> forms.CharField:
    shown = UnfoldAdminTextInputWidget(attrs={"placeholder": STATE_WORDS[key]})
    return forms.CharField(
        label=label, max_length=40, required=False, help_text=help_text, widget=shown
    )


class DeskSettingsForm(forms.ModelForm):
    """The settings of a desk; its words for the states are fields of their own (M97), and its logo is a file."""

    time_zone = TimeZoneField()
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
        help_text="The names of months and days follow it, and the sentences that Django brings, such as those about "
        "wrong passwords. Plumbline's own words are English in every language.",
    )
    logo_file = forms.FileField(
        label="Another logo",
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp"}),
        help_text="PNG, JPEG, GIF or WebP of at most 1 MB, shown beside the name in the portal, on the agents' pages "
        "and where people log in. It should stand out on white; in dark mode it has a white ground.",
    )
    remove_logo = forms.BooleanField(
        label="Show no logo", required=False, widget=UnfoldBooleanWidget
    )
    free_domains = DomainsField(
        label="Free-mail domains",
        required=False,
        help_text="One a line. Anybody can have an address there, as at the well-known ones, which are known "
        "already: their senders are attached to no account.",
    )
    word_new = _word("New", "new", "Open, and nobody has answered yet.")
    word_open = _word("Open", "open", "Open again, after an answer.")
    word_investigating = _word("At Investigation", "investigating")
    word_waiting = _word("Waiting for Customer", "waiting")
    word_escalated = _word("Escalated", "escalated")
    word_solved = _word("Solved", "solved", "Closed, while an answer still reopens it.")
    word_closed = _word("Closed", "closed", "Closed for good.")
    word_customer_waiting = _word(
        "Waiting for Customer, to the customer", "customer_waiting", FOR_CUSTOMERS
    )
    word_customer_investigating = _word(
        "At Investigation, to the customer", "customer_investigating", FOR_CUSTOMERS
    )
    word_customer_escalated = _word(
        "Escalated, to the customer", "customer_escalated", FOR_CUSTOMERS
    )

    class Meta:
        model = Desk
        exclude: ClassVar[list[str]] = ["state_words", "state_sentences"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in STATE_WORDS:
            self.initial[f"word_{key}"] = self.instance.state_words.get(key, "")
        self.logo_before = ""  # the file whose place another took, once the form is valid

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if problem := get_slug_error(slug):
            raise ValidationError(problem)
        return slug

    def clean_domain(self) -> str:
        given: str = self.cleaned_data["domain"]
        if problem := get_domain_error(given):
            raise ValidationError(problem)
        return normalize_domain(given)

    def clean_free_domains(self) -> list[str]:
        domains: list[str] = self.cleaned_data["free_domains"]
        owned = AccountDomain.objects.filter(desk=self.instance.pk).select_related("account")
        for domain in set(domains) - set(self.instance.free_domains):
            if row := owned.filter(Q(domain=domain) | Q(domain__endswith=f".{domain}")).first():
                raise ValidationError(
                    f"{row.domain} belongs to {row.account}; take it away there first."
                )
        return domains

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        reminder, silence = found.get("reminder_days"), found.get("silence_days")
        if reminder and silence and reminder >= silence:
            self.add_error("reminder_days", "The reminder must come before the ticket closes.")
        if not self.errors and (found.get("logo_file") or found.get("remove_logo")):
            self._take_logo(found["logo_file"])
        return found

    def _take_logo(self, file: UploadedFile | None) -> None:
        """Last of all checks: what is stored here, the desk names as soon as it is saved."""
        try:
            png = encode_logo(file.read(MAX_BYTES + 1)) if file else None
            self.logo_before = replace_logo(self.instance, png)
        except LogoError as refused:
            self.add_error("logo_file", str(refused))
        except OSError:
            self.add_error(
                "logo_file", "There is no room for files at the moment; try again later."
            )

    def save(self, commit: bool = True) -> Desk:
        words = {key: self.cleaned_data.get(f"word_{key}", "") for key in STATE_WORDS}
        self.instance.state_words = {key: word for key, word in words.items() if word}
        return super().save(commit)
