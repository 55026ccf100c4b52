"""Series: the index, and a page per series with its editions, who counts how, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tables import Row, Table, Tables

from website.evidence import cited
from website.markup import esc, md, page, raw, table
from website.words import count, date, joined, label, when

Record = dict[str, Any]


def editions(tables: Tables) -> dict[str, list[Row]]:
    """Events of every series in order of time."""
    found: dict[str, list[Row]] = {key: [] for key in tables["series"].by_key}
    for row in sorted(tables["exercises"].rows, key=lambda r: (r["start_date"], r.key)):
        found.setdefault(row["series_id"], []).append(row)
    return found


def series_index(tables: Tables, found: dict[str, list[Row]]) -> str:
    """The list of all series."""
    rows = []
    for row in sorted(tables["series"].rows, key=lambda r: (-len(found[r.key]), r["name"])):
        name = f'<a href="{esc(row.key)}.html">{esc(row["name"])}</a>'
        other = " · ".join(filter(None, (row["name_zh"], row["name_ru"])))
        years = _years(found[row.key])
        rows.append([f'{name}<br><span class="about">{esc(other)}</span>', str(len(found[row.key])), years])
        rows[-1].append(esc(row["description"]))
    alone = len(found.get("", []))
    words = f"\n{count(len(rows), 'series', 'series')}; {count(alone, 'event')} of the dataset belong to none.\n"
    return page("Series", words, raw(table(["series", "events", "years", "what it is"], rows)), hide=("navigation",))


def series_page(tables: Tables, row: Row, events: list[Row], wide: Table, ordinals: dict[str, list[Record]]) -> str:
    """The page of one series."""
    other = " · ".join(filter(None, (row["name_zh"], row["name_ru"])))
    counters = _counters(events, ordinals)
    body = [
        f"{md(other)}\n\n{md(row['description'])}\n",
        "\n## Editions\n",
        raw(_editions(tables, events, wide, ordinals, counters)),
        _gaps(events),
        _left_out(tables, row.key),
    ]
    return page(row["name"], *body, hide=("navigation",))


def _editions(
    tables: Tables, events: list[Row], wide: Table, ordinals: dict[str, list[Record]], counters: list[tuple[str, str]]
) -> str:
    rows = []
    for event in events:
        summary = wide.by_key[event.key]
        cells = [
            esc(when(event)),
            f'<a class="event" href="../exercises/{esc(event.key)}.html">{esc(event["name"])}</a>',
            esc(label(tables, "exercises", "framework", event["framework"])),
            esc(summary["location"]),
            esc(summary["participants"]),
            _people(summary),
        ]
        numbers = {(n["counted_by"], n["counted_what"]): n.get("ordinal", "–") for n in ordinals.get(event.key, [])}
        rows.append([*cells, *(esc(numbers.get(c, "")) for c in counters)])
    heads = [
        f"{esc(label(tables, 'numbering', 'counted_by', by))} counts<br>{esc(what.replace('-', ' '))}"
        for by, what in counters
    ]
    hint = '<p class="hint">A dash: left out of that count, or the number is wrong.</p>' if counters else ""
    return table(["when", "event", "framework", "where", "countries", "people", *heads], rows) + hint


def _people(summary: Row) -> str:
    """Best numbers of people by side, as far as there are totals; low and high stand on the event's page."""
    names = {"chn": "China", "rus": "Russia", "all": "all"}
    parts = [f"{name} {int(summary[f'{s}_personnel']):,}" for s, name in names.items() if summary[f"{s}_personnel"]]
    return "<br>".join(esc(part).replace(" ", "&nbsp;") for part in parts)


def _counters(events: list[Row], ordinals: dict[str, list[Record]]) -> list[tuple[str, str]]:
    """Who counts what in this series, for all that number more than one of its editions."""
    found = [(n["counted_by"], n["counted_what"]) for e in events for n in ordinals.get(e.key, [])]
    return [c for c in dict.fromkeys(found) if found.count(c) > 1]


def _gaps(events: list[Row]) -> str:
    held = {int(e["start_date"][:4]) for e in events if e["status"] == "held"}
    if not held:
        return ""
    missing = [str(y) for y in range(min(held), max(held)) if y not in held]
    if not missing:
        return ""
    return f"\n## Gaps\n\nThe tables have no held edition that began in {joined(missing)}.\n"


def _left_out(tables: Tables, key: str) -> str:
    """Events of the series that were looked at and left out."""
    rows = []
    for row in tables["candidates"].rows:
        if row["series_id"] == key:
            reason = label(tables, "candidates", "reason", row["reason"])
            words = (date(row["date"]), row["name"], reason, row["note"])
            rows.append([*map(esc, words), cited(tables, row["source_id"])])
    head = ["when", "event", "why it is left out", "what was found", "source"]
    return f"\n## Looked at and left out\n{raw(table(head, rows))}" if rows else ""


def _years(events: Iterable[Row]) -> str:
    years = sorted({e["start_date"][:4] for e in events})
    return "" if not years else years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}"
