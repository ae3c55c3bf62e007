"""Flask-AppBuilder's widgets in our design: forms without jQuery, filters without whole tables, our own templates.

Templates draw every field through `control(field)`, so that Flask-AppBuilder's own forms (users, roles, passwords)
look like ours although their fields carry its Bootstrap widgets.
"""

from collections.abc import Callable
from functools import lru_cache

from flask import Flask, current_app, request, url_for
from flask_appbuilder.fields import AJAXSelectField, EnumField, QuerySelectField, QuerySelectMultipleField
from flask_appbuilder.widgets import FormWidget, ListWidget, RenderTemplateWidget, ShowWidget
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape
from wtforms import fields, widgets
from wtforms.widgets import html_params

from fanzadmin.console.data.shapes import FormField, Key, Label
from fanzadmin.console.registry import may_read
from fanzadmin.console.rendering import cells
from fanzadmin.console.rendering.fields import IdField, RelationsField, YesNoField, looks_up
from fanzadmin.console.rendering.row_cells import KEY, RowCells, at_key

FEW = 8  # options a plain <select> holds comfortably; beyond it gets a search box

Attributes = dict[str, object]  # of an HTML element

BLANK = Markup('<option value=""></option>')

# The icons that Flask-AppBuilder and add-ons name after Font Awesome, in our sprite's words.
FONT_AWESOME = {
    "table": "list", "search-plus": "search", "remove": "trash", "trash-o": "trash", "pencil": "edit", "cog": "settings",
    "cogs": "settings", "wrench": "settings", "group": "users", "user-circle": "user", "sign-out": "logout", "envelope": "mail",
    "envelope-o": "mail", "money": "coin", "dollar": "coin", "credit-card": "wallet", "bar-chart": "bars", "bar-chart-o": "bars",
    "line-chart": "graph", "pie-chart": "graph", "dashboard": "graph", "files-o": "copy", "file": "document",
    "file-text": "document", "ban": "ban", "times": "close", "repeat": "refresh", "undo": "refresh", "rocket": "bolt",
    "picture-o": "image", "photo": "image", "film": "video", "music": "audio", "comment": "chat", "comments": "chat",
    "exclamation-triangle": "alert", "question": "help", "sitemap": "layers", "gavel": "shield", "th": "grid",
}  # fmt: skip

TYPES = {
    fields.PasswordField: "password",
    fields.EmailField: "email",
    fields.URLField: "url",
    fields.TelField: "tel",
    fields.IntegerField: "number",
    fields.DateField: "date",
    fields.DateTimeField: "datetime-local",
    fields.TimeField: "time",
    fields.FileField: "file",
    fields.ColorField: "color",
}

INPUTS = {
    "password": widgets.PasswordInput,
    "email": widgets.EmailInput,
    "url": widgets.URLInput,
    "tel": widgets.TelInput,
    "number": widgets.NumberInput,
    "date": widgets.DateInput,
    "datetime-local": widgets.DateTimeLocalInput,
    "time": widgets.TimeInput,
    "file": widgets.FileInput,
    "color": widgets.ColorInput,
}


def control(field: FormField, **attributes: object) -> Markup:
    """The input of a form field. `attributes` win over what the field itself says."""
    attributes = _described(field) | attributes
    if looks_up(field):
        return _relation(field, attributes)
    if isinstance(
        field, QuerySelectField | AJAXSelectField | fields.SelectField | fields.SelectMultipleField
    ):
        return _select(field, attributes)
    if isinstance(field, fields.BooleanField):
        return _input(widgets.CheckboxInput(), field, {"class": "switch", "role": "switch"} | attributes)
    if isinstance(field, fields.TextAreaField):
        return _input(widgets.TextArea(), field, {"class": "textarea", "rows": 4} | attributes)
    if isinstance(field, fields.HiddenField | fields.SubmitField | fields.RadioField):
        return Markup(field(**attributes))  # noqa: S704  WTForms escapes
    return _text(field, {"class": "input"} | attributes)


def _tag(name: str, attributes: Attributes, inner: Markup | None = None) -> Markup:
    end = "" if inner is None else f"{inner}</{name}>"
    return Markup(f"<{name} {html_params(**attributes)}>{end}")  # noqa: S704  html_params and inner are escaped


def _described(field: FormField) -> Attributes:
    notes = [f"{field.id}-hint"] if field.description else []
    notes += [f"{field.id}-error"] if field.errors else []
    attributes: Attributes = {"aria-describedby": " ".join(notes)} if notes else {}
    if field.errors:
        attributes["aria-invalid"] = "true"
    return attributes


def _input(widget: Callable[..., str], field: FormField, attributes: Attributes) -> Markup:
    return Markup(widget(field, **attributes))  # noqa: S704  WTForms escapes


def _text(field: FormField, attributes: Attributes) -> Markup:
    kind = next((name for base, name in TYPES.items() if isinstance(field, base)), "text")
    if "image" in type(field).__name__.lower() or "file" in type(field).__name__.lower():
        kind = "file"
    widget = INPUTS.get(kind, widgets.TextInput)()
    if kind == "password":
        attributes = {"autocomplete": "new-password"} | attributes
    if isinstance(field, fields.DecimalField | fields.FloatField):
        attributes = {"inputmode": "decimal"} | attributes
    return _input(widget, field, attributes)


def _select(field: FormField, attributes: Attributes) -> Markup:
    many = isinstance(field, QuerySelectMultipleField | fields.SelectMultipleField)
    choices = list(field.iter_choices()) if hasattr(field, "iter_choices") else []
    params = {"id": field.id, "name": field.name, "class": "select"} | attributes
    if many:
        params["multiple"] = True
    if many or len(choices) > FEW:
        params["data-combobox"] = True
    if field.flags.required and not many:
        params |= {"required": True, "data-required": True}
    options = Markup().join(_option(pk, label, chosen=chosen) for pk, label, chosen, *_rest in choices)
    return _tag("select", params, options)


def _option(pk: Key, label: Label, *, chosen: bool) -> Markup:
    text = label if str(label) else "–"
    if isinstance(label, str) and label.isidentifier():
        text = cells.state_text(label)
    return _tag("option", {"value": str(pk), "selected": bool(chosen)}, escape(text))


def _records(chosen: list[tuple[Key, str]]) -> Markup:
    """Chosen options that are called what their records are: no words of states."""
    return Markup().join(
        _tag("option", {"value": str(pk), "selected": True}, escape(text or "–")) for pk, text in chosen
    )


def _relation(field: FormField, attributes: Attributes) -> Markup:
    many = isinstance(field, RelationsField)
    params = {"id": field.id, "name": field.name, "class": "select", "data-combobox": True} | attributes
    params["data-options"] = options_url(field)
    if many:
        params["multiple"] = True
    elif field.flags.required:
        params["data-required"] = True
    home = field.home() if isinstance(field, IdField) else None
    if home is not None and not may_read(home):
        params["data-placeholder"] = gettext("Paste an id")
    options = _records(field.chosen())
    blank = Markup() if many else BLANK
    return _tag("select", params, blank + options)


def options_url(field: FormField) -> str:
    """Where the current console looks up what `field` may hold (console/search/lookup.py)."""
    base = request.path.rstrip("/")
    for page in ("/list", "/add"):
        base = base.removesuffix(page)
    if request.blueprint:
        base = str(current_app.blueprints[request.blueprint].url_prefix)
    return f"{base}/options/{field.short_name}"


def filter_control(field: FormField, name: str, value: object = None) -> Markup:
    """The value box of a search filter on `field`, sent under `name`."""
    label = f"{field.label.text}: value"
    common = {"name": name, "aria-label": label, "data-value": True}
    if looks_up(field):
        options = _records(field.find([value] if value else []))
        params = common | {"class": "select", "data-combobox": True, "data-options": options_url(field)}
        return _tag("select", params, BLANK + options)
    if isinstance(field, fields.BooleanField):
        # Flask-AppBuilder's own filter understands only "y"; ours both.
        answers = [("y", "Yes"), ("n", "No")] if isinstance(field, YesNoField) else [("y", "Yes")]
        return _filter_select(common, answers, value)
    if isinstance(field, QuerySelectField | EnumField | fields.SelectField):
        choices = [(str(pk), label) for pk, label, *_rest in field.iter_choices() if pk != "__None"]
        return _filter_select(common, choices, value)
    kind = next((name for base, name in TYPES.items() if isinstance(field, base)), "text")
    text = "" if value is None else str(value)
    return _tag("input", dict(type=kind, value=text, **(common | {"class": "input"})))


def _filter_select(common: Attributes, choices: list[tuple[str, Label]], value: object) -> Markup:
    params = common | {"class": "select"} | ({"data-combobox": True} if len(choices) > FEW else {})
    options = Markup().join(_option(pk, text, chosen=pk == str(value)) for pk, text in choices)
    return _tag("select", params, options)


def icon_name(name: str | None, fallback: str = "document") -> str:
    """An icon of our sprite for `name`, which may be Font Awesome's (`fa-trash`)."""
    plain = (name or "").removeprefix("fa ").removeprefix("fa-") or fallback
    return FONT_AWESOME.get(plain, plain)


def icon(name: str | None, classes: str = "", label: object = "") -> Markup:
    """An icon of our sprite: with a label a picture, else an ornament. A page has a hundred of them."""
    return _icon(request.script_root, name, classes, escape(label) if label else "")


@lru_cache(4096)
def _icon(_script_root: str, name: str | None, classes: str, label: str) -> Markup:
    address = f"{url_for('static', filename='icons.svg')}#{icon_name(name)}"
    seen = Markup('role="img" aria-label="%s"') % Markup(label) if label else Markup('aria-hidden="true"')  # noqa: S704  escaped
    return Markup('<svg class="icon %s" %s><use href="%s"/></svg>') % (classes, seen, address)


def text_direction() -> str:
    """`rtl` for a right-to-left language of the current user, else `ltr`."""
    locale = get_locale()
    return "rtl" if locale is not None and locale.text_direction == "rtl" else "ltr"


class ConsoleListWidget(ListWidget):
    """The table of a list."""


class ConsoleShowWidget(ShowWidget):
    """The definition lists of a record."""


class ConsoleFormWidget(FormWidget):
    """The two-column form."""


CONSOLE_WIDGETS: dict[str, type[RenderTemplateWidget]] = {
    "list_widget": ConsoleListWidget,
    "show_widget": ConsoleShowWidget,
    "add_widget": ConsoleFormWidget,
    "edit_widget": ConsoleFormWidget,
}


def install(app: Flask) -> None:
    """Give every template the helpers above and the cells."""
    app.jinja_env.globals.update(
        control=control,
        filter_control=filter_control,
        icon_name=icon_name,
        icon_drawn=icon,
        at_key=at_key,
        row_cells=RowCells,
        KEY=KEY,
        text_direction=text_direction,
        draw=cells.draw,
        is_numeric=cells.is_numeric,
        status=cells.status,
        face=cells.face,
        spark=cells.spark,
        time_text=cells.time_text,
        size_text=cells.size_text,
        duration_text=cells.duration_text,
        words_of=cells.state_text,
    )
