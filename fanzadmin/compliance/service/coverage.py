"""What a consent covers: the acts, the channels, the brands, the countries and the time that it was given for."""

from __future__ import annotations

from collections.abc import Iterator

from fanzadmin.compliance.models import AssetReview, Consent, Performer
from fanzadmin.contracts.compliance import Channel, Missing
from fanzadmin.contracts.media import Assets
from fanzadmin.kernel import clock
from fanzadmin.kernel.ports import ask

Reason = dict[str, str]  # a Missing as `code`, and the values of its message


def missing(code: Missing, performer: Performer | None = None, **values: str) -> Reason:
    """A reason as reviews keep it."""
    return {"code": code.value, "name": performer.stage_name if performer else "", **values}


def consent_reasons(performer: Performer, consent: Consent | None, review: AssetReview) -> Iterator[Reason]:
    """What the latest consent of a performer leaves open for an asset."""
    if consent is None:
        yield missing(Missing.NO_CONSENT, performer)
    elif consent.revoked_at is not None:
        yield missing(Missing.REVOKED, performer)
    elif consent.confirmed_at is None:
        yield missing(Missing.UNREAD, performer)
    elif consent.ends_on and consent.ends_on < clock.now().date():
        yield missing(Missing.ENDED, performer, day=consent.ends_on.isoformat())
    else:
        yield from _uncovered(performer, consent, review)


def _uncovered(performer: Performer, consent: Consent, review: AssetReview) -> Iterator[Reason]:
    for act in review.acts:
        if act not in consent.acts:
            yield missing(Missing.ACT_NOT_COVERED, performer, act=act)
    if Channel.PLATFORM not in consent.distribution:
        yield missing(Missing.NOT_DISTRIBUTED, performer)
    if _is_free(review.asset_id) and Channel.PROMOTION not in consent.distribution:
        yield missing(Missing.NOT_FREE, performer)
    if consent.clusters and review.cluster not in consent.clusters:
        yield missing(Missing.OTHER_BRANDS, performer)
    if consent.territories:
        yield missing(Missing.TERRITORY, performer, territories=", ".join(consent.territories))


def _is_free(asset_id: str) -> bool:
    card = ask(Assets).card(asset_id)
    return card is not None and card.audience == "public"
