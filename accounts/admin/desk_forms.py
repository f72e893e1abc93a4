"""Admin form of a desk's settings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldBooleanWidget,
)

from accounts.admin.fields import AdminTimeZoneField, DomainsField, PercentsField
from accounts.admin.texts import Text, TranslatedForm
from accounts.desk_addresses import get_domain_error, get_slug_error
from accounts.desk_settings import (
    PAUSABLE_STATES,
    find_period_errors,
    get_free_domains_error,
)
from accounts.matching import normalize_domain
from accounts.models import (
    EMERGENCY_TEXTS,
    LEVEL_SENTENCES,
    STATE_WORDS,
    Desk,
    Level,
)
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
LEVEL_WORDS = tuple(
    Text(f"level_{level.value}", ("level_words", level.value), level.label, max_length=40)
    for level in Level
)
LEVEL_TEXTS = (
    Text(
        "level_text_l2",
        ("level_sentences", "l2"),
        _("When it reaches Level 2"),
        max_length=300,
        is_long=True,
    ),
    Text(
        "level_text_rnd",
        ("level_sentences", "rnd"),
        _("When it reaches R&D"),
        max_length=300,
        is_long=True,
    ),
)


def _outcome(key: str, label: StrOrPromise) -> Text:
    path = ("emergency_texts", key)
    return Text(f"emergency_{key}", path, label, max_length=1000, is_long=True)


EMERGENCIES = (
    _outcome("accepted", _("Accepted")),
    _outcome("courtesy", _("Courtesy exception")),
    _outcome("information", _("More information needed")),
    _outcome("downgraded", _("Downgraded")),
)
# The desk's texts by column, and the usual text of each, if there is one.
COLUMNS = {
    "state_words": WORDS,
    "state_sentences": SENTENCES,
    "level_words": LEVEL_WORDS,
    "level_sentences": LEVEL_TEXTS,
    "emergency_texts": EMERGENCIES,
}
USUAL: dict[str, dict[str, StrOrPromise]] = {
    "state_words": dict(STATE_WORDS),
    "state_sentences": {},
    "level_words": {level.value: level.label for level in Level},
    "level_sentences": {level.value: text for level, text in LEVEL_SENTENCES.items()},
    "emergency_texts": dict(EMERGENCY_TEXTS),
}


def _get_usual(text: Text) -> StrOrPromise:
    column, key = text.path
    return USUAL[column].get(key, "")


class DeskSettingsForm(TranslatedForm):
    """The settings of a desk.

    Each name and each sentence for customers is a field of its own (M97, M98), in the desk's
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
    warn_points = PercentsField(
        label=_("Warn at"),
        required=False,
        help_text=_(
            "Percent of an SLA target after which agents are warned, such as 50, 75, 90. Leave "
            "empty for no warnings. Clocks that already run keep their points."
        ),
    )
    pause_states = forms.MultipleChoiceField(
        label=_("Statuses that pause SLA clocks"),
        required=False,
        choices=[(state, STATE_WORDS[state]) for state in PAUSABLE_STATES],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_(
            "In addition to waiting for the customer, and to tickets on hold. The first response "
            "and promised updates never pause. Applies to tickets from their next change on."
        ),
    )
    texts = tuple(text for column in COLUMNS.values() for text in column)

    class Meta:
        model = Desk
        # The language is set on saving: an invalid form keeps the fields of the stored one.
        exclude: ClassVar[list[str]] = [*COLUMNS, "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("language", self.instance.language)
        for text in self.texts:
            usual = _get_usual(text)
            self.fields[text.name] = text.make_field(placeholder=usual)
            self.initial[text.name] = self._get_own_text(text)
        self.logo_before = ""  # the stored file that a valid form replaces

    def get_own_language(self) -> str:
        return self.instance.language

    def get_fallback(self, text: Text, language: str) -> StrOrPromise:
        if own := self._get_own_text(text):
            return own
        with translation.override(language):
            return str(_get_usual(text))

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
        known = self.instance.free_domains
        if problem := get_free_domains_error(self.instance, before=known, after=domains):
            raise ValidationError(problem)
        return domains

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        periods = ("reminder_days", "silence_days", "closed_file_days", "reopen_days")
        problems = find_period_errors(**{name: found.get(name) for name in periods})
        for name, problem in problems.items():
            self.add_error(name, problem)
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
        for column, texts in COLUMNS.items():
            setattr(self.instance, column, self._collect(texts))
        saved: Desk = super().save(commit)
        return saved

    def _collect(self, texts: Sequence[Text]) -> dict[str, str]:
        """Return the texts in the desk's own language that were entered, by key."""
        entered = {text.path[1]: self.cleaned_data.get(text.name, "") for text in texts}
        return {key: text for key, text in entered.items() if text}
