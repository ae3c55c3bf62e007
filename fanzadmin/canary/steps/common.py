"""What several steps share."""

import re
import uuid
from urllib.parse import urljoin

from fanzadmin.canary.flight import Flight, Json, Person
from fanzadmin.canary.report import NotSeen


def play(person: Person, playback: Json) -> str:
    """Fetch what a player would fetch first; says what there is, and what this kind of asset has not."""
    if playback["kind"] == "image":
        picture = playback["pictures"][0]
        return f"picture of {len(person.call('GET', picture['url']).content):,} bytes; an image has no stream"
    streams = _stream(person, playback)
    if playback["kind"] == "audio":
        return f"{streams}, {_sound(person, playback)}; sound has no poster and no storyboard"
    for picture in playback["pictures"][:1]:
        person.call("GET", picture["url"])
    if "#xywh=" not in person.call("GET", playback["storyboard_url"]).text:
        raise NotSeen("the storyboard names no tile")
    return f"{streams}, poster, storyboard"


def _stream(person: Person, playback: Json) -> str:
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
    return f"HLS with {len(lists)} playlists, DASH, first {size:,} bytes"


def _sound(person: Person, playback: Json) -> str:
    begin = person.call("GET", playback["audio_url"], headers={"Range": "bytes=0-3"}, expect=(206,))
    if begin.content != b"OggS":
        raise NotSeen("the Opus file is none")
    if not person.get(playback["waveform_url"])["data"]:
        raise NotSeen("the waveform is empty")
    return "Opus, waveform"


def title_of(flight: Flight) -> str:
    return f"Canary {flight.notes['key']['Idempotency-Key'][-12:]}"


def new_key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}
