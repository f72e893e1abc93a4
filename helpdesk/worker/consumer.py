"""How the classes of work share the processes of one worker.

Celery's own consumer takes messages from all queues in turn, as many as it has processes, so a
flood in one queue occupies all of them. Here each queue has its own channel. Because tasks are
acknowledged when they are done, the prefetch count of a channel limits the processes that its class
can occupy, so one remains for each other class.
"""

from __future__ import annotations

from typing import Any

import structlog
from celery import bootsteps
from celery.worker.control import inspect_command
from kombu import Consumer
from kombu.common import ignore_errors

from tickets.queueing import Queue, clear_pending

log = structlog.get_logger(__name__)


@inspect_command()
def list_served_queues(state: Any) -> list[str]:
    """Return all queues of this worker; Celery's own command knows only the first."""
    return sorted(state.app.amqp.queues.consume_from)


def limit_processes(processes: int, classes: int) -> int:
    """Return how many of a worker's processes one class may occupy."""
    return max(1, processes - classes + 1)


class ClassStep(bootsteps.ConsumerStep):
    """Consume all queues but the first, which Celery's own consumer handles.

    Runs each time the worker connects to the broker: tasks that had not started may have been lost
    with the previous connection.
    """

    requires = ("celery.worker.consumer.tasks:Tasks",)

    def start(self, c: Any) -> None:
        """Divide the queues among channels."""
        queues = c.task_consumer.queues
        processes, classes = c.pool.num_processes, len(queues)
        if processes < classes:
            log.warning("too_few_processes_for_the_classes", processes=processes, classes=classes)
        limit = limit_processes(processes, classes)
        c.initial_prefetch_count = c.qos.value = limit
        c.qos.set(limit)
        c.task_consumer.queues = queues[:1]
        self.consumers = [self._build_consumer(c, queue, limit) for queue in queues[1:]]
        for consumer in self.consumers:
            consumer.consume()
        clear_pending([Queue(queue.name) for queue in queues if queue.name in set(Queue)])

    def stop(self, c: Any) -> None:
        """Stop taking messages, without closing channels: that would requeue running tasks."""
        for consumer in self.consumers or []:
            ignore_errors(c, consumer.cancel)

    def _build_consumer(self, c: Any, queue: Any, limit: int) -> Consumer:
        consumer: Consumer = c.app.amqp.TaskConsumer(
            c.connection.channel(),
            queues=[queue],
            on_decode_error=c.on_decode_error,
            on_message=c.create_task_handler(),
            prefetch_count=limit,
        )
        return consumer
