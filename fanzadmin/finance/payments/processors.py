"""Payment processors behind one Protocol. The one in use is chosen by a setting; the sandbox works offline."""

from dataclasses import dataclass
from typing import Protocol

from flask_babel import gettext

from fanzadmin.kernel.errors import BusinessError, DependencyAway
from fanzadmin.kernel.i18n.languages import N_


class UnknownProcessor(BusinessError):
    status = 500
    title = "This payment adapter does not exist"


class ProcessorAway(DependencyAway):
    title = "The payment processor does not answer"


@dataclass(frozen=True, slots=True)
class Charge:
    """A processor's answer. `reference` names the charge there, `instrument` is its token for charging again.

    `needs_confirmation`: the bank wants the card holder to confirm; charge again with the token in `instrument`.
    """

    approved: bool
    reference: str
    instrument: str = ""
    reason: str = ""
    needs_confirmation: bool = False


class Processor(Protocol):
    """Charges and refunds. A processor must treat a repeated `reference` as the same charge."""

    name: str

    def charge(self, token: str, *, amount_minor: int, currency: str, reference: str) -> Charge:
        """Raises ProcessorAway."""

    def refund(self, charge_reference: str, *, amount_minor: int, currency: str) -> None:
        """Raises ProcessorAway."""


class Sandbox:
    """No network, no money: the token says what happens. Test card numbers are taken as tokens and never stored."""

    name = "sandbox"
    cards = {  # noqa: RUF012  read only
        "4242424242424242": "sandbox_ok",
        "4000000000000002": "sandbox_declined",
        "4000000000009995": "sandbox_insufficient",
        "4000000000000069": "sandbox_expired",
        "4000002500003155": "sandbox_confirm",
        "4000000000000341": "sandbox_once",
        "4000000000000119": "sandbox_away",
    }
    refusals = {  # noqa: RUF012  read only
        "sandbox_declined": N_("The card was declined."),
        "sandbox_insufficient": N_("The card has not enough funds."),
        "sandbox_expired": N_("The card has expired."),
    }
    again = {"sandbox_once": "sandbox_declined"}  # noqa: RUF012  read only

    def charge(self, token: str, *, amount_minor: int, currency: str, reference: str) -> Charge:
        del amount_minor, currency
        digits = token.replace(" ", "").replace("-", "")
        name, charge = self.cards.get(digits, token), f"sbx_{reference}"[:120]
        if name == "sandbox_away":
            raise ProcessorAway(
                gettext("The payment processor does not answer. Nothing was charged; try again in a moment.")
            )
        if name == "sandbox_confirm":
            reason = N_("The bank wants you to confirm this payment.")
            return Charge(False, charge, "sandbox_confirmed", reason, needs_confirmation=True)
        if name in {"sandbox_ok", "sandbox_confirmed", "sandbox_once"}:
            return Charge(True, charge, self.again.get(name, "sandbox_ok"))
        unknown = N_("The processor does not know this card.")
        return Charge(False, charge, reason=self.refusals.get(name, unknown))

    def refund(self, charge_reference: str, *, amount_minor: int, currency: str) -> None:
        del charge_reference, amount_minor, currency


PROCESSORS: dict[str, Processor] = {"sandbox": Sandbox()}
_used = "sandbox"


def use_processor(name: str) -> None:
    """Choose the processor of this process; the composition root calls it. Raises UnknownProcessor."""
    global _used  # noqa: PLW0603  one processor per process, set once by the composition root
    if name not in PROCESSORS:
        raise UnknownProcessor(
            gettext(
                "There is no payment adapter %(name)s; use one of %(names)s.",
                name=name,
                names=", ".join(PROCESSORS),
            )
        )
    _used = name


def processor() -> Processor:
    """The processor in use."""
    return PROCESSORS[_used]


def processor_named(name: str) -> Processor:
    """The processor that a payment was made with. Raises UnknownProcessor."""
    if name not in PROCESSORS:
        raise UnknownProcessor(
            gettext("This payment was made with %(name)s, which is not installed any more.", name=name)
        )
    return PROCESSORS[name]
