"""The brands, read."""

from dataclasses import dataclass
from typing import Any, TypeVar

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute

from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import NotFound
from security.models import Cluster

S = TypeVar("S", bound=Select[*tuple[Any, ...]])  # Any: the columns of whatever query


class NoSuchCluster(NotFound):
    title = "There is no such cluster"


@dataclass(frozen=True, slots=True)
class ClusterCard:
    """A brand; `currency` is ISO 4217."""

    key: str
    name: str
    currency: str


def cluster(key: str) -> ClusterCard:
    """One brand. Raises NoSuchCluster."""
    row = session.get(Cluster, key)
    if row is None:
        raise NoSuchCluster(gettext("There is no cluster %(key)s.", key=key))
    return ClusterCard(row.key, row.name, row.currency)


def clusters() -> tuple[ClusterCard, ...]:
    """Every brand, by name."""
    rows = session.execute(select(Cluster).order_by(Cluster.name)).scalars()
    return tuple(ClusterCard(row.key, row.name, row.currency) for row in rows)


def own_clusters() -> list[tuple[str, str]]:
    """Key and name of the brands that the current user works for, as a select takes them."""
    own = current().clusters
    return [(cluster.key, cluster.name) for cluster in clusters() if own is None or cluster.key in own]


def within(
    query: S,
    column: ColumnElement[str] | InstrumentedAttribute[str] | InstrumentedAttribute[str | None],
    clusters: frozenset[str] | None,
) -> S:
    """`query`, limited to rows whose cluster, in `column`, is one of `clusters`; None means all of them, and those of no
    cluster."""
    return query if clusters is None else query.where(column.in_(clusters))
