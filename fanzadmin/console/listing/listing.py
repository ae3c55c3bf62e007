"""What a list shows: which rows match, in which columns, drawn by the list's own widget.

Flask-AppBuilder keeps the filters of a request on the view that all requests share; here each request has its own.
"""

from collections.abc import Callable

from flask import request
from flask_appbuilder.baseviews import BaseModelView
from flask_appbuilder.models.filters import BaseFilter, Filters
from flask_appbuilder.models.sqla.filters import FilterInFunction
from sqlalchemy.orm import Query

from fanzadmin.console.contract import Arguments
from fanzadmin.console.data.shapes import AnyQuery, Record, Widgets
from fanzadmin.console.data.words import words_of
from fanzadmin.console.filters.selection import Selected, chosen_by
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import translate


class InVisibleClusters(FilterInFunction):
    """Rows of the clusters that the user may see; every row for the unrestricted."""

    def apply(self, query: AnyQuery, func: Callable[[], list[str]]) -> AnyQuery:
        return query if current().clusters is None else super().apply(query, func)


class OfVisibleClusters(BaseFilter):
    """Rows that have no cluster of their own but belong, by the relation named, to a record of the user's clusters."""

    def apply(self, query: AnyQuery, func: Callable[[], list[str]]) -> AnyQuery:
        if current().clusters is None:
            return query
        relation = getattr(self.model, self.column_name)
        return query.filter(relation.has(relation.property.mapper.class_.cluster.in_(func())))


def visible_clusters() -> list[str]:
    """The clusters whose rows the current user may see; used only when they are restricted."""
    return sorted(current().clusters or ())


class Listing(BaseModelView):
    """Every ability that works on "what this list shows" (pages, counts, export, bulk changes) starts from `matching`."""

    list_columns: list[str]
    show_columns: list[str]
    search_columns: list[str]
    _base_filters: Filters

    def filters_of(self, args: Arguments) -> Filters:
        """The filters and words that the arguments of a list's address name; what cannot be read selects nothing."""
        filters: Filters = self.datamodel.get_filters()
        chosen = chosen_by(self, args)
        return filters if chosen.clause is None else filters.add_filter("", Selected, chosen)

    def matching(self, args: Arguments) -> Query[Record]:
        """The rows that the current user may see and the arguments of a list's address select, in no order."""
        filters = self.filters_of(args).get_joined_filters(self._base_filters)
        query: Query[Record] = filters.apply_all(session.query(self.datamodel.obj))
        return query

    def columns_for(self, use: str) -> list[str]:
        """The columns of `list`, `show`, `add`, `edit`, `search` or `export` (list and record together) that the
        current user may see there."""
        if use == "export":
            return list(dict.fromkeys([*self.list_columns, *self.show_columns]))
        columns: list[str] = getattr(self, f"{use}_columns")
        return columns

    def value_of(self, item: Record, column: str) -> object:
        """The value of a column, dotted or not, as the current user may see it; None where a relation is empty."""
        value: object = item
        for name in column.split("."):
            value = getattr(value, name, None)
            if value is None:
                return None
        return value() if callable(value) else value

    def chosen_columns(self, args: Arguments) -> list[str]:
        """The columns that the address of a list asks for (`cols=name,state`), in its order, or those of the list."""
        allowed = self.columns_for("export")
        requested = dict.fromkeys(name for part in args.getlist("cols") for name in part.split(","))
        return [name for name in requested if name in allowed] or self.columns_for("list")

    def label_of(self, column: str) -> str:
        """What the list calls a column."""
        return str(self.label_columns.get(column) or translate(words_of(column.replace(".", " "))))

    def _list(self, **kwargs: object) -> Widgets:
        widgets: Widgets = self._get_list_widget(
            filters=self.filters_of(request.args), query=self.matching(request.args), **kwargs
        )
        self.update_redirect()
        return widgets  # without Flask-AppBuilder's search form: finding.html stands in its place
