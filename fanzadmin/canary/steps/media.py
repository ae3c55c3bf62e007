"""The upload and its way to published, and what the creator sees of it."""

import mimetypes
import time
from datetime import timedelta

import requests

from fanzadmin.canary.flight import Flight, Json, trace_of
from fanzadmin.canary.report import NotSeen
from fanzadmin.canary.steps.common import new_key, play, title_of
from fanzadmin.kernel import clock

PRICE = 500
ENDED_STATES = {"failed", "quarantined", "unchecked", "withdrawn", "cancelled"}


def upload(flight: Flight) -> str:
    flight.notes["key"] = new_key()
    flight.notes["balance"] = flight.creator.get("/api/v1/finance/balance")
    answer = _send(flight)
    flight.notes |= {"asset": answer.json(), "trace": trace_of(answer), "sent_at": time.perf_counter()}
    return f"{answer.json()['size']:,} bytes, asset {flight.asset_id}"


def upload_again(flight: Flight) -> str:
    answer = _send(flight)
    if answer.json()["id"] != flight.asset_id:
        raise NotSeen("the same Idempotency-Key made a second asset")
    return "the same asset"


def see_verdict(flight: Flight) -> str:
    path = f"/api/v1/shield/assets/{flight.asset_id}/verdict"

    def look() -> Json | None:
        answer = flight.creator.call("GET", path, expect=(200, 404))
        return answer.json() if answer.ok and answer.json()["outcome"] != "waiting" else None

    verdict = flight.until(look, "FanzShield's verdict")
    if verdict["outcome"] != "clean":
        raise NotSeen(f"FanzShield blocked the file: {verdict.get('reasons')}")
    return "clean"


def see_gate(flight: Flight) -> str:
    path = f"/api/v1/compliance/assets/{flight.asset_id}"

    def review() -> Json | None:
        answer = flight.creator.call("GET", f"{path}/review", expect=(200, 404))
        return answer.json() if answer.ok and answer.json()["state"] in {"held", "released"} else None

    before = flight.until(review, "Compliance's review")
    if before["state"] == "held":
        if not before["reasons"]:
            raise NotSeen("the asset is held without a reason")
        flight.creator.call("POST", f"{path}/attestation", expect=(200, 201, 409))
    flight.until(lambda: (review() or {}).get("state") == "released", "the release by Compliance")
    return f"{before['reasons'][0]} Then released." if before["reasons"] else "released"


def see_encoded(flight: Flight) -> str:
    seen: list[int] = []

    def look() -> Json | None:
        asset = flight.asset()
        if asset["state"] in ENDED_STATES:
            raise NotSeen(f"the asset is {asset['state']}: {asset['waits_for']}")
        if not seen or asset["percent"] != seen[-1]:
            seen.append(asset["percent"])
        return asset if asset["ready_at"] else None

    asset = flight.until(look, "the encoded asset")
    if seen != sorted(seen):
        raise NotSeen(f"progress went backwards: {seen}")
    return f"{len(asset['renditions'])} renditions, progress {', '.join(map(str, seen))}"


def see_playable(flight: Flight) -> str:
    playback = flight.creator.get(f"/api/v1/media/assets/{flight.asset_id}/playback")
    detail = play(flight.creator, playback)
    passed = time.perf_counter() - flight.notes["sent_at"]
    return f"{detail}; {passed:.1f} s after the upload"


def see_published(flight: Flight) -> str:
    flight.until(lambda: flight.asset()["state"] == "published", "the published asset")
    return f"{PRICE} minor units"


def see_timeline(flight: Flight) -> str:
    def look() -> list[str] | None:
        entries = flight.creator.get("/api/v1/crm/me/timeline?limit=50")["items"]
        words = [str(entry) for entry in entries]
        return [word for word in words if flight.asset_id in word or title_of(flight) in word]

    return f"{len(flight.until(look, 'the asset in the creator’s timeline'))} entries"


def see_suggestions(flight: Flight) -> str:
    path = f"/api/v1/gpt/suggestions?asset_id={flight.asset_id}"
    suggestions = flight.until(lambda: flight.creator.get(path)["items"], "FanzGPT's suggestions")
    silent = [suggestion["kind"] for suggestion in suggestions if not suggestion["reason"]]
    if silent:
        raise NotSeen(f"suggestions without a reason: {silent}")
    offered = [
        suggestion
        for suggestion in suggestions
        if suggestion["state"] == "offered" and suggestion["value"] is not None
    ]
    if offered:
        flight.creator.call("POST", f"/api/v1/gpt/suggestions/{offered[0]['id']}/accept")
    return ", ".join(suggestion["kind"] for suggestion in suggestions) + (
        f"; took {offered[0]['kind']}" if offered else ""
    )


def clean_up(flight: Flight) -> str:
    if flight.plan.keep:
        return "kept"
    flight.creator.call(
        "POST", f"/api/v1/media/assets/{flight.asset_id}/withdraw", json={"reason": "The canary has landed"}
    )
    handle = flight.notes["me"]["handle"]

    def look() -> bool:
        blocks = flight.visitor.get(f"/api/v1/biolink/pages/{handle}")["blocks"]
        return all(block["asset_id"] != flight.asset_id for block in blocks)

    flight.until(look, "the item gone from the bio page")
    return "withdrawn, gone from the page"


def _send(flight: Flight) -> requests.Response:
    media = flight.plan.media
    params: dict[str, str | int] = {
        "title": title_of(flight),
        "filename": media.name,
        "audience": "ppv",
        "announce": "both",
        "price_minor": PRICE,
        "currency": flight.notes["balance"]["currency"],
        "performer_ids": flight.notes["performer_id"],
        "acts": "clothed",
        "produced_on": (clock.now() - timedelta(days=300)).date().isoformat(),
    }
    kind = mimetypes.guess_type(media.name)[0] or "application/octet-stream"
    headers = flight.notes["key"] | {"Content-Type": kind}
    with media.open("rb") as file:
        return flight.creator.call(
            "POST",
            "/api/v1/media/assets",
            params=params,
            data=file,
            headers=headers,
            timeout=flight.plan.timeout,
        )
