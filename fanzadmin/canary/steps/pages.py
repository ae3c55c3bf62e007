"""The bio page, the short link, the QR codes, the trace."""

import json

from fanzadmin.canary.flight import Flight, Json
from fanzadmin.canary.report import NotSeen


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


def _clicks(flight: Flight, link_path: str) -> int:
    links = flight.creator.get("/api/v1/biolink/links?limit=100")["items"]
    card = next((link for link in links if link_path in json.dumps(link)), None)
    return int(card["clicks"]) if card else 0
