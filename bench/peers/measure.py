"""One peer's measurements: how long an address takes, what it asks of PostgreSQL, how much it answers.

Requests go into the application by its test client, without a network; statements are counted as the driver gets them.
A slow page is asked less often: BUDGET seconds each, three times at least.
"""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

REQUESTS = 40
FEWEST = 3
BUDGET = 20.0  # seconds for one case
WARM_UPS = 2


@dataclass(frozen=True)
class Measured:
    """Milliseconds of each request in order, statements and bytes of the last one, the answer's status."""

    milliseconds: list[float]
    cpu_milliseconds: float
    statements: int
    bytes: int
    status: int


def measure(get: Callable[[str], tuple[int, bytes]], address: str, statements: list[str]) -> Measured:
    """Ask for an address until there are enough figures; `asked` collects the statements."""
    for _ in range(WARM_UPS):
        get(address)
    took: list[float] = []
    status, body, began, cpu = 0, b"", time.perf_counter(), time.process_time()
    while len(took) < REQUESTS and (len(took) < FEWEST or time.perf_counter() - began < BUDGET):
        statements.clear()
        start = time.perf_counter()
        status, body = get(address)
        took.append((time.perf_counter() - start) * 1000)
    cpu = (time.process_time() - cpu) / len(took) * 1000
    return Measured(
        [round(milliseconds, 2) for milliseconds in took], round(cpu, 1), len(statements), len(body), status
    )


def run(
    peer: Callable[[str, int], tuple[Callable[[str], tuple[int, bytes]], dict[str, str]]],
    statements: list[str],
) -> None:
    """`python -m bench.peers.<peer> DATABASE_URL ROWS`: print the figures of each case as JSON."""
    get, addresses = peer(sys.argv[1], int(sys.argv[2]))
    figures: dict[str, Any] = {}
    for case, address in addresses.items():
        figures[case] = asdict(measure(get, address, statements))
        print(
            f"  {case}: {sorted(figures[case]['milliseconds'])[len(figures[case]['milliseconds']) // 2]} ms",
            file=sys.stderr,
        )
        if figures[case]["status"] != 200:
            raise SystemExit(f"{case}: {address} answers {figures[case]['status']}")
    print(json.dumps(figures))
