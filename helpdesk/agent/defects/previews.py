"""The preview of what customers get from a move, a release, a link or a merge, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings as django_settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from helpdesk.agent.defects.components import KnownIssueCard, TextCard
from tickets.defects.updates.preview import Preview
from tickets.models import Defect


def describe_preview(preview: Preview | None) -> dict[str, Any]:
    """Return the context of agent/defects/_customers_get.html."""
    if preview is None:
        return {"texts": (), "audience": (), "has_preview": False}
    languages = dict(django_settings.LANGUAGES)
    return {
        "has_preview": True,
        "audience": tuple(_describe_audience(preview)),
        "texts": tuple(
            TextCard(str(languages.get(one.language, one.language)), one.text, _count(one.tickets))
            for one in preview.texts
        ),
    }


def describe_known_issue(defect: Defect) -> list[KnownIssueCard]:
    """Return a known issue as the portal shows it, in each language that it is written in."""
    languages = dict(django_settings.LANGUAGES)
    cards = []
    for code in dict.fromkeys([defect.desk.language, *defect.public_translations]):
        with override(code):
            title, text = defect.localized_title, defect.localized_text
        cards.append(
            KnownIssueCard(str(languages.get(code, code)), code, title, text, defect.workaround)
        )
    return cards


def _count(tickets: int) -> str:
    return ngettext("%(count)s ticket", "%(count)s tickets", tickets) % {"count": tickets}


def describe_told(preview: Preview) -> str:
    """Say how many tickets get an update."""
    if not preview.told:
        return _("No customers get an update now.")
    return ngettext(
        "The customer of %(count)s ticket gets an update now.",
        "The customers of %(count)s tickets get an update now.",
        preview.told,
    ) % {"count": preview.told}


def _describe_audience(preview: Preview) -> list[str]:
    silent = ngettext(
        "The customer of %(count)s ticket gets no update.",
        "The customers of %(count)s tickets get no update.",
        preview.silent,
    ) % {"count": preview.silent}
    waiting = describe_waiting(preview.waiting)
    return [
        describe_told(preview),
        *waiting,
        *([silent] if preview.told and preview.silent else []),
    ]


def describe_waiting(waiting: Mapping[str, int]) -> list[str]:
    """Say how many tickets wait for the release of a product line."""
    return [_describe_waiting(line, tickets) for line, tickets in waiting.items()]


def _describe_waiting(line: str, tickets: int) -> str:
    return ngettext(
        "The customer of %(count)s ticket hears about the fix when %(line)s has it.",
        "The customers of %(count)s tickets hear about the fix when %(line)s has it.",
        tickets,
    ) % {"count": tickets, "line": line}
