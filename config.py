"""The settings of one process, typed, in groups (`config.web.port`). This file alone reads the environment.

Each setting is declared once, by `setting`: its variable, default, how it is read, what it means. `from_env`, `environ` and
the table in the README follow from the declarations.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed import DataclassInstance as Group

T = TypeVar("T")
G = TypeVar("G", bound="Group")

GIB = 1024**3
POSTGRES_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg2")
SHORTEST_SECRET = 16
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
PAYMENT_ADAPTERS = ("SANDBOX",)
SIZE_UNITS = {"": 1, "KIB": 1024, "MIB": 1024**2, "GIB": GIB, "TIB": 1024**4}


class ConfigError(Exception):
    """A setting that cannot be used. The message names the variable and what it may hold."""


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """How a setting is read and documented. `default` and `meaning` are what the README says."""

    variable: str
    parse: Callable[[str, str], T]  # of the variable's name and its text
    write: Callable[[T], str]
    default: str
    meaning: str


def setting(
    variable: str,
    default: T,
    parse: Callable[[str, str], T],
    meaning: str,
    *,
    shown: str = "",
    write: Callable[[T], str] = str,
    is_secret: bool = False,
) -> T:
    """A field of Config that is read from `variable`; an empty value counts as absent. `shown` is the default in words."""
    declared = Setting(variable, parse, write, shown or write(default), meaning)
    member: T = field(default=default, repr=not is_secret, metadata={"setting": declared})
    return member


def _text(_name: str, text: str) -> str:
    return text


def _path(_name: str, text: str) -> Path:
    return Path(text).expanduser().absolute()


def _secret(name: str, text: str) -> str:
    """The value is not quoted in the error."""
    if len(text) < SHORTEST_SECRET:
        raise ConfigError(f"{name} must have at least {SHORTEST_SECRET} characters, drawn at random.")
    return text


def _integer(lowest: int, highest: int) -> Callable[[str, str], int]:
    def parse(name: str, text: str) -> int:
        if not re.fullmatch(r"-?[0-9]{1,18}", text) or not lowest <= int(text) <= highest:
            raise ConfigError(f"{name} must be a whole number from {lowest} to {highest}, not '{text}'.")
        return int(text)

    return parse


def _flag(name: str, text: str) -> bool:
    if text.lower() not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
        raise ConfigError(f"{name} must be 1 or 0, not '{text.lower()}'.")
    return text.lower() in {"1", "true", "yes", "on"}


def _choice(*allowed: str) -> Callable[[str, str], str]:
    def parse(name: str, text: str) -> str:
        if text.upper() not in allowed:
            raise ConfigError(f"{name} must be one of {', '.join(allowed)}, not '{text.upper()}'.")
        return text.upper()

    return parse


def _adapter(name: str, text: str) -> str:
    return _choice(*PAYMENT_ADAPTERS)(name, text).lower()


def _size(name: str, text: str) -> int:
    match = re.fullmatch(r"([0-9]{1,15})(KIB|MIB|GIB|TIB)?", text.upper().replace(" ", ""))
    if not match or int(match[1]) == 0:
        raise ConfigError(f"{name} must be a size such as 4GiB, 500MiB or a number of bytes, not '{text}'.")
    return int(match[1]) * SIZE_UNITS[match[2] or ""]


def _moments(name: str, text: str) -> tuple[datetime, ...]:
    """A moment, or a moment and the real time it stands for, divided by a slash."""
    with suppress(ValueError):
        moments = tuple(map(datetime.fromisoformat, text.split("/")))
        if len(moments) <= 2 and all(moment.tzinfo for moment in moments):
            return moments
    raise ConfigError(f"{name} must be a moment such as 2026-11-18T10:00:00+00:00, not '{text}'.")


def _url(*schemes: str) -> Callable[[str, str], str]:
    """The value is not quoted in the error: it may hold a password."""

    def parse(name: str, text: str) -> str:
        if not _is_url(text, schemes):
            beginnings = ", ".join(f"{scheme}://" for scheme in schemes)
            raise ConfigError(f"{name} must be an address beginning with {beginnings}.")
        return text

    return parse


def _database(name: str, text: str) -> str:
    return _psycopg2(_url(*POSTGRES_SCHEMES)(name, text))


@dataclass(frozen=True, kw_only=True, slots=True)
class Web:
    """Where the web role listens, and how it is reached."""

    port: int = setting("PORT", 8080, _integer(1, 65535), "where the web role listens")
    host: str = setting("HOST", "127.0.0.1", _text, "the address that it binds")
    base_url: str = setting(
        "BASE_URL", "", _url("http", "https"), "the address that links and QR codes carry",
        shown="`http://127.0.0.1:PORT`",
    )  # fmt: skip
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES", 0, _integer(0, 9),
        "so many proxies stand in front, whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: wrong passwords, "
        "clicks and the security board count by address",
    )  # fmt: skip
    workers: int = setting("WEB_CONCURRENCY", 2, _integer(1, 256), "processes of the web role")


@dataclass(frozen=True, kw_only=True, slots=True)
class Runtime:
    """How a process runs, and where it keeps its files."""

    var: Path = setting(  # noqa: RUF009  a Path does not change
        "FANZ_VAR", Path("var"), _path, "where embedded servers, files and secrets lie", shown="`var/`"
    )
    demo: bool = setting(
        "FANZ_DEMO", True, _flag, "seed the demo into an empty database", write=lambda on: "1" if on else "0"
    )
    log_level: str = setting(
        "LOG_LEVEL", "INFO", _choice(*LOG_LEVELS), "the least that is logged: DEBUG to CRITICAL"
    )
    clock: tuple[datetime, ...] = setting(
        "FANZ_CLOCK", (), _moments, "for tests only, beside `FANZ_TESTING=1`: the moment to start at",
        shown="the real time", write=lambda moments: "/".join(moment.isoformat() for moment in moments),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Database:
    """PostgreSQL. An empty address means the embedded server, whose address `fanzadmin.runtime.embedded` fills in."""

    url: str = setting(
        "DATABASE_URL", "", _database, "PostgreSQL 15 or newer", shown="embedded PostgreSQL 18", is_secret=True
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Redis:
    """Queues, live hints and counters; an empty address as for the database."""

    url: str = setting(
        "REDIS_URL", "", _url("redis", "rediss", "unix"), "Redis 6.2 or newer", shown="embedded Redis",
        is_secret=True,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Nats:
    """The bus of facts; an empty address as for the database."""

    url: str = setting(
        "NATS_URL", "", _url("nats", "tls", "ws", "wss"), "NATS with JetStream, 2.12 or newer",
        shown="embedded NATS", is_secret=True,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Storage:
    """Where files lie."""

    url: str = setting(
        "STORAGE_URL", "", _url("file", "s3", "gs", "az"),
        "a directory, or `s3://bucket/prefix` with the usual `AWS_*`; give the bucket a rule that ends unfinished multipart "
        "uploads",
        shown="`file://var/storage`", is_secret=True,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Security:
    """What signs."""

    secret_key: str = setting(
        "SECRET_KEY", "", _secret, "signs sessions, tokens and links; at least 16 characters",
        shown="made once, kept in `var/`", is_secret=True,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Media:
    """Uploads and encodes. Sizes are bytes."""

    workers: int = setting("MEDIA_WORKERS", 1, _integer(1, 64), "processes of the media role")
    upload_max_bytes: int = setting("UPLOAD_MAX_BYTES", 4 * GIB, _size, "the largest upload", shown="4GiB")
    sweep_after_hours: int = setting(
        "SWEEP_AFTER_HOURS", 24, _integer(13, 8760),
        "objects that no asset refers to are removed when they are older than this, at least 13",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Chat:
    """Messages to all subscribers."""

    gather_minutes: int = setting(
        "GATHER_MINUTES", 60, _integer(0, 1440),
        "what a creator publishes within so many minutes is one message to the subscribers; 0 sends at once",
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Payments:
    adapter: str = setting(
        "PAYMENT_ADAPTER", "sandbox", _adapter, "the payment processor; `sandbox` moves no money"
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """Everything that differs between two deployments."""

    web: Web = field(default_factory=Web)
    runtime: Runtime = field(default_factory=Runtime)
    database: Database = field(default_factory=Database)
    redis: Redis = field(default_factory=Redis)
    nats: Nats = field(default_factory=Nats)
    storage: Storage = field(default_factory=Storage)
    security: Security = field(default_factory=Security)
    media: Media = field(default_factory=Media)
    chat: Chat = field(default_factory=Chat)
    payments: Payments = field(default_factory=Payments)

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Raises ConfigError at the first variable that cannot be used."""
        texts = {name: text.strip() for name, text in environ.items()}
        if texts.get("FANZ_CLOCK") and not _flag("FANZ_TESTING", texts.get("FANZ_TESTING") or "0"):
            raise ConfigError(
                "FANZ_CLOCK sets a false time and is for tests only: it needs FANZ_TESTING=1 beside it."
            )
        defaults = cls()
        groups = {group.name: _read(type(getattr(defaults, group.name)), texts) for group in fields(cls)}
        return replace(defaults, **groups)._completed()

    def _completed(self) -> Config:
        """With the settings that follow from others where they are left out."""
        var = self.runtime.var.absolute()
        base_url = self.web.base_url or f"http://127.0.0.1:{self.web.port}"
        return replace(
            self,
            web=replace(self.web, base_url=base_url.rstrip("/")),
            runtime=replace(self.runtime, var=var),
            storage=Storage(url=self.storage.url or f"file://{var / 'storage'}"),
            security=Security(secret_key=self.security.secret_key or _kept_secret(var / "secret_key")),
        )

    def connected_to(self, *, database: str = "", redis: str = "", nats: str = "") -> Config:
        """The same settings with these addresses; those left out stay."""
        return replace(
            self,
            database=Database(url=database or self.database.url),
            redis=Redis(url=redis or self.redis.url),
            nats=Nats(url=nats or self.nats.url),
        )

    def unconnected(self) -> Config:
        """The same settings with addresses without a server behind them: for commands that only look at the code."""
        nowhere = "127.0.0.1:9"
        return self.connected_to(
            database=f"postgresql+psycopg2://{nowhere}/none",
            redis=f"redis://{nowhere}",
            nats=f"nats://{nowhere}",
        )

    def environ(self, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment of a child process that is to see these settings."""
        groups = [getattr(self, group.name) for group in fields(self)]
        own = {
            entry.variable: entry.write(getattr(group, name))
            for group in groups
            for name, entry in _declared(type(group)).items()
        }
        return {**inherited, **own}


def settings() -> list[Setting[object]]:
    """Every setting, group by group."""
    return [
        entry
        for group in fields(Config())
        for entry in _declared(type(getattr(Config(), group.name))).values()
    ]


def table() -> list[str]:
    """The rows of the README's table of settings."""
    return [f"| `{entry.variable}` | {entry.default} | {entry.meaning} |" for entry in settings()]


def _declared(group: type[Group]) -> dict[str, Setting[object]]:
    """The settings of a group by the names of its fields."""
    return {member.name: member.metadata["setting"] for member in fields(group)}


def _read(group: type[G], texts: Mapping[str, str]) -> G:
    """A group as the environment has it; what is empty there keeps its default."""
    return group(
        **{
            name: entry.parse(entry.variable, texts[entry.variable])
            for name, entry in _declared(group).items()
            if texts.get(entry.variable)
        }
    )


def _is_url(text: str, schemes: tuple[str, ...]) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port if "," not in parts.netloc else None
    except ValueError:
        return False
    return "://" in text and parts.scheme in schemes and bool(parts.netloc or parts.path or parts.query)


def _psycopg2(url: str) -> str:
    """SQLAlchemy wants the driver named; `postgres://` is what hosting providers hand out."""
    scheme, separator, rest = url.partition("://")
    return f"postgresql+psycopg2://{rest}" if separator and scheme in POSTGRES_SCHEMES else url


def _kept_secret(path: Path) -> str:
    """Made once. Two processes that start together must agree, hence the link that only one can make."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
            with suppress(FileExistsError):
                path.hardlink_to(draft)
            draft.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ConfigError(f"FANZ_VAR must be a directory that can be written: {error}.") from error
