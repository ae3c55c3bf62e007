"""Why a file is blocked: a code for programs and one sentence for the user."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Reason:
    code: str
    sentence: str


class Refused(Exception):
    """Raised while looking at a file; becomes one reason of its verdict."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = Reason(code, sentence)


def bytes_text(size: int) -> str:
    """1536 → '1.5 KB', in powers of 1024."""
    amount = float(size)
    for unit in ("bytes", "KB", "MB", "GB"):
        if amount < 1024 or unit == "GB":
            return f"{amount:.0f} {unit}" if unit == "bytes" else f"{amount:.1f} {unit}"
        amount /= 1024
    raise AssertionError


def time_text(milliseconds: int) -> str:
    """90_000 → '1:30'; 3_600_000 → '1:00:00'."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
