"""Live pages: updates that open pages receive between requests, through Valkey pub/sub.

Publishing: pubsub.py (through breaker.py), messages.py (message formats), access.py (access
changes). In a web process: application.py (the ASGI application of streams), hub.py (one
subscription and one access checker for all pages), load.py (how busy the lists are), pages.py (a
page), interests.py (what a page shows), checks.py (access of many pages in one statement),
viewers.py (who is viewing a ticket or typing). Only checks.py imports helpdesk.login, for its
access rules; the others import models and shared/. Start with hub.py.
"""
