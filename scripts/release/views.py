"""Views: tables for analysis that are computed from the curated ones, described by schemas/views.

Every view is a Table of raw strings like the curated tables, so all formats are written by the same code.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from records import CHILDREN
from tables import ROOT, Row, Table, Tables

GROUPS = {  # quantity groups: categories that add up, and the category that counts all of them in one number
    "personnel": (("personnel",), ""),
    "ships": (("surface-ship",), "ship-unspecified"),
    "submarines": (("submarine",), ""),
    "aircraft": (("fixed-wing-aircraft", "helicopter"), "aircraft-unspecified"),
    "vehicles": (("tank", "armoured-vehicle", "artillery"), "vehicle-unspecified"),
}
SIDES = {"all": ("whole-exercise", ""), "chn": ("contingent", "CHN"), "rus": ("contingent", "RUS")}
Cells = dict[str, str]


def views(tables: Tables) -> dict[str, Table]:
    """All views by name. Their columns are those of their schemas; a builder that forgets one fails."""
    return {name: _table(name, build(tables)) for name, build in BUILDERS.items()}


def exercises_wide(tables: Tables) -> Iterable[Cells]:
    """One row per exercise with names, place, participants, quantities by side and the evidence behind it."""
    for row in tables["exercises"].rows:
        yield {
            **row,
            "year": row["start_date"][:4],
            "days": str(_days(row)),
            **_names(tables, row.key),
            **_place(tables, row.key),
            **_participants(tables, row.key),
            **_quantities(tables, row.key),
            **_evidence(tables, row.key),
        }


def exercise_years(tables: Tables) -> Iterable[Cells]:
    """One row per year of the time covered: held events by kind, domain and framework; parts are left out."""
    events = [r for r in tables["exercises"].rows if r["status"] == "held" and not r["part_of_id"]]
    first, last = (int(str(tables.descriptor["temporal"][side])[:4]) for side in ("start", "end"))
    columns = [f["name"] for f in _schema("exercise_years")["fields"]]
    for year in range(first, last + 1):
        held = [r for r in events if r["start_date"][:4] == str(year)]
        counts = Counter(r[c].replace("-", "_") for r in held for c in ("kind", "domain", "framework"))
        yield {c: str(counts[c]) for c in columns} | {"year": str(year), "held": str(len(held))}


BUILDERS: dict[str, Callable[[Tables], Iterable[Cells]]] = {
    "exercises_wide": exercises_wide,
    "exercise_years": exercise_years,
}


def _names(tables: Tables, key: str) -> Cells:
    """The first official name in Chinese and in Russian."""
    found = {"name_zh": "", "name_ru": ""}
    for row in _of(tables, "exercise_names", key):
        column = f"name_{row['language']}"
        if row["kind"] == "official" and found.get(column) == "":
            found[column] = row["name"]
    return found


def _place(tables: Tables, key: str) -> Cells:
    """The main place with its coordinates."""
    for row in _of(tables, "exercise_locations", key):
        if row["role"] == "main" and row["standing"] == "confirmed" and not row["phase_id"]:
            place = tables["locations"].by_key[row["location_id"]]
            columns = ("location_id", "latitude", "longitude", "radius_km")
            return {c: place[c] for c in columns} | {"location": place["name"]}
    return {}


def _participants(tables: Tables, key: str) -> Cells:
    rows = [r for r in _of(tables, "participants", key) if r["standing"] == "confirmed"]
    acting = [r for r in rows if r["role"] != "observer"]
    return {"participants": str(len(acting)), "observers": str(len(rows) - len(acting))}


def _quantities(tables: Tables, key: str) -> Cells:
    """Low, best and high of every group by side. Only totals without phase are read; nothing else is added."""
    lines = [
        r
        for r in _of(tables, "assets", key)
        if r["line"] == "total" and r["standing"] == "confirmed" and not r["phase_id"] and not r["detail"]
    ]
    out: Cells = {}
    for side, (scope, country) in SIDES.items():
        for group, (categories, inclusive) in GROUPS.items():
            own = [r for r in lines if (r["scope"], r["country_code"]) == (scope, country)]
            counted = [r for r in own if inclusive and r["category"] == inclusive]
            counted = counted or [r for r in own if r["category"] in categories]
            for column in ("quantity_low", "quantity", "quantity_high"):
                values = [r[column] for r in counted]
                name = f"{side}_{group}" + column.removeprefix("quantity")
                out[name] = str(sum(map(int, values))) if values and all(values) else ""
    return out


def _evidence(tables: Tables, key: str) -> Cells:
    """How many claims, sources and origins stand behind an event, and how many claims differ."""
    claims = list(tables.claims_about.get(("exercises", key), []))
    for name in CHILDREN["exercises"]:
        for row in _of(tables, name, key):
            claims += tables.claims_about.get((name, row.key), [])
    support = [c for c in claims if c["verdict"] in ("accepted", "compatible")]
    return {
        "claims": str(len(claims)),
        "sources": str(len({c["source_id"] for c in claims})),
        "origins": str(len({c["origin_id"] for c in support})),
        "disputed_claims": str(sum(c["verdict"] in ("disputed", "superseded") for c in claims)),
    }


def _of(tables: Tables, name: str, key: str) -> list[Row]:
    """Rows of a table that hang on one exercise."""
    index = _index(tables[name])
    return index.get(key, [])


def _index(table: Table) -> dict[str, list[Row]]:
    """Rows of a table by exercise, made once per table."""
    cached: dict[str, list[Row]] | None = table.__dict__.get("_by_exercise")
    if cached is None:
        cached = {}
        for row in table.rows:
            cached.setdefault(row["exercise_id"], []).append(row)
        table.__dict__["_by_exercise"] = cached
    return cached


def _days(row: Row) -> int:
    return (dt.date.fromisoformat(row["end_date"]) - dt.date.fromisoformat(row["start_date"])).days + 1


@cache
def _schema(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas" / "views" / f"{name}.json").read_text(encoding="utf-8"))
    return schema


def _table(name: str, rows: Iterable[Cells]) -> Table:
    schema = _schema(name)
    table = Table(name, f"views/{name}.csv", schema)
    for cells in rows:
        missing = [c for c in table.columns if c not in cells and not schema_allows_empty(schema, c)]
        if missing:
            raise KeyError(f"{name}: the builder gives no {', '.join(missing)}")
        table.add(cells, str(Path("views") / f"{name}.csv"), 0)
    return table


def schema_allows_empty(schema: dict[str, Any], column: str) -> bool:
    """Whether a column of a view may be empty."""
    return not next(f for f in schema["fields"] if f["name"] == column)["constraints"].get("required", False)
