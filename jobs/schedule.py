"""What happens by the clock, in UTC."""

from fanzadmin.kernel.queue import Cron

SCHEDULE: tuple[Cron, ...] = (
    Cron("* * * * *", "media.publish_scheduled", title="Assets whose moment has come are published"),
    Cron("* * * * *", "social.publish_scheduled", title="Posts whose moment has come are published"),
    Cron("* * * * *", "chat.send_due_broadcasts", title="Messages to subscribers that are due are sent"),
    Cron("5 0 * * *", "operations.maintain", title="Partitions and expired rows"),
    Cron("*/15 * * * *", "operations.close_late_requests", title="Requests for a second person run out"),
    Cron("10 0 * * *", "compliance.expire_records", title="Identity documents that ran out"),
    Cron("1 0 * * *", "compliance.end_consents", title="Consents whose last day is over"),
    Cron("20 0 * * *", "biolink.forget_salts", title="Salts of past days are destroyed"),
    Cron("7 * * * *", "finance.renew_subscriptions", title="Subscriptions that are due are renewed"),
    Cron("*/10 * * * *", "finance.check_books", title="The books are checked"),
    Cron("40 * * * *", "consoles.forget_expired", title="Works of consoles whose time is over"),
    Cron("30 3 * * *", "media.sweep", queue="bulk", title="Uploads that no asset refers to are removed"),
    Cron("15 0 * * *", "finance.settle_processor", title="The processor's settlement is booked"),
)
