"""Rules for series and the ordinals of their events."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from problems import Problem
from tables import Row, Tables


def event_fits_series(tables: Tables) -> Iterator[Problem]:
    """An event has the domain of its series, or is multi-domain. Otherwise it belongs to another series."""
    for row in tables["exercises"].rows:
        series = tables["series"].by_key.get(row["series_id"])
        if series and row["domain"] not in (series["domain"], "multi-domain") and series["domain"] != "multi-domain":
            yield row.problem(
                "domain", f"but the series {series.key} is {series['domain']!r}", "correct one of the two"
            )


def editions_do_not_overlap(tables: Tables) -> Iterator[Problem]:
    """Two events of one series do not take place on the same days. Then one has wrong dates, or both are one event.

    One that follows the other may begin on its last day.
    """
    editions: dict[str, list[Row]] = defaultdict(list)
    for row in tables["exercises"].rows:
        if row["series_id"] and not row["part_of_id"]:
            editions[row["series_id"]].append(row)
    for rows in editions.values():
        for row, follower in pairwise(sorted(rows, key=lambda r: r["start_date"])):
            touches = follower["follows_id"] == row.key and follower["start_date"] == row["end_date"]
            if follower["start_date"] <= row["end_date"] and not touches:
                message = f"lies within {row.key} ({row['start_date']} to {row['end_date']})"
                yield follower.problem(
                    "start_date", message, "correct the dates, or name the larger event in part_of_id"
                )


def ordinals_rise_with_dates(tables: Tables) -> Iterator[Problem]:
    """Ordinals of one counter rise with the dates. Equal or falling ones are slips or another counter."""
    for rows in _counters(tables).values():
        for (day, row), (later, follower) in pairwise(rows):
            if int(follower["ordinal"]) <= int(row["ordinal"]) and later > day:
                message = f"follows {row['ordinal']} of {row['exercise_id']} ({row['counted_by']})"
                yield follower.problem("ordinal", message, "correct the ordinal, or name what is counted otherwise")


def ordinals_have_no_gap(tables: Tables) -> Iterator[Problem]:
    """Ordinals of one counter leave no number out. A gap is an event that has no row here yet.

    Events and candidates of the series between the two fill it, though nobody reports their number.
    """
    for rows in _counters(tables).values():
        for (day, row), (later, follower) in pairwise(rows):
            missing = range(int(row["ordinal"]) + 1, int(follower["ordinal"]))
            if len(missing) > _between(tables, follower, day, later):
                span = f"{missing[0]} to {missing[-1]}" if len(missing) > 1 else str(missing[0])
                message = f"no event has ordinal {span} ({row['counted_by']}, {row['counted_what']})"
                yield follower.problem("ordinal", message, "add the events, or explain them among the candidates")


def _between(tables: Tables, row: Row, day: str, later: str) -> int:
    """How many events and candidates of the row's series lie between two days."""
    series = tables["exercises"].by_key[row["exercise_id"]]["series_id"]
    events = [r["start_date"] for r in tables["exercises"].where("series_id", series)]
    candidates = [r["date"] for r in tables["candidates"].where("series_id", series)]
    return sum(day < found < later for found in events + candidates) if series else 0


def _counters(tables: Tables) -> dict[tuple[str, str], list[tuple[str, Row]]]:
    """Start day and numbering row by counter, in order of time."""
    counters: dict[tuple[str, str], list[tuple[str, Row]]] = defaultdict(list)
    for row in tables["numbering"].rows:
        if row["ordinal"]:
            day = tables["exercises"].by_key[row["exercise_id"]]["start_date"]
            counters[row["counted_by"], row["counted_what"]].append((day, row))
    return {counter: sorted(rows, key=lambda r: r[0]) for counter, rows in counters.items()}


ERRORS = [event_fits_series, editions_do_not_overlap, ordinals_rise_with_dates]
WARNINGS = [ordinals_have_no_gap]
