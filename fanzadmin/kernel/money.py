"""Money as integer minor units and an ISO 4217 currency."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel import Locale
from babel.numbers import format_currency, get_currency_precision


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies met."""


@dataclass(frozen=True, order=False, slots=True)
class Money:
    """`minor` units (cents for USD, whole yen for JPY) of `currency` (ISO 4217, upper case)."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.minor + self._same(other).minor, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.minor - self._same(other).minor, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.minor, self.currency)

    def __str__(self) -> str:
        return format_money(self.minor, self.currency)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency} cannot be added")
        return other

    def split(self, weights: Sequence[int]) -> list["Money"]:
        """Shares in proportion to `weights` that sum to this amount exactly."""
        return [Money(part, self.currency) for part in split(self.minor, weights)]


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Divide `total` by `weights` with the largest-remainder method; the parts sum to `total`.

    Raises ValueError when a weight is negative or all are zero.
    """
    whole = sum(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights must be zero or more, and not all zero")
    sign = -1 if total < 0 else 1
    shares = [divmod(abs(total) * weight, whole) for weight in weights]
    parts = [share for share, _ in shares]
    order = sorted(range(len(weights)), key=lambda at: (-shares[at][1], at))
    for at in order[: abs(total) - sum(parts)]:
        parts[at] += 1
    return [sign * part for part in parts]


@lru_cache(256)
def exponent(currency: str) -> int:
    """Digits after the decimal point: 2 for USD, 0 for JPY, 3 for KWD."""
    return get_currency_precision(currency)


@lru_cache(16_384)
def format_money(minor: int, currency: str, locale: str | Locale = "en") -> str:
    """`1999, "USD"` as `$19.99`, in the manner of `locale`."""
    digits = exponent(currency)
    return format_currency(minor / 10**digits, currency, locale=locale)
