"""What a board shows: which clusters, which currency, how many days. Never more than the user may see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from flask_babel import gettext

from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import Forbidden, Invalid
from security.clusters import ClusterCard, clusters
from security.identity import me

PERIODS = (30, 90, 365)
EVERYTHING = "all"
CURRENCY = "currency:"


class NotYourCluster(Forbidden):
    title = "Not your cluster"


class UnknownPeriod(Invalid):
    title = "There is no such period"


@dataclass(frozen=True, slots=True)
class Scope:
    """The last `days` UTC days, today included. `clusters` are those chosen, `allowed` all that the user may see (None
    means: every one), by name in `brands`. `currency` is that of the chosen, empty on a board without money."""

    days: int
    now: datetime
    brands: tuple[ClusterCard, ...]
    clusters: frozenset[str] | None
    allowed: frozenset[str] | None
    currency: str = ""

    @property
    def first(self) -> date:
        return self.now.date() - timedelta(days=self.days - 1)

    @property
    def since(self) -> datetime:
        """Midnight at which the period begins."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def dates(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=number) for number in range(self.days))

    def name_of(self, cluster: str | None) -> str:
        """A cluster's name, its key where it was deleted; nothing for what belongs to no cluster."""
        return next((brand.name for brand in self.brands if brand.key == cluster), cluster or "")


def visible() -> tuple[ClusterCard, ...]:
    """The clusters that the current user may see, by name."""
    own = me().clusters
    return tuple(brand for brand in clusters() if own is None or brand.key in own)


def choices(brands: Sequence[ClusterCard], *, money: bool) -> list[dict[str, str]]:
    """What the cluster filter offers. With `money` no choice joins two currencies."""
    if not money:
        whole = [{"label": gettext("All clusters"), "value": EVERYTHING}] if len(brands) != 1 else []
        return whole + [{"label": brand.name, "value": brand.key} for brand in brands]
    shared = sorted({brand.currency for brand in brands if _sharing(brands, brand.currency) > 1})
    return [
        {"label": gettext("All in %(currency)s", currency=currency), "value": CURRENCY + currency}
        for currency in shared
    ] + [{"label": f"{brand.name} · {brand.currency}", "value": brand.key} for brand in brands]


def scope_of(chosen: str | None, days: int | None, *, money: bool = False) -> Scope:
    """The scope of a choice. Raises NotYourCluster, UnknownPeriod."""
    if days not in PERIODS:
        raise UnknownPeriod(gettext("Choose 30, 90 or 365 days."))
    brands, now, allowed = visible(), clock.now(), me().clusters
    if chosen in (EVERYTHING, None) and not money:
        return Scope(days, now, brands, allowed, allowed)
    picked = tuple(brand for brand in brands if chosen in (brand.key, CURRENCY + brand.currency))
    if not picked and (brands or chosen is not None):
        raise NotYourCluster(gettext("This cluster is not among those that you may see."))
    currency = picked[0].currency if money and picked else ""
    return Scope(days, now, brands, frozenset(brand.key for brand in picked), allowed, currency)


def _sharing(brands: Sequence[ClusterCard], currency: str) -> int:
    return sum(brand.currency == currency for brand in brands)
