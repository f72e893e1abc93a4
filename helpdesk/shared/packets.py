"""The facts of a support packet, as a small table below the file. For agents only."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.shared.components import PacketFact, PacketItem
from tickets.attachments.packets import PROBLEM, PacketProblem
from tickets.models import Attachment

LABELS: dict[str, Promise] = {
    "version": gettext_lazy("Version"),
    "edition": gettext_lazy("Edition"),
    "os": gettext_lazy("Operating system"),
    "database": gettext_lazy("Database"),
    "installation": gettext_lazy("Installation"),
    "users": gettext_lazy("Users"),
}
PROBLEMS: dict[str, Promise] = {
    PacketProblem.BROKEN: gettext_lazy(
        "This archive is damaged or in an unknown format. Ask for a new one."
    ),
    PacketProblem.TOO_LARGE: gettext_lazy(
        "This archive has too many files or is too large when unpacked, so it can't be read here. "
        "Be careful when you open it."
    ),
    PacketProblem.ENCRYPTED: gettext_lazy("This archive has a password, so it couldn't be read."),
    PacketProblem.TOOK_TOO_LONG: gettext_lazy(
        "Reading this archive took too long. Download it to look inside."
    ),
}


def describe_packet(file: Attachment) -> PacketItem | None:
    """Return the facts of a support packet, or why an archive couldn't be read; else None."""
    found = file.packet
    if not found:
        return None
    if problem := PROBLEMS.get(found.get(PROBLEM, "")):
        return PacketItem(problem=str(problem))
    facts = found.get("facts", {})
    plugins = tuple(PacketFact(text) for text in found.get("plugins", ()))
    counted = ngettext("%(count)s active plugin", "%(count)s active plugins", len(plugins))
    return PacketItem(
        title=_("Support packet of %(product)s") % {"product": found.get("product", "")},
        facts=tuple(PacketFact(facts[key], str(LABELS[key])) for key in LABELS if key in facts),
        plugins=plugins,
        plugins_title=counted % {"count": len(plugins)} if plugins else "",
        version=facts.get("version", ""),
    )
