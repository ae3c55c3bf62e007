"""Sound files are published, whatever is odd about them; hostile and damaged ones are refused by the right name."""

from __future__ import annotations

import pytest

from bench.corpus import KINDS, inspected


@pytest.mark.filterwarnings("ignore")  # Pillow comments on what it reads
@pytest.mark.parametrize(("kind", "least"), [("odd and sound", 300), ("hostile", 60), ("damaged", 60)])
def test_every_file_of_the_corpus_gets_what_it_deserves(kind: str, least: int) -> None:
    outcomes = [inspected(case) for case in KINDS[kind]()]
    assert len(outcomes) >= least
    assert len({outcome.case.name for outcome in outcomes}) == len(outcomes)
    assert {outcome.case.name: outcome.fault for outcome in outcomes if outcome.fault} == {}


def test_forty_of_them_are_encoded_and_compared() -> None:
    assert sum(case.is_encoded for case in KINDS["odd and sound"]()) >= 40
