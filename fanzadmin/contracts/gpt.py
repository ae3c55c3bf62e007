"""FanzGPT: suggestions, each with its reason."""

from fanzadmin.kernel.bus import Fact, fact


@fact("gpt.suggestions_made.v1", subject="asset_id")
class SuggestionsMade(Fact):
    """Tags, caption, hour or price were suggested for an asset; `kinds` names which."""

    asset_id: str
    creator_id: str
    kinds: tuple[str, ...]


@fact("gpt.suggestion_accepted.v1", subject="asset_id")
class SuggestionAccepted(Fact):
    """The creator took a suggestion. `value` is JSON text: a list of tags, a caption, an hour, minor units."""

    asset_id: str
    creator_id: str
    kind: str
    value: str
