"""Why a file is blocked: a code with values, whose messages stand in contracts/shield.py."""

from __future__ import annotations

from dataclasses import dataclass

from fanzadmin.kernel.i18n.reasons import english_reason, reason_code


@dataclass(frozen=True)
class Reason:
    """`code` for programs; `text` as it is stored and announced (kernel/i18n/reasons.py)."""

    code: str
    text: str

    @property
    def sentence(self) -> str:
        """In English, for logs and reports."""
        return english_reason(self.text)


def reason_of(code: str, /, **values: object) -> Reason:
    """A reason of FanzShield; a message of several for one code is named behind a dot (`too_many_pixels.video`)."""
    return Reason(code.partition(".")[0], reason_code(f"shield.{code}", **values))


class Refused(Exception):
    """Raised while looking at a file; becomes one reason of its verdict."""

    def __init__(self, code: str, /, **values: object) -> None:
        self.reason = reason_of(code, **values)
        super().__init__(self.reason.sentence)


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
