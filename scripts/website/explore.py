"""Explore: years, map and table that filter each other. Here the page and its data; docs/assets/explore.js draws.

Years, map and form are controls of one filter; the table lists what it lets through. The first rows are in the page, so
that it can be read before and without the script.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tables import Row, Table, Tables

from website import maps
from website.counting import covered_years
from website.figures import DOMAINS
from website.markup import esc, json_in_html, page, raw
from website.words import count, label, when

ROWS_IN_PAGE = 60
COLUMNS = [
    "exercise_id", "name", "name_zh", "name_ru", "start_date", "start_precision", "end_date", "end_precision", "kind",
    "domain", "framework", "status", "location", "latitude", "longitude", "radius_km", "countries", "claims", "sources",
    "origins", "differ",
]  # fmt: skip
FILTERS = {"domain": "Domain", "kind": "Kind", "framework": "Framework", "country": "Also took part"}
SCRIPTS = '<script defer src="assets/explore-data.js"></script><script defer src="assets/explore.js"></script>'


def explore_page(tables: Tables, rows: list[dict[str, str]]) -> str:
    """The page: form, years, map and the first rows of the table."""
    names = {c: tables["countries"].by_key[c]["name"] for r in rows for c in r["countries"].split()}
    box = _frame(rows)
    years = covered_years(tables)
    first = "".join(_line(tables, r) for r in rows[:ROWS_IN_PAGE])
    heads = (("start_date", "When"), ("name", "Exercise"), ("location", "Where"), ("countries", "Countries"))
    head = "".join(
        f'<th scope="col" data-sort="{key}"><button type="button">{title}</button></th>'
        for key, title in (*heads, ("claims", "Reports"))
    )
    html = f"""<div id="explorer">
<form role="search" aria-label="Filter">{_form(tables, names, years)}</form>
<p class="status"><output aria-live="polite">{len(rows):,} of {len(rows):,}</output>
<span id="chips"></span><button type="button" id="csv">Download these as CSV</button></p>
<div class="views"><div><h2>Years</h2><div id="years" role="group" aria-label="Exercises per year"></div>
<p class="legend">{_legend(tables, rows)}</p></div>
<div><h2>Map</h2>{_map(tables, box)}
<p class="hint">Drag on the map to keep one area. A dot is an exercise, hollow where only a wide area is known; those at
one place stand around it.</p></div></div>
<table id="list"><thead><tr>{head}</tr></thead><tbody>{first}</tbody></table>
<p><button type="button" id="more" hidden>Show all</button></p></div>{SCRIPTS}"""
    return page("Explore", raw(html), hide=("navigation", "toc"), searchable=False)


def explore_data(tables: Tables, rows: list[dict[str, str]]) -> str:
    """The script with the rows, the labels of codes and the frame of the map."""
    numbers = ("latitude", "longitude", "radius_km", "claims", "sources", "origins", "differ")
    packed = [[_packed(r[c], c in numbers) for c in COLUMNS] + [r["when"]] for r in rows]
    codes = {
        f: {c["value"]: c["label"] for c in tables["exercises"].fields[f]["categories"]}
        for f in ("domain", "kind", "framework", "status")
    }
    codes["country"] = {c: tables["countries"].by_key[c]["name"] for r in rows for c in r["countries"].split()}
    data: dict[str, Any] = {"columns": COLUMNS, "rows": packed, "codes": codes, "domains": DOMAINS}
    data |= {"years": covered_years(tables), "west": maps.WEST, "vague": maps.VAGUE_KM, "stretch": maps.STRETCH}
    return f"window.EXPLORE={json_in_html(data)};\n"


def explore_rows(tables: Tables, wide: Table) -> list[dict[str, str]]:
    """What the page knows of each exercise, newest first: cells of exercises_wide, its countries, its time in words."""
    countries = acting(tables)
    disputed = (c["subject_id"].partition(".")[0] for c in tables["claims"].rows if c["verdict"] == "disputed")
    differ = Counter(disputed)
    rows = [
        dict(r) | {"countries": " ".join(countries.get(r.key, [])), "differ": str(differ[r.key]), "when": when(r)}
        for r in wide.rows
    ]
    return sorted(rows, key=lambda r: (r["start_date"], r["exercise_id"]), reverse=True)


def acting(tables: Tables) -> dict[str, list[str]]:
    """Countries that took part in each exercise, observers left out."""
    found: dict[str, list[str]] = {}
    for row in tables["participants"].rows:
        if row["standing"] == "confirmed" and row["role"] != "observer":
            found.setdefault(row["exercise_id"], []).append(row["country_code"])
    return found


def dots(rows: Iterable[dict[str, str] | Row]) -> list[maps.Place]:
    """The main places of exercises."""
    found = [r for r in rows if r["latitude"]]
    return [
        maps.Place(r["location"], float(r["latitude"]), float(r["longitude"]), float(r["radius_km"])) for r in found
    ]


def _packed(value: str, number: bool) -> str | float:
    return float(value) if number and "." in value else int(value) if number and value else value


def _frame(rows: list[dict[str, str]]) -> maps.Box:
    """The part of the map that holds all main places, and at least the two countries."""
    corners = [maps.Place("", 20, 30, 0), maps.Place("", 72, 190, 0)]
    left, top, right, bottom = maps.frame([*dots(rows), *corners], 6, 1.9, radii=False)
    return round(left, 1), round(top, 1), round(right, 1), round(bottom, 1)


def _form(tables: Tables, countries: dict[str, str], years: tuple[int, int]) -> str:
    choices = {
        f: [(c["value"], c["label"]) for c in tables["exercises"].fields[f]["categories"]]
        for f in ("domain", "kind", "framework")
    }
    others = {c: n for c, n in countries.items() if c not in ("CHN", "RUS")}
    choices["country"] = sorted(others.items(), key=lambda c: c[1])
    out = ['<label>Search <input type="search" name="q" autocomplete="off"></label>']
    for name, title in FILTERS.items():
        options = "".join(f'<option value="{esc(v)}">{esc(t)}</option>' for v, t in choices[name])
        out.append(f'<label>{title} <select name="{name}"><option value="">all</option>{options}</select></label>')
    span = "".join(f"<option>{y}</option>" for y in range(years[0], years[1] + 1))
    for name, title in (("from", "From"), ("to", "To")):
        out.append(f'<label>{title} <select name="{name}"><option value="">any</option>{span}</select></label>')
    return "".join([*out, '<button type="reset">Clear all</button>'])


def _legend(tables: Tables, rows: list[dict[str, str]]) -> str:
    shown = [d for d in DOMAINS if any(r["domain"] == d for r in rows)]
    return "".join(f'<span><i class="{d}"></i>{esc(label(tables, "exercises", "domain", d))}</span>' for d in shown)


def _map(tables: Tables, box: maps.Box) -> str:
    names = maps.country_names({c: tables["countries"].by_key[c]["name"] for c in ("CHN", "RUS")})
    size = f"{box[0]:g} {box[1]:g} {box[2] - box[0]:g} {box[3] - box[1]:g}"
    return (
        f'<svg id="map" class="map" viewBox="{size}" role="group" aria-label="Map of the exercises">'
        f'<path class="land" d="{maps.land_path(box)}"/>{names}<g id="dots"></g><rect id="box" hidden="hidden"/></svg>'
    )


def _line(tables: Tables, row: dict[str, str]) -> str:
    """One row of the table, as explore.js writes it too."""
    codes = [label(tables, "exercises", f, row[f]) for f in ("kind", "domain", "framework")]
    names = [tables["countries"].by_key[c]["name"] for c in row["countries"].split()]
    differ = f", {count(int(row['differ']), 'differs', 'differ')}" if row["differ"] != "0" else ""
    return (
        f'<tr><td>{esc(row["when"])}</td><td><a href="exercises/{esc(row["exercise_id"])}.html">{esc(row["name"])}</a>'
        f'<span class="about"><i class="{esc(row["domain"])}"></i>{esc(" · ".join(codes))}</span></td>'
        f"<td>{esc(row['location'])}</td><td>{esc(_countries(names))}</td><td>{esc(row['claims'] + differ)}</td></tr>"
    )


def _countries(names: list[str]) -> str:
    """All names if they are few, else how many more than China and Russia."""
    if len(names) <= 3:
        return ", ".join(names)
    return f"China, Russia and {len(names) - 2} more"
