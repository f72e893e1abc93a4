"""The application: settings, URLs, Celery, and the interfaces.

The top layer: may import every package, and no package imports it. Start with settings.py and
urls.py; each interface (agent, portal, api, admin, login) is a folder.
"""

from helpdesk.celery import app as celery_app

__all__ = ["celery_app"]
