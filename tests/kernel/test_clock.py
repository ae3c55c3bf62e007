"""The one clock: frozen in a block, or running on from a set moment in all processes of a platform under test."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest

from fanzadmin.kernel import clock, ids
from tests import moment
from tests.platforms import ROOT

YEAR_2030 = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def own_clock() -> Iterator[None]:
    """What the test sets is set back."""
    moments = [datetime.fromisoformat(text) for text in os.environ["FANZ_CLOCK"].split("/")]
    yield
    clock.start_at(*moments)


class TestFrozen:
    def test_stands_still_in_utc(self) -> None:
        noon_in_lisbon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=1)))
        with clock.frozen(noon_in_lisbon):
            assert clock.now() == clock.now() == datetime(2026, 7, 1, 11, tzinfo=UTC)
            assert clock.now().tzinfo is UTC

    def test_tests_stand_at_one_moment(self) -> None:
        assert clock.now() == moment.MOMENT

    @pytest.mark.running_clock
    def test_a_marked_test_runs_on_from_it(self) -> None:
        first = clock.now()
        assert moment.MOMENT < first < clock.now() < moment.MOMENT + timedelta(hours=3)

    def test_other_threads_run_on_from_it(self) -> None:
        with ThreadPoolExecutor(1) as pool:
            elsewhere = pool.submit(clock.now).result()
        assert moment.MOMENT < elsewhere < moment.MOMENT + timedelta(hours=3)


class TestStartAt:
    @pytest.mark.running_clock
    def test_time_runs_on_from_the_moment(self, own_clock: None) -> None:
        clock.start_at(YEAR_2030)
        first = clock.now()
        assert YEAR_2030 <= first < clock.now() < YEAR_2030 + timedelta(minutes=1)

    @pytest.mark.running_clock
    def test_ids_are_of_the_same_time_and_still_in_order(self, own_clock: None) -> None:
        clock.start_at(YEAR_2030)
        results = [ids.new_id() for _ in range(1_000)]
        assert results == sorted(set(results))
        assert all(map(ids.is_id, results))
        at = datetime.fromtimestamp(int(results[0].replace("-", "")[:12], 16) / 1000, UTC)
        assert abs(at - YEAR_2030) < timedelta(minutes=1)

    @pytest.mark.running_clock
    def test_a_second_process_that_is_told_both_moments_shows_the_same_time(self) -> None:
        program = (
            "from config import Config; from fanzadmin.kernel import clock; clock.start_at(*Config.from_env().runtime.clock);"
            " print(clock.now().isoformat())"
        )
        before = clock.now()
        events = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        assert before < datetime.fromisoformat(events.stdout.strip()) < clock.now()
