"""Live pages: updates that open pages receive between requests, through Valkey pub/sub.

pubsub.py: ticket changes, and the channels of a web process. viewers.py: who is viewing a ticket
or typing there. access.py: changes of access, after which pages check theirs. The event stream
itself is helpdesk/agent/views/stream.py. May import models and shared/; start with pubsub.py.
"""
