"""The steps of the canary, in order. Each returns what it saw, or raises NotSeen."""

import json
import mimetypes
import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

import requests

from fanzadmin.canary.flight import Flight, Json, Person, trace_of
from fanzadmin.canary.report import NotSeen

PRICE = 500
TIP = 300
OPEN_STATES = {"ready", "published"}
ENDED_STATES = {"failed", "quarantined", "withdrawn", "cancelled"}


@dataclass(frozen=True)
class Step:
    """One effect to see; `needs` names the steps that it stands on."""

    name: str
    see: Callable[[Flight], str]
    needs: tuple[str, ...] = ()


def sign_in(flight: Flight) -> str:
    for person in (flight.creator, flight.fan, flight.staff):
        person.sign_in(flight.plan.password)
    flight.notes["me"] = flight.creator.get("/api/v1/crm/me")["creator"]
    return f"{flight.plan.creator}, {flight.plan.fan}, {flight.plan.staff}"


def find_record(flight: Flight) -> str:
    records = flight.creator.get("/api/v1/compliance/performers")["items"]
    own = next((one for one in records if one["is_self"] and one["state"] == "verified"), None)
    if own is None:
        raise NotSeen(f"{flight.plan.creator} has no verified record of the own person")
    flight.notes["performer_id"] = own["id"]
    return str(own["stage_name"])


def subscribe(flight: Flight) -> str:
    creator_id = flight.notes["me"]["id"]
    running = flight.fan.get("/api/v1/finance/subscriptions")
    if any(one["creator_id"] == creator_id and one["state"] == "active" for one in _items(running)):
        return "already subscribed"
    body = {"creator_id": creator_id, "payment_token": flight.plan.payment_token}
    flight.fan.call("POST", "/api/v1/finance/subscriptions", json=body, headers=_key())
    return "subscribed"


def listen(flight: Flight) -> str:
    flight.creator.listen()
    flight.fan.listen()
    return "two sockets"


def upload(flight: Flight) -> str:
    flight.notes["key"] = _key()
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
    detail = _play(flight.creator, playback)
    passed = time.perf_counter() - flight.notes["sent_at"]
    return f"{detail}; {passed:.1f} s after the upload"


def see_published(flight: Flight) -> str:
    flight.until(lambda: flight.asset()["state"] == "published", "the published asset")
    return f"{PRICE} minor units"


def see_timeline(flight: Flight) -> str:
    def look() -> list[str] | None:
        entries = flight.creator.get("/api/v1/crm/me/timeline?limit=50")["items"]
        words = [str(entry) for entry in entries]
        return [word for word in words if flight.asset_id in word or _title(flight) in word]

    return f"{len(flight.until(look, 'the asset in the creator’s timeline'))} entries"


def see_suggestions(flight: Flight) -> str:
    path = f"/api/v1/gpt/suggestions?asset_id={flight.asset_id}"
    found = flight.until(lambda: flight.creator.get(path)["items"], "FanzGPT's suggestions")
    silent = [one["kind"] for one in found if not one["reason"]]
    if silent:
        raise NotSeen(f"suggestions without a reason: {silent}")
    offered = [one for one in found if one["state"] == "offered" and one["value"] is not None]
    if offered:
        flight.creator.call("POST", f"/api/v1/gpt/suggestions/{offered[0]['id']}/accept")
    return ", ".join(one["kind"] for one in found) + (f"; took {offered[0]['kind']}" if offered else "")


def hear_news(flight: Flight) -> str:
    def look() -> Json | None:
        return next(
            (data for event, data in flight.fan.heard if event == "message" and _is_news(flight, data)), None
        )

    flight.notes["news"] = flight.until(look, "the live message about the asset")
    return f"seq {flight.notes['news']['seq']}"


def catch_up(flight: Flight) -> str:
    """The same news for somebody who was away: a sync from the place before it."""
    news = flight.notes["news"]
    path = f"/api/v1/chat/conversations/{news['conversation_id']}/messages?since={news['seq'] - 1}"
    items = flight.fan.get(path)["items"]
    if not any(_is_news(flight, item) for item in items):
        raise NotSeen("the message is not in the conversation")
    return "by REST, from the last seen place"


def answer_live(flight: Flight) -> str:
    conversation_id, client_id = flight.notes["news"]["conversation_id"], str(uuid.uuid4())
    wanted = []
    for word in ("canary one", "canary two"):
        message = {"conversation_id": conversation_id, "client_id": f"{client_id}-{word[-3:]}", "body": word}
        first, again = flight.fan.say("send", message), flight.fan.say("send", message)
        if first["seq"] != again["seq"]:
            raise NotSeen("the same message was sent twice")
        wanted.append(first["seq"])

    def look() -> bool:
        return [
            data["seq"] for data in _said(flight.creator, conversation_id) if data["seq"] in wanted
        ] == wanted

    flight.until(look, "the fan's two answers, live at the creator, in order, once each")
    return f"seq {wanted[0]} and {wanted[1]}, once each"


def see_feed(flight: Flight) -> str:
    def look() -> Json | None:
        posts = flight.fan.get("/api/v1/social/feed?limit=50")["items"]
        return next((post for post in posts if (post["media"] or {}).get("id") == flight.asset_id), None)

    flight.notes["post"] = flight.until(look, "the post in the fan's feed")
    return "locked, with its price" if flight.notes["post"]["locked"] else "open"


def see_locked(flight: Flight) -> str:
    path = f"/api/v1/media/assets/{flight.asset_id}/playback"
    answer = flight.fan.call("GET", path, expect=(402, 403))
    return str(answer.json()["detail"])


def unlock(flight: Flight) -> str:
    body = {"asset_id": flight.asset_id, "payment_token": flight.plan.payment_token}
    answer = flight.fan.call("POST", "/api/v1/finance/unlocks", json=body, headers=_key())
    flight.notes["unlock"] = flight.fact(trace_of(answer), "finance.payment_settled.v1")
    playback = flight.fan.get(f"/api/v1/media/assets/{flight.asset_id}/playback")
    return _play(flight.fan, playback)


def tip(flight: Flight) -> str:
    me = flight.notes["me"]
    body = {"creator_id": me["id"], "amount_minor": TIP, "currency": flight.notes["balance"]["currency"]}
    body["payment_token"] = flight.plan.payment_token
    answer = flight.fan.call("POST", "/api/v1/finance/tips", json=body, headers=_key())
    flight.notes["tip"] = flight.fact(trace_of(answer), "finance.payment_settled.v1")
    return f"{TIP} minor units"


def see_books(flight: Flight) -> str:
    paid = [flight.notes["unlock"], flight.notes["tip"]]
    for fact in paid:
        parts = fact["processor_fee_minor"] + fact["platform_fee_minor"] + fact["creator_minor"]
        if parts != fact["gross_minor"]:
            raise NotSeen(f"the parts {parts} are not the gross {fact['gross_minor']}")
    earned = sum(fact["creator_minor"] for fact in paid)
    before = flight.notes["balance"]["available_minor"]
    now = flight.creator.get("/api/v1/finance/balance")["available_minor"]
    if now - before < earned:
        raise NotSeen(f"the balance rose by {now - before}, not by {earned}")
    cost = flight.fact(flight.notes["trace"], "finance.cost_booked.v1")
    return f"share {earned}, cost {cost['storage_minor'] + cost['processing_minor']}, split sums to gross"


def request_payout(flight: Flight) -> str:
    before = flight.creator.get("/api/v1/finance/balance")
    amount = min(before["available_minor"], max(2000, before["available_minor"] // 10))
    flight.creator.call("POST", "/api/v1/finance/payouts", json={"amount_minor": amount}, headers=_key())
    after = flight.creator.get("/api/v1/finance/balance")
    moved = (
        before["available_minor"] - after["available_minor"],
        after["reserved_minor"] - before["reserved_minor"],
    )
    if moved != (amount, amount):
        raise NotSeen(f"{amount} was asked for, available and reserved moved by {moved}")
    return f"{amount} reserved"


def like_and_comment(flight: Flight) -> str:
    path = f"/api/v1/social/posts/{flight.notes['post']['id']}"
    flight.fan.call("POST", f"{path}/like")
    flight.fan.call("POST", f"{path}/comments", json={"body": "canary"}, headers=_key())
    flight.fan.call("POST", f"{path}/shares", headers=_key())
    post = flight.fan.get(path)
    if not (post["liked"] and post["likes"] >= 1 and post["comments"] >= 1 and post["shares"] >= 1):
        raise NotSeen(f"likes {post['likes']}, comments {post['comments']}, shares {post['shares']}")
    return "liked, commented, shared"


def see_bio_page(flight: Flight) -> str:
    handle = flight.notes["me"]["handle"]

    def look() -> Json | None:
        page = flight.visitor.get(f"/api/v1/biolink/pages/{handle}")
        return next((block for block in page["blocks"] if block["asset_id"] == flight.asset_id), None)

    flight.notes["block"] = flight.until(look, "the item on the bio page")
    flight.visitor.call("GET", f"/@{handle}")
    return f"/@{handle}"


def follow_link(flight: Flight) -> str:
    path = flight.notes["block"]["link_path"]
    before = _clicks(flight, path)
    answer = flight.visitor.call("GET", path, expect=(302,), allow_redirects=False)
    flight.until(lambda: _clicks(flight, path) > before, "the counted click")
    return f"{path} → {answer.headers['Location']}"


def see_qr(flight: Flight) -> str:
    handle, path = flight.notes["me"]["handle"], flight.notes["block"]["link_path"]
    for base in (f"/@{handle}", path):
        svg = flight.visitor.call("GET", f"{base}/qr.svg")
        png = flight.visitor.call("GET", f"{base}/qr.png")
        if b"<svg" not in svg.content or not png.content.startswith(b"\x89PNG"):
            raise NotSeen(f"the code of {base} is no picture")
    return "of page and link, SVG and PNG"


def see_trace(flight: Flight) -> str:
    path = f"/api/v1/operations/traces/{flight.notes['trace']}"

    def look() -> Json | None:
        trace: Json = flight.staff.get(path)
        return trace if len(set(trace["systems"]) - {"operations"}) >= 8 else None

    trace = flight.until(look, "eight systems in one trace")
    return f"{len(trace['steps'])} steps over {', '.join(trace['systems'])}"


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
        "title": _title(flight),
        "filename": media.name,
        "audience": "ppv",
        "price_minor": PRICE,
        "currency": flight.notes["balance"]["currency"],
        "performer_ids": flight.notes["performer_id"],
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


def _play(person: Person, playback: Json) -> str:
    """Fetch what a player would fetch first."""
    if playback["kind"] == "image":
        picture = playback["pictures"][0]
        return f"picture of {len(person.call('GET', picture['url']).content):,} bytes"
    master = person.call("GET", playback["hls_url"])
    lists = [line for line in master.text.splitlines() if line and not line.startswith("#")]
    if not lists:
        raise NotSeen("the HLS playlist names no rendition")
    url = urljoin(master.url, lists[0])
    media = person.call("GET", url)
    parts = re.findall(r'URI="([^"]+)"', media.text)[:1]
    parts += [line for line in media.text.splitlines() if line and not line.startswith("#")][:1]
    size = sum(len(person.call("GET", urljoin(url, part)).content) for part in parts)
    if "<MPD" not in person.call("GET", playback["dash_url"]).text:
        raise NotSeen("the DASH manifest is none")
    for picture in playback["pictures"][:1]:
        person.call("GET", picture["url"])
    if playback.get("storyboard_url") and "#xywh=" not in person.call("GET", playback["storyboard_url"]).text:
        raise NotSeen("the storyboard names no tile")
    return f"HLS with {len(lists)} playlists, DASH, first {size:,} bytes"


def _title(flight: Flight) -> str:
    return f"Canary {flight.notes['key']['Idempotency-Key'][-12:]}"


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def _items(answer: object) -> list[Json]:
    return answer["items"] if isinstance(answer, dict) else answer  # type: ignore[return-value]


def _is_news(flight: Flight, message: Json) -> bool:
    return flight.asset_id in json.dumps(message)


def _said(person: Person, conversation_id: str) -> list[Json]:
    return [
        data
        for event, data in list(person.heard)
        if event == "message" and data["conversation_id"] == conversation_id
    ]


def _clicks(flight: Flight, link_path: str) -> int:
    links = flight.creator.get("/api/v1/biolink/links?limit=100")["items"]
    found = next((link for link in links if link_path in json.dumps(link)), None)
    return int(found["clicks"]) if found else 0


STEPS = (
    Step("sign in", sign_in),
    Step("record of the performer", find_record, ("sign in",)),
    Step("subscription", subscribe, ("sign in",)),
    Step("sockets", listen, ("sign in",)),
    Step("upload", upload, ("record of the performer",)),
    Step("upload again, same key", upload_again, ("upload",)),
    Step("FanzShield: verdict", see_verdict, ("upload",)),
    Step("Compliance: gate", see_gate, ("upload",)),
    Step("MediaCore: encoded", see_encoded, ("upload",)),
    Step("MediaCore: playable", see_playable, ("MediaCore: encoded",)),
    Step("MediaCore: published", see_published, ("MediaCore: encoded", "Compliance: gate")),
    Step("CreatorCRM: timeline", see_timeline, ("upload",)),
    Step("FanzGPT: suggestions", see_suggestions, ("upload",)),
    Step("ChatSphere: live news", hear_news, ("sockets", "subscription", "MediaCore: published")),
    Step("ChatSphere: news after absence", catch_up, ("ChatSphere: live news",)),
    Step("ChatSphere: answers, live", answer_live, ("ChatSphere: live news",)),
    Step("FanzSocial: feed", see_feed, ("subscription", "MediaCore: published")),
    Step("locked before payment", see_locked, ("MediaCore: published",)),
    Step("FanzFinance: unlock", unlock, ("MediaCore: published",)),
    Step("FanzFinance: tip", tip, ("sign in",)),
    Step("FanzFinance: books", see_books, ("FanzFinance: unlock", "FanzFinance: tip")),
    Step("FanzFinance: payout", request_payout, ("FanzFinance: books",)),
    Step("FanzSocial: like, comment, share", like_and_comment, ("FanzSocial: feed", "FanzFinance: unlock")),
    Step("BioLinkHub: page", see_bio_page, ("MediaCore: published",)),
    Step("BioLinkHub: link", follow_link, ("BioLinkHub: page",)),
    Step("BioLinkHub: QR codes", see_qr, ("BioLinkHub: page",)),
    Step("trace over eight systems", see_trace, ("MediaCore: published",)),
    Step("withdrawal", clean_up, ("MediaCore: published",)),
)
