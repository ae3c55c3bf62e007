"""Jobs of finance."""

from fanzadmin.finance import service


def renew_subscriptions(_subject: str) -> None:
    """Another month for what is due; the end for what was cancelled."""
    service.resume_forgotten_subscriptions()
    while service.renew_due_subscriptions():
        pass


def end_subscriptions(creator_id: str) -> None:
    """The end of every subscription to a creator who left."""
    while service.end_subscriptions_of(creator_id):
        pass


def check_books(_subject: str) -> None:
    """The invariants of the books."""
    service.check_books()


def settle_processor(_subject: str) -> None:
    """Yesterday's money from the processor into the bank."""
    service.settle_processor()
