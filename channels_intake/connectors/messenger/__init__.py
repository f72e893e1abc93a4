"""Our own messenger for any website: visitors, their conversations, and who they prove to be.

There is no vendor. What a visitor writes is stored raw first, like a webhook's event; an answer is
available as soon as it is sent, and the visitor's page fetches it (thread.py). The pages are in
helpdesk/messenger.
"""
