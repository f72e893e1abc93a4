"""Ways of notifications: topics, each agent's choices, and the rows that are due.

Notifications have four places, one for each layer of the work:

- tickets/notifications.py: whom an event notifies, in which words; reading and marking as read.
- tickets/notify/: by which ways an agent gets them. It writes a notification together with the
  rows of what is due. No requests, no email. Start with topics.py.
- helpdesk/notify/: sends what is due, because that needs mailboxes, shifts and the network.
- helpdesk/agent/notify/: the forms of the page on which an agent chooses.
"""
