"""What claims say about cells: how their values are read, and the quantities that follow from them.

Used by the rules, by the formatter and by the views, so that all three mean the same.
"""

from __future__ import annotations

import calendar
import datetime as dt
import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from tables import Row, Tables

STANDING_VERDICTS = {"accepted", "compatible", "disputed"}
NUMBER_TYPES = {"integer", "number"}
REDUCED_DATE = re.compile(r"^\d{4}(-\d{2}(-\d{2})?)?$", re.ASCII)
COUNT = re.compile(r"[0-9]{1,18}")  # what int() and a column of 64 bits hold; isdigit() also takes ² and ٣
NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")


def claim_id(claim: dict[str, str]) -> str:
    """The identifier of a claim: what it is about, its source, its origin and its value, hashed."""
    parts = ("subject_table", "subject_id", "subject_field", "source_id", "origin_id", "value")
    digest = hashlib.sha256("\x1f".join(claim[p] for p in parts).encode("utf-8")).hexdigest()
    return "c" + digest[:10]


@lru_cache(maxsize=10_000)
def period(value: str) -> tuple[str, str] | None:
    """First and last day that a reduced date or an interval of two stands for; None if it is neither."""
    first, slash, last = value.partition("/")
    bounds = _first_day(first), _last_day(last if slash else first)
    return (bounds[0], bounds[1]) if bounds[0] and bounds[1] and bounds[0] <= bounds[1] else None


def agrees(value: str, cell: str, field: dict[str, Any]) -> bool:
    """Whether a claim's value says what the cell says: equal, or for dates one period within the other."""
    if field["type"] in NUMBER_TYPES:
        return _number(value) is not None and _number(value) == _number(cell)
    said, held = period(value), period(cell)
    if said and held and (field["type"] == "date" or field["constraints"].get("pattern") == REDUCED_DATE.pattern):
        return (said[0] <= held[0] and held[1] <= said[1]) or (held[0] <= said[0] and said[1] <= held[1])
    return value == cell


def bounds(claims: Iterable[Row]) -> tuple[str, str]:
    """Lowest and highest number of the claims that stand; the highest is empty if one calls it a lower bound."""
    standing = [c for c in claims if c["verdict"] in STANDING_VERDICTS and COUNT.fullmatch(c["value"])]
    if not standing:
        return "", ""
    highest = max(int(c["value"]) for c in standing)
    open_end = any(c["qualifier"] == "at-least" for c in standing if int(c["value"]) == highest)
    return str(min(int(c["value"]) for c in standing)), "" if open_end else str(highest)


def claims_on(tables: Tables, table: str, key: str, field: str) -> list[Row]:
    """The claims about one cell, or about a row as such if `field` is present."""
    return [c for c in tables.claims_about.get((table, key), []) if c["subject_field"] == field]


def _number(value: str) -> float | None:
    return float(value) if NUMBER.fullmatch(value) else None


def _first_day(value: str) -> str:
    """The first day of a reduced date; empty if there is no such day."""
    if not REDUCED_DATE.fullmatch(value):
        return ""
    return _day(value + {4: "-01-01", 7: "-01", 10: ""}[len(value)])


def _last_day(value: str) -> str:
    """The last day of a reduced date; empty if there is no such day."""
    if len(value) == 7 and (first := _first_day(value)):
        return f"{value}-{calendar.monthrange(int(first[:4]), int(first[5:7]))[1]}"
    return _day(value + "-12-31") if len(value) == 4 else _first_day(value)


def _day(value: str) -> str:
    try:
        return dt.date.fromisoformat(value).isoformat()
    except ValueError:
        return ""
