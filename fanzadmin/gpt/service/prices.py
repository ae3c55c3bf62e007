"""The price: among those the creator really charged, the one that brought most per item."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean, quantiles

from fanzadmin.gpt.models import Kind
from fanzadmin.gpt.service.past import Advice, Fresh, Past, Withheld, confidence, shrunk
from fanzadmin.kernel.i18n.reasons import reason_code

NEEDED, NEEDED_TO_COMPARE = 3, 5
STRENGTH = 2.0  # items that the creator's average is worth


def suggest_price(fresh: Fresh, own: Sequence[Past]) -> Advice | Withheld | None:
    """A price in minor units for an asset that is sold by itself; None for one that is not."""
    if fresh.audience != "ppv":
        return None
    sold = [asset for asset in own if asset.price_minor > 0 and asset.currency == fresh.currency]
    if len(sold) < NEEDED:
        reason = reason_code("gpt.few_sales", items=len(sold), needed=NEEDED)
        return Withheld(Kind.PRICE, reason, {"items": len(sold)})
    unlocks_at: defaultdict[int, list[int]] = defaultdict(list)
    for asset in sold:
        unlocks_at[asset.price_minor].append(asset.unlocks)
    if len(sold) < NEEDED_TO_COMPARE or len(unlocks_at) < 2:
        return _usual(sold)
    return _best(sold, unlocks_at)


def _best(sold: Sequence[Past], unlocks_at: dict[int, list[int]]) -> Advice | Withheld:
    overall = fmean(asset.price_minor * asset.unlocks for asset in sold)
    if overall == 0:
        return Withheld(
            Kind.PRICE,
            reason_code("gpt.nothing_unlocked"),
            {"items": len(sold)},
        )
    revenue = {
        price: shrunk([price * count for count in unlocks], overall, strength=STRENGTH)
        for price, unlocks in unlocks_at.items()
    }
    best = max(revenue, key=lambda price: (revenue[price], -price))
    items = len(unlocks_at[best])
    reason = reason_code("gpt.best_price", items=items, unlocks=sum(unlocks_at[best]), prices=len(unlocks_at))
    return Advice(
        Kind.PRICE,
        best,
        reason,
        round(confidence(items, half_at=4), 3),
        {"items": len(sold), "prices": _table(unlocks_at), **_spread(sold)},
    )


def _usual(sold: Sequence[Past]) -> Withheld:
    """Too few to compare: a price that nothing speaks for is no suggestion."""
    reason = reason_code("gpt.few_prices", items=len(sold))
    return Withheld(Kind.PRICE, reason, {"items": len(sold), **_spread(sold)})


def _table(unlocks_at: dict[int, list[int]]) -> list[dict[str, object]]:
    return [
        {"price_minor": price, "items": len(unlocks), "unlocks_each": round(fmean(unlocks), 2)}
        for price, unlocks in sorted(unlocks_at.items())
    ]


def _spread(sold: Sequence[Past]) -> dict[str, object]:
    low, middle, high = quantiles([asset.price_minor for asset in sold], n=4)
    return {"quartiles_minor": [round(low), round(middle), round(high)]}
