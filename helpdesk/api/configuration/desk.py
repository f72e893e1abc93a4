"""The desk's own settings and words: names of statuses and levels, texts for customers, times."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.desk_settings import PAUSABLE_STATES, find_period_errors, get_free_domains_error
from accounts.matching import read_domain
from accounts.models import (
    EMERGENCY_TEXTS,
    LEVEL_SENTENCES,
    SENTENCE_STATES,
    STATE_WORDS,
    Desk,
    Level,
)
from accounts.places.languages import list_offered_languages
from helpdesk.api.access.grants import get_grant
from helpdesk.api.configuration.declared import RowSerializer, describe_fields
from helpdesk.api.configuration.setting_rows import SettingView, ZoneField
from helpdesk.api.serializers import StrictSerializer

MAX_DOMAINS, MAX_WARN_POINTS = 200, 5
WORD, SENTENCE, LONG = 40, 300, 1000
ADDRESS = ("slug", "domain", "ticket_prefix", "is_suspended")
WAITING = ("silence_days", "reminder_days", "reopen_days", "undo_seconds")
KEEPING = ("email_source_days", "notification_days", "closed_file_days", "webhook_days")
WORK = ("agent_capacity", "prefers_last_agent", "offer_minutes", "quiet_minutes", "idle_minutes")
OTHERS = ("missing_minutes", "major_impact", "release_action", "require_two_factor")
EMERGENCIES = tuple(
    f"emergency_{step}_minutes"
    for step in ("decision", "accepted", "courtesy", "information", "downgraded")
)
LOOK = ("name", "accent", "hotline")
GUARDED = ("require_two_factor", *KEEPING)  # what a program can't change: it never proves who it is
FIELDS = (*ADDRESS, *LOOK, *WAITING, *KEEPING, *WORK, *OTHERS, *EMERGENCIES)
PERIODS = ("reminder_days", "silence_days", "closed_file_days", "reopen_days")


def make_words(name: str, keys: Any, limit: int) -> Any:
    """Return a serializer of a text for some of these keys; a key that is left out has none."""
    text: dict[str, Any] = {"max_length": limit, "required": False, "allow_blank": True}
    fields = {key: serializers.CharField(help_text=_("The desk's own."), **text) for key in keys}
    return type(name, (StrictSerializer,), {"__doc__": "Texts of a desk by key.", **fields})


TEXTS = {
    "state_words": (
        make_words("StateWords", STATE_WORDS, WORD),
        _("Names of statuses; “customer_…” are those that customers read."),
    ),
    "state_sentences": (
        make_words("StateSentences", SENTENCE_STATES, SENTENCE),
        _("What customers read about a status."),
    ),
    "level_words": (make_words("LevelWords", Level.values, WORD), _("Names of levels.")),
    "level_sentences": (
        make_words("LevelSentences", [level.value for level in LEVEL_SENTENCES], SENTENCE),
        _("What customers are told when their request reaches a level."),
    ),
    "emergency_texts": (
        make_words("EmergencyTexts", EMERGENCY_TEXTS, LONG),
        _("What customers are told about the outcome of an emergency."),
    ),
}


def make_texts() -> dict[str, Any]:
    """Return the fields of a desk's texts in one language."""
    return {kind: words(required=False, help_text=text) for kind, (words, text) in TEXTS.items()}


DeskTexts: Any = type("DeskTexts", (StrictSerializer,), {"__doc__": "Texts.", **make_texts()})


def require_offered_languages(codes: Iterable[str]) -> None:
    """Raise ValidationError for a language that readers can't choose."""
    for code in codes:
        if code not in dict(list_offered_languages()):
            text = gettext("The language “%(code)s” isn't available.")
            raise serializers.ValidationError(text % {"code": code[:20]})


class Translations(serializers.DictField):
    """A desk's texts in other languages, by language."""

    child = DeskTexts()

    def to_internal_value(self, data: Any) -> Any:
        found = super().to_internal_value(data)
        require_offered_languages(found)
        return {code: drop_empty(texts) for code, texts in found.items() if drop_empty(texts)}


def drop_empty(texts: dict[str, Any]) -> dict[str, Any]:
    """Return texts without those that are empty, which stand for the usual ones."""
    kept = {kind: {key: text for key, text in of.items() if text} for kind, of in texts.items()}
    return {kind: of for kind, of in kept.items() if of}


class DeskSerializer(RowSerializer):
    """The settings of the desk."""

    language = serializers.ChoiceField(
        list_offered_languages(), help_text=_("The language of people who haven't set one.")
    )
    time_zone = ZoneField()
    free_domains = serializers.ListField(
        child=serializers.CharField(max_length=253),
        max_length=MAX_DOMAINS,
        help_text=_("Domains where anyone can get an address, besides the well-known ones."),
    )
    warn_points = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=99),
        max_length=MAX_WARN_POINTS,
        help_text=_("Percent of an SLA target after which agents are warned."),
    )
    pause_states = serializers.ListField(
        child=serializers.ChoiceField(PAUSABLE_STATES),
        max_length=len(PAUSABLE_STATES),
        help_text=_("Statuses that pause SLA clocks, besides waiting for the customer."),
    )
    state_words, state_sentences, level_words, level_sentences, emergency_texts = (
        make_texts().values()
    )
    translations = Translations(
        required=False, help_text=_("The texts in other languages, by language such as “de”.")
    )

    class Meta:
        model = Desk
        fields = (
            *("id", *FIELDS, "language", "time_zone", "free_domains", "warn_points"),
            *("pause_states", *TEXTS, "translations"),
        )
        read_only_fields = ADDRESS
        extra_kwargs = describe_fields(Desk, FIELDS)

    def validate_free_domains(self, given: list[str]) -> list[str]:
        found = {text: read_domain(text) for text in given}
        if wrong := [text for text, domain in found.items() if not domain]:
            text = gettext("“%(text)s” is not a domain name.")
            raise serializers.ValidationError(text % {"text": wrong[0][:100]})
        return sorted(set(found.values()))

    def validate_warn_points(self, given: list[int]) -> list[int]:
        return sorted(set(given))

    def validate_pause_states(self, given: list[str]) -> list[str]:
        return list(dict.fromkeys(given))

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        texts = {kind: given[kind] for kind in TEXTS if kind in given}
        kept = drop_empty(texts)
        return {**given, **{kind: kept.get(kind, {}) for kind in texts}}


def describe_guarded() -> str:
    """Return why a program can't change one of the GUARDED fields."""
    return gettext("Programs can't change this. A desk admin changes it in the settings.")


class DeskSettingsView(SettingView):
    serializer_class = DeskSerializer

    @extend_schema(
        operation_id="show_desk",
        summary=_("Show the desk's settings"),
        description=_("Returns the desk's settings and its own words for customers and agents."),
    )
    def get(self, request: Request) -> Response:
        """Show the settings."""
        return self._show()

    @extend_schema(
        operation_id="change_desk",
        summary=_("Change the desk's settings"),
        description=_(
            "Changes the given fields and keeps the others. A token can't change "
            "“require_two_factor” and how many days data is kept. For desk admins."
        ),
        request=DeskSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change the given settings. Texts of one kind are replaced as a whole."""
        self.write(self._get_desk(), self.read(request, partial=True))
        return self._show()

    def check(self, row: Desk, stored: Desk) -> None:
        problems = find_period_errors(**{name: getattr(row, name) for name in PERIODS})
        before, after = stored.free_domains, row.free_domains
        if problem := get_free_domains_error(row, before=before, after=after):
            problems["free_domains"] = problem
        if get_grant(self.request) is not None:
            changed = [name for name in GUARDED if getattr(row, name) != getattr(stored, name)]
            problems |= dict.fromkeys(changed, describe_guarded())
        if problems:
            raise ValidationError(problems)

    def _get_desk(self) -> Desk:
        return Desk.objects.get(pk=self.agent.desk_id)

    def _show(self) -> Response:
        return Response(self.describe(self._get_desk()))
