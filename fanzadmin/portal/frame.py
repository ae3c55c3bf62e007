"""What every page of the portal needs: the blueprint, the current creator, the frame around a page, forms."""

from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response
from wtforms import Form

from fanzadmin.chat import queries as chat
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.gpt import queries as gpt
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.money import exponent
from security.identity import me, own_creator

blueprint = Blueprint("portal", __name__, url_prefix="/portal")

Page = str | Response | tuple[str, int]


class NotAnAmount(ValueError):
    """What was typed is no amount of money of the currency."""


def creator() -> CreatorCard:
    """The creator of the current user, asked for once in a request that only reads. Raises SignInNeeded, NoCreatorAccount."""
    card: CreatorCard | None = g.get("creator") if request.method == "GET" else None
    if card is None or card.user_id != me().user_id:
        card = g.creator = own_creator()
    return card


def show(template: str, place: str, **values: Any) -> str:  # Any: whatever the template shows
    """A page in the portal's frame. `place` is the entry of the navigation that it belongs to."""
    own = creator()
    return render_template(
        f"portal/{template}.html",
        place=place,
        creator=own,
        unread=chat.unread_conversations(me()),
        ideas=gpt.count_waiting(own.id),
        **values,
    )


def done(sentence: str, endpoint: str, *, anchor: str = "", **values: Any) -> Response:  # Any: url_for's
    """Say that it worked, on the page that follows."""
    flash(sentence, "success")
    return redirect(url_for(f"portal.{endpoint}", _anchor=anchor or None, **values), 303)


def refused(error: BusinessError, endpoint: str, **values: Any) -> Response:  # Any: the same
    """Say why a button did nothing, on the page where it stands."""
    flash(error.detail, "danger")
    return redirect(url_for(f"portal.{endpoint}", **values), 303)


def blame(form: Form, field: str, sentence: str) -> None:
    """Put an error beside a field."""
    form[field].errors = [*form[field].errors, sentence]


def minor_units(text: str, currency: str) -> int:
    """`12.50` or `12,50` as minor units of `currency`. Raises NotAnAmount."""
    digits = exponent(currency)
    try:
        amount = Decimal(text.strip().replace(",", ".")).scaleb(digits)
    except InvalidOperation:
        raise NotAnAmount(gettext("Type an amount such as 25.00.")) from None
    if not amount.is_finite() or amount != amount.to_integral_value() or abs(amount) >= 10**12:
        raise NotAnAmount(
            gettext("Type an amount with at most %(digits)s digits after the point.", digits=digits)
            if digits
            else gettext("Type a whole amount.")
        )
    return int(amount)


def major_text(minor: int, currency: str) -> str:
    """1250 as `12.50`, for an input."""
    digits = exponent(currency)
    return f"{Decimal(minor).scaleb(-digits):.{digits}f}"
