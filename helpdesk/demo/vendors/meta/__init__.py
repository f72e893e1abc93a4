"""Fakes of Meta's channels: Facebook and Instagram (pages.py), and WhatsApp (whatsapp.py).

graph.py is the front door of the Graph API that both share.
"""

from helpdesk.demo.vendors.meta.pages import FakeMeta
from helpdesk.demo.vendors.meta.whatsapp import FakeWhatsApp

__all__ = ["FakeMeta", "FakeWhatsApp"]
