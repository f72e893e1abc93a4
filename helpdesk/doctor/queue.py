"""Valkey, and the workers and the scheduler that are reached through it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import redis
from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.celery import app
from helpdesk.doctor.findings import Finding, read_reason, report_problem
from helpdesk.worker.beat import LAST_BEAT, MAX_SILENCE
from tickets.queueing import Queue

BROKER = "Valkey"
REPLY_SECONDS = 2  # that workers have to tell their queues


def check_queue() -> Iterator[Finding]:
    """Check Valkey and who works off its queues. Ends early if there is no connection."""
    client = redis.Redis.from_url(
        settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2, decode_responses=True
    )
    try:
        yield from _check_server(client)
        yield _check_scheduler(client)
    except redis.AuthenticationError:
        yield report_problem(BROKER, _("It refuses the password. Correct REDIS_URL."))
        return
    except (redis.RedisError, OSError) as error:
        text = _("It can't be used: %(reason)s Check REDIS_URL and the server.")
        yield report_problem(BROKER, text % {"reason": read_reason(error)})
        return
    finally:
        client.close()
    yield from _check_workers()


def _check_server(client: redis.Redis) -> Iterator[Finding]:
    found = client.info()
    version = found.get("valkey_version") or found.get("redis_version", "")
    yield Finding(BROKER, _("Version %(version)s.") % {"version": version})
    policy = found.get("maxmemory_policy", "noeviction")
    if policy != "noeviction":
        text = _(
            "Valkey drops queued work when its memory is full (%(policy)s). Set maxmemory-policy to"
            " noeviction."
        )
        yield report_problem(BROKER, text % {"policy": policy})


def _check_scheduler(client: redis.Redis) -> Finding:
    subject = _("Scheduler (beat)")
    last = client.get(LAST_BEAT)
    if last is None or time.time() - float(str(last)) > MAX_SILENCE:
        text = _("Not running: SLA clocks and retries stand still. Start `celery beat`.")
        return report_problem(subject, text)
    return Finding(subject, _("Running."))


def _check_workers() -> Iterator[Finding]:
    subject = _("Workers")
    answers = app.control.broadcast("list_served_queues", reply=True, timeout=REPLY_SECONDS)
    replies = {worker: queues for answer in answers or [] for worker, queues in answer.items()}
    served = {queue for queues in replies.values() for queue in queues}
    missing = [queue.value for queue in Queue if queue.value not in served]
    if missing:
        text = _("No worker for: %(queues)s. Start `celery worker` with these queues.")
        yield report_problem(subject, text % {"queues": ", ".join(missing)})
    else:
        yield Finding(subject, ", ".join(sorted(replies)))
