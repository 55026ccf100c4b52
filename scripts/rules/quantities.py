"""Rules for quantities: low, best and high, scopes, lines and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from claims import bounds, claims_on
from problems import Problem
from tables import Row, Tables

TABLES_WITH_QUANTITIES = ("assets", "responses", "transfer_items")
UNITS = {
    "personnel": {"persons"},
    "surface-ship": {"ships"},
    "submarine": {"ships"},
    "ship-unspecified": {"ships"},
    "fixed-wing-aircraft": {"aircraft", "sorties", "crews"},
    "helicopter": {"aircraft", "sorties", "crews"},
    "aircraft-unspecified": {"aircraft", "sorties", "crews"},
    "uncrewed-aircraft": {"aircraft", "sorties", "items"},
    "tank": {"vehicles", "items", "crews"},
    "armoured-vehicle": {"vehicles", "items", "crews"},
    "vehicle-unspecified": {"vehicles", "items"},
    "artillery": {"vehicles", "items", "launchers", "crews"},
    "air-defence-system": {"items", "launchers", "vehicles", "battalions", "regiments", "brigades", "crews"},
    "missile": {"items"},
    "engine": {"items"},
    "sensor": {"items"},
    "equipment": {"items", "vehicles"},
    "formation": {"companies", "battalions", "regiments", "brigades", "teams", "crews", "items"},
}


def low_and_high_follow_from_claims(tables: Tables) -> Iterator[Problem]:
    """quantity_low and quantity_high are the lowest and highest numbers that standing claims give."""
    for name, row in _rows_with_quantities(tables):
        expected = bounds(claims_on(tables, name, row.key, "quantity"))
        for column, value in zip(("quantity_low", "quantity_high"), expected, strict=True):
            if row[column] != value:
                message = f"the standing claims give {value or 'no number'} ({row.key})"
                yield row.problem(column, message, "run: make format")


def best_lies_between_low_and_high(tables: Tables) -> Iterator[Problem]:
    """The best number lies between the lowest and the highest. Otherwise no standing claim gives it."""
    for _, row in _rows_with_quantities(tables):
        if not row["quantity"]:
            continue
        best = int(row["quantity"])
        low, high = row["quantity_low"], row["quantity_high"]
        if (low and best < int(low)) or (high and best > int(high)):
            message = f"lies outside {low or '?'} to {high or 'open'} ({row.key})"
            yield row.problem("quantity", message, "give it the value of a claim that stands")


def scope_fits_country(tables: Tables) -> Iterator[Problem]:
    """A contingent names its country; a whole exercise or a group names none. Else nobody knows whose they are."""
    for row in tables["assets"].rows:
        if (row["scope"] == "contingent") != bool(row["country_code"]):
            message = f"does not go with scope {row['scope']!r} ({row.key})"
            fix = "name the country of a contingent; leave it empty for other scopes"
            yield row.problem("country_code", message, fix)


def subset_is_told_apart(tables: Tables) -> Iterator[Problem]:
    """A subset names its phase, or has a detail or description. A number counted at one moment must say at which."""
    for row in tables["assets"].rows:
        if row["line"] == "subset" and not (row["phase_id"] or row["detail"] or row["description"]):
            message = f"a subset does not say what it was counted in ({row.key})"
            yield row.problem("line", message, "fill phase_id, detail or description")


def one_total_per_scope(tables: Tables) -> Iterator[Problem]:
    """A category has one total in each scope, phase and unit. Rival numbers are claims on one line, not two lines."""
    first: dict[tuple[str, ...], Row] = {}
    for row in tables["assets"].rows:
        if row["line"] != "total" or row["scope"] == "group":
            continue
        parts = ("exercise_id", "scope", "country_code", "category", "unit", "phase_id")
        other = first.setdefault(tuple(row[p] for p in parts), row)
        if other is not row:
            message = f"the same scope has another total of {row['category']} in line {other.line} ({other.key})"
            yield row.problem("line", message, "put both numbers as claims on one line, or code a subset")


def unit_fits_category(tables: Tables) -> Iterator[Problem]:
    """A unit fits what is counted. Ships are not counted in persons."""
    for _, row in _rows_with_quantities(tables):
        allowed = UNITS.get(row["category"], set())
        if row["unit"] and row["category"] and row["unit"] not in allowed:
            message = f"does not fit category {row['category']!r} ({row.key})"
            yield row.problem("unit", message, f"write one of {', '.join(sorted(allowed))}")


def quantity_has_unit(tables: Tables) -> Iterator[Problem]:
    """A number stands with its category and unit. A bare number counts nothing."""
    for _, row in _rows_with_quantities(tables):
        for column in ("category", "unit"):
            if row["quantity"] and not row[column]:
                yield row.problem(column, f"is empty beside the quantity {row['quantity']}", f"fill {column}")


def platform_fits_category(tables: Tables) -> Iterator[Problem]:
    """A line of one class or type has the category of that class or type. Else one of the two codes is wrong."""
    for _, row in _rows_with_quantities(tables):
        platform = tables["platforms"].by_key.get(row["platform_id"])
        if platform and row["category"] and platform["category"] != row["category"]:
            message = f"but {platform.key} is {platform['category']!r} ({row.key})"
            yield row.problem("category", message, "correct the category here or in platforms")


def components_within_total(tables: Tables) -> Iterator[Problem]:
    """Components do not exceed their total. They may if observers differ: say so in coding_note."""
    totals: dict[tuple[str, ...], Row] = {}
    parts: dict[tuple[str, ...], int] = defaultdict(int)
    counted = {_variant(r) for r in tables["assets"].rows if r["line"] == "component" and not r["platform_id"]}
    for row in tables["assets"].rows:
        group = tuple(row[p] for p in ("exercise_id", "scope", "country_code", "category", "unit", "phase_id"))
        if row["standing"] != "confirmed" or not row["quantity"]:
            continue
        if row["line"] == "total":
            totals[group] = row
        elif row["line"] == "component" and not (
            row["platform_id"] and row["subcategory"] and _variant(row) in counted
        ):
            parts[group] += int(row["quantity"])
    for group, total in totals.items():
        if parts[group] > int(total["quantity_high"] or total["quantity"]):
            message = f"the components add up to {parts[group]} ({total.key})"
            yield total.problem("quantity", message, "check both; explain the difference in coding_note")


def _variant(row: Row) -> tuple[str, ...]:
    """What a line of a type shares with the line of its subcategory, in which it is already counted."""
    return tuple(row[c] for c in ("exercise_id", "scope", "country_code", "subcategory", "phase_id"))


def _rows_with_quantities(tables: Tables) -> Iterator[tuple[str, Row]]:
    for name in TABLES_WITH_QUANTITIES:
        for row in tables[name].rows:
            yield name, row


ERRORS = [
    low_and_high_follow_from_claims,
    best_lies_between_low_and_high,
    scope_fits_country,
    subset_is_told_apart,
    one_total_per_scope,
    unit_fits_category,
    quantity_has_unit,
    platform_fits_category,
]
WARNINGS = [components_within_total]
