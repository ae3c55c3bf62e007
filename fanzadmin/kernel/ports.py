"""Questions between systems: a Protocol in `contracts`, an answer in one system's `SYSTEM.provides`."""

from typing import TypeVar

T = TypeVar("T")
_answers: dict[type, object] = {}


class NoProvider(LookupError):
    """No system provides this Protocol; see `provides` in the systems' system.py."""


def provide(protocol: type, answer: object) -> None:
    """Let `answer` stand for `protocol` in this process; the composition root calls it."""
    _answers[protocol] = answer


def ask(protocol: type[T]) -> T:
    """The one who answers `protocol`. Raises NoProvider."""
    try:
        return _answers[protocol]  # type: ignore[return-value]
    except KeyError:
        raise NoProvider(protocol.__name__) from None
