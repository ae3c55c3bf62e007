"""What subscriptions do when they hear a fact."""

from fanzadmin.contracts.crm import Blocked, CreatorOffboarded, CreatorReinstated, CreatorSuspended
from fanzadmin.contracts.finance import PaymentRefunded
from fanzadmin.finance.subscriptions import service
from fanzadmin.kernel.bus import on
from fanzadmin.kernel.queue import enqueue


@on(PaymentRefunded)
def end_refunded_subscription(fact: PaymentRefunded) -> None:
    service.end_refunded_subscription(fact.payment_id)


@on(Blocked)
def cancel_between(fact: Blocked) -> None:
    service.cancel_between(fact.fan_id, fact.creator_id)


@on(CreatorSuspended)
def pause_subscriptions(fact: CreatorSuspended) -> None:
    service.pause_subscriptions(fact.creator_id)


@on(CreatorReinstated)
def resume_subscriptions(fact: CreatorReinstated) -> None:
    service.resume_subscriptions(fact.creator_id)


@on(CreatorOffboarded)
def end_subscriptions(fact: CreatorOffboarded) -> None:
    enqueue("finance.end_subscriptions", fact.creator_id, title="Subscriptions to a creator who left end")
