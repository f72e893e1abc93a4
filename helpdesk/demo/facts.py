"""DATA_DIR/demo.json: what people and scripts need to use the demo. Also as a short table."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.urls import reverse

from accounts.models import AccountDomain, AccountStatus, Desk
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from helpdesk.demo.people import PASSWORD, SUPERUSER, list_sign_ins
from helpdesk.demo.source import SLUGS, read_data

PROVIDERS = ["postmark", "mailgun", "sendgrid", "mailjet"]


def collect_facts() -> dict[str, Any]:
    """Return addresses, sign-ins and mail endpoints of the existing demo desks."""
    return {
        "address": f"{settings.SITE_URL}/",
        "desks": {
            desk.slug: _collect_desk_facts(desk) for desk in Desk.objects.filter(slug__in=SLUGS)
        },
        "inbound": {provider: _collect_inbound_facts(provider) for provider in PROVIDERS},
        "superuser": {
            "email": SUPERUSER,
            "password": PASSWORD,
            "address": settings.SITE_URL + reverse("admin:index"),
        },
        "outbox": str(settings.OUTBOX_DIR),
    }


def _collect_desk_facts(desk: Desk) -> dict[str, Any]:
    address = f"{settings.SITE_URL}/{desk.slug}/"
    with desk_scope(desk):
        domains = AccountDomain.objects.filter(account__status=AccountStatus.CUSTOMER).order_by(
            "pk"
        )
        return {
            "name": desk.name,
            "address": address,
            "agent_address": f"{address}agent/",
            "portal_address": f"{address}portal/",
            "playground": f"{address}admin/playground/",
            "logins": {
                role: {"email": email, "password": PASSWORD}
                for role, email in list_sign_ins(desk.slug, read_data(desk.slug, "people")).items()
            },
            "mailboxes": list(
                Mailbox.objects.order_by("-is_default", "pk").values_list("address", flat=True)
            ),
            "account_domains": list(domains.values_list("domain", flat=True)),
        }


def _collect_inbound_facts(provider: str) -> dict[str, str]:
    path = reverse(f"channels_intake:inbound_{provider}")
    return {"url": settings.SITE_URL + path, "user": "inbound", "secret": settings.INBOUND_SECRET}


def write_facts() -> dict[str, Any]:
    """Write demo.json and return its content. Only the owner may read it: it holds a secret."""
    facts = collect_facts()
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.DATA_DIR / "demo.json"
    path.touch(mode=0o600)
    path.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n")
    return facts


def name_role(code: str) -> str:
    """Return the role of a sign-in in words: "Agent and customer"."""
    return code.replace("_", " ").capitalize()


def format_facts(facts: dict[str, Any]) -> str:
    """Return the facts as a short table. All users share one password."""
    lines = []
    for desk in facts["desks"].values():
        lines += [f"{desk['name']}: {desk['address']}"]
        lines += [
            f"  {name_role(role):<20}{login['email']}" for role, login in desk["logins"].items()
        ]
        lines += [f"  {'mailboxes':<20}{', '.join(desk['mailboxes'])}"]
    admin = facts["superuser"]
    lines += [
        f"Installation admin: {admin['email']} at {admin['address']}",
        f"Password for everyone, also for agents who aren't listed: {PASSWORD}",
    ]
    return "\n".join(lines)
