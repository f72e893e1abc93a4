"""URLs of the agent pages."""

from django.urls import path

from helpdesk.agent.views import (
    closures,
    conversation,
    customers,
    drafts,
    escalations,
    files,
    history,
    mails,
    new_ticket,
    notifications,
    participants,
    presence,
    properties,
    quarantine,
    queue,
    requesters,
    stream,
    ticket,
)

app_name = "agent"
urlpatterns = [
    path("", queue.show_queue, name="queue"),
    path("stream/", stream.stream_tickets, name="stream"),
    path("drafts/", drafts.save_draft, name="drafts"),
    path("presence/", presence.change_presence, name="presence"),
    path("notifications/", notifications.show_notifications, name="notifications"),
    path("notifications/read/", notifications.read_all, name="read_notifications"),
    path(
        "notifications/<int:notification_id>/", notifications.open_notification, name="notification"
    ),
    path("quarantine/", quarantine.show_quarantine, name="quarantine"),
    path("quarantine/<int:inbound_id>/", quarantine.show_inbound, name="quarantined"),
    path("quarantine/<int:inbound_id>/decision/", quarantine.decide_inbound, name="decision"),
    path("customers/", customers.list_customers, name="customers"),
    path("customers/<int:contact_id>/", customers.show_contact, name="customer"),
    path("accounts/names/", customers.show_account_names, name="account_names"),
    path("accounts/<int:account_id>/", customers.show_account, name="account"),
    path("files/<int:attachment_id>/", files.show_file, name="file"),
    path("mails/received/<int:inbound_id>/", mails.show_received, name="received_mail"),
    path("mails/sent/<int:mail_id>/", mails.show_sent, name="sent_mail"),
    path("tickets/new/", new_ticket.new_ticket, name="new_ticket"),
    path("tickets/new/requester/", new_ticket.show_requester, name="requester"),
    path("tickets/<int:number>/", ticket.show_ticket, name="ticket"),
    path("tickets/<int:number>/panel/", ticket.show_panel, name="panel"),
    path("tickets/<int:number>/history/", history.show_history, name="history"),
    path("tickets/<int:number>/typing/", presence.show_typing, name="typing"),
    path("tickets/<int:number>/answers/", conversation.add_entry, name="answers"),
    path("tickets/<int:number>/assignee/", properties.set_assignee, name="assignee"),
    path("tickets/<int:number>/status/", properties.set_status, name="status"),
    path("tickets/<int:number>/priority/", properties.set_priority, name="priority"),
    path("tickets/<int:number>/product/", properties.set_product, name="product"),
    path("tickets/<int:number>/department/", properties.set_department, name="department"),
    path("tickets/<int:number>/escalation/", escalations.escalate_ticket, name="escalation"),
    path("tickets/<int:number>/closure/", closures.close_ticket, name="closure"),
    path("tickets/<int:number>/reopening/", closures.reopen_ticket, name="reopening"),
    path("tickets/<int:number>/requester/", requesters.use_reply_to, name="ticket_requester"),
    path("tickets/<int:number>/participants/", participants.add_follower, name="participants"),
    path(
        "tickets/<int:number>/participants/removal/",
        participants.remove_follower,
        name="participant_removal",
    ),
]
