"""Flask-AppBuilder's data access, mended: never commits, never counts a large table to the end, loads eagerly."""

from collections.abc import Iterator
from typing import Any

from flask_appbuilder.models.sqla.filters import FilterEqual, FilterNotEqual, SQLAFilterConverter
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import func, select
from sqlalchemy.orm import Query, joinedload
from sqlalchemy.types import Uuid

from fanzadmin.kernel.console.cells import Row, Values
from fanzadmin.kernel.console.fields import FilterYesNo
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ids import is_id

COUNT_CAP = 10_000


class _Converter(SQLAFilterConverter):
    """Flask-AppBuilder's filters by column type, and those for the types that it does not know."""

    conversion_table = (
        ("is_boolean", [FilterYesNo]),
        *SQLAFilterConverter.conversion_table,
        ("is_uuid", [FilterEqual, FilterNotEqual]),
        ("is_other", []),
    )


class Datamodel(SQLAInterface):
    """One table as a console sees it. `eager` names the relations that the list shows."""

    filter_converter_class = _Converter

    def __init__(self, model: type[Any]) -> None:  # Any: any mapped class
        super().__init__(model)
        self.eager: tuple[str, ...] = ()

    @property
    def session(self) -> Any:
        return session

    def is_uuid(self, name: str) -> bool:
        return name in self.list_columns and isinstance(self.list_columns[name].type, Uuid)

    def is_other(self, _name: str) -> bool:
        return True

    def query_count(self, query: Query[Any], filters: Any = None, select_columns: Any = None) -> int:
        """The number of matching rows, exact up to COUNT_CAP and COUNT_CAP + 1 above it."""
        matching = self._apply_inner_all(query, filters, select_columns=select_columns, aliases_mapping={})
        rows = matching.with_entities(self.get_pk()).order_by(None).limit(COUNT_CAP + 1).subquery()
        return session.execute(select(func.count()).select_from(rows)).scalar_one()

    def apply_all(self, query: Query[Any], *args: Any, **kwargs: Any) -> Query[Any]:
        made = super().apply_all(query, *args, **kwargs)
        return made.options(*(joinedload(getattr(self.obj, name)) for name in self.eager))

    def get(self, id: Any, filters: Any = None, select_columns: Any = None, **kwargs: Any) -> Any:  # noqa: A002  the parent's name
        """One record by key under the view's filters; None for a key that cannot be one."""
        if isinstance(self.get_pk().type, Uuid) and not is_id(str(id)):
            return None
        return super().get(id, filters, select_columns, **kwargs)

    def get_values(self, lst: Any, list_columns: list[str]) -> Iterator[Row]:
        """The values by column, each with its record: a cell may need more than its own column."""
        for item, values in zip(lst, super().get_values(lst, list_columns), strict=True):
            yield Row(values, item)

    def get_values_item(self, item: Any, show_columns: list[str]) -> Values:
        return Values(super().get_values_item(item, show_columns), item)

    def add(self, item: Any, commit: bool = True) -> None:  # noqa: ARG002  the parent's signature
        session.add(item)
        session.flush()

    def edit(self, item: Any, commit: bool = True) -> None:  # noqa: ARG002  the parent's signature
        session.flush()

    def delete(self, item: Any, commit: bool = True) -> None:  # noqa: ARG002  the parent's signature
        session.delete(item)
        session.flush()

    def delete_all(self, items: list[Any]) -> None:
        for item in items:
            session.delete(item)
        session.flush()
