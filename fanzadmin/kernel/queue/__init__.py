"""Background work: written in PostgreSQL with the act that asks for it, carried by RQ, recovered when a worker dies."""

from fanzadmin.kernel.queue.progress import Cancelled, progress
from fanzadmin.kernel.queue.scheduler import Cron
from fanzadmin.kernel.queue.tasks import Task, cancel, connect, enqueue, redis
from fanzadmin.kernel.queue.turns import update_places

__all__ = ["Cancelled", "Cron", "Task", "cancel", "connect", "enqueue", "progress", "redis", "update_places"]
