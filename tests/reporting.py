"""What a run says at its end: where its time went, and which tests needed a second try.

A test that drives a browser or kills processes meets a busy machine; when it fails it is run once more. If it passes
then, the run passes, and names it as flaky with what it said. No other test is given a second try.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

SLOWEST = 10
FLAKY = "flaky"  # the property of a report that holds what the first try said


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    if not may_be_tried_again(item):
        return None
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    reports = runtestprotocol(item, nextitem=nextitem, log=False)
    if complaint := _complaint(reports):
        item._initrequest()  # type: ignore[attr-defined]  # fixtures are set up anew
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if not _complaint(reports):
            reports[-1].user_properties.append((FLAKY, complaint))
        for report in reports:
            if report.failed:
                report.sections.append(("the first try", complaint))
    for report in reports:
        item.ihook.pytest_runtest_logreport(report=report)
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


def may_be_tried_again(item: pytest.Item) -> bool:
    return item.get_closest_marker("browser") is not None or item.nodeid.startswith("tests/faults/")


def _complaint(reports: list[pytest.TestReport]) -> str:
    """What the first report of a failure says."""
    return next((f"{report.when}: {report.longreprtext}" for report in reports if report.failed), "")


class Times:
    """Gathers the reports of all workers, and adds its sections to the summary."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.flaky: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] += report.duration
        for name, text in report.user_properties:
            if name == FLAKY:
                self.flaky[report.nodeid] = str(text)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if len(self.seconds) > SLOWEST:
            self._write_times(terminalreporter)
        if self.flaky:
            terminalreporter.section("flaky: failed, then passed")
            for nodeid, text in self.flaky.items():
                terminalreporter.write_line(f"FLAKY {nodeid}\n{text}\n")
            terminalreporter.write_line(f"{len(self.flaky)} flaky: {', '.join(self.flaky)}")

    def _write_times(self, terminal: pytest.TerminalReporter) -> None:
        folders: defaultdict[str, list[float]] = defaultdict(list)
        for nodeid, seconds in self.seconds.items():
            folders[str(Path(nodeid.partition("::")[0]).parent)].append(seconds)
        terminal.section("time by folder")
        for folder, times in sorted(folders.items(), key=lambda entry: -sum(entry[1])):
            terminal.write_line(f"{sum(times):8.1f} s  {len(times):5d} tests  {folder}")
        terminal.section(f"the {SLOWEST} slowest")
        for nodeid, seconds in sorted(self.seconds.items(), key=lambda entry: -entry[1])[:SLOWEST]:
            terminal.write_line(f"{seconds:8.1f} s  {nodeid}")
