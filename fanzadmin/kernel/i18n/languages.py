"""The reader's language: who reads which, the catalogues behind gettext, and amounts and days as the reader writes them.

English is the key of every message and needs no catalogue. The others are `fanzadmin/translations/<system>/<language>.po`
(GNU gettext), read as one when a page is first asked for in the language, so that no step of a build stands between a
sentence and its reader. What is stored, or said by a process that no one waits for, is English; a job runs in the
language of the user who started it (`using_language`).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import flask_appbuilder
from babel import Locale
from babel.dates import format_date
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations
from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    has_app_context,
    has_request_context,
    redirect,
    request,
    url_for,
)
from flask_babel import Domain, LazyString, force_locale, get_babel, get_locale, gettext, pgettext
from werkzeug import Response as WerkzeugResponse

from fanzadmin.kernel.money import format_money
from fanzadmin.kernel.web.addresses import own_path

LANGUAGES = {"en": "English", "de": "Deutsch", "es": "Español", "fr": "Français", "pt": "Português"}
SOURCE = "en"
FOLDER = Path(__file__).parents[2] / "translations"
FRAMEWORK = Path(flask_appbuilder.__file__).parent / "translations"  # for what only Flask-AppBuilder says
FRAMEWORK_NAMES = {"pt": "pt_BR"}
STATE = "state"  # the context of the words of states and kinds
COOKIE = "language"
HOLDS_FOR = 365 * 86400  # seconds
FOR_EVER = "public, max-age=31536000, immutable"


class Catalogues(Domain):
    """Every message of the platform, with Flask-AppBuilder's own below."""

    def get_translations(self) -> NullTranslations:
        language = current_language()
        return _nothing if language == SOURCE else translations(language)


_nothing = NullTranslations()


def install(app: Flask) -> None:
    """Choose the language of each request and serve the scripts' part of its catalogue. Call it after Flask-AppBuilder."""
    with app.app_context():
        babel = get_babel()
    babel.locale_selector = choose
    babel.instance.domain_instance = Catalogues()
    app.view_functions["LocaleView.index"] = switch
    app.add_url_rule("/words/<language>.js", "words", scripts_words)
    app.jinja_env.globals.update(
        languages=LANGUAGES, current_language=current_language, translate=translate, words_url=words_url, money_text=money_text, number_text=number_text,
        share_text=share_text,
    )  # fmt: skip


def choose() -> str | None:
    """The language of the current request: the one that was picked, else the best that the browser asks for."""
    if not has_request_context():
        return None
    picked = request.cookies.get(COOKIE)
    if picked in LANGUAGES:
        return picked
    return request.accept_languages.best_match(LANGUAGES) or SOURCE


def current_language() -> str:
    """The language of whoever reads what is made now; English where no one waits for it."""
    # Read where Flask-Babel keeps it: a page asks 250 times, and get_locale() takes four times as long.
    cached = g.get("_flask_babel") if has_app_context() else None
    locale: Locale | None = getattr(cached, "babel_locale", None) or get_locale()
    return SOURCE if locale is None else locale.language


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Inside the block the reader is one of this language, whatever the request asks for; English for an unknown one."""
    words = g.pop("words", None)  # what templates keep of the language outside (kernel/web/template_cache.py)
    try:
        with force_locale(language if language in LANGUAGES else SOURCE):
            yield
    finally:
        g.pop("words", None)
        if words is not None:
            g.words = words


def switch(locale: str) -> WerkzeugResponse:
    """`/lang/<language>`: keep the choice in this browser and go back. Unknown languages are 404."""
    if locale not in LANGUAGES:
        abort(404)
    answer = redirect(own_path(request.args.get("next", "/")))
    answer.set_cookie(
        COOKIE, locale, max_age=HOLDS_FOR, samesite="Lax", secure=current_app.config["SESSION_COOKIE_SECURE"]
    )
    return answer


def translate(text: object, *, context: str = "") -> str:
    """A text that is declared once for all readers (a label, a title, the word of a state), in the reader's language.
    What is not known in its `context` is looked up without."""
    words = str(text)
    if not words or isinstance(text, LazyString):
        return words
    translation = pgettext(context, words) if context else words
    return gettext(words) if translation == words else translation


def N_(message: str) -> str:  # noqa: N802  gettext's own name, by which messages are collected
    """Mark a message that is kept in English and translated where it is read."""
    return message


def lazy_translate(text: object) -> LazyString:
    """`say`, put off until the text is read: for what is declared while the platform loads."""
    return text if isinstance(text, LazyString) else LazyString(translate, text)


def money_text(minor: int, currency: str) -> str:
    """`1999, "USD"` as the reader writes it: `$19.99`, `19,99 $`."""
    return format_money(minor, currency, current_language())


def number_text(number: float) -> str:
    """`1234567` as `1,234,567`, `1.234.567`, `1 234 567`."""
    language = current_language()
    return f"{number:,}" if language == SOURCE else format_decimal(number, locale=language)


def share_text(share: float) -> str:
    """`0.251` as `25.1 %`, `25,1 %`."""
    percent = f"{share * 100:.1f}"
    language = current_language()
    return f"{percent if language == SOURCE else format_decimal(percent, '0.0', locale=language)} %"


def day_text(day: date) -> str:
    """`26 Nov 2026`, in the reader's language and order."""
    language = current_language()
    return f"{day:%-d %b %Y}" if language == SOURCE else _day(day.year, day.month, day.day, language)


@lru_cache(4096)
def _day(year: int, month: int, day: int, language: str) -> str:
    return format_date(date(year, month, day), "medium", locale=language)


def catalogue_files(language: str) -> list[Path]:
    return sorted(FOLDER.glob(f"*/{language}.po"))


def catalogue(language: str) -> Catalog:
    """The messages of a language, of all systems."""
    whole = Catalog(locale=language)
    for path in catalogue_files(language):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    whole[message.id] = message
    return whole


@lru_cache(len(LANGUAGES))
def translations(language: str) -> Translations:
    """What gettext looks up: our messages over Flask-AppBuilder's."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language))
    compiled.seek(0)
    ours = Translations(compiled)
    framework = Translations.load(FRAMEWORK, [FRAMEWORK_NAMES.get(language, language)])
    if not isinstance(framework, Translations):
        return ours
    framework.merge(ours)
    framework.plural = ours.plural
    return framework


@lru_cache(len(LANGUAGES))
def _words(language: str) -> tuple[bytes, str]:
    """The messages of the scripts as a script itself, each a list of its forms, and a mark of this version."""
    messages = {}
    for message in catalogue(language):
        if (
            message.id
            and not message.context
            and any(place.endswith(".js") for place, _line in message.locations)
        ):
            key = message.id if isinstance(message.id, str) else message.id[0]
            messages[key] = (
                [message.string] if isinstance(message.string, str) else list(message.string or ())
            )
    words = json.dumps(messages, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    body = f"globalThis.words={words};".encode()
    return body, sha256(body).hexdigest()[:12]


def words_url() -> str:
    """Where the scripts of the current page find their words; empty in English."""
    language = current_language()
    return "" if language == SOURCE else url_for("words", language=language, v=_words(language)[1])


def scripts_words(language: str) -> Response:
    """`/words/<language>.js`: what scripts say; kept by browsers until its address changes."""
    if language not in LANGUAGES or language == SOURCE:
        abort(404)
    body, version = _words(language)
    answer = Response(body, mimetype="text/javascript")
    answer.headers["Cache-Control"] = FOR_EVER if request.args.get("v") == version else "no-cache"
    return answer
