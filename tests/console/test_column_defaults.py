"""What a console draws and calls its columns where it says nothing."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from fanzadmin.biolink.pages.models import Block, Page, ShortLink
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering.columns import default_cells, default_labels
from fanzadmin.gpt.models import AssetHistory, Suggestion


class TestCells:
    def test_an_id_is_short(self) -> None:
        assert 'title="01900000-0000-7000-8000-000000000001"' in default_cells(Page)["id"](
            "01900000-0000-7000-8000-000000000001"
        )

    def test_a_state_is_a_pill_and_another_choice_a_word(self, app: Flask) -> None:
        cells = default_cells(ShortLink)
        with app.test_request_context():
            assert "badge-good" in cells["state"]("active")
        assert cells["state"].is_badge
        assert "badge-accent" in default_cells(Block)["kind"]("item")

    def test_an_amount_is_money_where_the_row_has_a_currency(self) -> None:
        assert default_cells(AssetHistory)["price_minor"].currency == "currency"
        assert "cost_minor" not in default_cells(Suggestion)

    def test_a_moment_is_local_to_the_reader(self, app: Flask) -> None:
        with app.test_request_context():
            assert "<time" in default_cells(Page)["created_at"](datetime(2026, 11, 30, tzinfo=UTC))

    def test_a_reference_is_looked_up_by_its_noun(self) -> None:
        assert default_cells(Suggestion)["asset_id"].noun == "asset"

    @pytest.mark.usefixtures("app")
    def test_what_a_console_declares_comes_first(self) -> None:
        console = next(item for item in consoles.values() if type(item).__name__ == "BiolinkLinkConsole")
        assert console.formatters_columns["slug"] is type(console).formatters_columns["slug"]
        assert console.formatters_columns["state"].is_badge


class TestLabels:
    def test_a_column_says_its_own(self) -> None:
        assert default_labels(ShortLink)["clicks"] == "Clicks of people"

    def test_a_reference_is_called_like_its_noun(self) -> None:
        assert default_labels(Page)["creator_id"] == "Creator"
        assert default_labels(Block)["asset_id"] == "Asset"

    @pytest.mark.usefixtures("app")
    def test_a_list_shows_them(self) -> None:
        console = next(item for item in consoles.values() if type(item).__name__ == "BiolinkLinkConsole")
        assert console.label_of("expires_at") == "Ends"
