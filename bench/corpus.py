"""Files as people send them, through inspection and encoding: how many sound ones are refused, how many others let through.

    .venv/bin/python -m bench.corpus [--all]

Odd and sound files are inspected, and the tiny ones encoded and held against an independent decode of the original: size, length to
0.1 s, frames, channels, and a PSNR of at least 30 dB. Hostile and damaged files each have to get a refusal of the right name. Prints what
failed, or everything with `--all`. Needs no platform.
"""

from __future__ import annotations

import argparse
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.machine import describe, table
from bench.odd.case import Case
from bench.odd.damaged import damaged_files
from bench.odd.hostile import hostile_files
from bench.odd.pictures import odd_pictures
from bench.odd.published import differences
from bench.odd.sounds import odd_sounds
from bench.odd.streams import odd_streams
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.shield.inspection.service import inspect_file


@dataclass(frozen=True)
class Outcome:
    """What came of one file; `fault` is empty when it is what had to come."""

    case: Case
    codes: tuple[str, ...]
    fault: str


def odd_files() -> Iterator[Case]:
    yield from odd_pictures()
    yield from odd_streams()
    yield from odd_sounds()


KINDS: dict[str, Callable[[], Iterator[Case]]] = {
    "odd and sound": odd_files,
    "hostile": hostile_files,
    "damaged": damaged_files,
}


def inspected(case: Case) -> Outcome:
    """Inspect the file, and where the case says so encode it and compare."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        source, clean = folder / f"original{case.suffix}", folder / "clean"
        source.write_bytes(case.content)
        finding = inspect_file(source, clean_copy=clean, filename=case.name)
        codes = tuple(reason.code for reason in finding.reasons)
        if case.codes:
            fault = "" if set(codes) & case.codes else f"got {', '.join(codes) or 'through'}"
        elif codes:
            fault = f"refused: {' '.join(reason.sentence for reason in finding.reasons)}"
        else:
            fault = _compared(source, clean, folder / "made") if case.is_encoded else ""
    return Outcome(case, codes, fault)


def _compared(source: Path, clean: Path, folder: Path) -> str:
    try:
        return "; ".join(differences(source, clean, folder))
    except (BusinessError, subprocess.CalledProcessError) as error:
        return f"could not be published: {error}"


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--all", action="store_true", help="every file, not only what failed")
    everything = options.parse_args().all
    print(f"The corpus. {describe()}.\n")
    rows = []
    for kind, files in KINDS.items():
        began, outcomes = time.process_time(), [inspected(case) for case in files()]
        for outcome in outcomes:
            if everything or outcome.fault:
                print(
                    f"{kind}: {outcome.case.name}: {outcome.fault or ', '.join(outcome.codes) or 'published'}"
                )
        encoded = sum(outcome.case.is_encoded for outcome in outcomes)
        wrong = sum(bool(outcome.fault) for outcome in outcomes)
        rows.append((kind, len(outcomes), encoded, wrong, f"{time.process_time() - began:.1f}"))
    print("\n" + table(("files", "inspected", "encoded and compared", "wrong", "own CPU s"), rows))


if __name__ == "__main__":
    main()
