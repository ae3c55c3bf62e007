"""FanzGPT: suggestions, each with its reason."""

from fanzadmin.contracts.timeline import By, Entry, timeline
from fanzadmin.kernel.bus import Fact, fact
from fanzadmin.kernel.i18n.languages import N_
from fanzadmin.kernel.i18n.reasons import declare_reasons

declare_reasons(
    "gpt",
    {
        "alike_own": N_("The title resembles your “%(title)s”."),
        "alike_other": N_("The title resembles another creator's “%(title)s”."),
        "tag_stands_out": N_(
            "Posts of yours with the tag “%(tag)s”: %(posts)s, with %(percent)s %% more response than your average."
        ),
        "nothing_alike": N_("Nothing that was published before resembles “%(title)s”."),
        "own_words": N_("Your own words from “%(title)s”."),
        "last_sentence": N_(
            "The last sentence stood in %(posts)s posts, with about %(percent)s %% more response than your average."
        ),
        "few_captions": N_(
            "Captions you have written so far: %(captions)s; %(needed)s are needed to choose from."
        ),
        "no_caption_fits": N_("None of your captions fits “%(title)s”."),
        "few_posts": N_("Your posts so far: %(posts)s; %(needed)s are needed to compare hours."),
        "scattered_hours": N_("Your posts came out at too many different hours to compare."),
        "no_hour_stands_out": N_("No hour stands out among your posts."),
        "best_hour": N_(
            "Around %(hour)s:00 (%(zone)s) posts get about %(percent)s %% more response than average. In that hour came out"
            " %(own)s of yours and %(others)s of others on your brand."
        ),
        "few_sales": N_(
            "Items you have offered for sale so far: %(items)s; %(needed)s are needed to say what sells."
        ),
        "nothing_unlocked": N_(
            "None of your items for sale was unlocked yet: no price can be told from another."
        ),
        "few_prices": N_(
            "Your %(items)s items for sale are too few, or too alike in price, to say what would bring more."
        ),
        "best_price": N_(
            "Items you sold at this price: %(items)s, unlocked %(unlocks)s times in all. That is more money per item than at any"
            " other of the %(prices)s prices you charged."
        ),
    },
)


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
