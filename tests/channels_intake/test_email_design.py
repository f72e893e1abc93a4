"""All emails have one design: logo, color, at most one button, dark mode, and a text part."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from django.conf import settings
from django.core import mail
from django.template.loader import render_to_string
from django.test import Client
from PIL import Image

from accounts.models import ACCENTS
from accounts.pictures.logos import encode_logo, replace_logo
from accounts.tenancy import desk_scope
from channels_intake.outgoing.rendering import COLORS, get_brand, get_frame_context, get_preheader
from tests.cast import Cast

TEMPLATES = Path(settings.BASE_DIR) / "templates"
FOLDERS = ("emails", "account/email", "mfa/email")
PARTS = {"emails/base", "account/email/base_message", "account/email/base_notification"}
SITE = "https://desk.example"
MAX_BYTES = 100_000  # Gmail cuts off what follows
LONG = "a" * 200
CONTEXT = {
    "name": "Ana",
    "desk_name": "Rocket",
    "reference": "RC-1042",
    "portal_url": f"{SITE}/rocket/portal/",
    "ticket_url": f"{SITE}/rocket/portal/requests/1042/",
    "first_response_due": "Mon, Nov 23, 2026, 3:00 PM (UTC-03)",
    "closes_at": "Mon, Nov 30, 2026, 3:00 PM (UTC-03)",
    "reason": "silence",
    "silence_days": 7,
    "level_sentence": f"Our engineers have it. {LONG}",
    "author": "Ana <b>",
    "body_text": f"It stops at start-up. {LONG}",
    "files_left_out": f"{LONG}.log",
    "warnings": [f"The holidays of {LONG} are only known until Fri, Dec 25, 2026."],
    "page": f"{SITE}/rocket/admin/sla/calendar/1/change/",
    "settings_url": f"{SITE}/rocket/agent/notifications/settings/",
    "link": f"{SITE}/rocket/invitation/token/",
    "site": f"{SITE}/rocket",
    "code": "ABCD-EFGH-JKLM-NPQR",
    "timestamp": datetime(2026, 11, 23, 15, tzinfo=UTC),
    "ip": "192.0.2.7",
    "user_agent": "Firefox",
    **{f"{what}_url": f"{SITE}/rocket/login/{what}/" for what in ("activate", "signup")},
    "password_reset_url": f"{SITE}/rocket/login/password/reset/key/",
}


def list_emails() -> list[str]:
    """Return the templates of all emails, without their extension."""
    found = {
        str(path.relative_to(TEMPLATES).with_suffix(""))
        for folder in FOLDERS
        for path in (TEMPLATES / folder).glob("*.txt")
        if not path.name.startswith("_") and not path.stem.endswith("_subject")
    }
    return sorted(found - PARTS)


@pytest.fixture
def context(rocket: Cast) -> dict[str, Any]:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    people = {"user": rocket.analyst.user, "asker": rocket.admin.user, "inviter": "Ana"}
    invitation = {"kind": "contact", "name": "Bo", "expires_at": CONTEXT["timestamp"]}
    rows = {"desk": rocket.desk, "ticket": ticket, "mailbox": rocket.mailbox}
    rows["calendar"] = rocket.calendar
    return {**CONTEXT, **people, **rows, "invitation": invitation, "current_site": rocket.desk}


def read(template: str, context: dict[str, Any]) -> tuple[str, str]:
    text = render_to_string(f"{template}.txt", context)
    frame = get_frame_context(text, desk=context["desk"])
    return text, render_to_string(f"{template}.html", context | frame)


@pytest.mark.parametrize("template", list_emails())
def test_every_email_has_a_text_part_and_the_design(template: str, context: dict[str, Any]) -> None:
    text, html = read(template, context)
    page = lxml.html.document_fromstring(html)

    assert len(html.encode()) < MAX_BYTES
    assert "{{" not in html + text
    assert {table.get("role") for table in page.iter("table")} == {"presentation"}
    assert len(page.find_class("button")) <= 1
    metas = {meta.get("name"): meta.get("content") for meta in page.iter("meta")}
    assert metas["color-scheme"] == metas["supported-color-schemes"] == "light dark"
    assert "@media (prefers-color-scheme: dark)" in html
    assert page.find_class("name")[0].text_content().strip() == "Rocket"
    links = [link.get("href") for link in page.iter("a")]
    assert links == [link for link in links if link.startswith((f"{SITE}/", "mailto:"))]
    assert not list(page.iter("link", "script", "form", "img"))


@pytest.mark.parametrize("template", list_emails())
def test_the_button_leads_where_the_text_does(template: str, context: dict[str, Any]) -> None:
    text, html = read(template, context)
    for button in lxml.html.document_fromstring(html).find_class("button"):
        [link] = button.iter("a")
        assert link.get("href") in text
        assert link.text_content().strip()


@pytest.mark.parametrize("template", list_emails())
def test_the_line_beside_the_subject_is_not_the_greeting(
    template: str, context: dict[str, Any]
) -> None:
    text, html = read(template, context)
    [hidden] = lxml.html.document_fromstring(html).xpath("//div[contains(@style, 'mso-hide')]")
    shown = " ".join(hidden.text_content().split())
    assert shown.startswith(get_preheader(text))
    assert not shown.startswith("Hello")
    assert len(get_preheader(text)) > 20


def test_account_emails_have_their_own_html_part(in_rocket: Cast) -> None:
    Client().post("/rocket/login/password/reset/", {"email": in_rocket.analyst.user.email})
    [sent] = mail.outbox
    [(html, kind)] = sent.alternatives
    assert kind == "text/html"
    assert "Set password</a>" in html
    assert COLORS[in_rocket.desk.accent][0] in html


def test_an_email_shows_the_desks_logo_from_its_own_site(
    rocket: Cast, context: dict[str, Any], client: Client, settings: Any
) -> None:
    settings.SITE_URL = SITE
    picture = BytesIO()
    Image.new("RGB", (80, 40), "red").save(picture, "PNG")
    with desk_scope(rocket.desk):
        replace_logo(rocket.desk, encode_logo(picture.getvalue()))
        rocket.desk.save()
    _text, html = read("emails/receipt", context)
    [image] = lxml.html.document_fromstring(html).iter("img")
    assert image.get("alt") == "Rocket"
    assert image.get("src").startswith(f"{SITE}/rocket/logo/")
    assert client.get(image.get("src").removeprefix(SITE)).status_code == 200


def test_an_email_outside_any_desk_uses_the_products_design() -> None:
    assert get_brand(None).name == "Plumbline"


def test_an_unverified_sender_gets_no_button(context: dict[str, Any]) -> None:
    _text, html = read("emails/receipt", context | {"ticket_url": ""})
    assert not lxml.html.document_fromstring(html).find_class("button")


@pytest.mark.parametrize("accent", ACCENTS)
def test_a_color_is_the_accents_and_readable(accent: str) -> None:
    css = (Path(settings.BASE_DIR) / "helpdesk/static/css/accents.css").read_text()
    [rule] = re.findall(rf'data-accent="{accent}"\] {{([^}}]*)}}', css)
    hue = float(re.findall(r"--accent-hue: ([\d.]+)", rule)[0])
    chroma = float((re.findall(r"--accent-chroma: ([\d.]+)", rule) or ["1"])[0])
    on_white, in_dark = COLORS[accent]
    for color, lightness, strength in ((on_white, 0.5, 0.17), (in_dark, 0.76, 0.12)):
        wanted = oklch(lightness, strength * chroma, hue)
        assert all(abs(a - b) <= 12 for a, b in zip(wanted, channels(color), strict=True))
    assert contrast(on_white, "#ffffff") >= 4.5
    assert contrast(in_dark, "#191b1f") >= 4.5


def channels(color: str) -> list[int]:
    return [int(color[start : start + 2], 16) for start in (1, 3, 5)]


def oklch(lightness: float, chroma: float, hue: float) -> list[float]:
    """Return red, green and blue of 0 to 255, cut off at the edges of sRGB."""
    a, b = (chroma * turn(math.radians(hue)) for turn in (math.cos, math.sin))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    linear = (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )
    cut = [min(max(each, 0), 1) for each in linear]
    return [255 * (12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055) for x in cut]


def contrast(one: str, other: str) -> float:
    def luminance(color: str) -> float:
        shares = [each / 255 for each in channels(color)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return sum(w * s for w, s in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
