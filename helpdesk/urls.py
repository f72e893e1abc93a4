"""All URLs. accounts.middleware removes the desk's path segment before they are matched."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from helpdesk.acknowledgements.views import show_acknowledgement
from helpdesk.invitations.views import show_invitation
from helpdesk.mailed_files.views import send_file, show_files
from helpdesk.portal.views import home
from helpdesk.styleguide.views import show_styleguide
from helpdesk.team_chat.views import receive_command
from helpdesk.webhooks.channels import receive_from_channel
from helpdesk.webhooks.code_hosts import receive_code_event
from helpdesk.webhooks.crm import receive_zoho_notification
from helpdesk.webhooks.paging import receive_from_pager
from helpdesk.website_forms.confirmations import confirm_address

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.show_home, name="home"),
    path("logo/<str:name>", home.show_logo, name="logo"),
    path("agent/", include("helpdesk.agent.urls")),
    path("portal/", include("helpdesk.portal.urls")),
    path("api/v1/docs/", include("helpdesk.agent.api_docs.urls")),
    path("api/v1/", include("helpdesk.api.urls")),
    path("oauth/", include("helpdesk.oauth.urls")),
    path("inbound/", include("channels_intake.urls")),
    path("crm/zoho/", receive_zoho_notification, name="crm_webhook"),
    path("chat/<int:chat_id>/", receive_command, name="chat_command"),
    path("code-hosts/<str:hook_token>/", receive_code_event, name="code_host_webhook"),
    path("channels/<str:channel_token>/", receive_from_channel, name="channel_webhook"),
    path("paging/<str:paging_token>/", receive_from_pager, name="paging_webhook"),
    path("messenger/", include("helpdesk.messenger.urls")),
    path("form/", include("helpdesk.website_forms.urls")),
    path("email-address/<str:claim_token>/", confirm_address, name="confirm_address"),
    path("admin/", admin.site.urls),
    path("login/", include("helpdesk.login.urls")),
    path("styleguide/", show_styleguide, name="styleguide"),
    path("acknowledgement/<str:token>/", show_acknowledgement, name="acknowledgement"),
    path("files/<str:token>/", show_files, name="mailed_files"),
    path("files/<str:token>/<int:attachment_id>/", send_file, name="mailed_file"),
    path("invitation/<str:token>/", show_invitation, name="invitation"),
]

handler429 = "helpdesk.shared.http.rate_limits.too_many_requests"
handler500 = "helpdesk.errors.show_server_error"
