"""The hotline at Freshcaller (Freshdesk Contact Center): calls, recordings, and agents' states.

Freshcaller has no plain webhook. A small app of the desk (docs/hotline.md) forwards its events, and
the API is polled for what the app missed. payloads.py is pure; client.py asks the API.
"""
