"""The catalogues of translation: what the platform says, collected from the code, a folder for each system and floor.
`run.py words` brings them up to date, `--check` compares.

A message is a literal that goes through gettext (in Python, templates and scripts), or a text that is declared once and
translated where it is drawn: the titles, labels, cards and actions of consoles, the words of states, the titles of
refusals.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from enum import Enum
from io import BytesIO
from pathlib import Path
from typing import Any, TypeVar

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import write_po

from fanzadmin import operations
from fanzadmin.app import SYSTEMS
from fanzadmin.console import navigation
from fanzadmin.console.base import Console
from fanzadmin.console.data.words import words_of
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering.cells import Cell
from fanzadmin.contracts.timeline import tones
from fanzadmin.kernel.bus.facts import facts
from fanzadmin.kernel.errors import error_classes
from fanzadmin.kernel.i18n.languages import FOLDER, LANGUAGES, SOURCE, STATE, catalogue, catalogue_files

T = TypeVar("T")

ROOT = Path(__file__).parents[1]
PLACES = ("dashboards", "fanzadmin", "jobs", "security")
BY_SUFFIX = {".py": "python", ".html": "jinja2", ".js": "javascript"}
LAZY: dict[str, Any] = {
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
    "lazy_npgettext": ((1, "c"), 2, 3),
}
KEYWORDS = {
    "python": DEFAULT_KEYWORDS | LAZY,
    "jinja2": DEFAULT_KEYWORDS,
    "javascript": {"t": None, "tn": (1, 2)},
}
NOT_OURS = {"node_modules", "vendor", "translations"}
NAMES = {system.title for system in SYSTEMS}  # of the systems: the same in every language
PLACEHOLDER = re.compile(r"%\((\w+)\)")
TRANSLATED = sorted(LANGUAGES.keys() - {SOURCE})
COMMON = "common"  # what several systems say, or what stands on every page
SCRIPTS = "scripts"
FOLDERS = {"appbuilder": "console", "boards": "dashboards"}  # of templates under another name
FLOORS = {"console", "dashboards", "kernel", "operations", "portal", "public", "runtime", "security"}
DOMAINS = {system.name for system in SYSTEMS} | FLOORS
OWNER = re.compile(r"(?:fanzadmin/(?:contracts/|static/js/|templates/)?|jobs/)?(\w+)")
A_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # a file changes with its messages, not with the day
LocatedMessage = tuple[
    str | tuple[str, ...], str, str | None
]  # the message (with its plural), its place, its context


def template() -> dict[str, Catalog]:
    """Every message without translations, by the catalogue that holds it."""
    messages = Catalog()
    for words, place, context in (*_marked(), *_declared()):
        if words:
            messages.add(words, locations=[(place, 0)], context=context)
    domains: dict[str, Catalog] = {}
    for message in messages:
        if message.id:
            places = sorted({place for place, _line in message.locations})
            domains.setdefault(domain_of(places), Catalog()).add(
                message.id, locations=[(place, 0) for place in places], context=message.context
            )
    return domains


def domain_of(places: Iterable[str]) -> str:
    """The catalogue of a message: that of the only system whose files have it, or the common one."""
    domains = {_domain(place) for place in places}
    return domains.pop() if len(domains) == 1 else COMMON


def _domain(place: str) -> str:
    folder = OWNER.match(place)
    name = FOLDERS.get(folder[1], folder[1]) if folder else COMMON
    if name in DOMAINS:
        return name
    return SCRIPTS if place.endswith(".js") else COMMON


def write() -> list[Path]:
    """Give every catalogue exactly the messages of the code. Returns the files that changed."""
    domains = template()
    changed = []
    for language in TRANSLATED:
        for path, text in _files(language, domains).items():
            if not path.exists() or path.read_bytes() != text:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(text)
                changed.append(path)
        for path in _superfluous(language, domains):
            path.unlink()
            changed.append(path)
    return sorted(changed)


def problems() -> Iterator[str]:
    """What is wrong with the catalogues, a sentence each."""
    domains = template()
    for language in TRANSLATED:
        for path, text in _files(language, domains).items():
            if not path.exists() or path.read_bytes() != text:
                yield f"{_name(path)} does not hold the messages of the code: run.py words brings it up to date"
        for path in _superfluous(language, domains):
            yield f"{_name(path)} holds no message of the code: run.py words deletes it"
        for message in catalogue(language):
            if message.id:
                yield from (f"{language}: {_key(message)!r} {fault}" for fault in _faults(message))


def _files(language: str, domains: dict[str, Catalog]) -> dict[Path, bytes]:
    """What each file of a language holds when it is up to date, with the translations that are there."""
    translated = catalogue(language)
    return {
        FOLDER / domain / f"{language}.po": _text(_updated(language, messages, translated))
        for domain, messages in domains.items()
    }


def _superfluous(language: str, domains: dict[str, Catalog]) -> list[Path]:
    return [path for path in catalogue_files(language) if path.parent.name not in domains]


def _name(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _faults(message: Message) -> Iterator[str]:
    forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
    sources = [message.id] if isinstance(message.id, str) else list(message.id)
    if not forms or not all(forms):
        yield "is not translated"
        return
    placeholders = {name for source in sources for name in PLACEHOLDER.findall(source)}
    for form in forms:
        names = set(PLACEHOLDER.findall(form))
        needed = placeholders if len(forms) == 1 else placeholders - {"num"}
        if not needed <= names <= placeholders:
            yield f"has other placeholders in its translation: {form!r}"
        if any(sign in form and sign not in "".join(sources) for sign in '"<>'):
            yield f"brings a sign that ends an attribute or a tag: {form!r}"
        if (form[:1].isspace(), form[-1:].isspace()) != (sources[0][:1].isspace(), sources[0][-1:].isspace()):
            yield "begins or ends with another space than its translation"


def _updated(language: str, messages: Catalog, translated: Catalog) -> Catalog:
    updated = Catalog(
        locale=language, project="FANZ Admin", charset="utf-8", creation_date=A_DAY, revision_date=A_DAY,
        last_translator="FANZ", language_team=LANGUAGES[language], fuzzy=False,
    )  # fmt: skip
    for message in messages:
        if message.id:
            before = translated.get(message.id, message.context)
            string = before.string if before else None
            updated.add(message.id, string, locations=message.locations, context=message.context)
    return updated


def _text(messages: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, messages, width=0, include_lineno=False, sort_output=True)
    return b"\n".join(line for line in file.getvalue().splitlines() if b"Generated-By" not in line) + b"\n"


def _marked() -> Iterator[LocatedMessage]:
    """The literals that go through gettext."""
    for path in sorted(path for place in PLACES for path in (ROOT / place).rglob("*")):
        method = BY_SUFFIX.get(path.suffix)
        if method is None or NOT_OURS & set(path.parts):
            continue
        place = path.relative_to(ROOT).as_posix()
        options = {"extensions": "jinja2.ext.do"} if method == "jinja2" else None
        for _line, words, _comments, context in extract_from_file(
            method, path, keywords=KEYWORDS[method], options=options
        ):
            yield words, place, context


def _declared() -> Iterator[LocatedMessage]:
    own = [
        console for console in consoles.values() if isinstance(console, Console) and _is_ours(type(console))
    ]
    for console in sorted(own, key=lambda console: type(console).__name__):
        place = _place(type(console))
        yield from ((words, place, None) for words in _of_console(console) if words not in NAMES)
        yield from _in_contexts(console)
    for link in operations_links():
        yield link, "fanzadmin/operations", None
    for kind in _below(Enum):
        if _is_ours(kind):
            yield from (
                (words_of(str(member.value)), _place(kind), STATE)
                for member in kind
                if _is_word(member.value)
            )
    for name, fact in facts.items():
        if _is_ours(fact):
            yield name.split(".")[1].replace("_", " ").capitalize(), _place(fact), None
    for word in tones():
        yield words_of(word), "fanzadmin/contracts", STATE
    for error in error_classes():
        if _is_ours(error):
            yield error.title, _place(error), None


def operations_links() -> list[str]:
    """The pages of the navigation that are no consoles, and its groups that are no systems."""
    groups = {operations.SYSTEM.title} | {group for group, _link in navigation.links()}
    return sorted((groups - NAMES) | {link.label for _group, link in navigation.links()})


def _of_console(console: Console) -> Iterator[str]:
    """The texts that a console declares."""
    yield from (console.menu.group, console.menu.label)
    titles = [console.list_title, console.show_title]
    titles += [console.add_title] if "create" in console.abilities else []
    titles += [console.edit_title] if "update" in console.abilities else []
    labels = (*console.label_columns.values(), *console.description_columns.values())
    actions = [text for action in console.actions.values() for text in (action.text, action.confirmation)]
    yield from (str(text) for text in (*titles, *labels, *actions))
    for fieldsets in (console.show_fieldsets, console.add_fieldsets, console.edit_fieldsets):
        yield from (str(name) for name, _set in fieldsets or ())
    yield from (card.label for card in console.cards)
    for verb in console.verbs:
        yield str(verb.done)
        yield from (text for question in verb.questions for text in question.texts())


def _in_contexts(console: Console) -> Iterator[LocatedMessage]:
    """The words of columns whose cell names a context of its own."""
    for name, cell in console.formatters_columns.items():
        if isinstance(cell, Cell) and cell.context != STATE:
            for word, _label in console.fields[name].choices:
                yield words_of(word), _place(type(console)), cell.context


def _is_word(value: object) -> bool:
    return isinstance(value, str) and value.replace("_", "").replace(" ", "").isalpha() and value.islower()


def _below(kind: type[T]) -> list[type[T]]:
    """Every class under `kind` that is loaded, in the order of its name."""
    classes: dict[str, type[T]] = {}
    ahead: list[type[T]] = [kind]
    while ahead:
        for each in ahead.pop().__subclasses__():
            classes[f"{each.__module__}.{each.__qualname__}"] = each
            ahead.append(each)
    return [classes[name] for name in sorted(classes)]


def _is_ours(kind: type) -> bool:
    return kind.__module__.split(".")[0] in PLACES


def _place(kind: type) -> str:
    return kind.__module__.replace(".", "/") + ".py"
