"""The OpenAPI schema describes every operation and every field, for readers of any language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from tests.cast import Cast

URL = "/rocket/api/v1/schema/"
EXPORTS = ("events", "tickets", "messages", "notes", "contacts", "accounts", "agents")


@pytest.fixture
def schema(in_rocket: Cast, sign_in: Any) -> dict[str, Any]:
    client: Client = sign_in(in_rocket.analyst.user)
    answer = client.get(URL, headers={"accept": "application/json"})
    assert answer.status_code == 200
    return dict(answer.json())


def test_every_operation_has_a_summary_and_a_description(schema: dict[str, Any]) -> None:
    operations = [op for path in schema["paths"].values() for op in path.values()]
    assert {op["operationId"] for op in operations} == {
        "list_webhooks",
        "add_webhook",
        "show_webhook",
        "change_webhook",
        "delete_webhook",
        "pause_webhook",
        "resume_webhook",
        "rotate_webhook_secret",
        "test_webhook",
        "replay_webhook",
        "list_webhook_deliveries",
        "show_webhook_delivery",
        "send_webhook_delivery_again",
        "list_events",
        *(f"export_{kind}" for kind in EXPORTS),
        "list_tickets",
        "open_ticket",
        "show_ticket",
        "change_ticket",
        "list_ticket_events",
        "list_related_tickets",
        "link_tickets",
        "unlink_tickets",
        "merge_ticket",
        "undo_merge",
        "split_ticket",
        "open_follow_up",
        "mark_as_spam",
        "show_snooze",
        "snooze_ticket",
        "wake_ticket",
        "list_watchers",
        "watch_ticket",
        "stop_watching_ticket",
        "list_time_entries",
        "log_time",
        "correct_time",
        "remove_time",
        "override_deadline",
        "remove_deadline",
        "list_scheduled_replies",
        "withdraw_scheduled_reply",
        "send_scheduled_reply",
        "approve_reply",
        "return_reply",
        "list_messages",
        "show_message",
        "send_message_again",
        "list_notes",
        "show_note",
        "pin_note",
        "unpin_note",
        "react_to_note",
        "withdraw_reaction",
        "list_uploads",
        "upload_file",
        "delete_upload",
        "show_attachment",
        "get_attachment_link",
        "download_attachment",
        "list_moves",
        "move_ticket",
        "set_requester",
        "verify_sender",
        "list_ticket_followers",
        "add_ticket_follower",
        "remove_ticket_follower",
        "show_ticket_fields",
        "set_ticket_fields",
        "reply",
        "add_note",
        "escalate_ticket",
        "give_ticket_back",
        "list_summaries",
        "save_summary",
        "show_impact",
        "set_impact",
        "list_side_conversations",
        "start_side_conversation",
        "show_side_conversation",
        "write_to_third_parties",
        "finish_side_conversation",
        "add_third_parties",
        "remove_third_party",
        "list_troubleshooting",
        "save_troubleshooting",
        "show_emergency",
        "report_emergency",
        "decide_emergency",
        "mark_no_reply_needed",
        "promise_update",
        "withdraw_promise",
        "hold_ticket",
        "end_hold",
        "assign_ticket",
        "accept_ticket",
        "get_ladder",
        "acknowledge_ladder",
        "list_handovers",
        "list_staff",
        "set_presence",
        "show_week_plan",
        "set_week_plan",
        "show_skills",
        "set_skills",
        "list_absences",
        "enter_absence",
        "cancel_absence",
        "list_on_call_turns",
        "offer_swap",
        "decide_swap",
        "list_loads",
        "list_calendars",
        "add_calendar",
        "show_calendar",
        "replace_calendar",
        "switch_holiday",
        "list_ticket_clocks",
        "explain_ticket_clock",
        "show_ticket_routing",
        "show_ticket_tags",
        "set_ticket_tags",
        "list_tags",
        "list_contacts",
        "add_contact",
        "show_contact",
        "change_contact",
        "delete_contact",
        "list_accounts",
        "add_account",
        "show_account",
        "change_account",
        "delete_account",
        "add_account_domain",
        "remove_account_domain",
        "show_account_note",
        "set_account_note",
        "list_plans",
        "add_plan",
        "show_plan",
        "change_plan",
        "delete_plan",
        "list_products",
        "add_product",
        "show_product",
        "change_product",
        "delete_product",
        "list_departments",
        "add_department",
        "show_department",
        "change_department",
        "delete_department",
        "add_tag",
        "show_tag",
        "change_tag",
        "delete_tag",
        "list_closing_reasons",
        "add_closing_reason",
        "show_closing_reason",
        "change_closing_reason",
        "delete_closing_reason",
        "list_fields",
        "add_field",
        "show_field",
        "change_field",
        "delete_field",
        "add_priority",
        "change_priority",
        "delete_priority",
        "list_macros",
        "add_macro",
        "show_macro",
        "change_macro",
        "delete_macro",
        "list_agents",
        "show_agent_profile",
        "change_agent_profile",
        "list_invitations",
        "send_invitation",
        "show_invitation",
        "withdraw_invitation",
        "show_configuration",
        "plan_configuration",
        "apply_configuration",
        "show_desk",
        "change_desk",
        "list_audit_entries",
        "list_mailboxes",
        "show_mailbox",
        "change_mailbox",
        "list_channels",
        "show_channel",
        "change_channel",
        "list_ladders",
        "add_ladder",
        "show_ladder",
        "change_ladder",
        "delete_ladder",
        "list_rules",
        "add_rule",
        "show_rule",
        "replace_rule",
        "delete_rule",
        "list_rule_problems",
        "start_dry_run",
        "show_dry_run",
        "apply_dry_run",
        "list_sla_policies",
        "create_sla_policy",
        "show_sla_policy",
        "change_sla_policy",
        "delete_sla_policy",
        "list_sla_targets",
        "set_sla_target",
        "list_regions",
        "add_region",
        "show_region",
        "replace_region",
        "delete_region",
        "list_skills",
        "add_skill",
        "show_skill",
        "rename_skill",
        "delete_skill",
        "list_teams",
        "add_team",
        "show_team",
        "replace_team",
        "delete_team",
        "show_team_week_plan",
        "set_team_week_plan",
        "list_rotas",
        "add_rota",
        "show_rota",
        "replace_rota",
        "delete_rota",
        "list_level_targets",
        "add_level_target",
        "show_level_target",
        "replace_level_target",
        "delete_level_target",
        "list_priorities",
        "show_priority",
        "set_priority_weight",
        "show_assignment_settings",
        "set_assignment_settings",
        "show_agent",
        "set_agent",
        "list_extra_shifts",
        "enter_extra_shift",
        "show_extra_shift",
        "cancel_extra_shift",
        "show_presence",
        "show_absence",
        "list_swaps",
        "show_swap",
        "list_dry_runs",
        "list_defects",
        "create_defect",
        "show_defect",
        "change_defect",
        "move_defect",
        "list_releases",
        "release_fix",
        "merge_defect",
        "list_linked_tickets",
        "link_ticket",
        "unlink_ticket",
        "list_followers",
        "follow_defect",
        "unfollow_defect",
        "list_defect_events",
        "add_defect_note",
        "list_product_feedback",
        "list_stages",
        "show_stage",
        "replace_stage",
        "list_product_lines",
        "add_product_line",
        "show_product_line",
        "rename_product_line",
        "delete_product_line",
        "list_help_requests",
        "ask_for_help",
        "show_help_request",
        "answer_help_request",
        "withdraw_help_request",
        "list_engineering_groups",
        "add_engineering_group",
        "show_engineering_group",
        "replace_engineering_group",
        "delete_engineering_group",
        "list_attention",
        "ask_for_attention",
        "decide_attention",
        "show_account_escalation",
        "escalate_account",
        "end_account_escalation",
        "list_escalation_updates",
        "add_escalation_update",
        "list_ticket_handles",
        "join_handle",
    }
    for operation in operations:
        assert operation["summary"]
        assert len(operation["description"].split()) > 5


# What needs no description: an id, a point in time named by its field, a name.
PLAIN = {"id", "created_at"}


def test_every_field_has_a_description(schema: dict[str, Any]) -> None:
    components = {
        name: component
        for name, component in schema["components"]["schemas"].items()
        if "properties" in component and not name.startswith("Paginated")
    }
    assert {"TicketInput", "ReplyInput", "NoteInput", "TicketDetail"} <= set(components)
    bare = [
        f"{name}.{field}"
        for name, component in components.items()
        for field, described in component["properties"].items()
        if field not in PLAIN and not described.get("description")
    ]
    assert bare == []


def test_no_ticket_holds_notes(schema: dict[str, Any]) -> None:
    properties = schema["components"]["schemas"]["TicketDetail"]["properties"]
    assert "messages" in properties
    assert not any("note" in field for field in properties)


def test_an_error_is_in_the_readers_language(in_rocket: Cast, sign_in: Any) -> None:
    client: Client = sign_in(in_rocket.analyst.user)
    data = {"contact": {"email": "x"}, "subject": "S", "text": "T"}
    answer = client.post(
        "/rocket/api/v1/tickets/",
        data,
        content_type="application/json",
        headers={"accept-language": "de"},
    )
    assert answer.status_code == 400
    # By our catalog, which comes before the one of Django REST framework.
    assert answer.json()["errors"] == [
        {
            "pointer": "#/contact/email",
            "field": "contact.email",
            "code": "invalid",
            "detail": "Geben Sie eine gültige E-Mail-Adresse ein.",
        }
    ]


def test_the_schema_is_made_without_warnings(tmp_path: Path) -> None:
    target = tmp_path / "schema.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(target))
    assert target.read_text().startswith("openapi: 3.1")
