"""The desk: a company that runs its support here (M105)."""

from __future__ import annotations

from datetime import timedelta

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import get_language, pgettext_lazy

ACCENTS = ["indigo", "teal", "rose", "amber", "violet", "green", "blue", "slate"]

# Words of a desk for what a person sees of a ticket's state. The machine has five states; a desk may say more
# finely what it means by Open and Closed (Mattermost: New and Open, Solved and Closed; M97).
STATE_WORDS = {
    "new": pgettext_lazy("ticket state", "Open"),
    "open": pgettext_lazy("ticket state", "Open"),
    "investigating": pgettext_lazy("ticket state", "At Investigation"),
    "waiting": pgettext_lazy("ticket state", "Waiting for Customer"),
    "escalated": pgettext_lazy("ticket state", "Escalated"),
    "solved": pgettext_lazy("ticket state", "Closed"),
    "closed": pgettext_lazy("ticket state", "Closed"),
    # For the customer's eyes, where the desk's word speaks from its own side.
    "customer_investigating": pgettext_lazy("ticket state", "At Investigation"),
    "customer_waiting": pgettext_lazy("ticket state", "Waiting for you"),
    "customer_escalated": pgettext_lazy("ticket state", "Escalated"),
}
# The states for which a desk may have a sentence of its own, which its customers read in the portal.
SENTENCE_STATES = ("open", "investigating", "waiting", "escalated", "closed")


class Desk(models.Model):
    """A tenant. Its address is its own domain, or the first path segment of the installation's."""

    slug = models.SlugField(
        max_length=40, unique=True, help_text="The first part of the desk's path."
    )
    name = models.CharField(max_length=80)
    domain = models.CharField(
        max_length=253,
        blank=True,
        default="",
        help_text="A host name of its own, lower-case; else empty.",
    )
    language = models.CharField(max_length=10, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    accent = models.CharField(
        "colour",
        max_length=10,
        default="indigo",
        choices=[(a, a.title()) for a in ACCENTS],
        help_text="Of buttons, links and marks. Each is drawn darker on light and lighter on dark ground, so that "
        "text stays readable.",
    )
    logo = models.CharField(
        max_length=200, blank=True, default="", editable=False
    )  # a name in the storage
    ticket_prefix = models.CharField(
        max_length=6, validators=[RegexValidator(r"^[A-Z]{1,6}$", "One to six capital letters.")]
    )
    state_words = models.JSONField(
        default=dict, blank=True, help_text="The desk's own words for the states."
    )
    state_sentences = models.JSONField(
        default=dict, blank=True, help_text="The desk's own sentences for customers, one per state."
    )
    # Words and sentences for readers of other languages: {"de": {"state_words": {...}, ...}}.
    translations = models.JSONField(default=dict, blank=True, editable=False)
    hotline = models.CharField(max_length=40, blank=True, default="")
    silence_days = models.PositiveSmallIntegerField(
        default=7,
        validators=[MinValueValidator(1)],
        help_text="Days of silence in Waiting for Customer before a ticket closes (M17).",
    )
    reminder_days = models.PositiveSmallIntegerField(
        default=5, help_text="Days of silence before the customer is reminded; 0 for no reminder."
    )
    reopen_days = models.PositiveSmallIntegerField(
        default=14, help_text="Days after closing in which a customer's answer reopens the ticket."
    )
    only_points_of_contact = models.BooleanField(
        default=False,
        help_text="Only an account's points of contact and managers may open tickets in the portal (M73).",
    )
    free_domains = models.JSONField(
        "free-mail domains",
        default=list,
        blank=True,
        help_text="Where anybody can have an address, beside the well-known ones: their senders are attached to no "
        "account (M78).",
    )
    require_two_factor = models.BooleanField(
        default=False,
        help_text="Every agent needs an authenticator app or a passkey beside the password; admins always do.",
    )
    is_suspended = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["domain"], condition=~models.Q(domain=""), name="desk_domain_unique"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def silence(self) -> timedelta:
        """How long a ticket may wait for its customer before it closes."""
        return timedelta(days=self.silence_days)

    @property
    def reminder_after(self) -> timedelta | None:
        """How long after the start of the wait the customer is reminded; None for never."""
        return timedelta(days=self.reminder_days) if self.reminder_days else None

    @property
    def reopen_window(self) -> timedelta:
        """How long after closing an answer still reopens the ticket."""
        return timedelta(days=self.reopen_days)

    @property
    def logo_name(self) -> str:
        """The last part of the logo's name, by which its page is asked for."""
        return self.logo.rpartition("/")[2]

    def word_for(self, state: str) -> str:
        """Return the word for a key of STATE_WORDS in the active language.

        The desk's word in that language comes first, then the desk's word in its own language, since
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

    def _find_text(self, kind: str, *keys: str) -> str:
        translated = self.translations.get(get_language() or "", {}).get(kind, {})
        texts = (source.get(key) for source in (translated, getattr(self, kind)) for key in keys)
        return str(next(filter(None, texts), ""))
