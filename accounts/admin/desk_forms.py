"""Admin form of a desk's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
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

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CUSTOMER_STATUS_HELP = _(
    "Shown in the portal. Leave empty to show your own status name, or else the default."
)


def _word(label: StrOrPromise, key: str, help_text: StrOrPromise = "") -> forms.CharField:
    shown = UnfoldAdminTextInputWidget(attrs={"placeholder": STATE_WORDS[key]})
    return forms.CharField(
        label=label, max_length=40, required=False, help_text=help_text, widget=shown
    )


class DeskSettingsForm(forms.ModelForm):
    """The settings of a desk.

    Each status name is a field of its own (M97); the logo is an uploaded file.
    """

    time_zone = TimeZoneField(label=_("Time zone"))
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
        label=_("Language"),
        help_text=_("For readers who have not set their own language."),
    )
    logo_file = forms.FileField(
        label=_("New logo"),
        required=False,
        widget=UnfoldAdminFileFieldWidget(attrs={"accept": ".png,.jpg,.jpeg,.gif,.webp"}),
        help_text=_(
            "PNG, JPEG, GIF or WebP, at most 1 MB. Shown next to the name in the portal, on "
            "agents' pages and on the sign-in page. Choose a logo that stands out on white; in "
            "dark mode it keeps a white background."
        ),
    )
    remove_logo = forms.BooleanField(
        label=_("Remove logo"), required=False, widget=UnfoldBooleanWidget
    )
    free_domains = DomainsField(
        label=_("Free-mail domains"),
        required=False,
        help_text=_(
            "One per line. Anyone can get an address at these domains, so their senders are not "
            "matched to an account. Well-known free-mail domains are included automatically."
        ),
    )
    word_new = _word(_("New"), "new", _("Open, without a first response."))
    word_open = _word(_("Open"), "open", _("Open again, after a reply."))
    word_investigating = _word(_("At Investigation"), "investigating")
    word_waiting = _word(_("Waiting for Customer"), "waiting")
    word_escalated = _word(_("Escalated"), "escalated")
    word_solved = _word(_("Solved"), "solved", _("Closed, but a customer reply still reopens it."))
    word_closed = _word(_("Closed"), "closed", _("Closed permanently."))
    word_customer_waiting = _word(
        _("Waiting for Customer, for customers"), "customer_waiting", CUSTOMER_STATUS_HELP
    )
    word_customer_investigating = _word(
        _("At Investigation, for customers"), "customer_investigating", CUSTOMER_STATUS_HELP
    )
    word_customer_escalated = _word(
        _("Escalated, for customers"), "customer_escalated", CUSTOMER_STATUS_HELP
    )

    class Meta:
        model = Desk
        exclude: ClassVar[list[str]] = ["state_words", "state_sentences"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key in STATE_WORDS:
            self.initial[f"word_{key}"] = self.instance.state_words.get(key, "")
        self.logo_before = ""  # the stored file that a valid form replaces

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
                    gettext("%(domain)s belongs to %(account)s. Remove it there first.")
                    % {"domain": row.domain, "account": row.account}
                )
        return domains

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        reminder, silence = found.get("reminder_days"), found.get("silence_days")
        if reminder and silence and reminder >= silence:
            self.add_error(
                "reminder_days", gettext("The reminder must come before the ticket closes.")
            )
        if not self.errors and (found.get("logo_file") or found.get("remove_logo")):
            self._take_logo(found["logo_file"])
        return found

    def _take_logo(self, file: UploadedFile | None) -> None:
        """Store the uploaded logo, after all other checks: the saved desk refers to the file."""
        try:
            png = encode_logo(file.read(MAX_BYTES + 1)) if file else None
            self.logo_before = replace_logo(self.instance, png)
        except LogoError as refused:
            self.add_error("logo_file", str(refused))
        except OSError:
            self.add_error("logo_file", gettext("The logo could not be stored. Try again later."))

    def save(self, commit: bool = True) -> Desk:
        words = {key: self.cleaned_data.get(f"word_{key}", "") for key in STATE_WORDS}
        self.instance.state_words = {key: word for key, word in words.items() if word}
        return super().save(commit)
