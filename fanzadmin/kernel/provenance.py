"""Who wrote a row, by which way and because of what: the same columns on facts, deliveries, tasks and the audit.

A principal is written as `<kind>:<id>`: `person:12` (a login), `service:<id>` (a service account), `system:worker` (a
part of the platform itself).
"""

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.kernel.context import Context, PrincipalKind, Way
from fanzadmin.kernel.db import choice

_LAST = 100  # behind a table's own columns
_PRINCIPAL = 60  # characters
TRACE = {"label": "Trace", "cell": "trace"}  # of the columns that hold a trace id


class Provenance:
    """The columns; `parent_span_id` is the span that caused this one."""

    principal: Mapped[str] = mapped_column(
        String(_PRINCIPAL),
        CheckConstraint(f"principal ~ '^({'|'.join(PrincipalKind)}):.'", name="principal"),
        sort_order=_LAST,
    )
    real_principal: Mapped[str | None] = mapped_column(String(_PRINCIPAL), sort_order=_LAST)
    on_behalf_of: Mapped[str | None] = mapped_column(String(_PRINCIPAL), sort_order=_LAST)
    way: Mapped[str] = choice(Way, 10, sort_order=_LAST)
    span_id: Mapped[str] = mapped_column(String(16), sort_order=_LAST)
    parent_span_id: Mapped[str | None] = mapped_column(String(16), sort_order=_LAST)


def provenance_of(context: Context) -> dict[str, str | None]:
    """The columns of a row that is written in `context`, in its own span."""
    return {
        "principal": context.principal,
        "real_principal": context.real_principal or None,
        "on_behalf_of": context.on_behalf_of or None,
        "way": context.way.value,
        "span_id": context.span_id,
        "parent_span_id": context.parent_span_id or None,
    }


def provenance_of_child(context: Context, span_id: str) -> dict[str, str | None]:
    """The columns of what begins a span of its own, caused by the span of `context`: a fact, a task."""
    return provenance_of(context) | {"span_id": span_id, "parent_span_id": context.span_id}
