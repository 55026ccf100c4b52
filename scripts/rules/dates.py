"""Rules for dates and their precision."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator

from problems import Problem
from tables import Row, Tables

LONGEST_EVENT_DAYS = 60


def end_not_before_start(tables: Tables) -> Iterator[Problem]:
    """An event or phase does not end before it starts. One of the two dates is wrong."""
    for row in [*tables["exercises"].rows, *tables["phases"].rows]:
        if row["start_date"] and row["end_date"] and row["end_date"] < row["start_date"]:
            message = f'is before start_date "{row["start_date"]}" ({row.key})'
            fix = "correct one of the two; for a one-day event write the same date twice"
            yield row.problem("end_date", message, fix)


def date_has_precision(tables: Tables) -> Iterator[Problem]:
    """A date stands with its precision, and no precision without a date. A date alone claims to be exact."""
    for row in tables["phases"].rows:
        for side in ("start", "end"):
            if bool(row[f"{side}_date"]) != bool(row[f"{side}_precision"]):
                message = f"one of {side}_date and {side}_precision is empty ({row.key})"
                yield row.problem(f"{side}_precision", message, "fill both or neither")


def precision_matches_date(tables: Tables) -> Iterator[Problem]:
    """A month or year is written by its first day (start) or its last day (end). So dates bound what is known."""
    for row in [*tables["exercises"].rows, *tables["phases"].rows]:
        for side in ("start", "end"):
            date, precision = row[f"{side}_date"], row[f"{side}_precision"]
            if date and precision in ("month", "year"):
                expected = _bound(dt.date.fromisoformat(date), precision, side)
                if date != expected:
                    message = f"is not the {'first' if side == 'start' else 'last'} day of the {precision}"
                    yield row.problem(f"{side}_date", message, f"write {expected}, or precision day")


def held_event_is_covered(tables: Tables) -> Iterator[Problem]:
    """No held event lies outside the time that the package covers. Coverage says until when reports were searched."""
    begin, end = tables.coverage
    for row in tables["exercises"].rows:
        if row["status"] == "held" and row["end_date"] > end:
            message = f"is after the end of coverage {end}"
            yield row.problem("end_date", message, "correct the date, or temporal.end in datapackage.json")
        if row["status"] == "held" and row["start_date"] < begin:
            message = f"is before the begin of coverage {begin}"
            yield row.problem("start_date", message, "correct the date, or temporal.start in datapackage.json")


def coverage_ends_by_today(tables: Tables) -> Iterator[Problem]:
    """The time that the package covers does not end in the future. Nobody can have searched tomorrow's reports."""
    end = tables.coverage[1]
    if end > tables.today.isoformat():
        message = f"temporal.end is after today ({tables.today})"
        yield Problem("datapackage.json", 0, "temporal", "", end, message, "write a day not after today")


def id_has_year_of_start(tables: Tables) -> Iterator[Problem]:
    """The year in an event's id is the year in which it started or ended. Readers take the id at its word."""
    for row in tables["exercises"].rows:
        years = {part for part in row.key.split("-") if len(part) == 4 and part.isdigit()}
        if years and not years & {row["start_date"][:4], row["end_date"][:4]}:
            message = f"the dates lie in {row['start_date'][:4]}"
            yield row.problem("exercise_id", message, "correct the dates; an id is only changed through retired_ids")


def event_is_short(tables: Tables) -> Iterator[Problem]:
    """An event lasts no longer than 60 days. Longer ones are mostly two events, or deployment was counted."""
    for row in tables["exercises"].rows:
        if _days(row) > LONGEST_EVENT_DAYS:
            message = f"the event lasts {_days(row)} days"
            yield row.problem("end_date", message, "check the dates; see the coding guide, rule 14")


def _days(row: Row) -> int:
    return (dt.date.fromisoformat(row["end_date"]) - dt.date.fromisoformat(row["start_date"])).days + 1


def _bound(date: dt.date, precision: str, side: str) -> str:
    if precision == "year":
        return date.replace(month=1, day=1).isoformat() if side == "start" else f"{date.year}-12-31"
    last = calendar.monthrange(date.year, date.month)[1]
    return date.replace(day=1 if side == "start" else last).isoformat()


ERRORS = [
    end_not_before_start,
    date_has_precision,
    precision_matches_date,
    held_event_is_covered,
    coverage_ends_by_today,
    id_has_year_of_start,
]
WARNINGS = [event_is_short]
