"""Questions between systems: a Protocol in `contracts`, an answer in one system's `SYSTEM.provides`."""

from typing import TypeVar

T = TypeVar("T")
_answers: dict[type, object] = {}


class NobodyAnswers(LookupError):
    """No system provides this Protocol; see `provides` in the systems' system.py."""


def provide(protocol: type, answer: object) -> None:
    """Let `answer` stand for `protocol` in this process; the composition root calls it."""
    _answers[protocol] = answer


def ask(protocol: type[T]) -> T:
    """The one who answers `protocol`. Raises NobodyAnswers."""
    try:
        return _answers[protocol]  # type: ignore[return-value]
    except KeyError:
        raise NobodyAnswers(protocol.__name__) from None
