"""The settings of one process, typed. This file alone reads the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

GIB = 1024**3
POSTGRES_SCHEMES = ("postgresql", "postgres", "postgresql+psycopg2")
SHORTEST_SECRET = 16
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
PAYMENT_ADAPTERS = ("SANDBOX",)
SIZE_UNITS = {"": 1, "KIB": 1024, "MIB": 1024**2, "GIB": GIB, "TIB": 1024**4}


class ConfigError(Exception):
    """A setting that cannot be used. The message names the variable and what it may hold."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """Everything that differs between two deployments.

    An empty `database_url`, `redis_url` or `nats_url` means: the embedded server, whose address
    `fanzadmin.runtime.embedded` fills in. Sizes are bytes.
    """

    var: Path
    host: str = "127.0.0.1"
    port: int = 8080
    database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    nats_url: str = field(default="", repr=False)
    storage_url: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    base_url: str = ""
    trusted_proxies: int = 0
    web_workers: int = 2
    media_workers: int = 1
    demo: bool = True
    log_level: str = "INFO"
    payment_adapter: str = "sandbox"
    upload_max_bytes: int = 4 * GIB
    sweep_after_hours: int = 24
    clock: tuple[datetime, ...] = ()  # for tests: the moment to start at, and the real time it stands for

    @classmethod
    def from_env(cls, environ: Mapping[str, str] = os.environ) -> Config:
        """Raises ConfigError at the first variable that cannot be used."""
        read = _Reader(environ)
        var = Path(read.text("FANZ_VAR", "var")).expanduser().absolute()
        port = read.integer("PORT", 8080, lowest=1, highest=65535)
        return cls(
            var=var,
            host=read.text("HOST", "127.0.0.1"),
            port=port,
            database_url=_psycopg2(read.url("DATABASE_URL", POSTGRES_SCHEMES)),
            redis_url=read.url("REDIS_URL", ("redis", "rediss", "unix")),
            nats_url=read.url("NATS_URL", ("nats", "tls", "ws", "wss")),
            storage_url=read.url("STORAGE_URL", ("file", "s3", "gs", "az")) or f"file://{var / 'storage'}",
            secret_key=read.secret("SECRET_KEY") or _kept_secret(var / "secret_key"),
            base_url=(read.url("BASE_URL", ("http", "https")) or f"http://127.0.0.1:{port}").rstrip("/"),
            trusted_proxies=read.integer("TRUSTED_PROXIES", 0, lowest=0, highest=9),
            web_workers=read.integer("WEB_CONCURRENCY", 2, lowest=1, highest=256),
            media_workers=read.integer("MEDIA_WORKERS", 1, lowest=1, highest=64),
            demo=read.flag("FANZ_DEMO", default=True),
            log_level=read.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
            payment_adapter=read.choice("PAYMENT_ADAPTER", "SANDBOX", PAYMENT_ADAPTERS).lower(),
            upload_max_bytes=read.size("UPLOAD_MAX_BYTES", 4 * GIB),
            sweep_after_hours=read.integer("SWEEP_AFTER_HOURS", 24, lowest=13, highest=8760),
            clock=read.clock("FANZ_CLOCK", marker="FANZ_TESTING"),
        )

    def unconnected(self) -> Config:
        """The same settings with addresses that nobody answers: for commands that only look at the code."""
        nowhere = "127.0.0.1:9"
        return replace(
            self,
            database_url=f"postgresql+psycopg2://{nowhere}/none",
            redis_url=f"redis://{nowhere}",
            nats_url=f"nats://{nowhere}",
        )

    def environ(self, inherited: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The environment of a child process that is to see these settings."""
        return {
            **inherited,
            "FANZ_VAR": str(self.var),
            "HOST": self.host,
            "PORT": str(self.port),
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "NATS_URL": self.nats_url,
            "STORAGE_URL": self.storage_url,
            "SECRET_KEY": self.secret_key,
            "BASE_URL": self.base_url,
            "TRUSTED_PROXIES": str(self.trusted_proxies),
            "WEB_CONCURRENCY": str(self.web_workers),
            "MEDIA_WORKERS": str(self.media_workers),
            "FANZ_DEMO": "1" if self.demo else "0",
            "LOG_LEVEL": self.log_level,
            "PAYMENT_ADAPTER": self.payment_adapter,
            "UPLOAD_MAX_BYTES": str(self.upload_max_bytes),
            "SWEEP_AFTER_HOURS": str(self.sweep_after_hours),
            "FANZ_CLOCK": "/".join(moment.isoformat() for moment in self.clock),
        }


class _Reader:
    """One variable at a time; an empty value counts as absent."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def secret(self, name: str) -> str:
        """The value is not quoted in the error."""
        text = self.text(name, "")
        if text and len(text) < SHORTEST_SECRET:
            raise ConfigError(f"{name} must have at least {SHORTEST_SECRET} characters, drawn at random.")
        return text

    def integer(self, name: str, default: int, *, lowest: int, highest: int) -> int:
        text = self.text(name, str(default))
        if not re.fullmatch(r"-?[0-9]{1,18}", text) or not lowest <= int(text) <= highest:
            raise ConfigError(f"{name} must be a whole number from {lowest} to {highest}, not '{text}'.")
        return int(text)

    def flag(self, name: str, *, default: bool) -> bool:
        text = self.text(name, "1" if default else "0").lower()
        if text not in {"0", "1", "true", "false", "yes", "no", "on", "off"}:
            raise ConfigError(f"{name} must be 1 or 0, not '{text}'.")
        return text in {"1", "true", "yes", "on"}

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        text = self.text(name, default).upper()
        if text not in allowed:
            raise ConfigError(f"{name} must be one of {', '.join(allowed)}, not '{text}'.")
        return text

    def size(self, name: str, default: int) -> int:
        text = self.text(name, str(default)).upper().replace(" ", "")
        found = re.fullmatch(r"([0-9]{1,15})(KIB|MIB|GIB|TIB)?", text)
        if not found or int(found[1]) == 0:
            raise ConfigError(
                f"{name} must be a size such as 4GiB, 500MiB or a number of bytes, not '{text}'."
            )
        return int(found[1]) * SIZE_UNITS[found[2] or ""]

    def clock(self, name: str, *, marker: str) -> tuple[datetime, ...]:
        """A moment, or a moment and the real time it stands for, divided by a slash; only where `marker` is set."""
        text = self.text(name, "")
        if text and not self.flag(marker, default=False):
            raise ConfigError(
                f"{name} sets a false time and is for tests only: it needs {marker}=1 beside it."
            )
        with suppress(ValueError):
            moments = tuple(map(datetime.fromisoformat, text.split("/"))) if text else ()
            if len(moments) <= 2 and all(moment.tzinfo for moment in moments):
                return moments
        raise ConfigError(f"{name} must be a moment such as 2026-11-18T10:00:00+00:00, not '{text}'.")

    def url(self, name: str, schemes: tuple[str, ...]) -> str:
        """The value is not quoted in the error: it may hold a password."""
        text = self.text(name, "")
        if text and not _is_url(text, schemes):
            raise ConfigError(
                f"{name} must be an address beginning with {', '.join(s + '://' for s in schemes)}."
            )
        return text


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
