"""Languages and time zones: which ones a person reads pages and emails in (M80).

A reader's own setting comes first, then the browser's languages, then the desk's. Every language
in settings.LANGUAGES has a catalog; a tag that no catalog serves is never activated, so that no
page is half translated.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

from accounts.models import Contact, Desk, User

PSEUDO_LOCALES = {"en-xa", "ar-xb"}  # made by helpdesk/catalogs.py, to test pages

_desk_time_zone: ContextVar[str] = ContextVar("desk_time_zone", default="")


def list_offered_languages() -> list[tuple[str, str]]:
    """Return the languages that desks write texts in, with their names: no pseudo-locales."""
    return [(code, name) for code, name in settings.LANGUAGES if code not in PSEUDO_LOCALES]


def find_language(tag: str) -> str:
    """Return the installed language that serves a language tag (RFC 5646), or "".

    "pt", "PT-PT" and "pt_BR" are all served by "pt-br".
    """
    try:
        return get_supported_language_variant(tag.strip().replace("_", "-").lower())
    except LookupError:
        return ""


def find_accepted_language(accept_language: str) -> str:
    """Return the first installed language of an Accept-Language header (RFC 9110), or "".

    A quality of 0 means that the reader doesn't want the language.
    """
    ranked = parse_accept_lang_header(accept_language.lower())
    tags = (tag for tag, quality in ranked if quality > 0)
    return next(filter(None, map(find_language, tags)), "")


def get_reader_language(*, desk: Desk | None, user: User | None = None, accepted: str = "") -> str:
    """Return the language of a page: the user's setting, else the browser's, else the desk's.

    accepted: the request's Accept-Language header.
    """
    own = find_language(user.language) if user and user.language else ""
    return own or find_accepted_language(accepted) or _get_desk_language(desk)


def get_recipient_language(
    *, desk: Desk | None, contact: Contact | None = None, user: User | None = None
) -> str:
    """Return the language of an email: the user's setting, else the contact's, else the desk's."""
    for chosen in (user.language if user else "", contact.language if contact else ""):
        if chosen and (language := find_language(chosen)):
            return language
    return _get_desk_language(desk)


def get_time_zone(*, desk: Desk | None, user: User | None = None) -> str:
    """Return the IANA name of the zone a person reads times in: their own, else the desk's."""
    return (user.time_zone if user else "") or (desk.time_zone if desk else settings.TIME_ZONE)


def get_desk_time_zone() -> str:
    """Return the zone of the desk whose page or email is being made; "" outside of desks."""
    return _desk_time_zone.get()


@contextmanager
def use_locale(*, language: str, time_zone: str, desk: Desk | None) -> Iterator[None]:
    """Translate and show times for one reader. Nests; everything is restored at the end."""
    token = _desk_time_zone.set(desk.time_zone if desk else "")
    try:
        with translation.override(language), timezone.override(time_zone):
            yield
    finally:
        _desk_time_zone.reset(token)


@contextmanager
def use_recipient_locale(
    *, desk: Desk | None, contact: Contact | None = None, user: User | None = None
) -> Iterator[None]:
    """Compose an email or a notification in its recipient's language and time zone."""
    language = get_recipient_language(desk=desk, contact=contact, user=user)
    with use_locale(language=language, time_zone=get_time_zone(desk=desk, user=user), desk=desk):
        yield


def _get_desk_language(desk: Desk | None) -> str:
    own = find_language(desk.language) if desk else ""
    return own or settings.LANGUAGE_CODE
