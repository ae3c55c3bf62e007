"""What a fan does beside looking: messages, subscribing without scripts."""

from flask import Blueprint, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from fanzadmin.chat import queries as chat
from fanzadmin.chat import service as talks
from fanzadmin.contracts.crm import People
from fanzadmin.crm.rights import FEED_HOME_USE
from fanzadmin.finance import service as finance
from fanzadmin.finance.rights import FINANCE_OWN_PAY
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.i18n.languages import money_text
from fanzadmin.kernel.ids import is_id
from fanzadmin.kernel.ports import ask
from fanzadmin.public.pages import page_or_404
from security.identity import me, own_fan
from security.rbac import requires

CONVERSATIONS = 50
TEST_CARDS = (
    ("sandbox_ok", lazy_gettext("Test card that works")),
    ("sandbox_declined", lazy_gettext("Test card that is declined")),
    ("sandbox_insufficient", lazy_gettext("Test card without funds")),
)

blueprint = Blueprint("account", __name__)


@blueprint.get("/messages")
@requires(FEED_HOME_USE)
def messages() -> ResponseReturnValue:
    """The fan's conversations; `?with=<creator_id>` goes to the one with that creator, opened if there is none."""
    creator_id = request.args.get("with", "")
    if creator_id:
        if not is_id(creator_id):
            abort(404, gettext("There is no such creator."))
        return redirect(f"/messages/{talks.find_or_open(me(), creator_id)}", 303)
    page = chat.conversations_of(me(), limit=CONVERSATIONS, cursor=request.args.get("cursor"))
    return render_template("public/messages.html", place="messages", conversations=page, open=None)


@blueprint.get("/messages/<conversation_id>")
@requires(FEED_HOME_USE)
def conversation(conversation_id: str) -> str:
    """One conversation, live. Another fan's is not found."""
    opened = chat.conversation(me(), conversation_id)
    before = request.args.get("before", type=int)
    shown = chat.messages_of(me(), conversation_id, before=before)
    return render_template(
        "public/messages.html",
        place="messages",
        conversations=chat.conversations_of(me(), limit=CONVERSATIONS),
        open=opened,
        shown=shown,
        offers=chat.offers_for(me(), shown.items),
    )


@blueprint.get("/@<handle>/subscribe")
@requires(FINANCE_OWN_PAY)
def subscribing(handle: str) -> ResponseReturnValue:
    """What it costs and how to pay, for those whose scripts are off; the others get a dialog on the page itself."""
    return _form(handle)


@blueprint.post("/@<handle>/subscribe")
@requires(FINANCE_OWN_PAY)
def subscribe(handle: str) -> ResponseReturnValue:
    """Subscribe, and back to the page."""
    page, fan = page_or_404(handle), own_fan()
    try:
        finance.subscribe(fan.id, page.creator_id, payment_token=request.form.get("card", ""))
    except BusinessError as error:
        return _form(handle, problem=error.detail), error.status
    return redirect(page.path, 303)


def _form(handle: str, *, problem: str = "") -> str:
    page = page_or_404(handle)
    creator = ask(People).creator(page.creator_id)
    if creator is None:
        abort(404, gettext("There is no page @%(handle)s.", handle=handle))
    price = money_text(creator.subscription_minor, creator.currency)
    return render_template("public/subscribe.html", page=page, price=price, cards=TEST_CARDS, problem=problem)
