import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

from helpdesk.handler import get_application

pages = get_application()

from helpdesk.body_limits import BodyLimit  # noqa: E402 (models need Django's set-up)
from helpdesk.live.application import LiveStreams  # noqa: E402 (as above)

application = LiveStreams(BodyLimit(pages))
