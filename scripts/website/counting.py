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

Counted = dict[str, list[str]]  # start dates of the events that a rule counts


def how_many_page(tables: Tables, views: dict[str, Table]) -> str:
    """The count under each rule, the totals of others for the same time, and why they differ."""
    counted = count_events(tables, views)
    rules = sorted(tables["counting_rules"].rows, key=lambda r: (len(counted[r.key]), r.key))
    intro = "\nThere is no single number. It depends on what counts as one exercise, and on whose forces count.\n"
    answer = _by_rule(rules, counted) if rules else _by_kind(views["exercise_years"])
    rest = (_trackers(tables, rules, counted), _by_year(tables, rules, counted), _listings(tables))
    return page("How many?", intro, answer, *rest, hide=("navigation",))


def count_events(tables: Tables, views: dict[str, Table]) -> Counted:
    """Start dates of the events that each counting rule lets through."""
    rules = tables["counting_rules"].rows
    if not rules:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "count.sqlite"
        asked = " ".join(query(r) for r in rules)
        write_sqlite([t for t in [*tables.values(), *views.values()] if t.name in asked], path)
        db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return {r.key: [str(d) for (d,) in db.execute(query(r))] for r in rules}
        finally:
            db.close()


def query(rule: Row) -> str:
    """The SQL of a counting rule, as anybody can run it on the SQLite file of a release."""
    return f"SELECT start_date FROM exercises_wide WHERE {rule['filter']}"


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
    """What each rule counts, and its number; the narrowest first. The tables below name them by their number."""
    rows = []
    for number, rule in enumerate(rules, start=1):
        condition = f"<summary>SQL</summary><pre><code>{esc(query(rule))}</code></pre>"
        name = f"<b>{esc(rule['name'])}</b><br>{esc(rule['description'])}"
        text = f'{name}<details class="fact">{condition}</details>'
        rows.append([str(number), text, f'<b class="count">{len(counted[rule.key]):,}</b>'])
    more = '<p class="hint">The SQL runs on the SQLite file of a release.</p>'
    return f"\n## One number for each rule\n{raw(table(['', 'what is counted', 'events'], rows) + more)}"


def _by_year(tables: Tables, rules: list[Row], counted: Counted) -> str:
    """The count of each rule year by year, as a chart and as a table."""
    if not rules:
        return ""
    years = covered_years(tables)
    rows = yearly(rules, counted, years)
    each = [[str(y), *(str(r["events"]) for r in rows if r["year"] == y)] for y in range(years[0], years[1] + 1)]
    title = "Events per year under each counting rule; the table below has the same numbers"
    chart = figures.panels_by_rule(rows, title, years)
    numbers = table(["year", *_numbers(rules)], each, "Events per year")
    return f"\n## Year by year\n{raw(f'<figure>{chart}</figure>{numbers}')}"


def _numbers(rules: list[Row]) -> list[str]:
    """The numbers of the rules as heads of columns, with their names."""
    return [f'<abbr title="{esc(r["name"])}">{n}</abbr>' for n, r in enumerate(rules, start=1)]


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
    """Totals that others publish beside ours for the same time, then what each list counts."""
    lists = sorted(tables["trackers"].rows, key=lambda r: (r["covers_to"] or "9", r.key))
    if not lists:
        return "\n## What others count\n\nTotals of other lists have not been entered yet.\n"
    words = "<p>Numbered columns count this dataset for the same time, under the rule of that number above.</p>"
    rows = [_tracker(t, rules, counted) for t in lists]
    numbers = table(["list", "time", "their total", *_numbers(rules)], rows, "Totals of other lists")
    notes = "".join(_note(tables, t) for t in lists)
    html = f"{words if rules else ''}{numbers}"
    return f"\n## What others count\n{raw(html)}\n## Why they differ\n{raw(f'<dl>{notes}</dl>')}"


def _tracker(row: Row, rules: list[Row], counted: Counted) -> list[str]:
    first, last = row["covers_from"], row["covers_to"]
    time = f"{date(first) or 'start not said'} to {date(last) or 'end not said'}"
    days = _bounds(first, last)
    ours = [f"{sum(days[0] <= d <= days[1] for d in counted[r.key]):,}" for r in rules]
    name = f'<a href="#{esc(row.key)}">{esc(row["name"])}</a>'
    return [name, esc(time), f"<b>{esc(_total(row))}</b>", *ours]


def _total(row: Row) -> str:
    kinds = {"at-least": "at least ", "about": "about "}
    return f"{kinds.get(row['total_kind'], '')}{int(row['total']):,}" if row["total"] else "none given"


def _note(tables: Tables, row: Row) -> str:
    """What one list says that it counts, and what a reader must know to compare."""
    said = f"{esc(_total(row))}: {esc(row['counts_what'])}. {cited(tables, row['source_id'])}"
    note = f'<br><span class="note">{esc(row["note"])}</span>' if row["note"] else ""
    return f'<dt id="{esc(row.key)}"><b>{esc(row["name"])}</b></dt><dd>{said}{note}</dd>'


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
