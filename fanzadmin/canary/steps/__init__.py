"""The steps of the canary, in order. Each returns what it saw, or raises NotSeen."""

from collections.abc import Callable
from dataclasses import dataclass

from fanzadmin.canary.flight import Flight
from fanzadmin.canary.steps import fans, media, money, pages, people


@dataclass(frozen=True)
class Step:
    """One effect to see; `needs` names the steps that it stands on."""

    name: str
    see: Callable[[Flight], str]
    needs: tuple[str, ...] = ()


STEPS = (
    Step("sign in", people.sign_in),
    Step("record of the performer", people.find_record, ("sign in",)),
    Step("subscription", people.subscribe, ("sign in",)),
    Step("sockets", people.listen, ("sign in",)),
    Step("upload", media.upload, ("record of the performer",)),
    Step("upload again, same key", media.upload_again, ("upload",)),
    Step("FanzShield: verdict", media.see_verdict, ("upload",)),
    Step("Compliance: gate", media.see_gate, ("upload",)),
    Step("MediaCore: encoded", media.see_encoded, ("upload",)),
    Step("MediaCore: playable", media.see_playable, ("MediaCore: encoded",)),
    Step("MediaCore: published", media.see_published, ("MediaCore: encoded", "Compliance: gate")),
    Step("CreatorCRM: timeline", media.see_timeline, ("upload",)),
    Step("FanzGPT: suggestions", media.see_suggestions, ("upload",)),
    Step(
        "ChatSphere: live news", fans.receive_broadcast, ("sockets", "subscription", "MediaCore: published")
    ),
    Step("ChatSphere: news after absence", fans.catch_up, ("ChatSphere: live news",)),
    Step("ChatSphere: answers, live", fans.answer_live, ("ChatSphere: live news",)),
    Step("FanzSocial: feed", fans.see_feed, ("subscription", "MediaCore: published")),
    Step("locked before payment", money.see_locked, ("MediaCore: published",)),
    Step("FanzFinance: unlock", money.unlock, ("MediaCore: published",)),
    Step("FanzFinance: tip", money.tip, ("sign in",)),
    Step("FanzFinance: books", money.see_books, ("FanzFinance: unlock", "FanzFinance: tip")),
    Step("FanzFinance: payout", money.request_payout, ("FanzFinance: books",)),
    Step(
        "FanzSocial: like, comment, share", fans.like_and_comment, ("FanzSocial: feed", "FanzFinance: unlock")
    ),
    Step("BioLinkHub: page", pages.see_bio_page, ("MediaCore: published",)),
    Step("BioLinkHub: link", pages.follow_link, ("BioLinkHub: page",)),
    Step("BioLinkHub: QR codes", pages.see_qr, ("BioLinkHub: page",)),
    Step("trace over eight systems", pages.see_trace, ("MediaCore: published",)),
    Step("withdrawal", media.clean_up, ("MediaCore: published",)),
)
