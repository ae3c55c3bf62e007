"""The countries' outlines as SVG paths, from Natural Earth's public domain data in the npm package world-atlas.

TopoJSON (https://github.com/topojson/topojson-specification) keeps borders once, as quantised steps; a country names
the ones around it. Projected by Equal Earth (Šavrič, Patterson and Jenny 2018), in which areas can be compared.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt
from pathlib import Path

from babel.core import get_global

from fanzadmin.console.data.shapes import Json

ATLAS = Path(__file__).parents[3] / "node_modules/world-atlas"
WIDTH, HEIGHT = 960, 418
UNNUMBERED = {"Kosovo": "XK"}  # without a number in ISO 3166-1, with a code in use
LEFT_OUT = "AQ"  # Antarctica is a quarter of the picture, and no one writes from there
_A1, _A2, _A3, _A4 = 1.340264, -0.081106, 0.000893, 0.003796
_SCALE, _TOP = 177.0, 232.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Outline:
    """A country: its path, or for one too small to be drawn, the middle of a dot."""

    path: str = ""
    dot: Point | None = None


@lru_cache(maxsize=1)
def outlines() -> Mapping[str, Outline]:
    """By ISO 3166-1 alpha-2; land of no country is under "". Nothing where the package is not installed."""
    try:
        coarse, fine = (
            json.loads((ATLAS / f"countries-{size}.json").read_text()) for size in ("110m", "50m")
        )
    except FileNotFoundError:
        return {}
    by_code: dict[str, Outline] = {}
    for code, rings in countries(coarse):
        path = "".join(path_of(ring) for ring in rings)
        by_code[code] = Outline(by_code[code].path + path if code in by_code else path)
    for code, rings in countries(fine):
        if code not in by_code:
            by_code[code] = Outline(dot=_middle(max(rings, key=len)))
    by_code.pop(LEFT_OUT, None)
    return by_code


def countries(topology: Mapping[str, Json]) -> Iterator[tuple[str, list[list[Point]]]]:
    """Each country's code and its rings of (longitude, latitude)."""
    arcs = [_unpacked(arc, topology["transform"]) for arc in topology["arcs"]]
    for shape in topology["objects"]["countries"]["geometries"]:
        polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
        yield code_of(shape), [_ring(ring, arcs) for polygon in polygons for ring in polygon]


def code_of(shape: Mapping[str, Json]) -> str:
    """Alpha-2 of a country that is known by its number; "" for one that has none."""
    codes = get_global("territory_aliases").get(shape.get("id") or "", ())
    return codes[0] if len(codes) == 1 else UNNUMBERED.get(shape["properties"]["name"], "")


def _unpacked(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> list[Point]:
    """An arc's steps as longitudes and latitudes."""
    (width, height), (west, south) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for step_x, step_y in arc:
        x, y = x + step_x, y + step_y
        points.append((x * width + west, y * height + south))
    return points


def _ring(numbers: Sequence[int], arcs: Sequence[list[Point]]) -> list[Point]:
    """The arcs of a ring in a row; a negative number is an arc backwards. Each begins where the last one ended."""
    ring: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        ring += arc[1:] if ring else arc
    return unwrapped(ring)


def unwrapped(ring: Sequence[Point]) -> list[Point]:
    """A ring that crosses the 180th meridian in one piece, on the side where most of it is: Chukotka at 190° east."""
    turn, before, points = 0, ring[0][0], []
    for longitude, latitude in ring:
        turn += 360 * ((longitude - before < -180) - (longitude - before > 180))
        points.append((longitude + turn, latitude))
        before = longitude
    middle = (min(points)[0] + max(points)[0]) / 2
    shift = 360 * ((middle < -180) - (middle > 180))
    return [(longitude + shift, latitude) for longitude, latitude in points]


def project(longitude: float, latitude: float) -> Point:
    """Equal Earth, onto WIDTH by HEIGHT."""
    at = asin(sqrt(3) / 2 * sin(radians(latitude)))
    squared = at * at
    sixth = squared**3
    x = radians(longitude) * cos(at)
    x /= sqrt(3) / 2 * (_A1 + 3 * _A2 * squared + sixth * (7 * _A3 + 9 * _A4 * squared))
    y = at * (_A1 + _A2 * squared + sixth * (_A3 + _A4 * squared))
    return WIDTH / 2 + _SCALE * x, _TOP - _SCALE * y


def path_of(ring: Sequence[Point]) -> str:
    """A ring as an SVG path of whole units, in steps; one that shrinks to nothing is left out."""
    points = [(round(x), round(y)) for x, y in (project(*point) for point in ring)]
    corners = [point for at, point in enumerate(points) if not at or point != points[at - 1]]
    if len(corners) < 3:
        return ""
    steps = (f"{x - before_x},{y - before_y}" for (before_x, before_y), (x, y) in pairwise(corners))
    return f"M{corners[0][0]},{corners[0][1]}l{' '.join(steps)}z"


def _middle(ring: Sequence[Point]) -> Point:
    points = [project(*point) for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return round((min(xs) + max(xs)) / 2, 1), round((min(ys) + max(ys)) / 2, 1)
