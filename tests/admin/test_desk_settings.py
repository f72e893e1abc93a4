"""A desk's settings, agents, priorities and account domains."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts.models import STATE_WORDS, AccountDomain, Agent, AuditEntry, Desk, User
from accounts.tenancy import desk_scope
from tests.admin.posting import AGENT, PRIORITY, post_priority, post_settings
from tests.cast import Cast
from tickets.models import Priority


def test_status_names_are_set_one_by_one(rocket: Cast, at_rocket: Client) -> None:
    assert (
        post_settings(
            at_rocket, rocket.desk, word_waiting="Pending", word_solved="Solved"
        ).status_code
        == 302
    )
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert desk.state_words == {"waiting": "Pending", "solved": "Solved"}
    assert (desk.word_for("waiting"), desk.word_for("escalated"), desk.accent) == (
        "Pending",
        "Escalated",
        "teal",
    )
    words = {"word_solved": "Solved", "word_customer_waiting": "Your turn"}
    assert post_settings(at_rocket, rocket.desk, **words).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert (desk.word_for("waiting"), desk.word_for_customer("waiting")) == (
        "Waiting for Customer",
        "Your turn",
    )
    assert post_settings(at_rocket, rocket.desk, word_solved="Solved").status_code == 302
    assert Desk.objects.get(pk=rocket.desk.pk).state_words == {"solved": "Solved"}


def test_a_desk_admin_cannot_change_the_address(rocket: Cast, at_rocket: Client) -> None:
    post_settings(
        at_rocket,
        rocket.desk,
        slug="matter",
        domain="evil.example",
        ticket_prefix="XX",
        is_suspended="on",
    )
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert (desk.slug, desk.domain, desk.ticket_prefix, desk.is_suspended) == (
        "rocket",
        "",
        "RC",
        False,
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [("reminder_days", 7), ("silence_days", 0), ("time_zone", "Mars/Base"), ("accent", "puce")],
)
def test_invalid_settings_are_rejected(
    field: str, value: Any, rocket: Cast, at_rocket: Client
) -> None:
    answer = post_settings(at_rocket, rocket.desk, **{field: value})
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors


def test_adding_an_agent_leads_to_an_invitation(rocket: Cast, at_rocket: Client) -> None:
    page, fields = (
        "/rocket/admin/accounts/agent/add/",
        AGENT | {"email": "new.person@rocket.example"},
    )
    for answer in (at_rocket.get(page), at_rocket.post(page, fields)):
        assert answer.status_code == 302
        assert answer["Location"] == "/rocket/admin/accounts/invitation/invite/"
    assert not User.objects.filter(email="new.person@rocket.example").exists()
    with desk_scope(rocket.desk):
        assert not Agent.objects.filter(name="New Person").exists()


def test_an_agents_address_is_read_only(rocket: Cast, at_rocket: Client) -> None:
    page = f"/rocket/admin/accounts/agent/{rocket.analyst.pk}/change/"
    assert rocket.analyst.user.email in at_rocket.get(page).content.decode()
    assert at_rocket.post(page, AGENT | {"email": rocket.lead.user.email}).status_code == 302
    with desk_scope(rocket.desk):
        changed = Agent.objects.get(pk=rocket.analyst.pk)
    assert (changed.name, changed.user_id) == ("New Person", rocket.analyst.user_id)


@pytest.mark.parametrize("change", [{"role": "analyst"}, {"is_active": ""}])
def test_admins_cannot_remove_their_own_rights(
    change: dict[str, str], rocket: Cast, at_rocket: Client
) -> None:
    fields = AGENT | {"name": "Admin", "role": "admin", "level": "l2"} | change
    address = f"/rocket/admin/accounts/agent/{rocket.admin.pk}/change/"
    assert at_rocket.post(address, fields).status_code == 200
    with desk_scope(rocket.desk):
        admin = Agent.objects.get(pk=rocket.admin.pk)
    assert (admin.role, admin.is_active) == ("admin", True)


def post_domain(client: Client, cast: Cast, domain: str) -> Any:
    with desk_scope(cast.desk):
        kept = AccountDomain.objects.filter(account=cast.other_account).count()
    totals = {"accountproduct_set": 0, "contacts": 0, "domains": 1}
    fields = {f"{prefix}-TOTAL_FORMS": total for prefix, total in totals.items()}
    fields |= {f"{prefix}-INITIAL_FORMS": 0 for prefix in totals}
    assert kept == 0
    return client.post(
        f"/rocket/admin/accounts/account/{cast.other_account.pk}/change/",
        fields
        | {
            "name": "Elsewhere Ltd.",
            "status": "customer",
            "plan": cast.plan.pk,
            "domains-0-domain": domain,
        },
    )


@pytest.mark.parametrize(
    "domain", ["gmail.com", "co.uk", "acme.example", "ACME.example.", "no domain"]
)
def test_an_invalid_account_domain_is_an_error_of_its_field(
    domain: str, rocket: Cast, at_rocket: Client
) -> None:
    answer = post_domain(at_rocket, rocket, domain)
    assert answer.status_code == 200
    formset = answer.context["inline_admin_formsets"][0].formset
    assert formset.forms[0].errors, domain
    assert b"errorlist" in answer.content or b"text-red" in answer.content
    with desk_scope(rocket.desk):
        assert not AccountDomain.objects.filter(account=rocket.other_account).exists()


def test_a_domain_is_normalized(rocket: Cast, at_rocket: Client) -> None:
    assert post_domain(at_rocket, rocket, "Büro.Example.").status_code == 302
    with desk_scope(rocket.desk):
        assert (
            AccountDomain.objects.get(account=rocket.other_account).domain == "xn--bro-hoa.example"
        )


@pytest.mark.parametrize(
    "pasted",
    [
        "https://www.newfirm.example/contact?from=mail",
        "Mail@NewFirm.example",
        "NEWFIRM.EXAMPLE.",
        "https://newfirm.example/" + "a" * 300,
    ],
)
def test_a_pasted_url_or_address_becomes_the_accounts_domain(
    pasted: str, rocket: Cast, at_rocket: Client
) -> None:
    assert post_domain(at_rocket, rocket, pasted).status_code == 302
    with desk_scope(rocket.desk):
        domain = AccountDomain.objects.get(account=rocket.other_account).domain
    assert domain == "newfirm.example"


@pytest.mark.parametrize(
    ("pasted", "told"),
    [
        ("https://mail.google.com.gmail.com/", "is a free email domain"),
        ("someone@gmail.com", "gmail.com is a free email domain"),
        ("https://co.uk/", "co.uk is a public suffix"),
        ("https://www.acme.example/", "already belongs to an account"),
        ("https://nothing", "“https://nothing” is not a domain name."),
    ],
)
def test_a_pasted_url_passes_the_same_checks(
    pasted: str, told: str, rocket: Cast, at_rocket: Client
) -> None:
    answer = post_domain(at_rocket, rocket, pasted)
    assert answer.status_code == 200
    assert told in answer.content.decode()


def test_the_email_default_moves_and_is_never_unset(rocket: Cast, at_rocket: Client) -> None:
    assert post_priority(at_rocket, rocket, "Medium").status_code == 200
    assert post_priority(at_rocket, rocket, "High", is_mail_default="on").status_code == 302
    with desk_scope(rocket.desk):
        assert [p.name for p in Priority.objects.filter(is_mail_default=True)] == ["High"]
    page = at_rocket.get(f"/rocket/admin/tickets/priority/{rocket.priorities['High'].pk}/delete/")
    assert page.status_code == 403


def test_two_priorities_with_the_same_rank_are_rejected(rocket: Cast, at_rocket: Client) -> None:
    assert post_priority(at_rocket, rocket, "Low", rank=1).status_code == 200


def test_sentences_for_customers_are_set_and_removed(rocket: Cast, at_rocket: Client) -> None:
    sentence = {"sentence_escalated": "Our engineers are working on it."}
    assert post_settings(at_rocket, rocket.desk, **sentence).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert desk.state_sentences == {"escalated": "Our engineers are working on it."}
    assert desk.sentence_for("escalated") == "Our engineers are working on it."
    too_long = {"sentence_closed": "a" * 301}
    assert post_settings(at_rocket, rocket.desk, **too_long).status_code == 200
    assert post_settings(at_rocket, rocket.desk).status_code == 302
    assert Desk.objects.get(pk=rocket.desk.pk).state_sentences == {}


GERMAN = {
    "word_waiting_de": "Wartend",
    "word_customer_waiting_de": "Warten auf Sie",
    "sentence_waiting_de": "Sie sind am Zug.",
}


def test_each_other_language_has_a_fieldset_of_texts(rocket: Cast, at_rocket: Client) -> None:
    rocket.desk.state_words = {"waiting": "Pending"}
    rocket.desk.save()
    page = at_rocket.get(f"/rocket/admin/accounts/desk/{rocket.desk.pk}/change/")
    text = page.content.decode()
    assert "Texts in Deutsch" in text
    assert "Texts in Português (Brasil)" in text
    for absent in ("Texts in English", "Texts in [", "_en_xa", "_ar_xb"):
        assert absent not in text
    form = page.context["adminform"].form
    assert form.fields["word_waiting_de"].widget.attrs["placeholder"] == "Pending"
    usual = form.fields["word_closed_pt_br"].widget.attrs["placeholder"]
    with translation.override("pt-br"):
        assert usual == str(STATE_WORDS["closed"])


def test_texts_in_another_language_are_saved_beside_what_is_stored(
    rocket: Cast, at_rocket: Client
) -> None:
    kept = {"de": {"signature": "Gruß"}, "nl": {"state_words": {"open": "Bezig"}}}
    rocket.desk.translations = kept
    rocket.desk.save()
    assert post_settings(at_rocket, rocket.desk, **GERMAN).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert desk.translations == {
        "de": {
            "signature": "Gruß",
            "state_words": {"waiting": "Wartend", "customer_waiting": "Warten auf Sie"},
            "state_sentences": {"waiting": "Sie sind am Zug."},
        },
        "nl": {"state_words": {"open": "Bezig"}},
    }
    with translation.override("de"):
        assert desk.word_for_customer("waiting") == "Warten auf Sie"
    assert post_settings(at_rocket, rocket.desk).status_code == 302
    assert Desk.objects.get(pk=rocket.desk.pk).translations == kept


def test_texts_in_another_language_are_audited(rocket: Cast, at_rocket: Client) -> None:
    kept = {"accent": "indigo", "sentence_open": "We have it."}
    post_settings(at_rocket, rocket.desk, **kept, word_waiting_de="Wartend")
    post_settings(at_rocket, rocket.desk, **kept, word_waiting_de="Offen")
    post_settings(at_rocket, rocket.desk, **kept, word_waiting_de="Offen")
    with desk_scope(rocket.desk):
        changes = [entry.detail["changes"] for entry in AuditEntry.objects.order_by("id")]
    assert changes == [
        {"sentence_open": ["", "We have it."], "word_waiting_de": ["", "Wartend"]},
        {"word_waiting_de": ["Wartend", "Offen"]},
    ]


def test_a_change_of_the_desks_language_loses_no_texts(rocket: Cast, at_rocket: Client) -> None:
    english = {"word_waiting": "Pending"}
    assert post_settings(at_rocket, rocket.desk, **english, **GERMAN).status_code == 302
    before = Desk.objects.get(pk=rocket.desk.pk)
    german = english | GERMAN | {"language": "de"}
    # An error keeps the page as it was.
    refused = post_settings(at_rocket, rocket.desk, **german, silence_days=0)
    assert refused.status_code == 200
    assert "word_waiting_de" in refused.content.decode()
    assert post_settings(at_rocket, rocket.desk, **german).status_code == 302
    after = Desk.objects.get(pk=rocket.desk.pk)
    assert (before.language, after.language) == ("en", "de")
    assert after.state_words == before.state_words == {"waiting": "Pending"}
    assert after.translations == before.translations != {}
    # German texts stay on the page, now beside English ones, and so can be saved again.
    page = at_rocket.get(f"/rocket/admin/accounts/desk/{rocket.desk.pk}/change/")
    shown = page.content.decode()
    assert 'value="Wartend"' in shown
    assert "word_waiting_en" in shown
    assert post_settings(at_rocket, rocket.desk, **german).status_code == 302
    assert Desk.objects.get(pk=rocket.desk.pk).translations == before.translations


def test_a_priority_is_translated_on_its_page(rocket: Cast, at_rocket: Client) -> None:
    german = {"name_de": "Hoch", "definition_de": "Alles steht."}
    assert post_priority(at_rocket, rocket, "High", **german).status_code == 302
    with desk_scope(rocket.desk):
        high = Priority.objects.get(pk=rocket.priorities["High"].pk)
        entry = AuditEntry.objects.get()
    assert high.translations == {"de": {"name": "Hoch", "definition": "Alles steht."}}
    assert entry.detail["changes"] == {
        "name_de": ["", "Hoch"],
        "definition_de": ["", "Alles steht."],
    }
    page = at_rocket.get(f"/rocket/admin/tickets/priority/{high.pk}/change/").content.decode()
    assert "Texts in Deutsch" in page
    assert 'value="Hoch"' in page
    assert post_priority(at_rocket, rocket, "High", name_de="a" * 21).status_code == 200
    assert post_priority(at_rocket, rocket, "High").status_code == 302
    with desk_scope(rocket.desk):
        assert Priority.objects.get(pk=high.pk).translations == {}


def test_a_new_priority_can_be_translated(rocket: Cast, at_rocket: Client) -> None:
    fields = PRIORITY | {"name": "Minimal", "rank": 9, "name_pt_br": "Mínima"}
    assert at_rocket.post("/rocket/admin/tickets/priority/add/", fields).status_code == 302
    with desk_scope(rocket.desk):
        assert Priority.objects.get(rank=9).translations == {"pt-br": {"name": "Mínima"}}


def test_the_audit_log_keeps_the_desks_own_name_of_a_priority(
    rocket: Cast, at_rocket: Client
) -> None:
    post_priority(at_rocket, rocket, "High", name_de="Hoch")
    german = {"Accept-Language": "de"}
    priority = rocket.priorities["High"]
    fields = PRIORITY | {"name": "High", "rank": 1, "definition": "All stops.", "name_de": "Hoch"}
    url = f"/rocket/admin/tickets/priority/{priority.pk}/change/"
    assert at_rocket.post(url, fields, headers=german).status_code == 302
    with desk_scope(rocket.desk):
        assert [entry.target for entry in AuditEntry.objects.all()] == ["High", "High"]


def test_a_desk_names_its_levels_and_what_customers_are_told(
    rocket: Cast, at_rocket: Client
) -> None:
    given = {
        "level_rnd": "Sustained Engineering Team",
        "level_rnd_de": "Entwicklung",
        "level_text_rnd": "The Sustained Engineering Team works on it.",
        "emergency_accepted": "We are on it.",
        "emergency_accepted_minutes": 30,
    }
    assert post_settings(at_rocket, rocket.desk, **given).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert desk.list_levels() == [
        ("l1", "Level 1"), ("l2", "Level 2"), ("rnd", "Sustained Engineering Team"),
    ]  # fmt: skip
    with translation.override("de"):
        assert desk.word_for_level("rnd") == "Entwicklung"
    assert desk.sentence_for_level("rnd") == given["level_text_rnd"]
    assert "specialists" in desk.sentence_for_level("l2")
    assert desk.emergency_text("accepted") == "We are on it."
    assert desk.get_emergency_wait("accepted") == timedelta(minutes=30)


@pytest.mark.parametrize("minutes", [0, -1, 10_081, "soon"])
def test_an_emergency_time_is_between_a_minute_and_a_week(
    rocket: Cast, at_rocket: Client, minutes: object
) -> None:
    refused = post_settings(at_rocket, rocket.desk, emergency_decision_minutes=minutes)
    assert refused.status_code == 200
    assert "emergency_decision_minutes" in refused.context["adminform"].form.errors


def test_warning_points_and_pausing_statuses_are_set(rocket: Cast, at_rocket: Client) -> None:
    given = {"warn_points": "90%, 50 75", "pause_states": ["escalated"]}
    assert post_settings(at_rocket, rocket.desk, **given).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert (desk.warn_points, desk.pause_states) == ([50, 75, 90], ["escalated"])
    assert post_settings(at_rocket, rocket.desk, warn_points="").status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    assert (desk.warn_points, desk.pause_states) == ([], [])


@pytest.mark.parametrize("text", ["0", "100", "75.5", "soon", "1 2 3 4 5 6"])
def test_a_wrong_warning_point_is_refused_with_its_reason(
    rocket: Cast, at_rocket: Client, text: str
) -> None:
    page = post_settings(at_rocket, rocket.desk, warn_points=text)
    assert "warn_points" in page.context["adminform"].form.errors
    assert Desk.objects.get(pk=rocket.desk.pk).warn_points == [75]


def test_a_status_in_which_nothing_can_pause_is_refused(rocket: Cast, at_rocket: Client) -> None:
    page = post_settings(at_rocket, rocket.desk, pause_states=["open"])
    assert "pause_states" in page.context["adminform"].form.errors


def test_the_desks_names_of_levels_are_on_its_admin_pages(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        Desk.objects.filter(pk=rocket.desk.pk).update(level_words={"l2": "Sustained Engineering"})
    own = f"accounts/agent/{rocket.analyst.pk}/change/"
    for page in ("accounts/agent/", own, "accounts/invitation/invite/"):
        text = at_rocket.get(f"/rocket/admin/{page}").content.decode()
        assert "Sustained Engineering" in text, page
        assert "Level 2" not in text, page
    listed = at_rocket.get("/rocket/admin/accounts/agent/?level__exact=l2").content.decode()
    assert "Level Two" in listed
    assert "Colleague" not in listed
