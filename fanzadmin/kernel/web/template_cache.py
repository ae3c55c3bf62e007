"""What a page says dozens of times, made once: its words and the addresses of static files.

What is kept here depends on nothing but its arguments and the language: no person, token or nonce is in it.
"""

from functools import lru_cache
from typing import Any

from flask import Flask, current_app, g, request
from flask_babel import get_locale, gettext
from jinja2 import Environment
from markupsafe import Markup

Words = dict[str, tuple[Markup, Markup | None]]
_words: dict[str, Words] = {}  # by language


def install(app: Flask) -> None:
    """Give templates a quick `_` and `url_for`. Call it once Flask-Babel is there: it has a `_` of its own."""
    plain_url_for = app.url_for
    static: dict[tuple[str, str], str] = {}

    def url_for(endpoint: str, /, **values: Any) -> str:
        if endpoint != "static" or values.keys() != {"filename"}:
            return plain_url_for(endpoint, **values)
        key = (request.script_root, values["filename"])
        if key not in static:
            static[key] = plain_url_for(endpoint, **values)
        return static[key]

    app.jinja_env.globals.update(_=words, url_for=url_for, same_for_all=same_for_all)


def words(message: str, /, **values: Any) -> Markup:
    """A literal of a template in the reader's language, filled with `values` (escaped), as Jinja's own `_` does it.

    The language of a request is asked for once.
    """
    words: Words | None = g.get("words")
    if words is None:
        words = g.words = _words.setdefault(str(get_locale()), {})
    if message not in words:
        text = Markup(gettext(message))  # noqa: S704  a literal of a template, or its translation
        words[message] = text, None if "%(" in text else text % {}
    text, whole = words[message]
    return text % values if values or whole is None else whole


def same_for_all(template: str) -> Markup:
    """A part of the page that is the same for all readers of a language."""
    return _part(current_app.jinja_env, str(get_locale()), template)


@lru_cache(256)
def _part(environment: Environment, _language: str, template: str) -> Markup:
    return Markup(environment.get_template(template).render())  # noqa: S704  made by a template, which escapes
