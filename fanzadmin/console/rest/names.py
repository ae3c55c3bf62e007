"""The address of a console's resource: `/api/v1/<system>/<resource>`."""

import re

from fanzadmin.console.contract import ConsoleLike

_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def system_of(console: ConsoleLike) -> str:
    """The system that a console belongs to: `finance`, `security`."""
    parts = type(console).__module__.split(".")
    return parts[1] if parts[0] == "fanzadmin" and len(parts) > 1 else parts[0]


def noun_of(console: ConsoleLike) -> str:
    """What one record is called in names of schemas: `FinancePayout`."""
    return type(console).__name__.removesuffix("Console")


def resource_of(console: ConsoleLike) -> str:
    """The last part of the address: what the console says, else the plural of its class's words after the system's."""
    if console.rest_name:
        return console.rest_name
    words = _WORD.split(noun_of(console))[1:]
    return "-".join([*words[:-1], _plural(words[-1])]).lower()


def _plural(noun: str) -> str:
    if noun.endswith("y") and noun[-2] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "sh", "ch", "x")) else f"{noun}s"
