"""Verbs on pages: the button of a record, the bar of chosen rows, the form that a verb asks, its preview, its batch."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.actions import ActionItem
from flask_appbuilder.baseviews import expose
from flask_babel import gettext
from werkzeug.wrappers import Response

from fanzadmin.console import batches
from fanzadmin.console.data.shapes import Key, Record, Value, Widgets
from fanzadmin.console.data.words import SECOND_PERSON
from fanzadmin.console.editing import bulk_dry_run
from fanzadmin.console.editing.bulk import AT_ONCE, SAMPLE, BulkChange, Line, Selection
from fanzadmin.console.registry import may
from fanzadmin.console.verbs.questions import (
    PREFIX,
    AnswerForm,
    Answers,
    answer_lines,
    answers_of,
    form_of,
    restored,
    stored,
    was_sent,
)
from fanzadmin.console.verbs.verb import Verb
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model
from fanzadmin.kernel.i18n.languages import lazy_translate, translate

Page = ResponseReturnValue


class VerbItem(ActionItem):
    """A verb as Flask-AppBuilder's templates take it."""

    def __init__(self, verb: Verb) -> None:
        super().__init__(
            verb.name,
            lazy_translate(verb.label),
            lazy_translate(verb.confirm),
            verb.icon,
            multiple=True,
            single=True,
            func=None,
        )
        self.verb = verb

    def form(self) -> AnswerForm:
        """The form of what the verb asks, as it opens."""
        return form_of(self.verb.questions)


class Verbs(BulkChange):
    """`verbs` are declared by the console (verbs/verb.py)."""

    verbs: ClassVar[tuple[Verb, ...]] = ()

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.actions |= {verb.name: VerbItem(verb) for verb in self.verbs}

    def verb_named(self, name: str) -> Verb | None:
        return next((verb for verb in self.verbs if verb.name == name), None)

    def get_action_permission_name(self, name: str) -> str:
        verb = self.verb_named(name)
        return f"can_{verb.ability if verb else name}"

    def verb_abilities(self) -> set[str]:
        """The rights that the console's verbs need."""
        return {self.get_action_permission_name(name).removeprefix("can_") for name in self.actions}

    def may_run(self, verb: Verb) -> bool:
        """Whether the current user has the right that a verb needs."""
        return may(verb.ability, self.resource)

    def possible_verbs(self, item: Model) -> list[Verb]:
        """What the current user may do with a record in the state that it is in."""
        return [verb for verb in self.verbs if verb.is_possible(item) and self.may_run(verb)]

    def run_verb(self, verb: Verb, items: Sequence[Model], answers: Answers) -> dict[int, str]:
        """Do a verb to records, each in a savepoint of its own. Returns why some were refused, by the `id()` of the record."""
        refusals: dict[int, str] = {}
        for item in items:
            errors = self._refusal(lambda item=item: verb.run(item, answers))  # type: ignore[misc]
            if errors:
                refusals[id(item)] = " ".join(map(str, errors.values()))
        return refusals

    def refusals_of(self, name: str, items: Sequence[Model], answers: Mapping[str, Value]) -> dict[int, str]:
        """As `run_verb`, with answers as a batch keeps them; records that need a second person are refused: one asks for
        that on the record."""
        verb = self._verb(name)
        held = {id(item): str(SECOND_PERSON) for item in items if self.needs_approval(name, item)}
        ready = [item for item in items if id(item) not in held]
        return held | self.run_verb(verb, ready, restored(verb.questions, answers))

    def ask_page(self, verb: Verb, items: Sequence[Record], answers: Answers, *, error: str = "") -> Page:
        """Approving asks why, before the second person is asked."""
        raise NotImplementedError

    @expose("/action/<string:name>/<pk>", methods=["POST"])
    def action(self, name: str, pk: str) -> Page:
        """A verb on one record."""
        verb = self._verb_to_run(name)
        item = self._record_or_404(self._deserialize_pk_if_composite(pk))
        page = self._answer_and_run(verb, [item])
        if page is not None:
            return page
        still_there = self.datamodel.get(self.key_in(pk), self._base_filters) is not None
        return redirect(
            url_for(f"{self.endpoint}.show", pk=pk) if still_there else url_for(f"{self.endpoint}.list")
        )

    @expose("/action_post", methods=["POST"])
    def action_post(self) -> Page:
        """A verb on chosen rows; on many, or all that match, it is previewed and then a batch."""
        verb = self._verb_to_run(request.form.get("action", ""))
        selection = Selection.posted()
        if not self.single_key() or (selection.chosen is not None and len(selection.chosen) <= AT_ONCE):
            return self._answer_and_run(verb, self._chosen(selection)) or self._back_to_list(selection)
        form = self._answered(verb)
        if form is None:
            return self._question_page(verb, **self._bulk_choice(selection))
        return self._verb_preview(verb, selection, answers_of(form, verb.questions))

    @expose("/bulk/action", methods=["POST"])
    def bulk_action(self) -> Page:
        """Start a verb that was previewed."""
        verb, selection = self._verb_to_run(request.form.get("action", "")), Selection.posted()
        form = self._answered(verb)
        if form is None:
            return self._question_page(verb, **self._bulk_choice(selection))
        return self._order_bulk(
            "act",
            selection,
            f"{translate(verb.label)}: {self.list_title}",
            self.verb_options(verb, answers_of(form, verb.questions)),
        )

    def verb_options(self, verb: Verb, answers: Answers) -> dict[str, object]:
        """What a batch of a verb keeps."""
        lines = [f"{label}: {words}" for label, words in answer_lines(verb.questions, answers)]
        return {
            "action": verb.name,
            "ability": verb.ability,
            "answers": stored(verb.questions, answers),
            "said": [translate(verb.label), *lines],
        }

    def _verb(self, name: str) -> Verb:
        verb = self.verb_named(name)
        if verb is None:
            abort(404)
        return verb

    def _verb_to_run(self, name: str) -> Verb:
        verb = self._verb(name)
        batches.require(self, verb.ability)
        return verb

    def _answered(self, verb: Verb) -> AnswerForm | None:
        """The form that was sent; None where the user has to fill it in first, or again."""
        if not was_sent(verb.questions, request.form):
            return None
        form = form_of(verb.questions, request.form)
        return form if form.validate() else None

    def _answer_and_run(self, verb: Verb, items: Sequence[Model]) -> Page | None:
        """Do a verb to records and say what became of them; a page where something is to be asked first."""
        form = self._answered(verb)
        if form is None:
            return self._question_page(verb, items=[self.title_of(item) for item in items])
        answers = answers_of(form, verb.questions)
        held = [item for item in items if self.needs_approval(verb.name, item)]
        ready = [item for item in items if item not in held]
        refusals = self.run_verb(verb, ready, answers)
        for sentence in refusals.values():
            flash(sentence, "danger")
        if count := len(ready) - len(refusals):
            flash(gettext("%(done)s: %(count)s", done=translate(verb.done), count=count), "success")
        return self.ask_page(verb, held, answers) if held else None

    def _chosen(self, selection: Selection) -> list[Model]:
        """The chosen records that the current user may see here."""
        if self.single_key():
            records: list[Model] = self.selected(selection).order_by(self.datamodel.get_pk()).all()
            return records
        keys = [self.key_in(key) for key in selection.chosen or ()]
        rows = [self.datamodel.get(key, self._base_filters) for key in keys]
        return [row for row in rows if row is not None]

    def _back_to_list(self, selection: Selection) -> Response:
        query = f"?{selection.arguments}" if selection.arguments else ""
        return redirect(f"{url_for(f'{self.endpoint}.list')}{query}")

    def _question_page(self, verb: Verb, **facts: object) -> str:
        """The page that asks what a verb needs to know; what else was sent is carried on."""
        sent = request.form if was_sent(verb.questions, request.form) else None
        form = form_of(verb.questions, sent)
        if sent is not None:
            form.validate()
        carried = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if not name.startswith(PREFIX) and name != "csrf_token"
        ]
        page = self.render_template(
            "console/verb.html", title=translate(verb.label), verb=verb, form=form, carried=carried, **facts
        )
        return str(page)

    def _verb_preview(self, verb: Verb, selection: Selection, answers: Answers) -> str:
        """Do the verb to the first rows and roll it back."""
        items = self.selected(selection).order_by(self.datamodel.get_pk()).limit(SAMPLE).all()
        titles = [self.title_of(item) for item in items]  # as they are now
        refusals = bulk_dry_run.refusals(self, verb.name, items, stored(verb.questions, answers))
        lines = [Line(title, refusal=refusal) for title, refusal in zip(titles, refusals, strict=True)]
        return self._bulk_preview(
            selection,
            lines,
            action=self.actions[verb.name],
            answered=answer_lines(verb.questions, answers),
            carried=self._carried_answers(),
        )

    def _carried_answers(self) -> list[tuple[str, str]]:
        """What the preview sends on: the answers, and why."""
        answers = [(name, value) for name, value in request.form.items() if name.startswith(PREFIX)]
        return [*answers, ("audit_reason", current().reason)]

    def _get_show_widget(self, pk: Key, item: Record, *args: object, **kwargs: object) -> Widgets:
        """A record's page offers the verbs that are possible in its state."""
        widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        possible = {verb.name for verb in self.verbs if verb.is_possible(item)}
        facts = widgets["show"].template_args
        facts["actions"] = {name: action for name, action in facts["actions"].items() if name in possible}
        return widgets
