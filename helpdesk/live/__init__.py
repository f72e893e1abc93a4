"""Live pages: updates that open pages receive between requests, through Valkey pub/sub.

Publishing: pubsub.py (through breaker.py), messages.py (what is said), access.py (changes of
access). In a web process: application.py (the ASGI application of streams), hub.py (one
subscription and one checker for all pages), load.py (how busy the lists are), pages.py (a page),
interests.py (what a page shows), checks.py (access of many pages in one statement), viewers.py (who
views a ticket or types there). Only checks.py imports helpdesk.login, whose rules it asks;
otherwise models and shared/. Start with hub.py.
"""
