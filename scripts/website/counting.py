"""How many? Every counting rule run on the tables as SQL, beside the totals that others publish."""

from __future__ import annotations

import sqlite3
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from claims import period
from release.formats import write_sqlite
from tables import Row, Table, Tables

from website import figures
from website.evidence import cited
from website.markup import esc, page, raw, table
from website.words import count, date, label

ALWAYS = "status = 'held' AND part_of_id IS NULL"
Counted = dict[str, list[str]]  # start dates of the events that a rule counts


def how_many_page(tables: Tables, views: dict[str, Table]) -> str:
    """The yearly count under each rule, the totals of others for the same time, and why they differ."""
    rules = tables["counting_rules"].rows
    counted = count_events(tables, views)
    intro = "\nThere is no single number. It depends on what counts as one exercise, and on whose forces count.\n"
    answer = _by_rule(rules, counted) if rules else _by_kind(views["exercise_years"])
    rest = (_trackers(tables, rules, counted), _by_year(tables, rules, counted), _listings(tables))
    return page("How many?", intro, answer, *rest, hide=("navigation",))


def count_events(tables: Tables, views: dict[str, Table]) -> Counted:
    """Start dates of the events that each counting rule lets through. Parts of larger events never count."""
    rules = tables["counting_rules"].rows
    if not rules:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "count.sqlite"
        write_sqlite([*tables.values(), *views.values()], path)
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return {r.key: [str(d) for (d,) in db.execute(query(r))] for r in rules}
        finally:
            db.close()


def query(rule: Row) -> str:
    """The SQL of a counting rule, as anybody can run it on the SQLite file of a release."""
    return f"SELECT start_date FROM exercises_wide WHERE {ALWAYS} AND ({rule['filter']})"


def yearly(rules: list[Row], counted: Counted, years: tuple[int, int]) -> list[dict[str, Any]]:
    """One row per year and rule, years without an event among them."""
    found = {r.key: Counter(d[:4] for d in counted[r.key]) for r in rules}
    span = range(years[0], years[1] + 1)
    return [{"year": y, "rule": r["name"], "events": found[r.key][str(y)]} for r in rules for y in span]


def covered_years(tables: Tables) -> tuple[int, int]:
    """First and last year that the package covers."""
    temporal = tables.descriptor["temporal"]
    return int(temporal["start"][:4]), int(temporal["end"][:4])


def _by_rule(rules: list[Row], counted: Counted) -> str:
    """What each rule counts, and its number."""
    rows = []
    for rule in rules:
        name = f"<b>{esc(rule['name'])}</b><br>{esc(rule['description'])}"
        rows.append([name, f"<b>{len(counted[rule.key]):,}</b>", f"<code>{esc(rule['filter'])}</code>"])
    more = (
        '<p class="hint">The condition is SQL on the table exercises_wide of the SQLite file. Events that were not '
        "held and parts of larger events never count.</p>"
    )
    return f"\n## One number for each rule\n{raw(table(['rule', 'events', 'condition'], rows) + more)}"


def _by_year(tables: Tables, rules: list[Row], counted: Counted) -> str:
    """The count of each rule year by year, as a chart and as a table."""
    if not rules:
        return ""
    years = covered_years(tables)
    rows = yearly(rules, counted, years)
    each = [[str(y), *(str(r["events"]) for r in rows if r["year"] == y)] for y in range(years[0], years[1] + 1)]
    title = "Events per year under each counting rule; the table below has the same numbers"
    chart = figures.panels_by_rule(rows, title, years)
    numbers = table(["year", *(esc(r["name"]) for r in rules)], each)
    return f"\n## Year by year\n{raw(f'<figure>{chart}</figure>{numbers}')}"


def _by_kind(years: Table) -> str:
    """Without counting rules: all held events by kind."""
    kinds = ["field_exercise", "staff_exercise", "unspecified_exercise", "patrol", "competition", "operation"]
    kinds = [k for k in kinds if any(int(r[k]) for r in years.rows)]
    rows = [[r["year"], r["held"], *(r[k] for k in kinds)] for r in years.rows if int(r["held"])]
    total = sum(int(r["held"]) for r in years.rows)
    text = f"<p>No counting rule has been written yet. The tables hold {count(total, 'held event')}, by kind:</p>"
    titles = [esc(years.fields[k]["title"]) for k in kinds]
    return f"\n## Held events by kind\n{raw(text + table(['year', 'all', *titles], rows))}"


def _trackers(tables: Tables, rules: list[Row], counted: Counted) -> str:
    """Totals that others publish, with our count under each rule for the same time."""
    rows = [_tracker(tables, t, rules, counted) for t in tables["trackers"].rows]
    if not rows:
        return "\n## What others count\n\nTotals of other lists have not been entered yet.\n"
    head = ["list", "time", "total", "says that it counts", *(f"here: {esc(r['name'])}" for r in rules), "note"]
    words = "<p>Columns named “here” count this dataset for the same time, under each rule.</p>" if rules else ""
    return f"\n## What others count\n{raw(words + table(head, rows))}"


def _tracker(tables: Tables, row: Row, rules: list[Row], counted: Counted) -> list[str]:
    first, last = row["covers_from"], row["covers_to"]
    time = f"{date(first) or 'start not said'} to {date(last) or 'end not said'}"
    kinds = {"at-least": "at least ", "about": "about "}
    total = f"{kinds.get(row['total_kind'], '')}{int(row['total']):,}" if row["total"] else "none given"
    days = _bounds(first, last)
    ours = [f"{sum(days[0] <= d <= days[1] for d in counted[r.key]):,}" for r in rules]
    source = cited(tables, row["source_id"])
    name = f"<b>{esc(row['name'])}</b><br>{source}"
    return [name, esc(time), f"<b>{esc(total)}</b>", esc(row["counts_what"]), *ours, esc(row["note"])]


def _bounds(first: str, last: str) -> tuple[str, str]:
    """First and last day of the time that a tracker covers; without one it has no bound."""
    start, end = period(first), period(last)
    return start[0] if start else "0000", end[1] if end else "9999"


def _listings(tables: Tables) -> str:
    """Which other list has which event."""
    rows = []
    for row in sorted(tables["listings"].rows, key=lambda r: (r["tracker_id"], r["exercise_id"])):
        event = tables["exercises"].by_key[row["exercise_id"]]
        name = f'<a href="exercises/{esc(event.key)}.html">{esc(event["name"])}</a>'
        listed = label(tables, "listings", "listed", row["listed"])
        tracker = tables["trackers"].by_key[row["tracker_id"]]["name"]
        about = " · ".join(filter(None, [row["label"], row["note"]]))
        rows.append([esc(tracker), name, esc(listed), esc(about), cited(tables, row["source_id"])])
    if not rows:
        return ""
    return f"\n## Event by event\n{raw(table(['list', 'event', 'there', 'as', 'source'], rows))}"
