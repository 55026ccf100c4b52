"""The view with one row per exercise: names, place, participants, services, quantities by side, evidence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from tables import Row, Tables

from release.views.confidence import confidence
from release.views.shared import (
    Cells,
    acting,
    claims_of_exercise,
    confirmed,
    rows_of_exercise,
    supporting_origins,
)
from release.views.totals import GROUPS, QUANTITIES, total

SIDES = {"all": ("whole-exercise", ""), "chn": ("contingent", "CHN"), "rus": ("contingent", "RUS")}


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
            **_services(tables, row.key),
            **confidence(tables, row),
        }


def _names(tables: Tables, key: str) -> Cells:
    """The first official name in Chinese and in Russian."""
    found = {"name_zh": "", "name_ru": ""}
    for row in rows_of_exercise(tables, "exercise_names", key):
        column = f"name_{row['language']}"
        if row["kind"] == "official" and found.get(column) == "":
            found[column] = row["name"]
    return found


def _place(tables: Tables, key: str) -> Cells:
    """The main place with its coordinates."""
    for row in confirmed(tables, "exercise_locations", key):
        if row["role"] == "main" and not row["phase_id"]:
            place = tables["locations"].by_key[row["location_id"]]
            columns = ("location_id", "latitude", "longitude", "radius_km")
            return {c: place[c] for c in columns} | {"location": place["name"]}
    return {}


def _participants(tables: Tables, key: str) -> Cells:
    rows, acted = confirmed(tables, "participants", key), acting(tables, key)
    return {"participants": str(len(acted)), "observers": str(len(rows) - len(acted))}


def _services(tables: Tables, key: str) -> Cells:
    """How many services of each side the reports name; empty where they name none, for one there always is."""
    rows = confirmed(tables, "participant_services", key)
    counts = {side: sum(r["country_code"] == side.upper() for r in rows) for side in ("chn", "rus")}
    return {f"{side}_services": str(n or "") for side, n in counts.items()}


def _quantities(tables: Tables, key: str) -> Cells:
    """Low, best and high of every group by side."""
    out: Cells = {}
    for side, (scope, country) in SIDES.items():
        for group in GROUPS:
            found = total(tables, key, scope, country, group)
            out |= {f"{side}_{group}" + c.removeprefix("quantity"): found.get(c, "") for c in QUANTITIES}
    return out


def _evidence(tables: Tables, key: str) -> Cells:
    """How many claims, sources and origins stand behind an event, and how many claims differ."""
    claims = claims_of_exercise(tables, key)
    return {
        "claims": str(len(claims)),
        "sources": str(len({c["source_id"] for c in claims})),
        "origins": str(len(supporting_origins(claims))),
        "disputed_claims": str(sum(c["verdict"] in ("disputed", "superseded") for c in claims)),
    }


def _days(row: Row) -> int:
    return (dt.date.fromisoformat(row["end_date"]) - dt.date.fromisoformat(row["start_date"])).days + 1
