"""Upload to playable, beside the bare ffmpeg ladder on the same machine.

    .venv/bin/python -m bench.media --base-url http://127.0.0.1:8080 --media clip.mp4 [--runs 3]

The bare ladder is one ffmpeg process with the same rungs and settings as MediaCore's, on the local file, and
nothing else. Ours is an upload over HTTP, the scan, the encode, the packaging for HLS and DASH, posters, storyboard and
the storing, until the first segment can be fetched. The two take turns. Needs a running platform with the demo.
"""

import argparse
import tempfile
import time
from pathlib import Path

from bench.machine import describe, table
from fanzadmin.canary.flight import Flight, Plan
from fanzadmin.canary.steps import media, people
from fanzadmin.media.transcoding import encoding
from fanzadmin.media.transcoding.ladder import plan_ladder
from fanzadmin.media.transcoding.probing import probe


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--base-url", default="http://127.0.0.1:8080")
    options.add_argument("--media", type=Path, required=True)
    options.add_argument("--runs", type=int, default=3)
    arguments = options.parse_args()
    print(f"Upload to playable. {describe()}.\n")
    rows = []
    for run in range(1, arguments.runs + 1):
        bare, ours = bare_ladder(arguments.media), playable(arguments.base_url, arguments.media)
        rows.append((run, f"{bare:.1f}", f"{ours:.1f}", f"{ours / bare:.2f}"))
    print(table(("run", "bare ladder s", "upload to playable s", "ratio"), rows))


def bare_ladder(path: Path) -> float:
    """Seconds of one ffmpeg process for the whole ladder."""
    probed = probe(path)
    rungs = plan_ladder(
        width=probed.width or 2,
        height=probed.height or 2,
        fps=encoding.source_rate(probed),
        source_bit_rate=probed.video_bit_rate,
        same_codec=probed.video_codec == "h264",
    )
    with tempfile.TemporaryDirectory(prefix="fanz-bench-") as folder:
        began = time.perf_counter()
        encoding.encode_ladder(path, probe=probed, rungs=rungs, folder=Path(folder))
        return time.perf_counter() - began


def playable(base_url: str, path: Path) -> float:
    """Seconds from the first byte sent to the first segment fetched."""
    plan = Plan(
        media=path,
        base_url=base_url,
        creator="mia",
        fan="fan1",
        staff="security",
        password="fanz-demo",
        payment_token="sandbox_ok",
        timeout=600,
        keep=False,
    )
    flight = Flight(plan)
    people.sign_in(flight)
    people.find_record(flight)
    began = time.perf_counter()
    media.upload(flight)
    media.see_gate(flight)
    media.see_encoded(flight)
    media.see_playable(flight)
    seconds = time.perf_counter() - began
    media.clean_up(flight)
    return seconds


if __name__ == "__main__":
    main()
