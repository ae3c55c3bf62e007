"""The columns that an import may write, and those by which it finds a record."""

from dataclasses import dataclass

from sqlalchemy import Index, Integer, String, UniqueConstraint, Uuid

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Column
from fanzadmin.console.registry import may
from fanzadmin.console.transfer.sheet_columns import head_of


@dataclass(frozen=True, slots=True)
class Target:
    """A column that an import may write: in new records, in those that are there, or only to find them."""

    name: str
    label: str
    adds: bool
    changes: bool
    required: bool


def targets_of(console: ConsoleLike) -> dict[str, Target]:
    """The columns that the current user may bring in, by name. What is masked for them is never compared."""
    adds = list(console.columns_for("add")) if may_add(console) else []
    changes = list(console.open_columns()) if may_change(console) else []
    form = console.add_form(formdata=None, meta={"csrf": False}) if adds else None
    names = dict.fromkeys([*keys_of(console), *adds, *changes])
    return {
        name: Target(
            name,
            head_of(console, name),
            adds=name in adds,
            changes=name in changes,
            required=form is not None and name in form and bool(form[name].flags.required),
        )
        for name in names
    }


def may_add(console: ConsoleLike) -> bool:
    return "create" in console.abilities and may("create", console.resource)


def may_change(console: ConsoleLike) -> bool:
    return "update" in console.abilities and may("update", console.resource)


def keys_of(console: ConsoleLike) -> list[str]:
    """The columns by which a record is found: the primary key, those that are unique by themselves, and the console's
    `import_keys`, for those who may see what they hold."""
    mapper = console.datamodel.obj.__mapper__
    if len(mapper.primary_key) != 1:
        return []
    own = mapper.get_property_by_column(mapper.primary_key[0]).key
    unique = [
        attribute.key
        for attribute in mapper.column_attrs
        if isinstance(attribute.columns[0].type, String | Integer | Uuid) and is_unique(attribute.columns[0])
    ]
    names = dict.fromkeys([own, *unique])
    plain = [
        name
        for name in names
        if console.is_findable(name) and not console.is_masked(name) and not console.is_hidden(name)
    ]
    return [*plain, *(name for name in console.import_keys if _may_know(console, name))]


def _may_know(console: ConsoleLike, name: str) -> bool:
    """Whoever may reveal a masked column may also name its values."""
    return not console.is_hidden(name) and (not console.is_masked(name) or may("reveal", console.resource))


def is_unique(column: Column) -> bool:
    """Whether no two rows of a table hold the same in this column."""
    if column.unique:
        return True
    rules: list[UniqueConstraint | Index] = [
        *(rule for rule in column.table.constraints if isinstance(rule, UniqueConstraint)),
        *(rule for rule in column.table.indexes if isinstance(rule, Index) and rule.unique),
    ]
    return any(list(rule.columns.keys()) == [column.key] for rule in rules)
