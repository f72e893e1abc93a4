"""Emails as text and HTML: one design for all, with the desk's name, logo and color.

The HTML is laid out in tables and styled in place, because Outlook lays out with Word and Gmail
drops style sheets of replies. The text part is a template of its own and says the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.text import Truncator

from accounts.models import Desk

PRODUCT = "Plumbline"
MAX_PREHEADER_CHARS = 140
MAX_GREETING_CHARS = 90

# The accents of css/accents.css as mail clients understand them: on white, and as ink on black.
COLORS = {
    "indigo": ("#4455c2", "#96acfe"),
    "blue": ("#0063b8", "#78b5fb"),
    "teal": ("#007272", "#78c0bf"),
    "green": ("#09773f", "#85c296"),
    "amber": ("#915100", "#d7a67b"),
    "rose": ("#ae2749", "#f3909d"),
    "violet": ("#7444b4", "#bd9ff2"),
    "slate": ("#586479", "#a8b2c2"),
}


@dataclass(frozen=True, slots=True)
class Brand:
    """What an email shows of its sender. logo_url: "" for none. colors: six hex digits."""

    name: str
    color: str
    color_in_dark: str
    logo_url: str = ""


def get_brand(desk: Desk | None) -> Brand:
    """Return the brand of a desk, or the product's for emails that belong to no desk."""
    if desk is None:
        return Brand(PRODUCT, *COLORS["indigo"])
    logo_url = f"{settings.SITE_URL}/{desk.slug}/logo/{desk.logo_name}" if desk.logo else ""
    return Brand(desk.name, *COLORS.get(desk.accent, COLORS["indigo"]), logo_url)


def render_email(
    template: str, context: Mapping[str, Any], *, desk: Desk | None
) -> tuple[str, str]:
    """Return text and HTML of the templates ``{template}.txt`` and ``{template}.html``.

    Both are in the active language, so call this in the recipient's locale.
    """
    text = render_to_string(f"{template}.txt", dict(context)).rstrip() + "\n"
    html = render_to_string(f"{template}.html", {**context, **get_frame_context(text, desk=desk)})
    return text, html


def get_frame_context(text: str, *, desk: Desk | None) -> dict[str, Any]:
    """Return what emails/frame.html needs, besides its blocks. text: the email's text part."""
    return {"brand": get_brand(desk), "preheader": get_preheader(text)}


def get_preheader(text: str) -> str:
    """Return the line that an inbox shows beside the subject: the first one after the greeting."""
    paragraphs = [" ".join(part.split()) for part in text.partition("\n-- \n")[0].split("\n\n")]
    told = [part for part in paragraphs if part]
    if len(told) > 1 and told[0].endswith(",") and len(told[0]) <= MAX_GREETING_CHARS:
        told = told[1:]
    return Truncator(told[0] if told else "").chars(MAX_PREHEADER_CHARS)


def build_automatic_email(
    template: str,
    context: Mapping[str, Any],
    *,
    desk: Desk | None,
    subject: str,
    from_email: str,
    to: str,
) -> EmailMultiAlternatives:
    """Return an email about an account, a mailbox or an invitation, in the active language."""
    text, html = render_email(template, context, desk=desk)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=from_email,
        to=[to],
        headers={"Auto-Submitted": "auto-generated"},
    )
    message.attach_alternative(html, "text/html")
    return message
