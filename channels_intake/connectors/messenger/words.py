"""What a desk says in its messenger, in each language. Pure."""

from __future__ import annotations

from django.utils.text import format_lazy
from django.utils.translation import get_language, gettext_lazy

from channels_intake.connections.contract import FieldKind, SetupField
from channels_intake.models import Connection

# The languages of settings.LANGUAGES: a test compares them.
LANGUAGES = (("", "English"), ("_pt_br", "Português (Brasil)"), ("_de", "Deutsch"))
_FIELDS = (
    ("greeting", gettext_lazy("Greeting"), FieldKind.LINE),
    ("offline", gettext_lazy("When nobody is on shift"), FieldKind.LINE),
    ("consent", gettext_lazy("Privacy notice"), FieldKind.LINE),
)
WORDS_FIELDS = tuple(
    SetupField(name + suffix, format_lazy("{} ({})", label, language), kind=kind, is_required=False)
    for name, label, kind in _FIELDS
    for suffix, language in LANGUAGES
)
PRIVACY_URL = SetupField(
    "privacy_url",
    gettext_lazy("Privacy policy URL"),
    is_required=False,
)
WORDS_FIELDS += (PRIVACY_URL,)


def get_words(connection: Connection, name: str) -> str:
    """Return the desk's words in the active language, else in English; "" for the usual ones."""
    suffix = "_" + (get_language() or "").lower().replace("-", "_")
    settings = connection.settings
    return str(settings.get(name + suffix) or settings.get(name) or "")


def get_privacy_url(connection: Connection) -> str:
    """Return the address of the desk's privacy policy, or ""."""
    url = str(connection.settings.get("privacy_url") or "")
    return url if url.startswith(("https://", "http://")) else ""
