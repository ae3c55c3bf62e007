"""What several steps share."""

import re
import uuid
from urllib.parse import urljoin

from fanzadmin.canary.flight import Flight, Json, Person
from fanzadmin.canary.report import NotSeen


def play(person: Person, playback: Json) -> str:
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


def title_of(flight: Flight) -> str:
    return f"Canary {flight.notes['key']['Idempotency-Key'][-12:]}"


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}
