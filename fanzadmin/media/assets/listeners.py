"""What an accepted suggestion changes."""

from fanzadmin.contracts.gpt import SuggestionAccepted
from fanzadmin.kernel.bus import on
from fanzadmin.media.assets import service


@on(SuggestionAccepted)
def suggestion_accepted(fact: SuggestionAccepted) -> None:
    service.apply_suggestion(fact.asset_id, kind=fact.kind, value=fact.value)
