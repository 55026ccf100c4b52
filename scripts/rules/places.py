"""Rules for places: coordinates, radii and the places that contain them."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterator
from pathlib import Path

import shapely
from problems import Problem
from shapely.geometry import Point, shape
from shapely.geometry.base import BaseGeometry
from tables import Row, Tables

OUTLINES = Path(__file__).resolve().parent.parent / "outlines" / "countries-50m.geojson"
KM_PER_DEGREE = 111.2
OUTLINE_TOLERANCE_KM = 15  # coastlines of the 1:50m outlines are simplified
AT_SEA = ("sea", "ocean", "strait", "waters")
RADIUS_KM = {
    "country": (5, 6000), "region": (20, 3500), "city": (3, 80), "port": (1, 60), "base": (1, 60),
    "airfield": (1, 2500), "range": (2, 2000), "waters": (5, 2000), "sea": (50, 2500), "strait": (3, 400),
    "ocean": (500, 10000), "island": (1, 700),
}  # fmt: skip


def place_lies_in_its_country(tables: Tables) -> Iterator[Problem]:
    """A place on land lies in its country, no further outside than its radius. Swapped coordinates do not."""
    for row in tables["locations"].rows:
        outline = _countries().get(row["country_code"])
        if outline is None or row["kind"] in AT_SEA:
            continue
        if outline.covers(Point(float(row["longitude"]), float(row["latitude"]))):
            continue
        distance = _km(outline, row)
        if distance > float(row["radius_km"]) + OUTLINE_TOLERANCE_KM:
            message = f"{row['latitude']}, {row['longitude']} lies {distance:.0f} km outside {row['country_code']}"
            yield row.problem("latitude", message, "correct the coordinates or the country")


def sea_is_not_on_land(tables: Tables) -> Iterator[Problem]:
    """The middle of a sea or strait does not lie further on land than its radius. Then it would hold no water."""
    for row in tables["locations"].rows:
        if row["kind"] in AT_SEA and (inland := _km_inland(row)) > float(row["radius_km"]):
            message = f"{row['latitude']}, {row['longitude']} lies {inland:.0f} km inland"
            yield row.problem("latitude", message, "correct the coordinates")


def radius_fits_kind(tables: Tables) -> Iterator[Problem]:
    """A radius fits the kind of place. A sea with the radius of a harbour claims what nobody reported."""
    for row in tables["locations"].rows:
        low, high = RADIUS_KM[row["kind"]]
        if not low <= int(row["radius_km"]) <= high:
            message = f"is no radius for a place of kind {row['kind']!r}"
            yield row.problem("radius_km", message, f"write {low} to {high}, or correct the kind")


def containing_places_end(tables: Tables) -> Iterator[Problem]:
    """A place does not lie within itself, directly or through others."""
    places = tables["locations"].by_key
    for row in tables["locations"].rows:
        seen, current = {row.key}, row["within_id"]
        while current and current not in seen:
            seen.add(current)
            current = places[current]["within_id"] if current in places else ""
        if current == row.key:
            yield row.problem("within_id", "the place lies within itself", "name the larger place")


def place_is_used(tables: Tables) -> Iterator[Problem]:
    """Every place, ship and class or type is used by some row. Unused ones are left-overs of a correction."""
    used = {
        "locations": _values(tables, ("exercise_locations", "responses"), "location_id")
        | _values(tables, ("locations",), "within_id"),
        "platforms": _values(tables, ("assets", "responses", "vessels", "transfer_items"), "platform_id")
        | _values(tables, ("platforms",), "family_id"),
        "vessels": _values(tables, ("exercise_vessels",), "vessel_id")
        | _values(tables, ("exercise_vessels",), "replaced_by"),
        "series": _values(tables, ("exercises", "candidates"), "series_id"),
    }
    for name, keys in used.items():
        for row in tables[name].rows:
            if row.key not in keys:
                yield row.problem(tables[name].key, f"no row names it ({name})", "use it, or remove the row")


def _values(tables: Tables, names: tuple[str, ...], column: str) -> set[str]:
    return {row[column] for name in names for row in tables[name].rows}


def _km(outline: BaseGeometry, row: Row) -> float:
    """Distance in km from a place to an outline, 0 inside; degrees of longitude shrink with the latitude."""
    shrink = math.cos(math.radians(float(row["latitude"])))
    flat = shapely.transform(outline, lambda xy: xy * [shrink, 1])
    point = Point(float(row["longitude"]) * shrink, float(row["latitude"]))
    return float(flat.distance(point)) * KM_PER_DEGREE


def _km_inland(row: Row) -> float:
    """Distance in km from a place on land to the nearest coast, 0 at sea."""
    point = Point(float(row["longitude"]), float(row["latitude"]))
    if not any(outline.contains(point) for outline in _countries().values()):
        return 0.0  # spares joining all countries for the middle of a sea
    here = [g for g in _land().geoms if g.contains(point)]
    return _km(here[0].boundary, row) if here else 0.0


@functools.cache
def _countries() -> dict[str, BaseGeometry]:
    features = json.loads(OUTLINES.read_text(encoding="utf-8"))["features"]
    outlines = {
        f["properties"]["country_code"]: shape(f["geometry"]) for f in features if f["properties"]["country_code"]
    }
    for outline in outlines.values():
        shapely.prepare(outline)
    return outlines


@functools.cache
def _land() -> shapely.MultiPolygon:
    union = shapely.union_all([g.buffer(0) for g in _countries().values()])
    assert isinstance(union, shapely.MultiPolygon)
    return union


ERRORS = [place_lies_in_its_country, sea_is_not_on_land, radius_fits_kind, containing_places_end]
WARNINGS = [place_is_used]
