"""Everything that a client sends passes here before a form, a schema or a socket handler reads it: a text of which nothing
can be seen is the empty text, so that every rule against empty texts holds; half a character is refused."""

from collections.abc import Mapping
from typing import Any, TypeAlias

import flask
import flask_socketio
from flask_babel import gettext
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.text import has_half_character, seen

Sent: TypeAlias = object  # JSON, or what a form or an address holds

AS_TYPED = "password"  # fields of this name, or with it in their name, are taken letter by letter


class UnreadableText(Invalid):
    """A text holds half of a UTF-16 pair, or the data is nested too deep to be read."""

    title = "This text cannot be read"


def half_a_character() -> UnreadableText:
    return UnreadableText(gettext("A text holds half a character. Type it again, or leave it out."))


def install(app: flask.Flask) -> None:
    """Give every request the accepted form. Call it before any other hook."""
    app.request_class = Request
    app.before_request(_accept_address)


def _accept_address() -> None:
    """Refuse an unreadable address though no view may look at its parameters."""
    _ = flask.request.args


def accepted(sent: Sent, name: str = "") -> Sent:
    """What was sent as JSON, with texts as they are kept. Raises UnreadableText."""
    try:
        return _accepted(sent, name)
    except RecursionError:
        raise UnreadableText(gettext("The data is nested too deep.")) from None


def _accepted(sent: Sent, name: str) -> Sent:
    if isinstance(sent, str):
        return _text(sent, name)
    if isinstance(sent, Mapping):
        return {_text(key, ""): _accepted(value, str(key)) for key, value in sent.items()}
    if isinstance(sent, list | tuple):
        return [_accepted(value, name) for value in sent]
    return sent


def _text(text: str, name: str, *, percent: bool = False) -> str:
    if has_half_character(text, percent=percent):
        raise half_a_character()
    return text if AS_TYPED in name else seen(text)


class Request(flask.Request):
    """Flask's, with what it carries accepted first. After a refusal the fields are empty for whoever asks once more:
    the page of the error."""

    @property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the address."""
        if "accepted_args" not in self.__dict__:
            sent = super().args
            self.__dict__["accepted_args"] = self.parameter_storage_class()
            self.__dict__["accepted_args"] = self._fields(sent)
        values: MultiDict[str, str] = self.__dict__["accepted_args"]
        return values

    def _load_form_data(self) -> None:
        if "form" in self.__dict__:
            return
        super()._load_form_data()
        sent: MultiDict[str, str] = self.__dict__["form"]
        self.__dict__["form"] = self.parameter_storage_class()
        self.__dict__["form"] = self._fields(sent)

    def get_json(self, force: bool = False, silent: bool = False, cache: bool = True) -> Any:
        return accepted(super().get_json(force, silent, cache))

    def _fields(self, sent: MultiDict[str, str]) -> MultiDict[str, str]:
        pairs = sent.items(multi=True)
        return self.parameter_storage_class(
            [(_text(name, "", percent=True), _text(value, name, percent=True)) for name, value in pairs]
        )


class ArgumentsParser(FlaskParser):
    """Of REST arguments, which webargs takes from the body by itself."""

    def pre_load(self, location_data: Any, *, location: str, **_: object) -> Any:
        return accepted(location_data) if location == "json" else location_data


class Namespace(flask_socketio.Namespace):
    """A Socket.IO namespace whose handlers get accepted data; an event of unreadable text is answered with a problem."""

    def trigger_event(self, event: str, *args: Sent) -> Sent:
        sid, *data = args
        if event == "connect":
            return super().trigger_event(event, sid, *data)
        try:
            return super().trigger_event(event, sid, *map(accepted, data))
        except UnreadableText:
            return super().trigger_event("unreadable", sid)

    def on_unreadable(self) -> dict[str, object]:
        """The answer to an event of unreadable text, in the client's language."""
        return half_a_character().problem()
