"""FanzGPT: suggestions, each with its reason."""

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_


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


timeline(
    SuggestionAccepted,
    creator=Entry(
        "suggestion",
        By(
            "kind",
            {
                "tags": N_("The suggested tags of %(asset)s was taken."),
                "caption": N_("The suggested caption of %(asset)s was taken."),
                "hour": N_("The suggested hour of %(asset)s was taken."),
                "price": N_("The suggested price of %(asset)s was taken."),
            },
            other=N_("The suggested %(what)s of %(asset)s was taken."),
        ),
        about="asset_id",
        values={"what": "kind"},
    ),
    counts={"suggestions_accepted": 1},
)
