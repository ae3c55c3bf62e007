"""What waits for the current user, over all consoles: what the front page of staff begins with."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from fanzadmin.console.approvals import requests as approvals
from fanzadmin.console.approvals.requests import ApprovalRequest
from fanzadmin.console.record.comments import unread_mentions
from fanzadmin.console.registry import by_model, may, readable
from fanzadmin.console.views.cards import NumberCards
from fanzadmin.kernel.i18n.languages import STATE, number_text, translate

MANY = 50  # requests that are distinguished


@dataclass(frozen=True, slots=True)
class Waiting:
    """`count` things called `label` wait at `url`; `where` names the list that they stand in."""

    icon: str
    count: str
    label: str
    where: str
    url: str


def waiting() -> Iterator[Waiting]:
    """Requests for a second person and unread mentions, then the cards of consoles with `waits`. Lists whose count takes too
    long come without it."""
    requests = by_model(ApprovalRequest)
    if requests is not None and (approvals_waiting := approvals.waiting_for_me(limit=MANY)):
        url = requests.address(MultiDict(), q="state:any:waiting")
        some = f"{len(approvals_waiting)}{'+' if len(approvals_waiting) == MANY else ''}"
        yield Waiting(
            "check-circle", some, gettext("Wait for a second person"), translate(requests.menu.label), url
        )
    if may("read", "console:mention") and (unread := unread_mentions()):
        yield Waiting(
            "inbox", number_text(unread), gettext("Not read yet"), gettext("Mentions"), "/mentions/"
        )
    for console in readable():
        if isinstance(console, NumberCards):
            for figure, count in console.waiting_cards():
                if count is None or count > 0:
                    number = "" if count is None else str(count)
                    yield Waiting(
                        figure.card.icon,
                        number,
                        translate(figure.card.label, context=STATE),
                        translate(console.menu.label),
                        figure.url,
                    )
