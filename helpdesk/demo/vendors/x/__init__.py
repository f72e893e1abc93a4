"""X: its API v2 (api.py), its webhooks (hooks.py), and what people do there (people.py)."""

from helpdesk.demo.vendors.x.api import XFake

__all__ = ["XFake"]
