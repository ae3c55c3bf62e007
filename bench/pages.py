"""What people read on a hundred pages, kept and compared: for changes that must not change a page.

    .venv/bin/python -m bench.pages --save before.json [--base-url http://127.0.0.1:8080] [--pages 100]
    .venv/bin/python -m bench.pages --compare before.json after.json

Crawls a running platform with the demo, as staff, a creator, a fan and a visitor, each along the links of the own front
page, lists before records. Ids, moments and ages are masked, so that two demos of one seed read alike. `--compare`
prints a unified diff for each page that differs, and which pages only one side has; it exits with 1 when any does. What
only the machine or the drawing of ids decides (short ids, bytes of encoded files, estimates of a count) is masked too.
"""

import argparse
import difflib
import json
import re
import sys
from collections import deque
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import requests

from bench.api import cookie

READERS = {"admin": "/", "crm": "/", "mia": "/portal/", "fan1": "/feed", "": "/@mia"}
SKIPPED = re.compile(
    r"/(logout|lang|back|static|export|download|api|action|delete|edit|add|media)\b|\.(csv|json|svg|png)"
)
SILENT = {"script", "style", "svg", "template"}
MASKS = (
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "<id>"),
    (re.compile(r"\b[0-9a-f]{16,64}\b"), "<hash>"),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(\+00:00|Z)?"), "<moment>"),
    (
        re.compile(r"\d+ (second|minute|hour|day)s? ago|just now|in \d+ (minute|hour)s?|\d\d:\d\d(:\d\d)?"),
        "<age>",
    ),
    (re.compile(r"…[0-9a-f]{8}\b|\b[0-9a-f]{8}…"), "<short id>"),
    (re.compile(r"\babout [\d,]+"), "about <count>"),
    (re.compile(r"\b[\d.]+ [kM]B\b"), "<size>"),
    (re.compile(r"http://127\.0\.0\.1:\d+"), "<here>"),
)


class Reader(HTMLParser):
    """The text of a page, a line for each run of text, and its links."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.links: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT
        names = dict(attrs)
        if tag == "a" and (target := names.get("href")):
            self.links.append(target)
        self.lines += [
            f"[{name}] {masked(value)}"
            for name in ("title", "placeholder", "aria-label", "alt")
            if (value := names.get(name)) and not self.silent
        ]

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT and self.silent > 0

    def handle_data(self, data: str) -> None:
        if not self.silent and (text := " ".join(data.split())):
            self.lines.append(masked(text))


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--save", type=Path)
    options.add_argument("--compare", type=Path, nargs=2)
    options.add_argument("--base-url", default="http://127.0.0.1:8080")
    options.add_argument("--pages", type=int, default=100)
    arguments = options.parse_args()
    if arguments.compare:
        sys.exit(compare(*(read(file) for file in arguments.compare)))
    pages = crawl(arguments.base_url, arguments.pages)
    arguments.save.write_text(json.dumps(pages, indent=1))
    print(f"{len(pages)} pages in {arguments.save}")


def read(file: Path) -> dict[str, list[str]]:
    """A crawl that was kept, masked as one is today."""
    pages: dict[str, list[str]] = json.loads(file.read_text())
    return {page: [masked(line) for line in lines] for page, lines in pages.items()}


def crawl(base: str, limit: int) -> dict[str, list[str]]:
    """The lines of up to `limit` pages by "reader path"; each reader has an equal share."""
    pages: dict[str, list[str]] = {}
    for number, (name, start) in enumerate(READERS.items(), start=1):
        headers = cookie(base, name) if name else {}
        pages |= walk(base, name, start, headers, limit * number // len(READERS) - len(pages))
    return pages


def walk(base: str, name: str, start: str, headers: dict[str, str], limit: int) -> dict[str, list[str]]:
    """One reader's pages, breadth first; of records of one kind only the first."""
    pages: dict[str, list[str]] = {}
    ahead, seen = deque([start]), {start}
    while ahead and len(pages) < limit:
        path = ahead.popleft()
        answer = requests.get(f"{base}{path}", headers=headers, timeout=60)
        if "text/html" not in answer.headers.get("Content-Type", ""):
            continue
        reader = Reader()
        reader.feed(answer.text)
        pages[f"{name or 'visitor'} {masked(path)}"] = [str(answer.status_code), *reader.lines]
        for link in reader.links:
            target = urlsplit(urljoin(f"{base}{path}", link))
            kind = masked(target.path)
            if (
                target.netloc == urlsplit(base).netloc
                and kind not in seen
                and not SKIPPED.search(target.path)
            ):
                seen.add(kind)
                ahead.append(target.path)
    return pages


def masked(text: str) -> str:
    for pattern, mask in MASKS:
        text = pattern.sub(mask, text)
    return text


def compare(before: dict[str, list[str]], after: dict[str, list[str]]) -> int:
    """Print every difference. Returns 1 when there is one."""
    for page in sorted(before.keys() ^ after.keys()):
        print(f"only {'before' if page in before else 'after'}: {page}")
    differing = [page for page in sorted(before.keys() & after.keys()) if before[page] != after[page]]
    for page in differing:
        print("\n".join(difflib.unified_diff(before[page], after[page], page, page, lineterm="", n=1)))
    alike = len(before.keys() & after.keys()) - len(differing)
    print(
        f"{alike} pages read alike, {len(differing)} differ, {len(before.keys() ^ after.keys())} on one side"
    )
    return int(bool(differing) or before.keys() != after.keys())


if __name__ == "__main__":
    main()
