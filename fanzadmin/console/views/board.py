"""A list as a board: a column for each state, and cards that are dragged or moved to the states that a verb leads to.

    board = Board(
        "state", CreatorState, fields=("tier",),
        moves={"active": {"applied": "onboard", "suspended": "reinstate"}, "suspended": "suspend"},
    )

`moves` names, for a state, the action that leads there, or one for each state that it leads from; BY_EDIT writes the
column as a cell of the list would. Every move is an action or an edit of the console: its right, its approval and its
refusal hold, and a card goes only where the current user may send it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from flask import abort, flash, jsonify, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from sqlalchemy import func, literal, select, union_all
from sqlalchemy.orm import Query

from fanzadmin.console.contract import Arguments, Errors
from fanzadmin.console.data.indexes import is_large
from fanzadmin.console.data.keyset import KeyRow, Keyset, Order
from fanzadmin.console.data.shapes import Key, Label, Record, Widgets
from fanzadmin.console.data.timeouts import with_statement_timeout
from fanzadmin.console.editing.bulk import Moves, VerbNames
from fanzadmin.console.editing.verbs import Verbs
from fanzadmin.console.filters.language import Condition
from fanzadmin.console.filters.values import keys
from fanzadmin.console.registry import may
from fanzadmin.console.rendering.cells import state_text
from fanzadmin.console.verbs.questions import answers_of, form_of
from fanzadmin.console.views.mixin import VIEW_TIMEOUT, Tile, View, Views, load_tiles, tile_columns, tiler
from fanzadmin.kernel.db import session
from fanzadmin.kernel.i18n.languages import number_text

BY_EDIT = "edit"
SHOWN = 15  # cards of a column
COUNTED = 1_000  # where the counting of a column stops

Pages = Mapping[
    str, tuple[Sequence[KeyRow], bool]
]  # the first rows of each state, and whether there are more


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
    """A record on the board, and where the current user may send it."""

    tile: Tile
    state: str
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """`count` is formatted for the reader; empty when counting took too long. `url` is the table of this state."""

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
    label: ClassVar[Label] = _("Board")
    icon: ClassVar[str] = "bars"
    template: ClassVar[str] = "console/board.html"

    states: Iterable[object] = ()
    title: str = ""
    fields: tuple[str, ...] = ()
    moves: Mapping[str, VerbNames] = field(default_factory=dict)

    def words(self, console: Views) -> list[str]:
        declared = [str(getattr(state, "value", state)) for state in self.states]
        return declared or [word for word, _label in console.fields[self.column].choices]

    def facts(
        self,
        console: Views,
        args: Arguments,
        items: Sequence[Record] = (),  # noqa: ARG002  for views of a page
    ) -> dict[str, object]:
        query, words = console.matching(args), self.words(console)
        counts = self.counts(console, query, words)
        pages = with_statement_timeout(
            VIEW_TIMEOUT, lambda: self._rows(console, query, words), subject=f"board of {console.endpoint}"
        )
        columns = [] if pages is None else self._columns(console, args, pages, counts)
        return {"columns": columns, "problem": pages is None, "moves": bool(self.moves)}

    def counts(self, console: Views, query: Query[Record], words: Iterable[str]) -> dict[str, str]:
        """How many rows of a query are in each state, in one statement that looks at so many of each and no more."""
        parts = []
        for word in words:
            rows = self._of(console, query, word).with_entities(*console.datamodel.keys).limit(COUNTED + 1)
            parts.append(select(literal(word), func.count()).select_from(rows.subquery()))
        counted = with_statement_timeout(
            VIEW_TIMEOUT,
            lambda: session.execute(union_all(*parts)).all(),
            subject=f"counts of the board of {console.endpoint}",
        )
        most = f"{number_text(COUNTED)}+"
        return {word: most if number > COUNTED else number_text(number) for word, number in counted or ()}

    def targets(self, console: Views, item: Record) -> Iterator[Target]:
        """Where the current user may send a record."""
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

    def idle(self, item: Record) -> set[str]:
        """The verbs of the moves that lead nowhere from where a record is."""
        here, leading, verbs_of_moves = _word(item, self.column), set(), set()
        for state, verbs in self.moves.items():
            verbs_of_moves |= {verbs} if isinstance(verbs, str) else set(verbs.values())
            if state != here:
                leading.add(verbs if isinstance(verbs, str) else verbs.get(here, ""))
        return verbs_of_moves - leading

    def card(self, console: Views, args: Arguments, item: Record) -> Card:
        """One record as the board shows it."""
        columns = tile_columns(console, args, self.fields)
        tile = tiler(console, self.title, columns)(item)
        return Card(tile, _word(item, self.column), tuple(self.targets(console, item)))

    def _of(self, console: Views, query: Query[Record], word: str) -> Query[Record]:
        column_field = console.fields[self.column]
        return query.order_by(None).filter(column_field.column == keys(column_field, [word])[0])

    def _order(self, console: Views) -> Order:
        """The list's own order; that of the key, which has an index behind every state, where the table is large."""
        large = is_large(console.datamodel.obj)
        order: Order = console.datamodel.order("", descending=True) if large else console.ordering()
        return order

    def _rows(self, console: Views, query: Query[Record], words: Iterable[str]) -> Pages:
        order = self._order(console)
        return {
            word: Keyset(self._of(console, query, word), order).rows(backwards=False, size=SHOWN)
            for word in words
        }

    def _columns(
        self,
        console: Views,
        args: Arguments,
        pages: Pages,
        counts: Mapping[str, str],
    ) -> list[Column]:
        columns, order = tile_columns(console, args, self.fields), self._order(console)
        items = load_tiles(console, [row for rows, _more in pages.values() for row in rows], columns)
        tile = tiler(console, self.title, columns)
        board = []
        for word, (rows, more) in pages.items():
            here = [items[key] for row in rows if (key := tuple(order.key_of(row))) in items]
            cards = tuple(Card(tile(item), word, tuple(self.targets(console, item))) for item in here)
            url = console.narrowed(args, Condition(self.column, "any", (word,)))
            board.append(
                Column(word, _label(console, self.column, word), counts.get(word, ""), cards, more, url)
            )
        return board


class Boards(Views, Verbs):
    """Moves the cards of a board."""

    RIGHTS: ClassVar[dict[str, str]] = {"board_move": "read"}  # the verb's own right is asked for besides
    resource: ClassVar[str]

    @expose("/board/<pk>", methods=["POST"])
    @has_access
    def board_move(self, pk: str) -> ResponseReturnValue:
        """Send a record to the state `to` by the verb that leads there; the query is that of the list.

        Answers JSON `{said, state, card, counts}`; 409 `{ask: true}` where a second person has to agree, 422 `{error}`.
        """
        board = self.offered_views().get(Board.name)
        if not isinstance(board, Board):
            abort(404)
        item, state = self._record_or_404(self._deserialize_pk_if_composite(pk)), request.form.get("to", "")
        target = next((step for step in board.targets(self, item) if step.state == state), None)
        if target is None:
            return self._not_moved(gettext("No step that you may take leads there."))
        if target.verb != BY_EDIT and (page := self._asks_first(target.verb, item)):
            return page
        if errors := self._send(item, board, target):
            return self._not_moved(" ".join(errors.values()))
        session.flush()
        session.refresh(item)
        return self._moved(item, board)

    def moves(self) -> Moves:
        return self.board.moves if isinstance(self.board, Board) else {}

    def _get_show_widget(self, pk: Key, item: Record, *args: object, **kwargs: object) -> Widgets:
        """A record's page offers no verb that its board says leads nowhere."""
        widgets: Widgets = super()._get_show_widget(pk, item, *args, **kwargs)
        if isinstance(self.board, Board):
            facts, idle = widgets["show"].template_args, self.board.idle(item)
            facts["actions"] = {name: action for name, action in facts["actions"].items() if name not in idle}
        return widgets

    def _send(self, item: Record, board: Board, target: Target) -> Errors:
        """Carry out what leads to a state. What refuses it comes back as a sentence."""
        if target.verb == BY_EDIT:
            self.lock(item)
            return self.change(item, {board.column: target.state})
        verb = self._verb(target.verb)
        answers = answers_of(form_of(verb.questions, request.form), verb.questions)
        refusals = self.run_verb(verb, [item], answers)
        return {"": refusals[id(item)]} if refusals else {}

    def _asks_first(self, name: str, item: Record) -> ResponseReturnValue | None:
        """What to answer where a verb asks something, or needs a second person; None where it can run at once."""
        verb = self._verb(name)
        form = self._answered(verb)
        if form is not None and not self.needs_approval(name, item):
            return None
        if _wants_json():  # the script sends the form again, for a page that asks
            return jsonify(ask=True), 409
        if form is None:
            return self._question_page(verb, items=[self.title_of(item)])
        return self.ask_page(verb, [item], answers_of(form, verb.questions))

    def _moved(self, item: Record, board: Board) -> ResponseReturnValue:
        card = board.card(self, request.args, item)
        message = gettext(
            "%(title)s: %(state)s", title=card.tile.title, state=_label(self, board.column, card.state)
        )
        if not _wants_json():
            flash(message, "success")
            return redirect(self.address(request.args))
        drawn = render_template("console/_board_card.html", card=card, console=self)
        counts = board.counts(self, self.matching(request.args), board.words(self))
        return jsonify(said=message, state=card.state, card=drawn, counts=counts)

    def _not_moved(self, sentence: str) -> ResponseReturnValue:
        if _wants_json():
            return jsonify(error=sentence), 422
        flash(sentence, "danger")
        return redirect(self.address(request.args))


def may_edit(console: Views, column: str) -> bool:
    """Whether the current user may write a column of this console's records where they are shown."""
    open_here = not console.read_only and console.may_update and column in console.open_columns()
    return bool(open_here and may("update", console.resource))


def _word(item: Record, column: str) -> str:
    value = getattr(item, column)
    return str(getattr(value, "value", value))


def _label(console: Views, column: str, word: str) -> str:
    return str(dict(console.fields[column].choices).get(word, state_text(word)))


def _wants_json() -> bool:
    return request.accept_mimetypes.best == "application/json"
