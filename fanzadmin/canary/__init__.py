"""The canary: one upload carried through every system of a deployment, through its public interfaces only.

What an operator runs after a deploy. Each step waits for an *effect* as a user or program outside would see it.
"""

import argparse
import sys
from pathlib import Path

from fanzadmin.canary.flight import Flight, Plan
from fanzadmin.canary.report import Report
from fanzadmin.canary.steps import STEPS

__all__ = ["main"]


def main(argv: list[str]) -> int:
    """Run the canary; 0 only if every step's effect was seen."""
    options = argparse.ArgumentParser(prog="run.py canary", description=__doc__)
    options.add_argument("--media", type=Path, required=True, help="a video, image or audio file to upload")
    options.add_argument("--base-url", default="http://127.0.0.1:8080")
    options.add_argument("--creator", default="mia", help="a creator's login")
    options.add_argument("--fan", default="fan1", help="a fan's login, of the same brand")
    options.add_argument("--staff", default="security", help="a login that may see traces")
    options.add_argument("--password", default="fanz-demo", help="of all three")
    options.add_argument(
        "--payment-token", default="sandbox_ok", help="a token that the payment adapter accepts"
    )
    options.add_argument("--timeout", type=float, default=300, help="seconds that a single effect may take")
    options.add_argument("--json", action="store_true", help="one JSON object per line")
    options.add_argument("--keep", action="store_true", help="leave the uploaded asset published")
    arguments = vars(options.parse_args(argv))
    as_json, media = arguments.pop("json"), arguments["media"]
    if not media.is_file():
        print(f"There is no file {media}.", file=sys.stderr)
        return 2
    plan = Plan(**arguments | {"base_url": arguments["base_url"].rstrip("/")})
    return fly(Flight(plan), Report(as_json=as_json))


def fly(flight: Flight, report: Report) -> int:
    """Take the steps in order; a step whose ground is missing is skipped, the others go on."""
    try:
        for step in STEPS:
            missing = [name for name in step.needs if name not in report.seen]
            if missing:
                report.skip(step.name, f"needs: {', '.join(missing)}")
            else:
                report.take(step.name, lambda step=step: step.see(flight))  # type: ignore[misc]
    finally:
        flight.land()
    return report.close()
