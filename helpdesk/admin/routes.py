"""Pages of the admin site beside those of the models: route, view and name."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponseBase

from helpdesk.admin.api_access.applications import (
    add_application,
    remove_application,
    renew_application_secret,
    show_application,
)
from helpdesk.admin.api_access.pages import (
    add_service_token,
    revoke_any_token,
    rotate_service_token,
    show_api_access,
    show_service_account,
)
from helpdesk.admin.connections.card_test import send_card_test
from helpdesk.admin.connections.channels import (
    add_channel,
    process_channel_event_again,
    run_channel_test,
)
from helpdesk.admin.connections.chat_preview import preview_chat_texts
from helpdesk.admin.connections.chat_test import send_chat_test
from helpdesk.admin.connections.code_hosts import (
    process_code_event_again,
    run_code_host_test,
    send_call_again,
)
from helpdesk.admin.connections.crm_pull import request_crm_pull
from helpdesk.admin.connections.identity_provider_test import run_provider_test
from helpdesk.admin.connections.paging_test import send_paging_test
from helpdesk.admin.connections.webhooks import (
    create_webhook_secret,
    replay_webhook,
    send_delivery_again,
    send_webhook_test,
    set_webhook_state,
)
from helpdesk.admin.desks import add_desk, set_suspension
from helpdesk.admin.doctor import show_checks
from helpdesk.admin.dry_runs import apply_run, show_dry_run, show_dry_runs
from helpdesk.admin.import_export import export_customers, import_customers
from helpdesk.admin.imports.pages import move_import, show_import, show_imports, start_import
from helpdesk.admin.imports.report import download_problems
from helpdesk.admin.invitations import invite_person, withdraw_invitation_view
from helpdesk.admin.mailbox_verification import verify_mailbox_view
from helpdesk.admin.privacy import (
    erase_agent_page,
    erase_contact_page,
    export_agent_file,
    export_contact_file,
)
from helpdesk.admin.quarantine import decide_quarantined
from helpdesk.admin.sla_matrix import edit_sla_matrix
from helpdesk.admin.stages import edit_stages
from helpdesk.admin.two_factor_reset import reset_for_agent, reset_for_user

Route = tuple[str, Callable[..., HttpResponseBase], str]

CUSTOMERS: list[Route] = [
    ("csv/", import_customers, "csv"),
    ("csv/export/", export_customers, "csv_export"),
    ("accounts/customercard/<int:card_id>/test/", send_card_test, "card_test"),
    ("crm/<int:connection_id>/pull/", request_crm_pull, "crm_pull"),
]
# Moving in from another help desk.
IMPORTS: list[Route] = [
    ("imports/", show_imports, "imports"),
    ("imports/<int:import_id>/", show_import, "import_run"),
    ("imports/<int:import_id>/start/", start_import, "import_start"),
    ("imports/<int:import_id>/move/", move_import, "import_move"),
    ("imports/<int:import_id>/problems.csv", download_problems, "import_problems"),
]
DESKS: list[Route] = [
    ("accounts/desk/add/", add_desk, "accounts_desk_add"),
    ("accounts/desk/<int:desk_id>/suspension/", set_suspension, "suspension"),
    ("sla/matrix/", edit_sla_matrix, "sla_matrix"),
    ("defects/stages/", edit_stages, "stages"),
]
INSTALLATION: list[Route] = [("doctor/", show_checks, "doctor")]
DRY_RUNS: list[Route] = [
    ("routing/dry-runs/", show_dry_runs, "dry_runs"),
    ("routing/dry-runs/<int:dry_run_id>/", show_dry_run, "dry_run"),
    ("routing/dry-runs/<int:dry_run_id>/application/", apply_run, "dry_run_application"),
]
EMAIL: list[Route] = [
    ("mail/<int:inbound_id>/decision/", decide_quarantined, "quarantine_decision"),
    (
        "channels_intake/mailbox/<int:mailbox_id>/verification/",
        verify_mailbox_view,
        "mailbox_verification",
    ),
]
PEOPLE: list[Route] = [
    ("accounts/invitation/invite/", invite_person, "invite"),
    (
        "accounts/invitation/<int:invitation_id>/withdrawal/",
        withdraw_invitation_view,
        "invitation_withdrawal",
    ),
    ("accounts/contact/<int:contact_id>/export/", export_contact_file, "contact_export"),
    ("accounts/contact/<int:contact_id>/erasure/", erase_contact_page, "contact_erasure"),
    ("accounts/agent/<int:agent_id>/export/", export_agent_file, "agent_export"),
    ("accounts/agent/<int:agent_id>/erasure/", erase_agent_page, "agent_erasure"),
    ("accounts/agent/<int:agent_id>/two-factor/", reset_for_agent, "agent_two_factor_reset"),
    ("accounts/user/<int:user_id>/two-factor/", reset_for_user, "user_two_factor_reset"),
]
# What programs may do.
API_ACCESS: list[Route] = [
    ("api-access/", show_api_access, "api_access"),
    ("api-access/applications/", add_application, "applications"),
    ("api-access/applications/<int:application_id>/", show_application, "application"),
    (
        "api-access/applications/<int:application_id>/secret/",
        renew_application_secret,
        "application_secret",
    ),
    (
        "api-access/applications/<int:application_id>/removal/",
        remove_application,
        "application_removal",
    ),
    ("api-access/<int:service_account_id>/", show_service_account, "service_account"),
    ("api-access/<int:service_account_id>/tokens/", add_service_token, "service_tokens"),
    (
        "api-access/tokens/<int:service_token_id>/rotation/",
        rotate_service_token,
        "service_token_rotation",
    ),
    ("api-access/tokens/<int:token_id>/revocation/", revoke_any_token, "token_revocation"),
]
WEBHOOK = "tickets/webhooksubscription/<int:webhook_id>/"
# Tests of connections to other services, what failed there once more, and previews.
CONNECTIONS: list[Route] = [
    ("chat/preview/", preview_chat_texts, "chat_preview"),
    (
        "accounts/identityprovider/<int:provider_id>/test/",
        run_provider_test,
        "identity_provider_test",
    ),
    ("channels_intake/connection/add/", add_channel, "channels_intake_connection_add"),
    ("channels_intake/connection/<int:channel_id>/test/", run_channel_test, "channel_test"),
    (
        "channels_intake/channelevent/<int:channel_event_id>/again/",
        process_channel_event_again,
        "channel_event_again",
    ),
    ("chat/<int:chat_id>/test/", send_chat_test, "chat_test"),
    ("channels_intake/codehost/<int:code_host_id>/test/", run_code_host_test, "code_host_test"),
    ("channels_intake/pagingservice/<int:service_id>/test/", send_paging_test, "paging_test"),
    (
        "channels_intake/codeevent/<int:code_event_id>/again/",
        process_code_event_again,
        "code_event_again",
    ),
    ("channels_intake/outgoingcall/<int:call_id>/again/", send_call_again, "call_again"),
    (f"{WEBHOOK}state/", set_webhook_state, "webhook_state"),
    (f"{WEBHOOK}secret/", create_webhook_secret, "webhook_secret"),
    (f"{WEBHOOK}test/", send_webhook_test, "webhook_test"),
    (f"{WEBHOOK}replay/", replay_webhook, "webhook_replay"),
    ("tickets/webhookdelivery/<int:delivery_id>/again/", send_delivery_again, "webhook_again"),
]
ROUTES = [
    *CUSTOMERS,
    *IMPORTS,
    *DESKS,
    *INSTALLATION,
    *DRY_RUNS,
    *EMAIL,
    *PEOPLE,
    *API_ACCESS,
    *CONNECTIONS,
]
if settings.MODE != "production":  # it brings all fakes of vendors along
    from helpdesk.admin.playground import show_playground

    ROUTES.append(("playground/", show_playground, "playground"))
