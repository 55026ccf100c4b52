"""Quantities of an exercise by group of categories. What may be added is said here and in docs/views.md, only."""

from __future__ import annotations

from collections.abc import Iterable

from claims import claims_on
from tables import Row, Tables

from release.views.shared import Cells, acting, confirmed, supporting_origins, with_key

QUANTITIES = ("quantity_low", "quantity", "quantity_high")
# Units of a group, and its categories in the order of preference: the first set of which there is a total counts.
GROUPS: dict[str, tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]] = {
    "personnel": (("persons",), (("personnel",),)),
    "ships": (("ships",), (("surface-ship",), ("ship-unspecified",))),
    "submarines": (("ships",), (("submarine",),)),
    "aircraft": (("aircraft",), (("aircraft-unspecified",), ("fixed-wing-aircraft", "helicopter"))),
    "vehicles": (("vehicles", "items"), (("vehicle-unspecified",), ("tank", "armoured-vehicle", "artillery"))),
    "equipment": (("items", "vehicles"), (("equipment",),)),
}


def asset_totals(tables: Tables) -> Iterable[Cells]:
    """One row per exercise, side and group: the whole as reported, each contingent, and contingents added up."""
    for exercise in tables["exercises"].rows:
        countries = sorted({r["country_code"] for r in _totals(tables, exercise.key) if r["country_code"]})
        sides = [("whole-exercise", ""), *(("contingent", c) for c in countries), ("sum-of-contingents", "")]
        for scope, country in sides:
            for group in GROUPS:
                found = total(tables, exercise.key, scope, country, group)
                if any(found.get(c) for c in QUANTITIES):
                    yield with_key("asset_totals", found)


def total(tables: Tables, exercise: str, scope: str, country: str, group: str) -> Cells:
    """The cells of one total, without its key; no cells if there is no line to make it from."""
    if scope == "sum-of-contingents":
        lines = _contingent_lines(tables, exercise, group)
    else:
        lines = _lines(tables, exercise, scope, country, group)
    if not lines:
        return {}
    claims = [c for line in lines for c in claims_on(tables, "assets", line.key, "quantity")]
    categories = {line["category"] for line in lines}
    return {
        "exercise_id": exercise,
        "scope": scope,
        "country_code": country,
        "asset_group": group,
        "category": categories.pop() if len(categories) == 1 else "",
        **{c: _sum([line[c] for line in lines]) for c in QUANTITIES},
        "lines": str(len(lines)),
        "claims": str(len(claims)),
        "origins": str(len(supporting_origins(claims))),
    }


def _lines(tables: Tables, exercise: str, scope: str, country: str, group: str) -> list[Row]:
    """The lines of one side that make up a group: one per category, never an unspecified one beside its kinds."""
    units, choices = GROUPS[group]
    own = [r for r in _totals(tables, exercise) if (r["scope"], r["country_code"]) == (scope, country)]
    for categories in choices:
        found: dict[str, Row] = {}
        for unit in units:
            for row in own:
                if row["category"] in categories and row["unit"] == unit:
                    found.setdefault(row["category"], row)
        if found:
            return list(found.values())
    return []


def _contingent_lines(tables: Tables, exercise: str, group: str) -> list[Row]:
    """The lines of all contingents, if every country that took part has them in the same categories and units."""
    by_country = [_lines(tables, exercise, "contingent", c, group) for c in acting(tables, exercise)]
    kinds = {frozenset((r["category"], r["unit"]) for r in lines) for lines in by_country}
    return [r for lines in by_country for r in lines] if len(kinds) == 1 else []


def _totals(tables: Tables, exercise: str) -> list[Row]:
    """Confirmed totals of the whole event: lines of a phase, or set apart by a detail, count something else."""
    rows = confirmed(tables, "assets", exercise)
    return [r for r in rows if r["line"] == "total" and not r["phase_id"] and not r["detail"]]


def _sum(values: list[str]) -> str:
    """The sum, if every summand is known."""
    return str(sum(map(int, values))) if all(values) else ""
