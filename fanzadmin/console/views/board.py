"""A list as a board: a column for each state, and cards that are dragged or moved to the states that a verb leads to.

    board = Board(
        "state", CreatorState, fields=("tier",),
        moves={"active": {"applied": "onboard", "suspended": "reinstate"}, "suspended": "suspend"},
    )

`moves` names, for a state, the action that leads there, or one for each state that it leads from; BY_EDIT writes the
column as a cell of the list would. Every move is an action or an edit of the console: its right, its approval and its
refusal hold, and a card goes only where the person at hand may send it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from flask import abort, flash, jsonify, redirect, render_template, request
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Query

from fanzadmin.console.contract import Arguments, Errors
from fanzadmin.console.data.indexes import is_large
from fanzadmin.console.data.keyset import Keyset, Order
from fanzadmin.console.data.timeouts import within
from fanzadmin.console.editing.verbs import Verbs
from fanzadmin.console.editing.writing import telling
from fanzadmin.console.filters.language import Condition
from fanzadmin.console.filters.values import keys
from fanzadmin.console.registry import may
from fanzadmin.console.rendering.cells import spoken_word
from fanzadmin.console.verbs.questions import answers_of, form_of
from fanzadmin.console.views.mixin import PATIENCE, Tile, View, Views, load_tiles, tile_columns, tiler
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import number_text

BY_EDIT = "edit"
SHOWN = 15  # cards of a column
COUNTED = 1_000  # where the counting of a column stops

VerbNames = str | Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Target:
    """A state that a record can be sent to: by which action (or BY_EDIT), and what it is asked before."""

    state: str
    label: str
    verb: str
    text: str
    question: str = ""
    asks: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """A record on the board, and where the person at hand may send it."""

    tile: Tile
    state: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`count` is said as people read it; empty when counting took too long. `url` is the table of this state."""

    state: str
    label: str
    count: str
    cards: tuple[Card, ...]
    more: bool
    url: str


@dataclass(frozen=True, slots=True)
class Board(View):
    """`states` are the columns in their natural order, an enum or words; without them the choices of the column."""

    name: ClassVar[str] = "board"
    label: ClassVar[Any] = _("Board")
    icon: ClassVar[str] = "bars"
    template: ClassVar[str] = "console/board.html"

    states: Iterable[Any] = ()
    title: str = ""
    fields: tuple[str, ...] = ()
    moves: Mapping[str, VerbNames] = field(default_factory=dict)

    def words(self, console: Any) -> list[str]:  # Any: a console, built on this module
        declared = [str(getattr(state, "value", state)) for state in self.states]
        return declared or [word for word, _label in console.fields[self.column].choices]

    def facts(
        self,
        console: Any,
        args: Arguments,
        items: Sequence[Any] = (),  # noqa: ARG002  for views of a page
    ) -> dict[str, Any]:
        query, words = console.matching(args), self.words(console)
        counts = self.counts(console, query, words)
        found = within(
            PATIENCE, lambda: self._rows(console, query, words), about=f"board of {console.endpoint}"
        )
        columns = [] if found is None else self._columns(console, args, found, counts)
        return {"columns": columns, "problem": found is None, "moves": bool(self.moves)}

    def counts(self, console: Any, query: Query[Any], words: Iterable[str]) -> dict[str, str]:
        """How many rows of a query are in each state, in one statement that looks at so many of each and no more."""
        parts = []
        for word in words:
            rows = self._of(console, query, word).with_entities(*console.datamodel.keys).limit(COUNTED + 1)
            parts.append(select(literal(word), func.count()).select_from(rows.subquery()))
        counted = within(
            PATIENCE,
            lambda: session.execute(union_all(*parts)).all(),
            about=f"counts of the board of {console.endpoint}",
        )
        most = f"{number_text(COUNTED)}+"
        return {word: most if number > COUNTED else number_text(number) for word, number in counted or ()}

    def targets(self, console: Any, item: Any) -> Iterator[Target]:
        """Where the person at hand may send a record."""
        here = _word(item, self.column)
        for state, verbs in self.moves.items():
            verb = verbs if isinstance(verbs, str) else verbs.get(here, "")
            if state == here or not verb:
                continue
            label = _label(console, self.column, state)
            if verb == BY_EDIT:
                if may_edit(console, self.column):
                    yield Target(state, label, verb, label)
                continue
            action = console.actions[verb]
            if may(console.get_action_permission_name(verb).removeprefix("can_"), console.resource):
                declared = console.verb_named(verb)
                if declared is None or declared.is_possible(item):
                    asks = bool(declared and declared.questions)
                    yield Target(state, label, verb, str(action.text), str(action.confirmation or ""), asks)

    def idle(self, item: Any) -> set[str]:
        """The verbs of the moves that lead nowhere from where a record is."""
        here, leading, known = _word(item, self.column), set(), set()
        for state, verbs in self.moves.items():
            known |= {verbs} if isinstance(verbs, str) else set(verbs.values())
            if state != here:
                leading.add(verbs if isinstance(verbs, str) else verbs.get(here, ""))
        return known - leading

    def card(self, console: Any, args: Arguments, item: Any) -> Card:
        """One record as the board shows it."""
        columns = tile_columns(console, args, self.fields)
        tile = tiler(console, self.title, columns)(item)
        return Card(tile, _word(item, self.column), tuple(self.targets(console, item)))

    def _of(self, console: Any, query: Query[Any], word: str) -> Query[Any]:
        asked = console.fields[self.column]
        return query.order_by(None).filter(asked.column == keys(asked, [word])[0])

    def _order(self, console: Any) -> Order:
        """The list's own order; that of the key, which has an index behind every state, where the table is large."""
        large = is_large(console.datamodel.obj)
        order: Order = console.datamodel.order("", descending=True) if large else console.ordering()
        return order

    def _rows(self, console: Any, query: Query[Any], words: Iterable[str]) -> dict[str, tuple[Any, bool]]:
        order = self._order(console)
        return {
            word: Keyset(self._of(console, query, word), order).rows(backwards=False, size=SHOWN)
            for word in words
        }

    def _columns(
        self, console: Any, args: Arguments, found: Mapping[str, tuple[Any, bool]], counts: Mapping[str, str]
    ) -> list[Column]:
        columns, order = tile_columns(console, args, self.fields), self._order(console)
        items = load_tiles(console, [row for rows, _more in found.values() for row in rows], columns)
        tile = tiler(console, self.title, columns)
        made = []
        for word, (rows, more) in found.items():
            here = [items[key] for row in rows if (key := tuple(order.key_of(row))) in items]
            cards = tuple(Card(tile(item), word, tuple(self.targets(console, item))) for item in here)
            url = console.narrowed(args, Condition(self.column, "any", (word,)))
            made.append(
                Column(word, _label(console, self.column, word), counts.get(word, ""), cards, more, url)
            )
        return made


class Boards(Views, Verbs):
    """Moves the cards of a board."""

    RIGHTS: ClassVar[dict[str, str]] = {"board_move": "read"}  # the verb's own right is asked for besides
    resource: ClassVar[str]

    @expose("/board/<pk>", methods=["POST"])
    @has_access
    def board_move(self, pk: str) -> Any:
        """Send a record to the state `to` by the verb that leads there; the query is that of the list.

        Answers JSON `{said, state, card, counts}`; 409 `{ask: true}` where a second person has to agree, 422 `{error}`.
        """
        board = self.offered_views().get(Board.name)
        if not isinstance(board, Board):
            abort(404)
        item, wanted = self._one(self._deserialize_pk_if_composite(pk)), request.form.get("to", "")
        target = next((one for one in board.targets(self, item) if one.state == wanted), None)
        if target is None:
            return self._not_moved(gettext("No step that you may take leads there."))
        if target.verb != BY_EDIT and (page := self._asks_first(target.verb, item)):
            return page
        if errors := self._send(item, board, target):
            return self._not_moved(" ".join(errors.values()))
        session.flush()
        session.refresh(item)
        return self._moved(item, board)

    def _get_show_widget(self, pk: Any, item: Any, *args: Any, **kwargs: Any) -> Any:
        """A record's page offers no verb that its board says leads nowhere."""
        widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        if isinstance(self.board, Board):
            facts, idle = widgets["show"].template_args, self.board.idle(item)
            facts["actions"] = {name: one for name, one in facts["actions"].items() if name not in idle}
        return widgets

    def _send(self, item: Any, board: Board, target: Target) -> Errors:
        """Carry out what leads to a state. What refuses it comes back as a sentence."""
        if target.verb == BY_EDIT:
            self.lock(item)
            return self.change(item, {board.column: target.state})
        if verb := self.verb_named(target.verb):
            answers = answers_of(form_of(verb.questions, request.form), verb.questions)
            refusals = self.run_verb(verb, [item], answers)
            return {"": refusals[id(item)]} if refusals else {}
        told: list[tuple[Any, Errors]] = []
        token, action = telling.set(told), self.actions[target.verb]
        try:
            action.func([item] if action.multiple else item)
        finally:
            telling.reset(token)
        return next((errors for _item, errors in told if errors), {})

    def _asks_first(self, name: str, item: Any) -> Any:
        """What to answer where a verb asks something, or needs a second person; None where it can run at once."""
        verb = self.verb_named(name)
        form = self._answered(verb) if verb else None
        if verb and form is None:
            return (
                self._question_page(verb, items=[self.title_of(item)])
                if not _wants_json()
                else _asks_on_page()
            )
        if not self.needs_approval(name, item):
            return None
        answers = answers_of(form, verb.questions) if verb and form else None
        return self.ask_page(name, [item], answers) if not _wants_json() else _asks_on_page()

    def _moved(self, item: Any, board: Board) -> Any:
        card = board.card(self, request.args, item)
        said = gettext(
            "%(title)s: %(state)s", title=card.tile.title, state=_label(self, board.column, card.state)
        )
        if not _wants_json():
            flash(said, "success")
            return redirect(self.address(request.args))
        drawn = render_template("console/_board_card.html", card=card, console=self)
        counts = board.counts(self, self.matching(request.args), board.words(self))
        return jsonify(said=said, state=card.state, card=drawn, counts=counts)

    def _not_moved(self, sentence: str) -> Any:
        if _wants_json():
            return jsonify(error=sentence), 422
        flash(sentence, "danger")
        return redirect(self.address(request.args))


def may_edit(console: Any, column: str) -> bool:
    """Whether the person at hand may write a column of this console's records where they are shown."""
    open_here = not console.read_only and console.may_update and column in console.open_columns()
    return bool(open_here and may("update", console.resource))


def _word(item: Any, column: str) -> str:
    value = getattr(item, column)
    return str(getattr(value, "value", value))


def _label(console: Any, column: str, word: str) -> str:
    return str(dict(console.fields[column].choices).get(word, spoken_word(word)))


def _asks_on_page() -> Any:
    """A script sends the form again as a page that asks."""
    return jsonify(ask=True), 409


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
