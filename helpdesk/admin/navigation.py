"""The admin site's sidebar: its groups, and for each page a name of the Material Symbols that unfold ships."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.admin import AdminSite
from django.urls import reverse

from accounts.admin.base import AdminRequest, is_installation_admin

MODELS: dict[str, list[tuple[str, str]]] = {
    "Desk": [
        ("accounts.Desk", "settings"),
        ("accounts.Department", "account_tree"),
        ("tickets.Priority", "flag"),
        ("tickets.FormField", "edit_note"),
    ],
    "People": [
        ("accounts.Agent", "support_agent"),
        ("accounts.Invitation", "mark_email_unread"),
        ("accounts.IdentityProvider", "passkey"),
        ("accounts.User", "key"),
    ],
    "Customers": [
        ("accounts.Account", "domain"),
        ("accounts.Contact", "person"),
        ("accounts.Product", "deployed_code"),
        ("accounts.CrmConnection", "sync"),
        ("accounts.CrmSetAside", "rule"),
    ],
    "Plans and SLA": [("accounts.Plan", "workspace_premium"), ("sla.Calendar", "calendar_month")],
    "Mail": [
        ("channels_intake.Mailbox", "inbox"),
        ("channels_intake.InboundMessage", "call_received"),
        ("channels_intake.OutgoingEmail", "outgoing_mail"),
    ],
    "Records": [
        ("tickets.Ticket", "confirmation_number"),
        ("tickets.Message", "chat"),
        ("tickets.Note", "sticky_note_2"),
        ("tickets.TicketEvent", "history"),
        ("sla.Clock", "timer"),
        ("accounts.CrmPull", "cloud_sync"),
        ("accounts.AuditEntry", "policy"),
    ],
}

# Pages of no single table: title, icon, name of the address.
OTHERS: dict[str, tuple[str, str, str]] = {
    "Customers": ("CSV in and out", "csv", "admin:csv"),
    "Plans and SLA": ("SLA matrix", "table", "admin:sla_matrix"),
}


def list_groups(site: AdminSite, request: AdminRequest) -> list[dict[str, Any]]:
    """The groups with the pages that this person may open, in unfold's form; empty groups are left out."""
    groups = [
        {
            "title": title,
            "items": [*_list_pages(site, request, models), *_list_others(title, request)],
        }
        for title, models in MODELS.items()
    ]
    if request.desk is not None:
        back = _item(request, "Agents' dashboard", "arrow_back", reverse("agent:queue"))
        groups.insert(0, {"title": "", "items": [back]})
    return [group for group in groups if group["items"]]


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
                    "settings",
                    reverse("admin:accounts_desk_change", args=[request.desk.pk]),
                )
            items.append(_item(request, title[:1].upper() + title[1:], icon, link))
    return items


def _list_others(group: str, request: AdminRequest) -> list[dict[str, Any]]:
    if group not in OTHERS or request.desk is None:
        return []
    title, icon, name = OTHERS[group]
    return [_item(request, title, icon, reverse(name))]


def _item(request: AdminRequest, title: str, icon: str, link: str) -> dict[str, Any]:
    is_active = request.path.startswith(link) and "/admin/" in link
    return {"title": title, "icon": icon, "link": link, "active": is_active, "has_permission": True}
