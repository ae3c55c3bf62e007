"""Records of other consoles that belong to a record: by a foreign key, or by the id of a noun another system keeps."""

from dataclasses import dataclass
from typing import Any

from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.filters import FilterEqual
from sqlalchemy import UniqueConstraint

from fanzadmin.console.registry import consoles, may
from fanzadmin.kernel.i18n.languages import say


@dataclass(frozen=True, slots=True)
class Relation:
    """A console whose rows point to the record by `column`."""

    console: Any  # a Console; its module is built on this one
    column: str

    @property
    def name(self) -> str:
        return f"{type(self.console).__name__}.{self.column}"

    @property
    def label(self) -> str:
        return str(self.console.list_title)

    @property
    def group(self) -> str:
        return say(self.console.menu.group)


def relations_of(console: Any) -> list[Relation]:
    """Every relation of a console's records that the person at hand may read, those of its own system first."""
    own = console.resource.split(":")[0]
    found = [one for one in _all_relations(console) if may("read", one.console.resource)]
    return sorted(found, key=lambda one: (one.console.resource.split(":")[0] != own, one.group, one.label))


def related_filters(relation: Relation, key: Any) -> Filters:
    """The filter that leaves the rows of one record."""
    filters = relation.console.datamodel.get_filters()
    filters.add_filter(relation.column, FilterEqual, key)
    return filters


_known: dict[tuple[str, int], list[Relation]] = {}


def _all_relations(console: Any) -> list[Relation]:
    key = (type(console).__name__, len(consoles))
    if key not in _known:
        _known[key] = list(_find(console, consoles.values()))
    return _known[key]


def _find(console: Any, others: Any) -> Any:
    table, noun = console.datamodel.obj.__table__, console.datamodel.obj.__name__.lower()
    declared = tuple(console.related_views or ())
    for other in others:
        if other.datamodel.obj is console.datamodel.obj:
            continue
        for key, column in other.datamodel.obj.__mapper__.columns.items():
            points_here = any(one.column.table is table for one in column.foreign_keys)
            by_noun = column.info.get("ref") == noun and not column.primary_key
            if (points_here and isinstance(other, declared)) or (
                (points_here or by_noun) and _leads_an_index(column)
            ):
                yield Relation(other, key)
                break


def _leads_an_index(column: Any) -> bool:
    """Whether rows of one value are found without reading the table."""
    table = column.table
    leaders = [next(iter(one.columns)) for one in (*table.indexes, table.primary_key) if len(one.columns)]
    uniques = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    leaders += [next(iter(one.columns)) for one in uniques if len(one.columns)]
    return any(leader is column for leader in leaders)
