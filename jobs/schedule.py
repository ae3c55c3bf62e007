"""What happens by the clock, in UTC."""

from fanzadmin.kernel.queue import Cron

SCHEDULE: tuple[Cron, ...] = (
    Cron("5 0 * * *", "operations.keep_house", title="Partitions and expired rows"),
    Cron("20 0 * * *", "biolink.forget_salts", title="Salts of past days are destroyed"),
)
