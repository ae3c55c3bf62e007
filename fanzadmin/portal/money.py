"""Money: the balance, what was earned, payouts and asking for one."""

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import Form, HiddenField, StringField

from fanzadmin.contracts.crm import People
from fanzadmin.contracts.media import Assets
from fanzadmin.crm import queries as crm
from fanzadmin.finance import queries as finance
from fanzadmin.finance.rights import FINANCE_OWN_EARN
from fanzadmin.finance.service import LOWEST_PAYOUT_MINOR, request_payout
from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.portal.figures import bars, months_back
from fanzadmin.portal.frame import (
    NotAnAmount,
    Page,
    blame,
    blueprint,
    creator,
    done,
    major_text,
    minor_units,
    show,
)
from security.identity import me
from security.rbac import requires

MONTHS = 12


class PayoutForm(Form):
    """`key` makes sending the form twice one payout."""

    amount = StringField(_("Amount"))
    key = HiddenField()


@blueprint.get("/money")
@requires(FINANCE_OWN_EARN)
def money() -> str:
    """Balance, earnings, payouts."""
    own = creator()
    available = finance.balance(own.id).available_minor
    amount = major_text(available, own.currency) if available >= LOWEST_PAYOUT_MINOR else ""
    return _page(PayoutForm(data={"amount": amount, "key": new_id()}))


@blueprint.post("/money/payouts")
@requires(FINANCE_OWN_EARN)
def ask_for_payout() -> Page:
    """Ask for a part of the available balance."""
    own, form = creator(), PayoutForm(request.form)
    try:
        amount = minor_units(form.amount.data or "", own.currency)
        request_payout(own.id, amount_minor=amount, by_user_id=me().user_id, key=form.key.data or None)
    except (NotAnAmount, BusinessError) as error:
        blame(form, "amount", str(error))
        return _page(form), 422
    return done(
        gettext("Asked for. The Finance team looks at it; you see every step here."),
        "money",
        anchor="payouts",
    )


@blueprint.get("/money/payouts/<payout_id>")
@requires(FINANCE_OWN_EARN)
def payout(payout_id: str) -> str:
    """One payout and how far it is. A neighbour's is not found."""
    return show("payout", "money", payout=finance.own_payout(creator().id, payout_id))


def _page(form: PayoutForm) -> str:
    own, today = creator(), clock.now().date()
    earnings = finance.earnings_of(own.id).page(cursor=request.args.get("cursor"))
    days = crm.days_of(own.id, since=months_back(today, MONTHS - 1))
    return show(
        "money",
        "money",
        form=form,
        lowest=LOWEST_PAYOUT_MINOR,
        balance=finance.balance(own.id),
        earnings=earnings,
        payouts=finance.payouts_of(own.id).page(limit=20).items,
        fans=ask(People).fans(tuple({earning.fan_id for earning in earnings.items})),
        works=ask(Assets).cards(tuple({earning.asset_id for earning in earnings.items if earning.asset_id})),
        bars=bars(days, today=today, months=MONTHS),
    )
