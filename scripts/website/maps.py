"""Maps as SVG: land outlines and places with their radius. Degrees are the unit; no borders are drawn.

Reads scripts/outlines. Longitudes run on eastwards from WEST, so that the Pacific is not cut.
"""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from website.markup import esc

OUTLINES = Path(__file__).resolve().parent.parent / "outlines" / "countries-50m.geojson"
WEST = -30.0  # the Atlantic: no land but Greenland's east and Iceland's is cut there
STRETCH = 1.3  # of a degree of latitude, right at 40° north
KM_PER_DEGREE = 111.2
VAGUE_KM = 1000


@dataclass(frozen=True)
class Place:
    """A place on a map. Longitude as in the tables."""

    name: str
    latitude: float
    longitude: float
    radius_km: float
    main: bool = False

    @property
    def x(self) -> float:
        """Degrees east, WEST or more."""
        return (self.longitude - WEST) % 360 + WEST

    @property
    def y(self) -> float:
        """Downwards, stretched."""
        return -self.latitude * STRETCH

    @property
    def vague(self) -> bool:
        """Whether a dot would say more than is known: drawn hollow."""
        return self.radius_km >= VAGUE_KM

    @property
    def half(self) -> tuple[float, float]:
        """Half width and half height of the circle of its radius."""
        degrees = self.radius_km / KM_PER_DEGREE
        return degrees / max(math.cos(math.radians(self.latitude)), 0.2), degrees * STRETCH


Box = tuple[float, float, float, float]  # left, top, right, bottom in the units of the map


def frame(places: Iterable[Place], margin: float, ratio: float, radii: bool = True) -> Box:
    """The part of the map that holds all places, with a margin in degrees, at least as wide as `ratio` says."""
    boxes = [(p.x, p.y, *(p.half if radii else (0.0, 0.0))) for p in places]
    left, right = min(x - w for x, _, w, _ in boxes) - margin, max(x + w for x, _, w, _ in boxes) + margin
    top, bottom = min(y - h for _, y, _, h in boxes) - margin, max(y + h for _, y, _, h in boxes) + margin
    top, bottom = max(top, -84 * STRETCH), min(bottom, 62 * STRETCH)
    wide = max(right - left, (bottom - top) * ratio)
    high = max(bottom - top, wide / ratio)
    middle, centre = (left + right) / 2, (top + bottom) / 2
    wide, left = (360, WEST) if wide >= 360 else (wide, max(middle - wide / 2, WEST))
    return left, centre - high / 2, left + wide, centre + high / 2


def land_path(box: Box) -> str:
    """The land within a box as the data of an SVG path, as fine as its size needs."""
    width = box[2] - box[0]
    return _land_path(tuple(round(v, 2) for v in box), 0.03 if width < 35 else 0.1 if width < 70 else 0.3)


def local_map(places: list[Place], title: str) -> str:
    """A small map of the places of one event: circles of their radii, names where there is room."""
    middle = sum(p.latitude for p in places) / len(places)
    tall = 1 / max(math.cos(math.radians(middle)), 0.35) / STRETCH  # so that circles are round here
    box = frame(places, 4, 1.6 * tall)
    scale = 640 / (box[2] - box[0])
    at = [((p.x - box[0]) * scale, (p.y - box[1]) * scale * tall, p) for p in sorted(places, key=lambda p: p.main)]
    rings = "".join(_ellipse(x, y, p.half[0] * scale, p.half[1] * scale * tall) for x, y, p in at)
    dots = "".join(f'<circle class="dot{" main" * p.main}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for x, y, p in at)
    return (
        f'<svg class="map" viewBox="0 0 640 400" role="img" aria-label="{esc(title)}">'
        f'<rect class="water" width="640" height="400"/>'
        f'<g transform="scale({scale:.4f} {scale * tall:.4f}) translate({-box[0]:.2f} {-box[1]:.2f})">'
        f'<path class="land" d="{land_path(box)}"/></g>{rings}{dots}{"".join(_names(at))}</svg>'
    )


def _ellipse(x: float, y: float, wide: float, high: float) -> str:
    return f'<ellipse class="ring" cx="{x:.1f}" cy="{y:.1f}" rx="{wide:.1f}" ry="{high:.1f}"/>'


def country_names(names: dict[str, str]) -> str:
    """Names of countries in the middle of their largest outline, by their codes."""
    found = ((_middle(code), name) for code, name in names.items())
    return "".join(
        f'<text class="country" x="{x:.1f}" y="{-y * STRETCH:.1f}" aria-hidden="true">{esc(name)}</text>'
        for (x, y), name in found
    )


def _middle(code: str) -> tuple[float, float]:
    outline = next(shape(f["geometry"]) for f in _features() if f["properties"]["country_code"] == code)
    middle = max(shapely.get_parts(outline), key=lambda p: p.area).centroid
    return middle.x, middle.y


def _names(at: list[tuple[float, float, Place]]) -> list[str]:
    """Names beside the dots, the main place first; a name that would cover another is left out."""
    taken: list[Box] = [(x - 5, y - 5, x + 5, y + 5) for x, y, _ in at]
    out = []
    for x, y, place in reversed(at):
        width = 7.8 * len(place.name)
        left = x + 9 if x + 9 + width < 636 else x - 9 - width
        box = (left, y - 12, left + width, y + 8)
        if left < 0 or any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
            continue
        taken.append(box)
        out.append(f'<text x="{left:.1f}" y="{y + 5:.1f}">{esc(place.name)}</text>')
    return out


@functools.cache
def _land_path(box: Box, tolerance: float) -> str:
    left, top, right, bottom = box
    shifts = [shift for shift in (0, 360) if left < 180 + shift and right > shift - 180]
    shapes = (shapely.affinity.translate(_land(tolerance), xoff=shift) for shift in shifts)
    clipped = [shapely.clip_by_rect(s, left, -bottom / STRETCH, right, -top / STRETCH) for s in shapes]
    digits = 2 if tolerance < 0.1 else 1
    return "".join(_rings(shape, digits) for shape in clipped)


def _rings(land: BaseGeometry, digits: int) -> str:
    polygons = shapely.get_parts(shapely.get_parts(land))
    rings = [r for p in polygons if p.geom_type == "Polygon" for r in (p.exterior, *p.interiors)]
    return "".join(_ring([(x, -y * STRETCH) for x, y in ring.coords], digits) for ring in rings)


def _ring(points: list[tuple[float, float]], digits: int) -> str:
    """A ring as relative steps in rounded units: a third of the bytes of absolute ones."""
    unit = 10**digits
    whole = [(round(x * unit), round(y * unit)) for x, y in points]
    steps = [(x - a, y - b) for (a, b), (x, y) in itertools.pairwise(whole) if (x, y) != (a, b)]
    if len(steps) < 3:
        return ""
    body = " ".join(f"{x / unit:g} {y / unit:g}" for x, y in steps[:-1])
    return f"M{whole[0][0] / unit:g} {whole[0][1] / unit:g}l{body}z"


@functools.cache
def _land(tolerance: float) -> BaseGeometry:
    """All land but Antarctica, no finer than `tolerance` degrees; islands smaller than that are dropped."""
    merged = _merged().simplify(tolerance)
    parts = [p for p in shapely.get_parts(merged) if p.area > tolerance * tolerance]
    return shapely.MultiPolygon(parts)


@functools.cache
def _merged() -> BaseGeometry:
    kept = (f for f in _features() if f["properties"]["country_code"] != "ATA")
    return shapely.coverage_union_all([shape(f["geometry"]) for f in kept])


@functools.cache
def _features() -> list[dict[str, Any]]:
    return list(json.loads(OUTLINES.read_text(encoding="utf-8"))["features"])
