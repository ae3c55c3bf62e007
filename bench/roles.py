"""What the start of each role costs, beside another checkout of this repository.

    .venv/bin/python -m bench.roles [--beside ../before] [--runs 9]

A process of its own loads the application as the role's command in run.py does, without connecting to a server: CPU
seconds, from the start of Python to the end of the process, the checkouts in turn, so that what else the machine does
meets both alike. Printed: the median and the least.
"""

import argparse
import resource
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROLES = ("web", "events", "worker", "scheduler")
LOAD = """
import sys
import run
from config import Config
names = ("database_url", "redis_url", "nats_url")
urls = ("postgresql://nowhere@127.0.0.1:9/none", "redis://127.0.0.1:9/0", "nats://127.0.0.1:9")
variables = dict(zip((name.upper() for name in names), urls), FANZ_VAR=sys.argv[2], SECRET_KEY="k" * 32)
run.load(Config.from_env(variables), sys.argv[1])
"""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--beside", type=Path)
    options.add_argument("--runs", type=int, default=9)
    arguments = options.parse_args()
    trees = [ROOT, *([arguments.beside.resolve()] if arguments.beside else [])]
    print("| role | CPU s | least |" + (" beside: CPU s | least | times |" if arguments.beside else ""))
    for role in ROLES:
        costs = measure(trees, role, arguments.runs)
        cells = [f"{statistics.median(cost):.2f} | {min(cost):.2f}" for cost in costs]
        ratio = f" | {statistics.median(costs[0]) / statistics.median(costs[1]):.2f}" if costs[1:] else ""
        print(f"| {role} | {' | '.join(cells)}{ratio} |", flush=True)


def measure(trees: list[Path], role: str, runs: int) -> list[list[float]]:
    """CPU seconds of each run in each tree; a first one warms the files up."""
    costs: list[list[float]] = [[] for _ in trees]
    for number in range(runs + 1):
        for tree, cost in zip(trees, costs, strict=True):
            seconds = start(tree, role)
            if number:
                cost.append(seconds)
    return costs


def start(tree: Path, role: str) -> float:
    spent = used()
    command = [sys.executable, "-c", LOAD, role, "/tmp/fanz-roles"]
    subprocess.run(command, cwd=tree, check=True, capture_output=True)
    return used() - spent


def used() -> float:
    times = resource.getrusage(resource.RUSAGE_CHILDREN)
    return times.ru_utime + times.ru_stime


if __name__ == "__main__":
    main()
