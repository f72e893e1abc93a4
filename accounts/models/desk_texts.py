"""Names and texts of a desk: states, levels, escalations and emergencies, in several languages."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models.choices import Level
from accounts.texts import find_translation

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The usual names of ticket states. There are five states; a desk may name two kinds of Open and
# two of Closed (Mattermost: New and Open, Solved and Closed; M97).
STATE_WORDS = {
    "new": pgettext_lazy("ticket state", "Open"),
    "open": pgettext_lazy("ticket state", "Open"),
    "investigating": pgettext_lazy("ticket state", "At Investigation"),
    "waiting": pgettext_lazy("ticket state", "Waiting for Customer"),
    "escalated": pgettext_lazy("ticket state", "Escalated"),
    "solved": pgettext_lazy("ticket state", "Closed"),
    "closed": pgettext_lazy("ticket state", "Closed"),
    # What customers read where the usual name speaks from the desk's side.
    "customer_investigating": pgettext_lazy("ticket state", "At Investigation"),
    "customer_waiting": pgettext_lazy("ticket state", "Waiting for you"),
    "customer_escalated": pgettext_lazy("ticket state", "Escalated"),
}
# The states for which a desk can have a sentence of its own for customers in the portal.
SENTENCE_STATES = ("open", "investigating", "waiting", "escalated", "closed")
# What customers read when their ticket reaches a level (M98).
LEVEL_SENTENCES = {
    Level.L2: _(
        "We passed your request on to our specialists. They continue where we left off and reply"
        " here."
    ),
    Level.RND: _("We passed your request on to our product team. We'll keep you posted here."),
}
# Outcomes of an emergency, with the text that a customer usually gets.
EMERGENCY_TEXTS = {
    "accepted": _(
        "We're treating this as an emergency. An engineer is working on it now, and we'll keep you"
        " posted until your service is back."
    ),
    "courtesy": _(
        "Your plan doesn't cover this emergency. As an exception, we're treating it as one this"
        " time. An engineer is working on it now."
    ),
    "information": _(
        "Before we can treat this as an emergency, we need to know more. Please tell us who is"
        " affected, what exactly fails, and since when."
    ),
    "downgraded": _(
        "From what you describe, this isn't an emergency by our definition, so we changed the"
        " priority. We're still working on your request."
    ),
}
MAX_EMERGENCY_MINUTES = 10_080  # a week


def _minutes(name: StrOrPromise, default: int, help_text: StrOrPromise = "") -> Any:
    return models.PositiveSmallIntegerField(
        name,
        default=default,
        help_text=help_text or _("In minutes, around the clock."),
        validators=[MinValueValidator(1), MaxValueValidator(MAX_EMERGENCY_MINUTES)],
    )


class DeskTexts(models.Model):
    """The texts and the emergency times of a desk."""

    state_words = models.JSONField(
        _("state names"),
        default=dict,
        blank=True,
        help_text=_("Custom names for the ticket states."),
    )
    state_sentences = models.JSONField(
        _("state descriptions"),
        default=dict,
        blank=True,
        help_text=_("Custom explanations for customers, one for each state."),
    )
    level_words = models.JSONField(
        _("level names"),
        default=dict,
        blank=True,
        help_text=_("Custom names for the support levels."),
    )
    level_sentences = models.JSONField(
        _("texts about escalations"),
        default=dict,
        blank=True,
        help_text=_("What customers are told when their request reaches a level."),
    )
    emergency_texts = models.JSONField(
        _("texts about emergencies"),
        default=dict,
        blank=True,
        help_text=_("What customers are told about the outcome of an emergency."),
    )
    emergency_decision_minutes = _minutes(
        _("reply to a new emergency"),
        15,
        _("In minutes. Customers who report an emergency are promised a reply within this time."),
    )
    emergency_accepted_minutes = _minutes(_("next update when accepted"), 60)
    emergency_courtesy_minutes = _minutes(_("next update after a courtesy exception"), 60)
    emergency_information_minutes = _minutes(_("next update when information is missing"), 60)
    emergency_downgraded_minutes = _minutes(_("next update after a downgrade"), 480)
    # Words and sentences for readers of other languages: {"de": {"state_words": {...}, ...}}.
    translations = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def word_for(self, state: str) -> str:
        """Return the word for a key of STATE_WORDS in the active language.

        The desk's word in that language comes first, then the one in its own language, since
        that is the name it has given the state, then the usual word.
        """
        own = self._find_text("state_words", state)
        return own or str(STATE_WORDS[state])

    def word_for_customer(self, state: str) -> str:
        """Return the word that a customer reads: one made for customers, if there is one."""
        theirs = f"customer_{state}"
        own = self._find_text("state_words", theirs, state)
        return own or str(STATE_WORDS.get(theirs) or STATE_WORDS[state])

    def sentence_for(self, state: str) -> str:
        """Return the desk's own sentence for customers about a state in SENTENCE_STATES, or ""."""
        return self._find_text("state_sentences", state)

    def word_for_level(self, level: str) -> str:
        """Return the desk's name for a level in the active language, or the usual one."""
        return self._find_text("level_words", level) or str(Level(level).label)

    def list_levels(self) -> list[tuple[str, str]]:
        """Return each level with its name, as choices."""
        return [(level.value, self.word_for_level(level)) for level in Level]

    def has_level_sentence(self, level: str) -> bool:
        """Return True if the desk has a sentence of its own about reaching a level."""
        return bool(self._find_text("level_sentences", level))

    def sentence_for_level(self, level: str) -> str:
        """Return what customers are told when a ticket reaches a level in LEVEL_SENTENCES."""
        usual = LEVEL_SENTENCES.get(Level(level), LEVEL_SENTENCES[Level.L2])
        return self._find_text("level_sentences", level) or str(usual)

    def emergency_text(self, outcome: str) -> str:
        """Return what a customer is usually told about an outcome in EMERGENCY_TEXTS."""
        return self._find_text("emergency_texts", outcome) or str(EMERGENCY_TEXTS[outcome])

    def get_emergency_wait(self, step: str) -> timedelta:
        """Return how soon the customer hears from the desk after "decision" or an outcome.

        After a report, that is the decision. Around the clock.
        """
        minutes: int = getattr(self, f"emergency_{step}_minutes")
        return timedelta(minutes=minutes)

    def _find_text(self, kind: str, *keys: str) -> str:
        translated = (find_translation(self.translations, kind, key) for key in keys)
        own = (getattr(self, kind).get(key) for key in keys)
        return str(next(filter(None, (*translated, *own)), ""))
