"""What the views share: their schemas, the rows and claims that hang on one exercise, who acted in it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from records import CHILDREN
from tables import ROOT, Row, Tables, derived_key

Cells = dict[str, str]


@cache
def schema(view: str) -> dict[str, Any]:
    """The Table Schema of a view."""
    found: dict[str, Any] = json.loads((ROOT / "schemas" / "views" / f"{view}.json").read_text(encoding="utf-8"))
    return found


def with_key(view: str, cells: Cells) -> Cells:
    """The cells of a row with its key in front, built as the schema says."""
    template, key = schema(view)["keyTemplate"], schema(view)["primaryKey"][0]
    return {key: derived_key(template, cells)} | cells


def rows_of_exercise(tables: Tables, name: str, key: str) -> list[Row]:
    """Rows of a table that hang on one exercise."""
    return tables[name].where("exercise_id", key)


def confirmed(tables: Tables, name: str, key: str) -> list[Row]:
    """Rows of a table that hang on one exercise and are certain."""
    return [r for r in rows_of_exercise(tables, name, key) if r["standing"] == "confirmed"]


def acting(tables: Tables, key: str) -> list[str]:
    """Codes of the countries that took part in an exercise, those that only watched left out."""
    return sorted(r["country_code"] for r in confirmed(tables, "participants", key) if r["role"] != "observer")


def claims_of_exercise(tables: Tables, key: str) -> list[Row]:
    """Claims about an exercise and about all rows that hang on it."""
    claims = list(tables.claims_about.get(("exercises", key), []))
    for name in CHILDREN["exercises"]:
        for row in rows_of_exercise(tables, name, key):
            claims += tables.claims_about.get((name, row.key), [])
    return claims


def supporting_origins(claims: list[Row]) -> set[str]:
    """First speakers behind the claims that say what the tables say."""
    return {c["origin_id"] for c in claims if c["verdict"] in ("accepted", "compatible")}
