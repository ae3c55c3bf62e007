"""Records made from others, rows inside a record, and rows in an order of their own.

- Duplicate: the add form filled with what another record holds (`duplicates = False` takes it away).
- `children = ("CrmNoteConsole",)`: the related rows of that console are added and edited on the record's page.
- `ordered_by = "position"`: rows are dragged, or moved by the arrow keys, where the list is in that order;
  `ordered_within = ("page_id",)` names the columns whose rows are ordered among themselves, `order_with(items)` the
  verb that gets them in their new order. On the page of that parent they stand in their order by themselves.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from flask import Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from fanzadmin.console.access.relations import Relation, related_filters, relations_of
from fanzadmin.console.contract import Errors
from fanzadmin.console.data.keyset import Order
from fanzadmin.console.data.rows import Row
from fanzadmin.console.data.shapes import Form, Record, Value
from fanzadmin.console.editing.writing import Writing
from fanzadmin.console.registry import may


class Duplicating(Writing):
    """`GET <console>/add?_copy=<pk>` opens the add form with the values of a record."""

    duplicates: ClassVar[bool] = True

    def _add_blank(self) -> Form:
        source = request.args.get("_copy")
        return (
            self.copy_of(self._record_or_404(source)) if source and self.duplicates else super()._add_blank()
        )

    def copy_of(self, item: Record) -> Form:
        """The add form with what a record holds; empty where a value must be unique, or is masked for the user."""
        form = self.add_form(formdata=None, obj=item)
        for name in self.add_columns:
            column = self.datamodel.list_columns.get(name)
            if self.is_masked(name) or (column is not None and getattr(column, "unique", False)):
                form[name].process(None)
        return form


class Children(Writing):
    """The rows of other consoles as parts of a record."""

    RIGHTS: ClassVar[dict[str, str]] = {"child_add": "read"}  # the child's own right is asked for besides
    children: ClassVar[Sequence[str]] = ()

    def takes_children(self, relation: Relation) -> bool:
        """Whether the user may add rows of a related console on a record of this one."""
        child = relation.console
        declared = type(child).__name__ in self.children and child.may_create and not child.read_only
        return bool(declared and may("create", child.resource) and _link(relation))

    def child_form(self, relation: Relation, sent: Mapping[str, str | list[str]] | None = None) -> Form:
        """The add form of a related console, with what was `sent` and refused."""
        return relation.console.add_form(formdata=MultiDict(sent) if sent else None, meta={"csrf": False})

    def child_columns(self, relation: Relation) -> list[str]:
        """The columns of that form, without the one that leads to the current record."""
        return [name for name in relation.console.columns_for("add") if name != _link(relation)]

    @expose("/child/<pk>/<name>", methods=["POST"])
    @has_access
    def child_add(self, pk: str, name: str) -> ResponseReturnValue:
        """Add a row to a record, through the related console's own verb."""
        item = self._record_or_404(pk)
        relation = next((other for other in relations_of(self) if other.name == name), None)
        if relation is None or not self.takes_children(relation):
            abort(404)
        key = str(self.datamodel.get_pk_value(item))
        values: dict[str, Value] = {
            column: request.form.getlist(column) for column in self.child_columns(relation)
        }
        errors: Errors = relation.console.make(values | {_link(relation): key})
        return self._child_part(item, relation, errors)

    def _child_part(self, item: Record, relation: Relation, errors: Errors) -> ResponseReturnValue:
        if "X-Part" not in request.headers and not errors:
            return redirect(url_for(f"{self.endpoint}.show", pk=self.datamodel.get_pk_value(item)))
        filters = related_filters(relation, self.datamodel.get_pk_value(item))
        rows = relation.console.rows_widget(filters)
        page = self._part(
            "related",
            item,
            relation=relation,
            rows=rows,
            errors=errors,
            sent=request.form if errors else None,
        )
        return page, 422 if errors else 200


def _link(relation: Relation) -> str:
    """The column of the child's add form that leads to the record: the relation over the key, or the key itself."""
    mapper = relation.console.datamodel.obj.__mapper__
    column = mapper.columns[relation.column]
    names = [
        relationship.key for relationship in mapper.relationships if column in relationship.local_columns
    ]
    return next((name for name in (*names, relation.column) if name in relation.console.add_columns), "")


class Ordering(Writing):
    """Rows that stand in an order of their own."""

    RIGHTS: ClassVar[dict[str, str]] = {"move": "update"}
    ordered_by: ClassVar[str] = ""
    ordered_within: ClassVar[Sequence[str]] = ()
    order_with: ClassVar[Callable[[list[Record]], object] | None] = None

    def shows_order(self, rows: Sequence[Row] = ()) -> bool:
        """Whether the current list stands in the order that can be changed in it. Its `rows` (drawing.cells.Row) must be
        of one parent: beside a row of another there is no place to move to."""
        order = self.ordering()
        if not self.ordered_by or order.column != self.ordered_by or order.descending:
            return False
        return len({tuple(self._row_group(row.source)) for row in rows}) <= 1

    def ordering(self) -> Order:
        """On their parent's page the rows stand in their own order, unless the address asks for another."""
        if f"_oc_{type(self).__name__}" not in request.args and self._is_beside_parent():
            return self.datamodel.order(self.ordered_by)
        return super().ordering()

    def _is_beside_parent(self) -> bool:
        """Whether the current page is a record's, with its rows of this console (`related/<pk>/<name>`, `child/…`)."""
        name = (request.view_args or {}).get("name", "")
        return bool(self.ordered_by) and [name] == [
            f"{type(self).__name__}.{column}" for column in self.ordered_within
        ]

    @expose("/move/<pk>", methods=["POST"])
    @has_access
    def move(self, pk: str) -> Response:
        """Put a record `before` or `after` (`side`) the record `beside`. Answers the new places."""
        item, beside = self._record_or_404(pk), self._record_or_404(request.form.get("beside", ""))
        if not self.ordered_by or self._row_group(item) != self._row_group(beside) or item is beside:
            abort(400)
        rows = self._siblings(item)
        rows.remove(item)
        rows.insert(rows.index(beside) + (request.form.get("side") == "after"), item)
        verb = type(self).order_with
        errors = self._refusal(lambda: verb(rows) if verb else self._number_rows(rows))
        if errors:
            response = jsonify(error=" ".join(errors.values()))
            response.status_code = 422
            return response
        return jsonify(
            said=gettext("Moved to place %(place)s of %(all)s", place=rows.index(item) + 1, all=len(rows))
        )

    def _row_group(self, item: Record) -> list[object]:
        return [getattr(item, name) for name in self.ordered_within]

    def _siblings(self, item: Record) -> list[Record]:
        model = self.datamodel.obj
        query = self.matching(MultiDict()).filter_by(
            **{name: getattr(item, name) for name in self.ordered_within}
        )
        place = getattr(model, self.ordered_by)
        ordered = query.order_by(place, self.datamodel.get_pk()).with_for_update(of=model)
        return list(ordered.populate_existing())

    def _number_rows(self, rows: list[Record]) -> None:
        """Number the rows from 1, writing only those whose place changes."""
        for place, row in enumerate(rows, 1):
            if getattr(row, self.ordered_by) != place:
                setattr(row, self.ordered_by, place)
