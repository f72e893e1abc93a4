"""Admin form of a desk's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from accounts.admin.fields import AdminTimeZoneField, DomainsField
from accounts.admin.texts import Text, TranslatedForm
from accounts.desk_addresses import get_domain_error, get_slug_error
from accounts.matching import normalize_domain
from accounts.models import STATE_WORDS, AccountDomain, Desk
from accounts.pictures.logos import MAX_BYTES, LogoError, encode_logo, replace_logo

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

CUSTOMER_STATUS_HELP = _(
    "Shown in the portal. Leave empty to show your custom status name, or the default if there "
    "is none."
)


def _word(key: str, label: StrOrPromise, help_text: StrOrPromise = "") -> Text:
    return Text(f"word_{key}", ("state_words", key), label, help_text, max_length=40)


def _sentence(key: str, label: StrOrPromise) -> Text:
    path = ("state_sentences", key)
    return Text(f"sentence_{key}", path, label, max_length=300, is_long=True)


WORDS = (
    _word("new", _("New"), _("Open, without a first response.")),
    _word("open", _("Open"), _("Open again, after a reply.")),
    _word("investigating", _("At Investigation")),
    _word("waiting", _("Waiting for Customer")),
    _word("escalated", _("Escalated")),
    _word("solved", _("Solved"), _("Closed, but a customer reply still reopens it.")),
    _word("closed", _("Closed"), _("Closed permanently.")),
    _word("customer_waiting", _("Waiting for Customer, for customers"), CUSTOMER_STATUS_HELP),
    _word("customer_investigating", _("At Investigation, for customers"), CUSTOMER_STATUS_HELP),
    _word("customer_escalated", _("Escalated, for customers"), CUSTOMER_STATUS_HELP),
)
SENTENCES = (
    _sentence("open", _("Text for Open")),
    _sentence("investigating", _("Text for At Investigation")),
    _sentence("waiting", _("Text for Waiting for Customer")),
    _sentence("escalated", _("Text for Escalated")),
    _sentence("closed", _("Text for Closed")),
)


class DeskSettingsForm(TranslatedForm):
    """The settings of a desk.

    Each status name and each sentence for customers is a field of its own (M97), in the desk's
    language and in every other one; the logo is an uploaded file.
    """

    time_zone = AdminTimeZoneField(label=_("Time zone"))
    language = forms.ChoiceField(
        choices=settings.LANGUAGES,
        widget=UnfoldAdminSelectWidget,
        label=_("Language"),
        help_text=_("Used for people who haven't set a language."),
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
        label=_("Free email domains"),
        required=False,
        help_text=_(
            "One per line. Anyone can get an address at these domains, so their senders are not "
            "matched to an account. Well-known free email domains are included automatically."
        ),
    )
    texts = (*WORDS, *SENTENCES)

    class Meta:
        model = Desk
        # The language is set on saving: an invalid form keeps the fields of the stored one.
        exclude: ClassVar[list[str]] = ["state_words", "state_sentences", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", self.instance.language)
        for text in self.texts:
            usual = STATE_WORDS[text.path[1]] if text in WORDS else ""
            self.fields[text.name] = text.make_field(placeholder=usual)
            self.initial[text.name] = self._get_own_text(text)
        self.logo_before = ""  # the stored file that a valid form replaces

    def get_own_language(self) -> str:
        return self.instance.language

    def get_fallback(self, text: Text, language: str) -> StrOrPromise:
        own = self._get_own_text(text)
        if own or text not in WORDS:
            return own
        with translation.override(language):
            return str(STATE_WORDS[text.path[1]])

    def _get_own_text(self, text: Text) -> str:
        kind, key = text.path
        return str(getattr(self.instance, kind).get(key, ""))

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
        self.instance.language = self.cleaned_data["language"]
        self.instance.state_words = self._collect(WORDS)
        self.instance.state_sentences = self._collect(SENTENCES)
        saved: Desk = super().save(commit)
        return saved

    def _collect(self, texts: Sequence[Text]) -> dict[str, str]:
        """Return the texts in the desk's own language that were entered, by key."""
        entered = {text.path[1]: self.cleaned_data.get(text.name, "") for text in texts}
        return {key: text for key, text in entered.items() if text}
