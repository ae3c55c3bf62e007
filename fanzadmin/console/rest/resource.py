"""The routes of one console's resource: list, show, create, update, delete, reveal, and its verbs.

    GET    /api/v1/<system>/<resource>              the list (rest/lists.py)
    POST   /api/v1/<system>/<resource>              adds a record
    GET    /api/v1/<system>/<resource>/<id>         one record
    PATCH  /api/v1/<system>/<resource>/<id>         changes what is named
    DELETE /api/v1/<system>/<resource>/<id>
    POST   /api/v1/<system>/<resource>/<id>/<verb>  does a declared verb; its questions are the body
    POST   /api/v1/<system>/<resource>/<id>/reveal  masked columns, once, for a reason
    POST   /api/v1/<system>/<resource>/bulk         a verb or a change on many records (rest/many.py)
    POST   /api/v1/<system>/<resource>/import       rows of a file (rest/many.py)

A route exists where the console has the ability; who may use it is asked for each request. What a second person has to agree
to is answered with 202 and the address of the request. The header `Audit-Reason` says why: the audit and the second person
read it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial, wraps
from http import HTTPStatus
from typing import TypedDict
from urllib.parse import unquote

from flask import Response, g, jsonify, request
from flask_babel import gettext
from marshmallow import Schema, fields, validate
from sqlalchemy import event
from sqlalchemy.orm import Session

from fanzadmin.console.approvals.mixin import APPROVAL_REASON, REQUESTED
from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Record, Value
from fanzadmin.console.editing.writing import ValuesRefused
from fanzadmin.console.registry import may
from fanzadmin.console.rest.bodies import create_schema, sent_values, takes_files, update_schema
from fanzadmin.console.rest.columns import Json, columns_of, record_schema, shown
from fanzadmin.console.rest.lists import ListArgs, ListQuery, PageOfRecords, page_of_records
from fanzadmin.console.rest.names import noun_of, resource_of
from fanzadmin.console.verbs.questions import Answers, reason_in
from fanzadmin.console.verbs.verb import Verb
from fanzadmin.kernel.context import current, enter
from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Forbidden, NotFound, SignInNeeded
from fanzadmin.kernel.web.rest import Blueprint

REASON = "Audit-Reason"
LONGEST_REASON = 400
APPROVALS = "/api/v1/operations/approvals"


class RevealBody(TypedDict):
    """What RevealArgs reads."""

    columns: list[str]
    reason: str


Body = dict[str, Value]  # Value: what a schema of marshmallow made of a body
Answer = Response | dict[str, Json] | tuple[Value, int] | tuple[Value, int, dict[str, str]] | str


class NoSuchRecord(NotFound):
    """There is no such record, or it is not one that the current user may see."""

    title = "There is no such record"


class NotYours(Forbidden):
    """The role of the current user does not allow this in the resource."""

    title = "Your role does not allow this"


class WaitingSchema(Schema):
    """What a second person has to agree to before it is done."""

    class Meta:
        title = "Waiting"

    approvals = fields.List(
        fields.String(), required=True, metadata={"description": "The addresses of the requests."}
    )


class RevealArgs(Schema):
    """Which masked columns to show, and why; the audit keeps both."""

    columns = fields.List(fields.String(), required=True, validate=validate.Length(1, 50))
    reason = fields.String(required=True, validate=validate.Length(8, LONGEST_REASON))


@dataclass(frozen=True, slots=True)
class Route:
    """One operation: its rule below the resource's, its method, what it does and how it is documented."""

    rule: str
    method: str
    ability: str
    act: Callable[..., Value]
    doc: str
    answers: type[Schema] | None = None
    status: int = 200
    takes: tuple[tuple[type[Schema], str], ...] = ()  # schemas and where they are read: json, query, files
    may_wait: bool = False


class Resource:
    """A console over REST."""

    def __init__(self, console: ConsoleLike) -> None:
        self.console = console

    def require(self, ability: str) -> None:
        """Raise SignInNeeded or NotYours unless the current user may do this here. Takes the reason of the request."""
        if current().actor_id is None:
            raise SignInNeeded(gettext("Sign in to do this."))
        if not may(ability, self.console.resource):
            raise NotYours(gettext("Your role does not allow this here."))
        reason = _stated_reason()
        g.setdefault(APPROVAL_REASON, reason)
        if reason:
            enter(replace(current(), reason=reason))

    def record(self, key: str) -> Record:
        """The record at an address. Raises NoSuchRecord."""
        try:
            item: Record | None = self.console.datamodel.get(
                self.console.key_in(key), self.console._base_filters
            )
        except ValueError:
            item = None
        if item is None:
            raise NoSuchRecord(gettext("There is no such record."))
        return item

    def card(self, item: Record) -> dict[str, Json]:
        return shown(self.console, [item], columns_of(self.console))[0]

    def page(self, args: ListQuery) -> PageOfRecords:
        return page_of_records(self.console, args)

    def show(self, key: str) -> Answer:
        return self.card(self.record(key))

    def create(self, body: Body) -> Answer:
        with _Created(self.console.datamodel.obj) as created:
            self.console.create_record(sent_values(body))
        item = created.first()
        if item is None:
            return {}, HTTPStatus.CREATED
        path = f"{request.path}/{self.console.address_of(item)}"
        card = self._after(item)
        headers = {"Location": path} | ({"Content-Location": path} if card else {})
        return card, HTTPStatus.CREATED, headers

    def update(self, body: Body, key: str) -> Answer:
        item = self.record(key)
        self.console.lock(item)
        self.console.update_record(item, sent_values(body))
        return self._waiting() or self._after(item)

    def delete(self, key: str) -> Answer:
        item = self.record(key)
        self.console.attempt(lambda: self.console.remove_record(item))
        return "", HTTPStatus.NO_CONTENT

    def run(self, verb: Verb, answers: Answers, key: str) -> Answer:
        """Do a verb. Raises what the service raises."""
        item = self.record(key)
        if self.console.needs_approval(verb.name, item):
            reason = current().reason or reason_in(verb.questions, answers)
            self.console.ask_for_verb(verb, item, answers, reason=reason)
            return self._waiting() or {}
        self.console.attempt(lambda: verb.run(item, answers))
        body = self._after(item)
        return body, HTTPStatus.OK, {"Content-Location": request.path.rpartition("/")[0]} if body else {}

    def reveal(self, body: RevealBody, key: str) -> Answer:
        item = self.record(key)
        if unknown := set(body["columns"]) - set(self.console.revealable()):
            raise ValuesRefused(dict.fromkeys(unknown, gettext("This column is not masked for you.")))
        self.console.reveal_columns(item, body["columns"], reason=body["reason"])
        return self.card(item), HTTPStatus.OK, {"Cache-Control": "no-store"}

    def _after(self, item: Record) -> dict[str, Json]:
        """A record after it was written, as far as the current user may see it still."""
        session.flush()
        key = self.console.datamodel.get_pk_value(item)
        session.expire(item)
        current_item = self.console.datamodel.get(key, self.console._base_filters)
        if current_item is None or not may("read", self.console.resource):
            return {}
        return self.card(current_item)

    def _waiting(self) -> Response | None:
        """The answer where something waits for a second person."""
        addresses = [f"{APPROVALS}/{request_id}" for request_id in g.get(REQUESTED, ())]
        if not addresses:
            return None
        response = jsonify(approvals=addresses)  # itself, for the operation's own schema is the record's
        response.status_code, response.headers["Location"] = HTTPStatus.ACCEPTED, addresses[0]
        return response


class _Created:
    """The records of a table that were written inside the block."""

    def __init__(self, model: type[Record]) -> None:
        self.model = model
        self.items: list[Record] = []

    def __enter__(self) -> "_Created":
        event.listen(session(), "after_flush", self._note)
        return self

    def __exit__(self, *_: object) -> None:
        event.remove(session(), "after_flush", self._note)

    def first(self) -> Record | None:
        return self.items[0] if self.items else None

    def _note(self, unit: Session, _context: object) -> None:
        self.items += [item for item in unit.new if isinstance(item, self.model)]


def routes_of(console: ConsoleLike) -> list[Route]:
    """The operations that a console has."""
    resource, record, title = Resource(console), record_schema(console), str(console.show_title)
    page = _page_schema(console, record)
    routes = [
        Route(
            "",
            "get",
            "read",
            resource.page,
            f"{console.list_title}: a page.",
            page,
            takes=((ListArgs, "query"),),
        ),
        Route("/<key>", "get", "read", resource.show, f"{title}: one record.", record),
    ]
    if "create" in console.abilities and not takes_files(console):
        new = create_schema(console)
        routes.append(
            Route(
                "",
                "post",
                "create",
                resource.create,
                f"{title}: a new one.",
                record,
                201,
                takes=((new, "json"),),
            )
        )
    if "update" in console.abilities:
        change = update_schema(console)
        route = Route(
            "/<key>",
            "patch",
            "update",
            resource.update,
            f"{title}: changed.",
            record,
            takes=((change, "json"),),
        )
        routes.append(replace(route, may_wait=True))
    if "delete" in console.abilities:
        routes.append(Route("/<key>", "delete", "delete", resource.delete, f"{title}: deleted.", status=204))
    if "reveal" in console.abilities:
        doc = f"{title}: masked columns, shown once."
        routes.append(
            Route(
                "/<key>/reveal", "post", "reveal", resource.reveal, doc, record, takes=((RevealArgs, "json"),)
            )
        )
    return [*routes, *(_route_of_verb(resource, verb, record) for verb in console.verbs)]


def _route_of_verb(resource: Resource, verb: Verb, record: type[Schema]) -> Route:
    """`POST /<id>/<verb>`, with the verb's questions as its body where it has any."""
    doc = f"{resource.console.show_title}: {verb.label}. {verb.confirm}".strip()
    if not verb.questions:
        return Route(
            f"/<key>/{verb.name}",
            "post",
            verb.ability,
            partial(resource.run, verb, {}),
            doc,
            record,
            may_wait=True,
        )
    asks = Schema.from_dict(
        {question.name: question.schema_field() for question in verb.questions},
        name=f"{noun_of(resource.console)}{verb.name.title()}",
    )
    act = partial(resource.run, verb)
    return Route(
        f"/<key>/{verb.name}", "post", verb.ability, act, doc, record, takes=((asks, "json"),), may_wait=True
    )


def _page_schema(console: ConsoleLike, record: type[Schema]) -> type[Schema]:
    members = {
        "items": fields.List(fields.Nested(record), required=True),
        "next": fields.String(required=True, allow_none=True),
    }
    schema: type[Schema] = Schema.from_dict(dict(members), name=f"{noun_of(console)}RecordPage")
    return schema


def install(blueprint: Blueprint, console: ConsoleLike, routes: Sequence[Route]) -> None:
    """Add a console's routes to its system's blueprint."""
    resource, base = Resource(console), f"/{resource_of(console)}"
    for route in routes:
        view = _view(route)
        for schema, location in reversed(route.takes):
            view = blueprint.arguments(schema, location=location)(view)
        view = blueprint.response(route.status, route.answers)(view)
        if route.may_wait:
            view = blueprint.alt_response(HTTPStatus.ACCEPTED, schema=WaitingSchema)(view)
        view = blueprint.alt_response(HTTPStatus.BAD_REQUEST, "BAD_REQUEST")(
            _guarded(resource, route.ability, view)
        )
        endpoint = f"{resource_of(console)}{route.rule}:{route.method}".replace(".", "_")
        blueprint.add_url_rule(f"{base}{route.rule}", endpoint, view, methods=[route.method.upper()])


def _guarded(resource: Resource, ability: str, view: Callable[..., Value]) -> Callable[..., Value]:
    """The view for whoever may: asked before anything that was sent is read."""

    @wraps(view)
    def guarded(*args: Value, **kwargs: Value) -> Value:
        resource.require(ability)
        return view(*args, **kwargs)

    guarded.__dict__["right"] = ability  # the documentation says 403 of what needs one
    return guarded


def _view(route: Route) -> Callable[..., Value]:
    """The route as a function of its own, which flask-smorest can document."""

    def view(*args: Value, **kwargs: Value) -> Value:  # Value: as Route.act
        return route.act(*args, **kwargs)

    view.__doc__ = route.doc
    return view


def _stated_reason() -> str:
    """Why, as the header says it: UTF-8, percent-encoded or not."""
    raw = request.headers.get(REASON, "").encode("latin-1", "replace").decode("utf-8", "replace")
    return unquote(raw).strip()[:LONGEST_REASON]
