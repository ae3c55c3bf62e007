"""PostgreSQL: one base, one session, one transaction per request, job and delivery.

Only `transaction()` and the end of a request commit: `session.commit()` only flushes, so that a library
which commits (Flask-AppBuilder does, in its views and its security manager) cannot break a unit of work.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from flask_appbuilder.models.sqla import Model as FabModel
from psycopg2.extensions import new_array_type, new_type, register_type
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    Engine,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    TextClause,
    Uuid,
    create_engine,
    event,
    text,
)
from sqlalchemy import Column as TableColumn
from sqlalchemy.orm import (
    MappedColumn,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
    scoped_session,
    sessionmaker,
)

from fanzadmin.kernel import clock, db_limits
from fanzadmin.kernel.ids import new_id

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

_WRITES = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\w+[\w.\"\s]*\bSET|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE|COPY)\b", re.I
)

Hook = Callable[[], object]
Column = MappedColumn[Any]  # Any: the annotation in the model says the type


class Model(FabModel):
    """The declarative base, shared with Flask-AppBuilder's tables. A table names its schema in `__table_args__`."""

    __abstract__ = True
    __table_args__: object = {}
    metadata: MetaData


FabModel.metadata.naming_convention = NAMES


class UnitOfWork(Session):
    """A session whose `commit` flushes; the kernel alone ends a transaction."""

    def commit(self) -> None:
        self.flush()

    def commit_transaction(self) -> None:
        """Commit, then run the `after_commit` hooks."""
        super().commit()
        for hook in self.info.pop("after_commit", []):
            hook()


_factory = sessionmaker(class_=UnitOfWork, expire_on_commit=False)
session: scoped_session[UnitOfWork] = scoped_session(_factory)


@event.listens_for(UnitOfWork, "after_transaction_create")
def _mark_hooks(unit: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        unit.info.setdefault("savepoints", {})[transaction] = len(unit.info.get("after_commit", []))


@event.listens_for(UnitOfWork, "after_soft_rollback")
def _drop_hooks(unit: Session, transaction: SessionTransaction) -> None:
    """A savepoint that is rolled back drops the hooks registered inside it; a transaction drops all of them."""
    if transaction.parent is None:
        unit.info.pop("after_commit", None)
    elif transaction.nested:
        del unit.info.get("after_commit", [])[unit.info["savepoints"].get(transaction, 0) :]


@event.listens_for(UnitOfWork, "after_transaction_end")
def _drop_marks(unit: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        unit.info.pop("savepoints", None)
        unit.info.pop("wrote", None)


@event.listens_for(UnitOfWork, "after_flush")
def _note_flush(unit: Session, _: object) -> None:
    unit.info["wrote"] = True


@event.listens_for(UnitOfWork, "do_orm_execute")
def _note_write(state: ORMExecuteState) -> None:
    statement = state.statement
    by_hand = isinstance(statement, TextClause) and _WRITES.search(statement.text) is not None
    if by_hand or state.is_insert or state.is_update or state.is_delete:
        state.session.info["wrote"] = True


def connect(
    url: str,
    *,
    pool_size: int = 10,
    pre_ping: bool = True,
    statement: float | None = None,
    retry_for: float = 0,
) -> Engine:
    """Bind the process's session to the database at `url`; unqualified tables lie in schema `security`.

    `pre_ping` asks each connection whether it lives before it is used: for people, who see a failed request. A role
    that tries again by itself saves the round trip. A statement may take `statement` seconds, without end where it is left
    out; a server that is starting is asked again for `retry_for` seconds.
    """
    options = "-c search_path=security,public -c timezone=utc"
    if statement is not None:
        options += f" -c statement_timeout={int(statement * 1000)}"
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=pre_ping,
        pool_recycle=1800,
        executemany_mode="values_plus_batch",  # many updates travel in one round trip
        connect_args={
            "options": options,
            "connect_timeout": 5,
            "application_name": "fanz",
            **db_limits.KEEPALIVE,
        },
    )
    if statement is not None:
        db_limits.limit(engine, statement=statement, retry_for=retry_for)
    event.listen(engine, "connect", _leave_ids_as_text)
    session.remove()
    session.configure(bind=engine)
    return engine


# An id is text from the page to the table; psycopg2 would make an object of it that SQLAlchemy makes a text again.
_UUID = new_type((2950,), "UUID", lambda value, _cursor: value)
_UUIDS = new_array_type((2951,), "UUID[]", _UUID)


def _leave_ids_as_text(connection: Any, _record: object) -> None:
    for kind in (_UUID, _UUIDS):
        register_type(kind, connection)


def engine() -> Engine:
    """The engine that the session is bound to. Raises RuntimeError before `connect`."""
    bound = _factory.kw.get("bind")
    if bound is None:
        raise RuntimeError("the database is not connected yet: call connect(url) first")
    return bound if isinstance(bound, Engine) else bound.engine


@contextmanager
def transaction() -> Iterator[UnitOfWork]:
    """One unit of work outside a request: commits at the end, rolls back on an error, returns the connection."""
    try:
        yield session()
        session().commit_transaction()
    except BaseException:
        session.rollback()
        raise
    finally:
        session.remove()


def commit_request() -> None:
    """Commit the current unit of work (the end of a request)."""
    if session.registry.has():
        session().commit_transaction()


def rollback_request() -> None:
    """Roll the current unit of work back and return its connection."""
    session.remove()


def end_read() -> None:
    """Give the connection back before minutes of other work. Raises RuntimeError if something was written."""
    unit = session()
    if unit.new or unit.dirty or unit.deleted or unit.info.keys() & {"after_commit", "wrote"}:
        raise RuntimeError("end_read() after a write would cut the transaction in two")
    unit.rollback()


def after_commit(hook: Hook) -> None:
    """Run `hook` once the current unit of work is committed; never if it is rolled back."""
    session().info.setdefault("after_commit", []).append(hook)


def is_alive() -> bool:
    """Whether the database answers."""
    with engine().connect() as connection:
        return bool(connection.execute(text("SELECT 1")).scalar())


def pk() -> Column:
    """A primary key: UUIDv7."""
    info = {"cell": "code", "searched": True, "sorted": True}
    return mapped_column(Uuid(as_uuid=False), primary_key=True, default=new_id, info=info)


def ref(noun: str, *, nullable: bool = False, index: bool = True, label: str = "") -> Column:
    """The id of a `noun` that another system keeps; no foreign key crosses a schema."""
    info = _shown(label, ref=noun, searched=True)
    return mapped_column(Uuid(as_uuid=False), nullable=nullable, index=index, info=info)


def user_ref(*, nullable: bool = True, unique: bool = False) -> Column:
    """A login: the one reference that may cross a schema."""
    return mapped_column(
        Integer,
        ForeignKey("ab_user.id", ondelete="SET NULL"),
        nullable=nullable,
        index=not unique,
        unique=unique,
    )


def created(*, label: str = "") -> Column:
    """The moment a row was made."""
    return mapped_column(
        DateTime(timezone=True),
        default=clock.now,
        nullable=False,
        index=True,
        info=_shown(label, searched=True, sorted=True),
    )


def moment(*, nullable: bool = True, index: bool = False, label: str = "", day_only: bool = False) -> Column:
    """A moment, aware UTC; consoles show its day only where the hour says nothing."""
    cell = "day" if day_only else ""
    return mapped_column(
        DateTime(timezone=True), nullable=nullable, index=index, info=_shown(label, cell=cell)
    )


def cluster_column(*, nullable: bool = False) -> Column:
    """The cluster (brand) that a row belongs to; row rules read it. A row of no brand is for those who see all brands."""
    return mapped_column(String(40), nullable=nullable, index=True, info={"searched": True})


def minor_units(*, nullable: bool = False, label: str = "", currency: str = "") -> Column:
    """An amount in minor units. `currency` is the path to its ISO 4217 code, the row's own `currency` where left out."""
    return mapped_column(BigInteger, nullable=nullable, info=_shown(label, currency=currency))


def currency_column(*, nullable: bool = False) -> Column:
    """An ISO 4217 code."""
    return mapped_column(String(3), nullable=nullable)


def choice(
    words: type[StrEnum],
    length: int,
    *,
    default: StrEnum | None = None,
    index: bool = False,
    checked: bool = True,
    label: str = "",
    tones: Mapping[str, str] | None = None,
    pill: bool | None = None,
    primary_key: bool = False,
    sort_order: int = 0,
) -> Column:
    """One word of an enum: the type and, unless not `checked`, the CHECK constraint that is called like the column.

    Consoles draw a state (`pill`, for a column that is called state where left out) as a pill; `tones` colours its words.
    """
    info = _shown(label) | {"choice": words, "checked": checked, "tones": tones or {}, "pill": pill}
    return mapped_column(
        String(length),
        default=default,
        index=index,
        primary_key=primary_key,
        sort_order=sort_order,
        info=info,
    )


@event.listens_for(TableColumn, "after_parent_attach")
def _check_choice(column: "TableColumn[object]", table: object) -> None:
    if isinstance(table, Table) and column.info.get("checked"):
        words = ", ".join(f"'{word.value}'" for word in column.info["choice"])
        table.append_constraint(CheckConstraint(f"{column.name} IN ({words})", name=column.name))


def _shown(label: str, **how: object) -> dict[str, object]:
    """What consoles, exports and REST read of a column."""
    return {name: value for name, value in {"label": label, **how}.items() if value}
