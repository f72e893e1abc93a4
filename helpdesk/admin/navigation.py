"""Sidebar of the admin site: groups of pages, each with the name of a Material Symbols icon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.admin.access import AdminRequest, is_installation_admin
from helpdesk.demo.playground.address import read_address

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

TITLES = {
    "desk": _("Desk"),
    "routing": _("Routing"),
    "people": _("People"),
    "customers": _("Customers"),
    "sla": _("Plans and SLA"),
    "email": _("Email"),
    "connections": _("Connections"),
    "records": _("Records"),
}
MODELS: dict[str, list[tuple[str, str]]] = {
    "desk": [
        ("accounts.Desk", "settings"),
        ("accounts.Department", "account_tree"),
        ("tickets.Priority", "flag"),
        ("tickets.FormField", "edit_note"),
        ("tickets.Tag", "label"),
        ("tickets.ClosingReason", "check_circle"),
    ],
    "routing": [("routing.Rule", "alt_route"), ("routing.RuleVersion", "history_toggle_off")],
    "people": [
        ("accounts.Agent", "support_agent"),
        ("routing.Team", "groups"),
        ("routing.Skill", "school"),
        ("routing.OnCallRota", "ring_volume"),
        ("tickets.EngineeringGroup", "engineering"),
        ("accounts.Region", "public"),
        ("accounts.Invitation", "mark_email_unread"),
        ("accounts.IdentityProvider", "passkey"),
        ("accounts.User", "key"),
    ],
    "customers": [
        ("accounts.Account", "domain"),
        ("accounts.Contact", "person"),
        ("accounts.Product", "deployed_code"),
        ("accounts.ProductLine", "conversion_path"),
        ("accounts.CrmConnection", "sync"),
        ("accounts.CrmSetAside", "rule"),
        ("accounts.CustomerCard", "contact_page"),
    ],
    "sla": [
        ("accounts.Plan", "workspace_premium"),
        ("sla.Policy", "rule_settings"),
        ("sla.LevelTarget", "timer"),
        ("sla.Ladder", "stairs"),
        ("sla.Calendar", "calendar_month"),
    ],
    "email": [
        ("channels_intake.Mailbox", "inbox"),
        ("channels_intake.BlockedSender", "block"),
        ("channels_intake.InboundMessage", "call_received"),
        ("channels_intake.OutgoingEmail", "outgoing_mail"),
    ],
    "connections": [
        ("channels_intake.Connection", "hub"),
        ("channels_intake.ChannelEvent", "move_to_inbox"),
        ("channels_intake.ChatConnection", "forum"),
        ("channels_intake.ChatPerson", "alternate_email"),
        ("channels_intake.PagingService", "campaign"),
        ("channels_intake.PageEvent", "mark_chat_read"),
        ("channels_intake.CodeHost", "code"),
        ("channels_intake.CodeEvent", "webhook"),
        ("channels_intake.OutgoingCall", "outbound"),
        ("tickets.WebhookSubscription", "send"),
        ("tickets.WebhookDelivery", "outbox"),
    ],
    "records": [
        ("tickets.Ticket", "confirmation_number"),
        ("tickets.Message", "chat"),
        ("tickets.Note", "sticky_note_2"),
        ("tickets.TicketEvent", "history"),
        ("sla.Clock", "timer"),
        ("sla.Replan", "update"),
        ("tickets.SweepFailure", "sync_problem"),
        ("accounts.CrmPull", "cloud_sync"),
        ("accounts.AuditEntry", "policy"),
    ],
}

# Pages that belong to no single model: title, icon, URL name.
OTHERS: dict[str, list[tuple[StrOrPromise, str, str]]] = {
    "customers": [
        (_("CSV import and export"), "csv", "admin:csv"),
        (_("Import from another help desk"), "drive_file_move", "admin:imports"),
    ],
    "connections": [
        (_("API access"), "robot_2", "admin:api_access"),
        (_("API documentation"), "api", "api_docs:overview"),
    ],
    "desk": [(_("Stages of defects"), "bug_report", "admin:stages")],
    "routing": [(_("Dry runs of the routing rules"), "science", "admin:dry_runs")],
    "sla": [(_("SLA matrix"), "table", "admin:sla_matrix")],
}


def list_groups(site: AdminSite, request: AdminRequest) -> list[dict[str, Any]]:
    """Return the non-empty groups of pages that the user may open, in Unfold's form."""
    groups = [
        {
            "title": str(TITLES[group]),
            "items": [*_list_pages(site, request, models), *_list_others(group, request)],
        }
        for group, models in MODELS.items()
    ]
    if request.desk is not None:
        groups.insert(0, {"title": "", "items": _list_ways_out(request)})
    if is_installation_admin(request):
        check = _item(request, gettext("System check"), "monitor_heart", reverse("admin:doctor"))
        groups.append({"title": gettext("Installation"), "items": [check]})
    return [group for group in groups if group["items"]]


def _list_ways_out(request: AdminRequest) -> list[dict[str, Any]]:
    """Return the links to the agent dashboard and, in the demo, to the channel playground."""
    items = [_item(request, gettext("Agent dashboard"), "arrow_back", reverse("agent:queue"))]
    if read_address():
        page = reverse("admin:playground")
        items.append(_item(request, gettext("Channel playground"), "toys", page))
    return items


def _list_pages(
    site: AdminSite, request: AdminRequest, models: list[tuple[str, str]]
) -> list[dict[str, Any]]:
    items = []
    for label, icon in models:
        model = apps.get_model(label)
        if site._registry[model].has_module_permission(request):
            meta = model._meta
            link = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
            title = str(meta.verbose_name_plural)
            if label == "accounts.Desk" and not is_installation_admin(request):
                title, link = (
                    gettext("Settings"),
                    reverse("admin:accounts_desk_change", args=[request.desk.pk]),
                )
            items.append(_item(request, capfirst(title), icon, link))
    return items


def _list_others(group: str, request: AdminRequest) -> list[dict[str, Any]]:
    if request.desk is None:
        return []
    return [
        _item(request, str(title), icon, reverse(name))
        for title, icon, name in OTHERS.get(group, [])
    ]


def _item(request: AdminRequest, title: str, icon: str, link: str) -> dict[str, Any]:
    is_active = request.path.startswith(link) and "/admin/" in link
    return {"title": title, "icon": icon, "link": link, "active": is_active, "has_permission": True}
