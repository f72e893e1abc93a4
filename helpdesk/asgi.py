import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

django_application = get_asgi_application()

from helpdesk.body_limits import BodyLimit  # noqa: E402 (models need Django's set-up)
from helpdesk.live.application import LiveStreams  # noqa: E402 (as above)

application = LiveStreams(BodyLimit(django_application))
