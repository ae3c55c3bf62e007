"""Two people edit one record: the second sees what the first changed, field by field, and chooses.

A form carries a fingerprint of every value that it showed (`_version`). When it comes back, a value that changed
meanwhile is taken over where the user left the field alone; where both changed it, nothing is written before the
person chose (`_keep-<field>` is `theirs` or `mine`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import fields

from fanzadmin.console.data.shapes import Form, FormField
from fanzadmin.console.rendering.fields import MomentField, RelationField

VERSION = "_version"
KEEP = "_keep-"
NO_VALUE = (fields.HiddenField, fields.FileField, fields.SubmitField, fields.PasswordField)

Sent = str | list[str]


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people changed: its values as a user reads them; `choice` is theirs, mine or empty."""

    name: str
    label: str
    theirs: str
    mine: str
    choice: str


def sent_value(field: FormField) -> Sent:  # noqa: PLR0911  one line per kind of field
    """What a browser sends for what a field holds; a list for fields of several values."""
    data = field.data
    if isinstance(field, RelationField):
        keys = [str(key) for key, _text in field.chosen()]
        return keys if field.many else "".join(keys)
    if isinstance(field, fields.BooleanField):
        return "y" if data else ""
    if hasattr(field, "iter_choices"):
        chosen = [str(key) for key, _label, is_chosen, *_rest in field.iter_choices() if is_chosen]
        return chosen if isinstance(field, fields.SelectMultipleField) else "".join(chosen[:1])
    if data is None or data == "":
        return ""
    if isinstance(field, fields.DateField | fields.TimeField):  # of WTForms, and each is a DateTimeField, too
        return str(data.isoformat())
    if isinstance(field, fields.DateTimeField | MomentField):
        return str(data.replace(tzinfo=None).isoformat(timespec="microseconds"))
    if isinstance(field, fields.IntegerField | fields.DecimalField | fields.FloatField):
        return format(Decimal(str(data)).normalize(), "f")
    return str(field._value() if hasattr(field, "_value") else data)


def display_text(field: FormField) -> str:
    """What a field holds, as a user reads it."""
    if isinstance(field, RelationField):
        return ", ".join(text for _key, text in field.chosen())
    if isinstance(field, fields.BooleanField):
        return str(gettext("Yes") if field.data else gettext("No"))
    if hasattr(field, "iter_choices"):
        return ", ".join(str(label) for _key, label, is_chosen, *_rest in field.iter_choices() if is_chosen)
    if isinstance(field, MomentField) and field.data:
        return f"{field.data:%Y-%m-%d %H:%M} UTC"
    value = sent_value(field)
    return value if isinstance(value, str) else ", ".join(value)


def fingerprint(field: FormField) -> str:
    """Eight characters that change when the value does. A moment counts by the minute, as a browser sends it."""
    value = sent_value(field)
    if isinstance(field, MomentField) and isinstance(value, str):
        value = value[:16]
    if isinstance(value, str):
        value = value.replace("\r\n", "\n")
    return sha256(json.dumps(value).encode()).hexdigest()[:8]


def fields_of(form: Form) -> Iterable[FormField]:
    """The fields of a form that hold a value of the record, and one that the user may see."""
    return (
        field
        for field in form
        if not isinstance(field, NO_VALUE) and not getattr(field, "keeps_value", False)
    )


def version(form: Form, columns: Iterable[str]) -> str:
    """The fingerprints of what `columns` of a form hold, for its field `_version`. Never of what is masked: one could
    guess by it."""
    names = set(columns)
    return json.dumps(
        {field.short_name: fingerprint(field) for field in fields_of(form) if field.short_name in names},
        separators=(",", ":"),
    )


def settle(form: Form, now: Form, arguments: Mapping[str, str], columns: Iterable[str]) -> bool:
    """Bring a posted form together with what the record holds now; False when the user has to choose.

    What the template needs to ask is left in `form._clashes`, and the version to send with the answer in
    `form._version`. A form without a version (a program's) is taken as it is.
    """
    form._version, form._clashes = version(now, columns), []
    seen = _fingerprints(arguments.get(VERSION, ""))
    for name in (name for name in columns if name in now and name in form and name in seen):
        field = form[name]
        theirs, mine = fingerprint(now[name]), fingerprint(field)
        choice = arguments.get(KEEP + name, "")
        if choice == "theirs" or (theirs not in {seen[name], mine} and mine == seen[name]):
            take(field, sent_value(now[name]))
        elif theirs not in {seen[name], mine} or (KEEP + name in arguments and not choice):
            form._clashes.append(
                Clash(
                    name, str(field.label.text), display_text(now[name]), display_text(field), choice=choice
                )
            )
    return not form._clashes


def take(field: FormField, value: Sent) -> None:
    """Let a field hold a value as if a browser had sent it."""
    field.process(MultiDict([(field.name, part) for part in (value if isinstance(value, list) else [value])]))


def _fingerprints(text: str) -> dict[str, str]:
    try:
        prints = json.loads(text or "{}")
    except ValueError:
        return {}
    return prints if isinstance(prints, dict) else {}
