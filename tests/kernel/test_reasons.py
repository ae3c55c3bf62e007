"""A reason travels as a code with values, and is read in the reader's language."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import given
from hypothesis import strategies as st

import fanzadmin.contracts  # noqa: F401  the reasons are declared there
from fanzadmin.kernel.i18n.languages import LANGUAGES, SOURCE
from fanzadmin.kernel.i18n.reasons import (
    REASON_MESSAGES,
    read_reason,
    reason_code,
    reason_text,
    reason_value,
)

Reading = Callable[[str], AbstractContextManager[None]]
NO_CONSENT = "compliance.no_consent"


class TestReasonCode:
    def test_is_its_code_and_the_values_that_its_message_names(self) -> None:
        assert reason_code(NO_CONSENT, name="Ben & Co.", other="x") == f"{NO_CONSENT}?name=Ben%20%26%20Co."
        assert reason_code("compliance.unnamed", name="") == "compliance.unnamed"

    @pytest.mark.parametrize(("code", "values"), [("compliance.whim", {}), (NO_CONSENT, {})])
    def test_an_undeclared_code_and_a_missing_value_are_refused(
        self, code: str, values: dict[str, str]
    ) -> None:
        with pytest.raises(KeyError):
            reason_code(code, **values)

    @given(name=st.text())
    def test_every_name_comes_back(self, name: str) -> None:
        card = read_reason(reason_code(NO_CONSENT, name=name))
        assert (card.code, card.values) == (NO_CONSENT, {"name": name})
        assert card.sentence == f"No consent of {name} for this asset."


class TestReadReason:
    @pytest.mark.parametrize(
        "text", ["He changed his mind.", "compliance.whim?name=Ben", NO_CONSENT, "100 %(name)s"]
    )
    def test_what_a_person_typed_is_read_as_it_is(self, text: str) -> None:
        card = read_reason(text)
        assert (card.code, card.values, str(card)) == ("stated", {}, text)

    @pytest.mark.parametrize("language", sorted(LANGUAGES.keys() - {SOURCE}))
    def test_every_declared_reason_has_a_sentence_in_every_language(
        self, reading: Reading, language: str
    ) -> None:
        with reading(language):
            for code, message in REASON_MESSAGES.items():
                values = dict.fromkeys(re.findall(r"%\((\w+)\)s", message), "Ben")
                assert read_reason(reason_code(code, **values)).sentence != message % values, code

    def test_several_stand_in_a_line_each(self) -> None:
        assert reason_text("compliance.unnamed\nHe said so.") == "The upload names no performer. He said so."


class TestReasonValue:
    def test_is_a_part_of_a_stored_message(self) -> None:
        assert reason_value(["compliance.unnamed"]) == {
            "message": "The upload names no performer.",
            "values": {},
        }
        assert reason_value(["He said so."]) == "He said so."
        assert reason_value([]) == ""
