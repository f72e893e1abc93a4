"""The home page and the support plans (M37, M40-M43)."""

from __future__ import annotations

from django.test import Client

from accounts.models import Plan
from sla.models import Calendar, Target
from tests.cast import Cast


def test_desks_are_listed_in_the_demo_only(
    rocket: Cast, matter: Cast, client: Client, settings
) -> None:
    assert 'href="/rocket/"' not in client.get("/").content.decode()
    settings.MODE = "demo"
    page = client.get("/").content.decode()
    assert 'href="/rocket/"' in page
    assert 'href="/matter/"' in page
    assert client.get("/portal/plans/").status_code == 404


def test_the_portal_address_in_emails_leads_home(
    in_rocket: Cast, matter: Cast, client: Client
) -> None:
    assert client.get("/rocket/portal/")["Location"] == "/rocket/"


def test_one_desk_needs_no_path(rocket: Cast, client: Client) -> None:
    assert "How can we help?" in client.get("/").content.decode()
    assert client.get("/portal/plans/").status_code == 200


def test_plans_show_targets_hours_and_definitions(
    in_rocket: Cast, matter: Cast, client: Client
) -> None:
    desk, high = in_rocket.desk, in_rocket.priorities["High"]
    high.definition = "No work is possible."
    high.save()
    always = Calendar.objects.create(desk=desk, name="24x7", time_zone="UTC", is_always_open=True)
    plan = Plan.objects.create(desk=desk, name="Mission Critical", position=2)
    Target.objects.create(desk=desk, plan=plan, priority=high, amount=90, calendar=always)
    old = Plan.objects.create(desk=desk, name="Gold 2019", is_retired=True)
    Target.objects.create(
        desk=desk, plan=old, priority=high, amount=60, calendar=always, account_status="trial"
    )
    Target.objects.create(
        desk=desk, plan=plan, priority=high, amount=60, calendar=always, account_status="trial"
    )
    page = client.get("/rocket/portal/plans/").content.decode()
    for text in [
        "Mission Critical",
        "1h 30m",
        "24 hours a day, 7 days a week",
        "Mon–Fri 8:00 AM–8:00 PM (America/Sao_Paulo)",
        "No work is possible.",
        "not to be considered as an expected time to resolution",
        "Active trial",
    ]:
        assert text in page
    assert "Urgent" not in page
    assert "Gold 2019" not in page


def test_legacy_support_is_in_the_navigation_while_accounts_have_a_legacy_plan(
    in_rocket: Cast, matter: Cast, client: Client
) -> None:
    legacy = "/rocket/portal/plans/legacy/"
    old = Plan.objects.create(desk=in_rocket.desk, name="Gold 2019", is_retired=True)
    assert "Legacy Support" not in client.get("/rocket/portal/plans/").content.decode()
    assert client.get(legacy).status_code == 404
    in_rocket.other_account.plan = old
    in_rocket.other_account.save()
    for page in ("", "portal/plans/", "portal/contact/"):
        assert f'href="{legacy}"' in client.get(f"/rocket/{page}").content.decode()
    page = client.get(legacy).content.decode()
    assert "<h1>Legacy Support</h1>" in page
    assert "Gold 2019" in page
    assert "Standard" not in page
    assert "Legacy Support" not in client.get("/matter/").content.decode()
    assert client.get("/matter/portal/plans/legacy/").status_code == 404


def test_a_desk_without_plans_says_so(in_rocket: Cast, client: Client) -> None:
    Target.objects.all().delete()
    in_rocket.account.plan = in_rocket.other_account.plan = None
    in_rocket.account.save()
    in_rocket.other_account.save()
    Plan.objects.all().delete()
    assert "No plans are published" in client.get("/rocket/portal/plans/").content.decode()
