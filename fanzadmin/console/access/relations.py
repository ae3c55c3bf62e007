"""Records of other consoles that belong to a record: by a foreign key, or by the id of a noun another system keeps."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.filters import FilterEqual
from sqlalchemy import UniqueConstraint

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Key, TableColumn
from fanzadmin.console.registry import consoles, may
from fanzadmin.kernel.i18n.languages import translate


@dataclass(frozen=True, slots=True)
class Relation:
    """A console whose rows point to the record by `column`."""

    console: ConsoleLike
    column: str

    @property
    def name(self) -> str:
        return f"{type(self.console).__name__}.{self.column}"

    @property
    def label(self) -> str:
        return str(self.console.list_title)

    @property
    def group(self) -> str:
        return translate(self.console.menu.group)


def relations_of(console: ConsoleLike) -> list[Relation]:
    """Every relation of a console's records that the current user may read, those of its own system first."""
    own = console.resource.split(":")[0]
    relations = [relation for relation in _all_relations(console) if may("read", relation.console.resource)]
    return sorted(
        relations,
        key=lambda relation: (relation.console.resource.split(":")[0] != own, relation.group, relation.label),
    )


def related_filters(relation: Relation, key: Key) -> Filters:
    """The filter that leaves the rows of one record."""
    filters = relation.console.datamodel.get_filters()
    filters.add_filter(relation.column, FilterEqual, key)
    return filters


_relations: dict[tuple[str, int], list[Relation]] = {}


def _all_relations(console: ConsoleLike) -> list[Relation]:
    key = (type(console).__name__, len(consoles))
    if key not in _relations:
        _relations[key] = list(_find(console, consoles.values()))
    return _relations[key]


def _find(console: ConsoleLike, others: Iterable[ConsoleLike]) -> Iterator[Relation]:
    table, noun = console.datamodel.obj.__table__, console.datamodel.obj.__name__.lower()
    declared = tuple(console.related_views or ())
    for other in others:
        if other.datamodel.obj is console.datamodel.obj:
            continue
        for key, column in other.datamodel.obj.__mapper__.columns.items():
            points_here = any(reference.column.table is table for reference in column.foreign_keys)
            by_noun = column.info.get("ref") == noun and not column.primary_key
            if (points_here and isinstance(other, declared)) or (
                (points_here or by_noun) and _leads_an_index(column)
            ):
                yield Relation(other, key)
                break


def _leads_an_index(column: TableColumn) -> bool:
    """Whether rows of one value are found without reading the table."""
    table = column.table
    uniques = [rule for rule in table.constraints if isinstance(rule, UniqueConstraint)]
    groups = [index.columns for index in table.indexes] + [
        rule.columns for rule in (table.primary_key, *uniques)
    ]
    return any(next(iter(columns)) is column for columns in groups if len(columns))
