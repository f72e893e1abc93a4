"""Mailboxes, blocked senders, cards and translations in a file, which holds no secret."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

from accounts.models import CustomerCard
from channels_intake.models import BlockedSender, Mailbox
from helpdesk.desk_files.applying import Plan, apply_file, show_configuration
from helpdesk.desk_files.reading import read_file
from tests.cast import Cast
from tickets.models import Priority

SECRET = "hush-very-secret-1"
FILE = """
mailboxes:
  - address: sales@rocket.example
    name: Sales
    signature: Your sales team
blocked_senders:
  - {value: pest.example, why: Ads}
customer_cards:
  - {name: Orders, url: "https://cards.acme.example/orders", subject: contact}
  - {name: Billing, url: "https://cards.acme.example/billing"}
"""


def apply(cast: Cast, text: str, **options: Any) -> Plan:
    return apply_file(read_file(dedent(text), is_toml=False), agent=cast.admin, **options)


def list_problems(plan: Plan) -> list[str]:
    return [problem.path for problem in plan.problems]


def test_new_ones_wait_for_what_a_file_cannot_hold(in_rocket: Cast) -> None:
    plan = apply(in_rocket, FILE)
    assert plan.problems == []
    assert [str(change) for change in plan.changes] == [
        "mailboxes: “sales@rocket.example” is added",
        "blocked_senders: “pest.example” is added",
        "customer_cards: “Orders” is added",
        "customer_cards: “Billing” is added",
    ]
    assert Mailbox.objects.get(address="sales@rocket.example").verified_at is None
    assert BlockedSender.objects.get().blocked_by == in_rocket.admin
    cards = list(CustomerCard.objects.values_list("name", "is_active", "sealed_secret"))
    assert cards == [("Orders", False, ""), ("Billing", False, "")]
    assert apply(in_rocket, FILE).changes == []


def test_existing_ones_keep_their_secret_and_are_not_moved_to_another_address(
    in_rocket: Cast,
) -> None:
    card = CustomerCard(desk=in_rocket.desk, name="Billing", url="https://cards.acme.example/")
    card.enter_secret(SECRET)
    card.save()
    shown = show_configuration(in_rocket.admin)
    assert SECRET not in str(shown)
    assert shown["customer_cards"] == [
        {"name": "Billing", "subject": "account", "url": card.url, "cache_minutes": 5}
    ]
    plan = apply(in_rocket, "customer_cards:\n  - {name: Billing, cache_minutes: 9}")
    assert [str(change.fields[0]) for change in plan.changes] == ["cache_minutes: 5 becomes 9"]
    moved = apply(in_rocket, "customer_cards:\n  - {name: Billing, url: 'https://evil.example'}")
    assert list_problems(moved) == ["customer_cards[0].secret"]
    secret = apply(in_rocket, f"customer_cards:\n  - {{name: Billing, secret: {SECRET}2}}")
    assert list_problems(secret) == ["customer_cards[0].secret"]
    address = in_rocket.mailbox.address
    renamed = apply(in_rocket, f"mailboxes:\n  - {{address: b@b.example, was: {address}}}")
    assert list_problems(renamed) == ["mailboxes[0].address"]
    card.refresh_from_db()
    assert (card.url, card.secret, card.cache_minutes) == ("https://cards.acme.example/", SECRET, 9)
    assert card.is_active
    assert Mailbox.objects.get().address == address


def test_what_the_pages_refuse_the_file_refuses(in_rocket: Cast, settings: Any) -> None:
    settings.MODE = "production"  # where only public addresses are allowed
    plan = apply(
        in_rocket,
        f"""
        mailboxes:
          - {{address: nowhere, name: A}}
        blocked_senders:
          - value: gmail.com
          - value: {in_rocket.analyst.user.email}
        customer_cards:
          - {{name: Inside, url: "https://169.254.169.254/"}}
        """,
    )
    assert list_problems(plan) == [
        "mailboxes[0].address",
        "blocked_senders[0].value",
        "blocked_senders[1].value",
        "customer_cards[0].url",
    ]
    assert not BlockedSender.objects.exists()


def test_missing_ones_go_only_with_prune(in_rocket: Cast, matter: Cast) -> None:
    BlockedSender.objects.create(desk=in_rocket.desk, value="pest.example")
    assert apply(in_rocket, "blocked_senders: []").changes == []
    assert [str(change) for change in apply(in_rocket, "blocked_senders: []", prune=True).changes]
    assert not BlockedSender.objects.exists()


def test_priorities_have_names_in_other_languages(in_rocket: Cast) -> None:
    name = in_rocket.default_priority.name
    text = f"""
    priorities:
      - name: {name}
        translations:
          de: {{name: Normal, definition: Nicht dringend}}
          pt-br: {{name: ""}}
    """
    plan = apply(in_rocket, text)
    assert plan.problems == []
    stored = Priority.objects.get(pk=in_rocket.default_priority.pk)
    assert stored.translations == {"de": {"name": "Normal", "definition": "Nicht dringend"}}
    wrong = apply(in_rocket, text.replace("de:", "xx:"))
    assert list_problems(wrong) == ["priorities[0].translations"]
    long = apply(in_rocket, text.replace("Normal", "N" * 21))
    assert list_problems(long) == ["priorities[0].translations.de.name"]
