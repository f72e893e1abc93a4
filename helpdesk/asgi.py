from helpdesk.starting import load_settings

load_settings()

from helpdesk.handler import get_application  # noqa: E402 (reads the settings)

pages = get_application()

from helpdesk.body_limits import BodyLimit  # noqa: E402 (models need Django's set-up)
from helpdesk.doctor.database import refuse_transaction_pooler  # noqa: E402 (as above)
from helpdesk.health.application import Health  # noqa: E402 (as above)
from helpdesk.live.application import LiveStreams  # noqa: E402 (as above)
from helpdesk.live.polls import LongPolls  # noqa: E402 (as above)
from helpdesk.metrics.application import Metrics  # noqa: E402 (as above)
from helpdesk.reporting.starting import report_web  # noqa: E402 (as above)
from helpdesk.request_log import RequestLog  # noqa: E402 (as above)

refuse_transaction_pooler()
application = Health(Metrics(RequestLog(report_web(LiveStreams(LongPolls(BodyLimit(pages)))))))
