"""What a list shows: which rows match, in which columns, drawn by the list's own widget.

Flask-AppBuilder keeps the filters of a request on the view that all requests share; here each request has its own.
"""

import re
from typing import Any

from flask import request
from flask_appbuilder.baseviews import BaseModelView
from flask_appbuilder.models.filters import Filters
from flask_appbuilder.models.sqla.filters import FilterInFunction
from sqlalchemy.orm import Query
from werkzeug.datastructures import MultiDict

from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session

Arguments = MultiDict[str, str]

_FILTER = re.compile(r"_flt_(\d+)_(.+)")


class InVisibleClusters(FilterInFunction):
    """Rows of the clusters that the person may see; every row for the unrestricted."""

    def apply(self, query: Any, func: Any) -> Any:
        return query if current().clusters is None else super().apply(query, func)


def visible_clusters() -> list[str]:
    """The clusters whose rows the person at hand may see; used only when they are restricted."""
    return sorted(current().clusters or ())


class Listing(BaseModelView):
    """Every ability that works on "what this list shows" (pages, counts, export, bulk changes) starts from `matching`."""

    list_columns: list[str]
    search_columns: Any
    _base_filters: Filters

    def filters_of(self, args: Arguments) -> Filters:
        """The filters that the arguments of a list's address name; what the console does not offer is left out."""
        filters = self.datamodel.get_filters(self.search_columns)
        offered = filters.get_search_filters()
        for name in args:
            found = _FILTER.fullmatch(name)
            if found and int(found[1]) < len(offered.get(found[2], ())):
                filters.add_filter_index(found[2], int(found[1]), args.getlist(name))
        return filters

    def matching(self, args: Arguments) -> Query[Any]:
        """The rows that the person at hand may see and the arguments of a list's address select, in no order."""
        filters = self.filters_of(args).get_joined_filters(self._base_filters)
        query: Query[Any] = filters.apply_all(session.query(self.datamodel.obj))
        return query

    def columns_for(self, use: str) -> list[str]:
        """The columns of `list`, `show`, `add`, `edit`, `search` or `export` that the person at hand may see there."""
        columns: list[str] = getattr(self, "list_columns" if use == "export" else f"{use}_columns")
        return columns

    def value_of(self, item: Any, column: str) -> Any:
        """The value of a column, dotted or not, as the person at hand may see it; None where a relation is empty."""
        for name in column.split("."):
            item = getattr(item, name, None)
            if item is None:
                return None
        return item() if callable(item) else item

    def _list(self, **kwargs: Any) -> Any:
        widgets = self._get_list_widget(
            filters=self.filters_of(request.args), query=self.matching(request.args), **kwargs
        )
        self.update_redirect()
        return self._get_search_widget(form=self.search_form.refresh(), widgets=widgets)
