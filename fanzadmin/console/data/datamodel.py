"""Flask-AppBuilder's data access, mended: never commits, never counts a large table to the end, loads eagerly."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum

from flask_appbuilder.models.sqla.filters import SQLAFilterConverter
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import tuple_
from sqlalchemy.orm import Load, Mapper, Query, aliased, scoped_session
from sqlalchemy.types import JSON, LargeBinary, Uuid

from fanzadmin.console.data.counting import Count, count_of
from fanzadmin.console.data.keyset import KeyRow, Order
from fanzadmin.console.data.rows import Row, Values, load_related
from fanzadmin.console.data.shapes import AnyQuery, Column, Filters, Key, Record, Value
from fanzadmin.kernel.db import UnitOfWork, session
from fanzadmin.kernel.ids import is_id


class NoFilters(SQLAFilterConverter):
    """Consoles have filters of their own (filters/), so that none of Flask-AppBuilder's is made for each column."""

    def convert(self, col_name: str) -> list[object]:  # noqa: ARG002  the parent's signature
        return []


class Datamodel(SQLAInterface):
    """One table as a console sees it. `shown_in_list` and `shown` are the paths of the relations that a list and a
    record's page draw; they are loaded with the rows."""

    filter_converter_class = NoFilters

    def __init__(self, model: type[Record]) -> None:
        super().__init__(model)
        self.shown_in_list: tuple[str, ...] = ()
        self.shown: tuple[str, ...] = ()
        self._related: dict[str, Datamodel] = {}

    @property
    def session(self) -> scoped_session[UnitOfWork]:
        return session

    def is_uuid(self, name: str) -> bool:
        return name in self.list_columns and isinstance(self.list_columns[name].type, Uuid)

    def count(self, query: AnyQuery) -> Count:
        """The number of rows of a query: exact where that is quick, else about (counting.py)."""
        return count_of(query.order_by(None).with_entities(*self.keys))

    def query_count(
        self, query: AnyQuery, filters: Filters = None, select_columns: Sequence[str] | None = None
    ) -> Count:
        return self.count(
            self._apply_inner_all(query, filters, select_columns=select_columns, aliases_mapping={})
        )

    @property
    def keys(self) -> tuple[Column, ...]:
        """The attributes of the primary key."""
        mapper = self.obj.__mapper__
        return tuple(
            getattr(self.obj, mapper.get_property_by_column(column).key) for column in mapper.primary_key
        )

    def can_order(self, column: str) -> bool:
        """Whether a list can be ordered by a column: one of the database, reached by relations to one record each."""
        try:
            expression = self.order(column).expression
        except (AttributeError, LookupError):
            return False
        return expression is None or not isinstance(
            getattr(expression, "type", None), JSON | LargeBinary | None
        )

    def order(self, column: str, *, descending: bool = False) -> Order:
        """The order by `column`, dotted or not, "" for the key. Raises AttributeError, LookupError for no such column."""
        *path, leaf = column.split(".")
        model: type[Record] = self.obj
        mapper: Mapper[Record] = self.obj.__mapper__
        joins: list[Column] = []
        for name in path:
            relation = mapper.relationships[name]
            if relation.uselist:
                raise LookupError(f"{column} leads to several records")
            target = aliased(relation.mapper.class_)
            joins.append(getattr(model, name).of_type(target))
            model, mapper = target, relation.mapper
        if not column or (not path and [key.key for key in self.keys] == [leaf]):
            return Order(column, descending, self.keys)
        expression = getattr(model, leaf)
        source = getattr(getattr(expression, "property", None), "columns", [None])[0]
        return Order(
            column,
            descending,
            self.keys,
            expression,
            nullable=bool(path) or getattr(source, "nullable", True),
            secret="pii" in getattr(source, "info", {}),
            joins=tuple(joins),
        )

    def load(self, order: Order, rows: Sequence[KeyRow]) -> list[Record]:
        """The records of a Keyset's rows, in their order, with the relations that the list shows."""
        keys = [order.key_of(row) for row in rows]
        if not keys:
            return []
        is_single = len(self.keys) == 1
        chosen = self.keys[0].in_([key[0] for key in keys]) if is_single else tuple_(*self.keys).in_(keys)
        records = session.query(self.obj).filter(chosen).options(*self._loads(self.shown_in_list))
        by_key = {self.key_of(item): item for item in records}
        items = [by_key[key] for key in keys if key in by_key]
        self.along(items)
        return items

    def listed(self, query: Query[Record]) -> list[Record]:
        """The records of a query, in no order, with the relations that the list shows."""
        items = query.options(*self._loads(self.shown_in_list)).all()
        self.along(items)
        return items

    def along(self, items: Sequence[Record]) -> None:
        """A place for a system to ask, once for all records of a page, what its cells need from elsewhere."""
        load_related(items)

    def load_more(self, items: Sequence[Record], paths: Iterable[str]) -> None:
        """Load relations of records that are there already, those that the list loads by itself left out."""
        missing = sorted(set(paths) - set(self.shown_in_list))
        if items and missing and len(self.keys) == 1:
            keys = [self.key_of(item)[0] for item in items]
            session.query(self.obj).filter(self.keys[0].in_(keys)).options(*self._loads(missing)).all()

    def paths(self, columns: Iterable[str]) -> tuple[str, ...]:
        """The relations, dotted, that the columns lead through."""
        paths: set[str] = set()
        for column in columns:
            mapper: Mapper[Record] = self.obj.__mapper__
            names = column.split(".")
            for at, name in enumerate(names, 1):
                relation = mapper.relationships.get(name)
                if relation is None:
                    break
                paths.add(".".join(names[:at]))
                mapper = relation.mapper
        return tuple(sorted(paths))

    def _loads(self, paths: Iterable[str]) -> list[Load]:
        """Loader options: what is one record is joined, what are several comes in one more statement."""
        options = []
        for path in paths:
            option = Load(self.obj)
            mapper: Mapper[Record] = self.obj.__mapper__
            for name in path.split("."):
                relation = mapper.relationships[name]
                if relation.lazy in {"dynamic", "write_only", "raise"}:
                    break
                step = option.selectinload if relation.uselist else option.joinedload
                option = step(getattr(mapper.class_, name))
                mapper = relation.mapper
            else:
                options.append(option)
        return options

    def key_of(self, item: Record) -> tuple[object, ...]:
        """The values of a record's primary key."""

        return tuple(getattr(item, key.key) for key in self.keys)

    def apply_all(self, query: Query[Record], *args: object, **kwargs: object) -> Query[Record]:
        result: Query[Record] = super().apply_all(query, *args, **kwargs).options(*self._loads(self.shown))
        return result

    def get_related_interface(self, col_name: str) -> "Datamodel":
        if col_name not in self._related:
            self._related[col_name] = type(self)(self.get_related_model(col_name))
        return self._related[col_name]

    def get(
        self,
        id: Key,  # noqa: A002  the parent's name
        filters: Filters = None,
        select_columns: Sequence[str] | None = None,
        **kwargs: object,
    ) -> Record | None:
        """One record by key under the view's filters; None for a key that cannot be one."""
        parts = (id if isinstance(id, list | tuple) else ()) if self.is_pk_composite() else (id,)
        if not self.fits(parts):
            return None
        record: Record | None = super().get(id, filters, select_columns, **kwargs)
        return record

    def fits(self, key: Sequence[object]) -> bool:
        """Whether these values can be a key at all."""
        return len(key) == len(self.keys) and all(map(_fits, self.keys, key))

    def get_values(self, lst: Iterable[Record], list_columns: list[str]) -> Iterator[Row]:
        """The values by column, each with its record: a cell may need more than its own column."""
        readers = [(column, reader(column)) for column in list_columns]
        for item in lst:
            yield Row({column: read(item) for column, read in readers}, item)

    def get_values_item(self, item: Record, show_columns: list[str]) -> Values:
        return Values(super().get_values_item(item, show_columns), item)

    def add(self, item: Record, commit: bool = True) -> None:  # noqa: ARG002  the parent's signature
        session.add(item)
        session.flush()

    def edit(self, item: Record, commit: bool = True) -> None:  # noqa: ARG002  the parent's signature
        session.flush()

    def delete(self, item: Record, commit: bool = True) -> None:  # noqa: ARG002  the parent's signature
        session.delete(item)
        session.flush()

    def delete_all(self, items: list[Record]) -> None:
        for item in items:
            session.delete(item)
        session.flush()


def _fits(key: Column, value: Value) -> bool:
    """Whether a value can be in a column of the key at all: PostgreSQL would refuse the whole statement."""
    kind = key.type.python_type
    if isinstance(key.type, Uuid):
        return is_id(str(value))
    if kind is int:
        return str(value).isascii() and str(value).isdecimal() and int(str(value)) < 2**63
    return isinstance(value, kind) or kind is str


def reader(column: str) -> Callable[[Record], object]:
    """What reads a column, dotted or not, from a record; empty text where the way ends, as Flask-AppBuilder has it."""
    *path, leaf = column.split(".")

    def read(item: Record) -> Value:
        value: Value = item
        for name in path:
            value = getattr(value, name, None)
            if value is None:
                return ""
        value = getattr(value, leaf, "")
        if callable(value):
            return value()
        return value.value if isinstance(value, Enum) else value

    return read
