"""Balanced panels: held events per year, per country and year, per pair of countries and year, with zeros."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import combinations

from tables import Row, Tables

from release.views.shared import Cells, acting, schema, with_key

CODED = ("kind", "domain", "framework")  # the columns of which each code is counted in a column of its own


def exercise_years(tables: Tables) -> Iterable[Cells]:
    """One row per year of the time covered: held events by kind, domain and framework; parts are left out."""
    for year in _years(tables):
        yield {"year": year} | _counts([r for r in _events(tables) if r["start_date"][:4] == year])


def country_years(tables: Tables) -> Iterable[Cells]:
    """One row per year of the time covered for every country that ever took part in a held event."""
    events: dict[str, list[Row]] = {}
    for row in _events(tables):
        for country in acting(tables, row.key):
            events.setdefault(country, []).append(row)
    for country, own in sorted(events.items()):
        for year in _years(tables):
            cells = _country(tables, country) | {"year": year}
            yield with_key("country_years", cells | _counts([r for r in own if r["start_date"][:4] == year]))


def dyad_years(tables: Tables) -> Iterable[Cells]:
    """One row per year of the time covered for every two countries that ever took part in the same held event."""
    events: dict[tuple[str, str], list[Row]] = {}
    for row in _events(tables):
        for pair in combinations(acting(tables, row.key), 2):
            events.setdefault(pair, []).append(row)
    for (first, second), own in sorted(events.items()):
        for year in _years(tables):
            cells = _country(tables, first, "_a") | _country(tables, second, "_b") | {"year": year}
            yield with_key("dyad_years", cells | _counts([r for r in own if r["start_date"][:4] == year]))


def _events(tables: Tables) -> list[Row]:
    """Held events; a part of a larger event is counted with it."""
    return [r for r in tables["exercises"].rows if r["status"] == "held" and not r["part_of_id"]]


def _years(tables: Tables) -> list[str]:
    first, last = (int(str(tables.descriptor["temporal"][side])[:4]) for side in ("start", "end"))
    return [str(year) for year in range(first, last + 1)]


def _counts(events: list[Row]) -> Cells:
    """Number of events, and of each code as a column; a code that no event has is zero."""
    if not events:
        return _no_events()
    counts = Counter(r[c].replace("-", "_") for r in events for c in CODED)
    return {c: str(counts[c]) for c in _no_events()} | {"held": str(len(events))}


@cache
def _no_events() -> Cells:
    """Zero for every column that counts, in the order of the schema."""
    return {f["name"]: "0" for f in schema("exercise_years")["fields"] if f["name"] != "year"}


def _country(tables: Tables, code: str, suffix: str = "") -> Cells:
    """Code, name and numbers of a country; a number that a list does not give stays empty."""
    row = tables["countries"].by_key[code]
    cells = {"country_code": code, "country": row["name"], "cow_code": row["cow_code"], "gw_code": row["gw_code"]}
    return {f"{name}{suffix}": value for name, value in cells.items()}
