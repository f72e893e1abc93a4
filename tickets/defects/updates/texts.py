"""Texts for customers about the stages of a defect. Pure.

Only public facts can be inserted: no title, note or gathered fact of the defect ever goes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.texts import find_translation
from tickets.defects.stages import PATH
from tickets.models import Stage, StageSetting

# Placeholders, with what stands for them in a preview.
PLACEHOLDERS: Mapping[str, str | Promise] = {
    "request": _("number of the request"),
    "product": _("product"),
    "plan": _("action plan"),
    "planned_version": _("planned version"),
    "planned_date": _("planned date"),
    "version": _("released version"),
    "link": _("download link"),
    "workaround": _("workaround"),
}
_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")
_WRITTEN = re.compile(r"\{([^{}\n]*)\}")  # whatever looks like a placeholder
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")

USUAL_TEXTS: Mapping[Stage, str | Promise] = {
    Stage.REPORTED: _(
        "We traced your request to a possible problem in the product and reported it to our"
        " engineers. We'll keep you posted here.\n\nUntil then, this may help: {workaround}"
    ),
    Stage.CONFIRMED: _(
        "Our engineers confirmed the problem behind your request.\n\nUntil it's fixed, this may"
        " help: {workaround}"
    ),
    Stage.PLANNED: _(
        "We have a plan for the fix.\n\n{plan}\n\nPlanned version: {planned_version}\n\nPlanned"
        " date: {planned_date}"
    ),
    Stage.IN_PROGRESS: _("Our engineers are working on the fix."),
    Stage.TESTED: _(
        "The fix is ready and passed our internal tests. We'll tell you as soon as it's released."
    ),
    Stage.RELEASED: _(
        "The fix is released in version {version}.\n\nDownload: {link}\n\nPlease tell us if it"
        " solves the problem for you."
    ),
    Stage.VERIFIED: _("Thanks for confirming that the problem is solved."),
    Stage.NOT_A_DEFECT: _(
        "Our engineers looked into the problem behind your request and found that the product works"
        " as designed. We'll reply here with what this means for you."
    ),
    Stage.WONT_FIX: _(
        "After a careful review, we decided not to change this in the product. We'll reply here"
        " with what you can do instead."
    ),
    Stage.DUPLICATE: "",
}
BACK_TEXT = _(
    "The fix isn't finished after all, and we're still working on it. We're sorry for the extra"
    " wait. We'll keep you posted here."
)
# Stages that a fix can move back to, from a later one or an end.
BACK_STAGES = PATH[:-1]
# Customers aren't told of these unless the desk says so.
SILENT = (Stage.VERIFIED, Stage.DUPLICATE)


def get_stage_name(stage: Stage | str, setting: StageSetting | None) -> str:
    """Return the desk's name for a stage in the active language, or the usual one."""
    own = find_translation(setting.translations, "name") or setting.name if setting else ""
    return own or str(Stage(stage).label)


def tells_customers(stage: Stage | str, setting: StageSetting | None) -> bool:
    """Return True if customers get an update when a defect reaches this stage."""
    return setting.tells_customers if setting else Stage(stage) not in SILENT


def get_stage_text(stage: Stage | str, setting: StageSetting | None) -> str:
    """Return the desk's text for customers in the active language, or that language's usual one."""
    return _find_own(setting, "text") or str(USUAL_TEXTS[Stage(stage)])


def get_back_text(setting: StageSetting | None) -> str:
    """Return the text for customers about a fix that moves back, as get_stage_text does."""
    return _find_own(setting, "back_text") or str(BACK_TEXT)


def _find_own(setting: StageSetting | None, kind: str) -> str:
    """Return what the desk wrote in the active language, or "". Reads setting.desk.

    A text in another language than the customer's is no substitute: Plumbline has a usual one.
    """
    if setting is None:
        return ""
    if get_language() in (None, setting.desk.language):
        return str(getattr(setting, kind))
    return find_translation(setting.translations, kind)


def list_unknown_placeholders(text: str) -> list[str]:
    """Return the placeholders of a text that don't exist, for the error of a form."""
    return sorted({name for name in _WRITTEN.findall(text) if name not in PLACEHOLDERS})


def fill_text(text: str, facts: Mapping[str, str]) -> str:
    """Insert facts into a text. Paragraphs with a fact that is missing are left out."""
    kept = (_fill(paragraph, facts) for paragraph in _PARAGRAPHS.split(text))
    return "\n\n".join(_keep(kept))


def _fill(paragraph: str, facts: Mapping[str, str]) -> str:
    names = _PLACEHOLDER.findall(paragraph)
    if any(not facts.get(name, "").strip() for name in names):
        return ""
    return _PLACEHOLDER.sub(lambda match: facts[match[1]].strip(), paragraph)


def _keep(paragraphs: Iterable[str]) -> list[str]:
    return [paragraph for paragraph in map(str.strip, paragraphs) if paragraph]
