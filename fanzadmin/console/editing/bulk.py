"""Many records at once: the ticked ones, or all that the list matches; a form for edits, and every action.

It is previewed first: what changes, the money that it is about, and a trial of the first rows that says who would
refuse (bulk_dry_run.py). Up to AT_ONCE rows are done in the request, more by a job; either way the rows, what they held
before and what refused them are kept for a day (bulk_rows.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar
from urllib.parse import parse_qsl

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.actions import ActionItem
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext, ngettext
from markupsafe import Markup
from sqlalchemy import func
from sqlalchemy.orm import Query
from werkzeug.datastructures import MultiDict

from fanzadmin.console import batches
from fanzadmin.console.batches import Batch
from fanzadmin.console.contract import Errors
from fanzadmin.console.data.shapes import Form, Record, Value
from fanzadmin.console.editing import bulk_dry_run, bulk_rows, conflicts
from fanzadmin.console.editing.bulk_rows import ADD, SET, TAKE, Changes
from fanzadmin.console.editing.form_cache import RecordForm
from fanzadmin.console.editing.writing import Writing
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import number_text

AT_ONCE = 100
SAMPLE = 10


@dataclass(frozen=True, slots=True)
class Selection:
    """Which rows: `chosen` ids, or None for all that `arguments` (a list's query string) match."""

    chosen: list[str] | None
    arguments: str

    @classmethod
    def posted(cls) -> "Selection":
        """The selection that a list's form sent."""
        everything = request.form.get("_all") == "1"
        chosen = None if everything else request.form.getlist("rowid")
        return cls(chosen, request.form.get("_arguments", ""))


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a preview: `changes` are (label, from, to); `refusal` is why it would not be done."""

    title: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    refusal: str = ""


VerbNames = (
    str | Mapping[str, str]
)  # the verb that leads to a state, or one for each state that it leads from
Moves = Mapping[str, VerbNames]


class BulkChange(Writing):
    """`bulk = False` takes the bulk form away; `bulk_columns` are what it offers, the open columns by default."""

    RIGHTS: ClassVar[dict[str, str]] = dict.fromkeys(("bulk_edit", "bulk_preview", "bulk_start"), "update")
    bulk: ClassVar[bool] = True
    actions: dict[str, ActionItem]

    def bulk_offers(self) -> bool:
        """Whether the list offers the user the bulk form."""
        writes = self.bulk and not self.read_only and self.may_update
        return bool(writes and self.single_key() and self.bulk_columns())

    def single_key(self) -> bool:
        return not self.datamodel.is_pk_composite()

    def bulk_columns(self) -> list[str]:
        """The columns that many records can share a value in."""
        form = self.edit_form
        return [
            name
            for name in self.open_columns()
            if getattr(form, name, None) is not None
            and not issubclass(getattr(form, name).field_class, conflicts.NO_VALUE)
            and not (name in self.datamodel.list_columns and self.datamodel.is_unique(name))
        ]

    def selected(self, selection: Selection) -> Query[Record]:
        """The query of a selection: rows that the user may see, in no order."""
        if selection.chosen is None:
            return self.matching(MultiDict(parse_qsl(selection.arguments, keep_blank_values=True)))
        keys = bulk_rows.keys_of(self, selection.chosen)
        return self.matching(MultiDict()).filter(self.datamodel.get_pk().in_(keys))

    def count_of(self, selection: Selection) -> int:
        query = self.selected(selection).order_by(None)
        return int(query.with_entities(func.count(self.datamodel.get_pk())).scalar() or 0)

    @expose("/bulk/edit", methods=["POST"])
    @has_access
    def bulk_edit(self) -> ResponseReturnValue:
        """The form: which columns change, and to what."""
        return self._bulk_form(Selection.posted(), self._blank_form())

    @expose("/bulk/preview", methods=["POST"])
    @has_access
    def bulk_preview(self) -> ResponseReturnValue:
        """What the change would do, shown on the first rows; nothing is written."""
        selection, form, changes = Selection.posted(), self._blank_form(), self._posted_changes()
        if errors := self._bulk_checked(form, changes):
            return self._bulk_form(selection, form, changes, errors)
        lines = self._bulk_dry_run(selection, changes)
        return self._bulk_preview(selection, lines, changes=changes, said=self._bulk_said(form, changes))

    @expose("/bulk/start", methods=["POST"])
    @has_access
    def bulk_start(self) -> ResponseReturnValue:
        """Do it: at once when it is little, else as a job."""
        selection, form, changes = Selection.posted(), self._blank_form(), self._posted_changes()
        if errors := self._bulk_checked(form, changes):
            return self._bulk_form(selection, form, changes, errors)
        title = gettext("Change of %(what)s", what=self.list_title)
        return self._order_bulk(
            "bulk", selection, title, {"changes": changes, "said": self._bulk_said(form, changes)}
        )

    def moves(self) -> Moves:
        """The verbs that lead from state to state, where the console has a board."""
        return {}

    def is_final(self, action: str) -> bool:
        """Whether nothing takes an action back: no move of the board leads from where it leads to where it came from."""
        moves = self.moves()
        for state, verbs in moves.items():
            if isinstance(verbs, str):
                sources = set(moves) if verbs == action else set()
            else:
                sources = {source for source, verb in verbs.items() if verb == action}
            back = {source for source in sources if state in _sources(moves.get(source))}
            if back - {state}:
                return False
        return True

    def _order_bulk(
        self, kind: str, selection: Selection, title: str, options: Mapping[str, Value]
    ) -> ResponseReturnValue:
        ordered = batches.create(
            kind,
            self,
            title=title,
            arguments=selection.arguments,
            chosen=selection.chosen,
            options=options,
        )
        bulk_rows.freeze(ordered, self.selected(selection))
        if ordered.total <= AT_ONCE:
            bulk_rows.step(ordered, self)
            flash(*_result(ordered))
            back = url_for(f"{self.endpoint}.list")
            return redirect(
                url_for("console_batch.page", batch_id=ordered.id)
                if ordered.refused
                else f"{back}?{ordered.arguments}"
            )
        batches.dispatch(ordered)
        return redirect(url_for("console_batch.page", batch_id=ordered.id))

    def _blank_form(self) -> Form:
        return self.edit_form(formdata=None, meta={"csrf": False})

    def _posted_changes(self) -> Changes:
        """`{column: [how, values]}` of what the bulk form sent; columns that it does not offer are left out."""
        return {
            name: [request.form.get(f"_how-{name}", SET), request.form.getlist(name)]
            for name in self.bulk_columns()
            if name in request.form.getlist("_change")
        }

    def checked_changes(self, changes: Changes) -> tuple[Errors, list[str]]:
        """What is wrong with the changes of many records, and the changes as sentences."""
        form = self._blank_form()
        errors = self._bulk_checked(form, changes)
        return errors, [] if errors else self._bulk_said(form, changes)

    def _bulk_checked(self, form: Form, changes: Changes) -> Errors:
        if not changes:
            return {"": gettext("Tick at least one column to change.")}
        for name, (how, values) in changes.items():
            conflicts.take(form[name], values or [""])
            if how not in {SET, ADD, TAKE} or (how != SET and not isinstance(form[name].data, list)):
                return {name: gettext("This column holds one value: it can only be set.")}
        return {name: " ".join(form[name].errors) for name in changes if not form[name].validate(form)}

    def _bulk_said(self, form: Form, changes: Changes) -> list[str]:
        """The changes as sentences."""
        words = {SET: "%(label)s → %(value)s", ADD: "%(label)s + %(value)s", TAKE: "%(label)s − %(value)s"}
        return [
            words[how] % {"label": form[name].label.text, "value": conflicts.display_text(form[name]) or "–"}
            for name, (how, _values) in changes.items()
        ]

    def _bulk_dry_run(self, selection: Selection, changes: Changes) -> list[Line]:
        """Change the first rows in a savepoint and roll it back."""
        items = self.selected(selection).order_by(self.datamodel.get_pk()).limit(SAMPLE).all()
        savepoint = session.begin_nested()
        try:
            return [self._tried_line(item, changes) for item in items]
        finally:
            savepoint.rollback()

    def _tried_line(self, item: Record, changes: Changes) -> Line:
        title, fields = self._bulk_title(item), RecordForm(self, item)
        form, values = fields.form, bulk_rows.values_for(fields, changes)
        before = {name: conflicts.display_text(form[name]) for name in changes}
        errors = self.change(item, values, form)
        if errors:
            return Line(title, refusal=" ".join(errors.values()))
        session.refresh(item)
        after = self.form_of(item, form)
        changed = [
            (str(form[name].label.text), before[name], conflicts.display_text(after[name]))
            for name in changes
            if before[name] != conflicts.display_text(after[name])
        ]
        return Line(title, changed)

    def _bulk_lists(self) -> list[str]:
        """The columns that hold several values: one can also add to them and take from them."""
        form = self._blank_form()
        for name in self.bulk_columns():
            conflicts.take(form[name], [""])
        return [name for name in self.bulk_columns() if isinstance(form[name].data, list)]

    def _bulk_title(self, item: Record) -> str:
        return self.title_of(item)

    def _bulk_form(
        self, selection: Selection, form: Form, changes: Changes | None = None, errors: Errors | None = None
    ) -> str:
        return str(
            self.render_template(
                "console/bulk_edit.html",
                title=gettext("Change many: %(what)s", what=self.list_title),
                form=form,
                columns=self.bulk_columns(),
                lists=self._bulk_lists(),
                changes=changes or {},
                errors=errors or {},
                **self._bulk_choice(selection),
            )
        )

    def _bulk_preview(self, selection: Selection, lines: Sequence[Line], **facts: object) -> str:
        return str(
            self.render_template(
                "console/bulk_preview.html",
                title=gettext("Preview: %(what)s", what=self.list_title),
                lines=lines,
                sums=bulk_dry_run.sums(self, self.selected(selection)),
                **facts,
                **self._bulk_choice(selection),
            )
        )

    def _bulk_choice(self, selection: Selection) -> dict[str, object]:
        count = self.count_of(selection)
        words = ngettext("%(shown)s record", "%(shown)s records", count, shown=number_text(count))
        return {"selection": selection, "count": count, "count_words": words, "at_once": AT_ONCE}


def _result(batch: Batch) -> tuple[str, str]:
    """What became of a batch that was done at once, with the way to its page, where an edit can be taken back."""
    reached = batches.outcomes(batch)
    done, same = reached.get("done", 0), reached.get("same", 0)
    words = [ngettext("%(num)s record changed.", "%(num)s records changed.", done)]
    words += [ngettext("%(num)s was so already.", "%(num)s were so already.", same)] if same else []
    if batch.refused:
        words.append(ngettext("%(num)s was refused.", "%(num)s were refused.", batch.refused))
    address = url_for("console_batch.page", batch_id=batch.id)
    more = gettext("Details") if batch.kind == "act" else gettext("Details and undo")
    link = Markup('<a href="{}">{}</a>').format(address, more)
    return Markup(" ").join([*words, link]), "warning" if batch.refused else "success"


def _sources(verbs: VerbNames | None) -> Mapping[str, str]:
    """The states that verbs lead from, where they are named."""
    return verbs if isinstance(verbs, Mapping) else {}
