"""The audit: one writer, codes in the database, sentences on the page, a history of each row."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.functional import Promise

from accounts.audit import MAX_TARGET_CHARS, record_audit, record_audits, record_view
from accounts.models import Account, AuditAction, AuditEntry, Contact, User
from accounts.models.audit import ABOUT_A_KIND, VERIFICATION_EMAIL
from accounts.services import claim_contact
from tests.cast import NOON, Cast

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["accounts", "tickets", "sla", "routing", "channels_intake", "helpdesk"]
WRITES_ENTRIES = re.compile(
    r"\bAuditEntry\(|\bAuditEntry\.\w+\.(?:bulk_create|create|get_or_create|update_or_create)\("
)


def test_only_one_module_writes_audit_entries() -> None:
    writers = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if WRITES_ENTRIES.search(path.read_text().replace("class AuditEntry(", ""))
    }
    assert writers == {"accounts/audit.py"}


def test_a_contacts_history_shows_that_it_was_claimed(in_rocket: Cast) -> None:
    contact = Contact.objects.create(desk=in_rocket.desk, email="new@elsewhere.example")
    user = User.objects.create_user(contact.email)
    claim_contact(desk=in_rocket.desk, user=user, email=contact.email, at=NOON)
    history = AuditEntry.objects.filter(
        detail__model="accounts.contact", detail__pk=str(contact.pk)
    )
    assert [(e.action, e.user, e.target) for e in history] == [
        (AuditAction.CONTACT_CLAIMED, user, contact.email)
    ]


def test_an_entry_names_who_did_it(in_rocket: Cast) -> None:
    def actor_of(by: object) -> tuple[int | None, str]:
        entry = record_audit(desk=in_rocket.desk, by=by, action=AuditAction.CHANGED)  # type: ignore[arg-type] # every kind of actor in turn
        return entry.user_id, entry.actor

    user = in_rocket.admin.user
    assert actor_of(None) == (None, "manage.py")
    assert actor_of("Zoho CRM") == (None, "Zoho CRM")
    assert actor_of(user) == (user.pk, user.email)
    assert actor_of(in_rocket.lead) == (in_rocket.lead.user_id, in_rocket.lead.name)
    assert actor_of(in_rocket.manager) == (in_rocket.manager.user_id, in_rocket.manager.email)


def test_an_entry_is_named_after_its_row_unless_told_otherwise(in_rocket: Cast) -> None:
    about = {"desk": in_rocket.desk, "by": None, "action": AuditAction.CHANGED}
    account = in_rocket.account
    plain = record_audit(**about, about=account, detail={"changes": {"name": ["a", "b"]}})
    assert (plain.target, plain.detail) == (
        account.name,
        {"model": "accounts.account", "pk": str(account.pk), "changes": {"name": ["a", "b"]}},
    )
    assert record_audit(**about, about=account, target="Other").target == "Other"
    assert record_audit(**about, target="x" * 300).target == "x" * MAX_TARGET_CHARS


def test_many_rows_are_recorded_in_one_statement(in_rocket: Cast) -> None:
    rows = [(account, None, {}) for account in Account.objects.all()]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        record_audits(
            desk=in_rocket.desk.pk, by="Zoho CRM", action=AuditAction.TERMS_CHANGED, about=rows
        )
    assert len(queries) == 1
    entries = AuditEntry.objects.filter(action="terms_changed")
    assert {entry.target for entry in entries} == {account.name for account, _, _ in rows}


def test_a_viewed_row_is_recorded_by_its_number_only(in_rocket: Cast) -> None:
    entry = record_view(desk=in_rocket.desk, user=in_rocket.admin.user, row=in_rocket.customer)
    assert (entry.action, entry.target) == ("viewed", f"#{in_rocket.customer.pk}")
    assert in_rocket.customer.email not in str(entry.detail)


@pytest.mark.parametrize("action", AuditAction)
def test_every_action_reads_as_a_sentence(action: AuditAction) -> None:
    entry = AuditEntry(action=action, detail={"model": "accounts.contact", "pk": "1"})
    expected = f"Contact {action.value}" if action in ABOUT_A_KIND else str(action.label)
    assert entry.summary == expected
    assert "%" not in entry.summary


def test_a_generic_action_about_no_row_stands_alone() -> None:
    assert AuditEntry(action=AuditAction.CHANGED, detail={}).summary == "Changed"


@pytest.mark.parametrize("words", [*ABOUT_A_KIND.values(), *(a.label for a in AuditAction)])
def test_an_actions_words_are_translated_when_they_are_shown(words: object) -> None:
    assert isinstance(words, Promise)


def test_the_email_that_verified_a_mailbox_is_a_readable_actor() -> None:
    assert AuditEntry(actor=VERIFICATION_EMAIL).actor_label == "Verification email"
    assert AuditEntry(actor="ann@x.example").actor_label == "ann@x.example"


@pytest.mark.parametrize(
    ("action", "model", "shown"),
    [
        ("of_tomorrow", "", "of_tomorrow"),
        ("of_tomorrow", "accounts.plan", "of_tomorrow"),
        ("changed", "accounts.of_yesterday", "Accounts.of_yesterday changed"),
    ],
)
def test_what_another_version_stored_never_fails_a_page(
    action: str, model: str, shown: str
) -> None:
    assert AuditEntry(action=action, detail={"model": model}).summary == shown
