"""What the canary saw: a line per step, for people or for programs."""

import json
import time
from collections.abc import Callable


class NotSeen(Exception):
    """The effect did not show; the message says what was missing."""


class Report:
    """Prints each step as it ends, and remembers which effects were seen."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json
        self.seen: dict[str, float] = {}
        self.missing: dict[str, str] = {}
        self.began = time.perf_counter()

    def take(self, name: str, see: Callable[[], str]) -> None:
        """Time one step. Whatever goes wrong in it is a missing effect, not the end of the canary."""
        began = time.perf_counter()
        try:
            detail = see()
        except Exception as error:
            self.missing[name] = str(error) or type(error).__name__
            self._line(name, "missing", _ms(began), self.missing[name])
            return
        self.seen[name] = _ms(began)
        self._line(name, "ok", self.seen[name], detail)

    def skip(self, name: str, why: str) -> None:
        """A step that could not even begin."""
        self.missing[name] = why
        self._line(name, "skipped", 0, why)

    def close(self) -> int:
        """Print the summary. Returns the exit code."""
        total = _ms(self.began)
        if self.as_json:
            summary = {"ok": not self.missing, "seen": len(self.seen), "missing": self.missing, "ms": total}
            print(json.dumps({"summary": summary}), flush=True)
        elif self.missing:
            print(f"\n{len(self.seen)} effects seen, {len(self.missing)} missing: {', '.join(self.missing)}.")
        else:
            print(f"\nAll {len(self.seen)} effects seen in {total / 1000:.1f} s.")
        return 1 if self.missing else 0

    def _line(self, name: str, state: str, ms: float, detail: str) -> None:
        if self.as_json:
            print(json.dumps({"step": name, "state": state, "ms": ms, "detail": detail}), flush=True)
        else:
            print(f"{state:<8} {ms:>9.0f} ms  {name:<34} {detail}", flush=True)


def _ms(began: float) -> float:
    return round((time.perf_counter() - began) * 1000, 1)
