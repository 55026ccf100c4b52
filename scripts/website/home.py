"""The home page: what this is, how much there is, one disputed number, how to load and to cite it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from release.citation import citation
from release.schema_org import core
from tables import ROOT, Table, Tables

from website import figures, maps
from website.counting import covered_years
from website.explore import dots
from website.markup import esc, json_in_html, page, raw
from website.words import count, date, label, quantity

Record = dict[str, Any]
DUCKDB = """SELECT e.name, a.country_code, a.quantity_low, a.quantity, a.quantity_high
FROM 'parquet/assets.parquet' a JOIN 'parquet/exercises.parquet' e USING (exercise_id)
WHERE a.line = 'total' AND a.category = 'personnel' AND a.standing = 'confirmed'
ORDER BY e.start_date;"""
COVERAGE = '<p class="hint">What is complete and what is a sample: <a href="coverage.html">coverage</a>.</p>'


def home_page(tables: Tables, wide: Table, records: list[Record]) -> str:
    """The text of the page. `records` are the exercises as nested documents."""
    descriptor = tables.descriptor
    body = [
        "\nEvery military and security exercise, patrol and competition in which forces of China and Russia both took "
        "part: who, when, where, with what, and **who says so**.\n",
        raw(f'<ul class="numbers">{_numbers(tables)}</ul>{COVERAGE}'),
        raw(f'<div class="pair">{_chart(tables)}{_map(tables, wide)}</div>'),
        "\n## A number, and who says so\n",
        raw(_example(tables, records)),
        "\n## What sets it apart\n",
        "- Every sourced value is traced to **claims** in named sources, and both are in the download.\n"
        "- Reports that disagree stay **side by side**: low, best and high figures; dates with a precision, places "
        "with a radius.\n"
        "- Troops, ships and aircraft are rows, ships by name, events named in English, Chinese and Russian.\n"
        "- Whoever asks [how many there were](how-many.md) gets one answer for each way to count.\n",
        "\n## Load it\n",
        _tabs(),
        "\n[Load the data](load.md) has typed loading of every table; the [codebook](codebook.md) explains each "
        "column.\n",
        "\n## Cite it\n",
        raw(f"<p>{esc(citation(descriptor))}</p>"),
        "\n[Citation and metadata](citing.md) has BibTeX, [Releases](releases.md) the files and the licence, "
        "[croissant.json](croissant.json) the description that machines load it by. "
        "You know a report that is missing? "
        "[Contribute it](contributing.md).\n",
        raw(f'<script type="application/ld+json">{json_in_html(schema_org(descriptor))}</script>'),
    ]
    return page(descriptor["title"].partition(":")[0], *body, hide=("navigation", "toc"))


def schema_org(descriptor: Record) -> Record:
    """The package as a schema.org Dataset whose downloads are the archive and the tables on this site."""
    archive = f"{descriptor['name']}-{descriptor['version']}.zip"
    offered = [(r["name"], r["mediatype"], r["path"]) for r in descriptor["resources"]]
    files = [
        {"@type": "DataDownload", "name": name, "encodingFormat": mediatype, "contentUrl": path}
        for name, mediatype, path in [(archive, "application/zip", archive), *offered]
    ]
    return {"@context": "https://schema.org/", **core(descriptor), "distribution": files}


def _held(tables: Tables) -> int:
    return sum(r["status"] == "held" and not r["part_of_id"] for r in tables["exercises"].rows)


def _numbers(tables: Tables) -> str:
    """Sizes of the dataset, each with a link to what is counted."""
    held = _held(tables)
    shown = [
        ("explore.html", f"{held:,}", "events held"),
        ("codebook.html#claims", f"{len(tables['claims'].rows):,}", "claims"),
        ("codebook.html#sources", f"{len(tables['sources'].rows):,}", "sources"),
        ("transfers/index.html", f"{len(tables['transfers'].rows):,}", "arms transfers"),
    ]
    items = [f'<li><a href="{a}"><b>{esc(n)}</b> <span>{esc(w)}</span></a></li>' for a, n, w in shown]
    until = date(tables.descriptor["temporal"]["end"])
    return "".join([*items, f"<li><span>reports searched until</span> <b>{esc(until)}</b></li>"])


def _chart(tables: Tables) -> str:
    """Held events per year by domain."""
    held = [r for r in tables["exercises"].rows if r["status"] == "held" and not r["part_of_id"]]
    counts = Counter((int(r["start_date"][:4]), r["domain"]) for r in held)
    rows = [{"year": y, "domain": d, "events": n} for (y, d), n in sorted(counts.items())]
    labels = {d: label(tables, "exercises", "domain", d) for d in figures.DOMAINS}
    title = f"Bar chart: {count(len(held), 'held event')} per year and domain; the numbers are in the linked table"
    chart = figures.bars_by_domain(rows, labels, title, covered_years(tables)) if rows else ""
    links = '<a href="explore.html">Explore</a> · <a href="views/exercise_years.csv" download>numbers (CSV)</a>'
    return f"<figure>{chart}<figcaption>Held events per year by domain. {links}</figcaption></figure>"


def _map(tables: Tables, wide: Table) -> str:
    """Main places, larger where there were more events."""
    places = dots(wide.rows)
    found = Counter(places)
    corners = [maps.Place("", 20, 30, 0), maps.Place("", 72, 190, 0)]
    box = maps.frame([*places, *corners], 4, 1.9, radii=False)
    size = f"{box[0]:.1f} {box[1]:.1f} {box[2] - box[0]:.1f} {box[3] - box[1]:.1f}"
    marks = "".join(
        f'<circle class="dot{" vague" * p.vague}" cx="{p.x:.1f}" cy="{p.y:.1f}" r="{1.1 * n**0.5 + 0.5:.2f}">'
        f"<title>{esc(p.name)}: {count(n, 'event')}</title></circle>"
        for p, n in found.items()
    )
    title = f"Map: main places of {count(len(places), 'event')}; Explore lists them"
    names = maps.country_names({c: tables["countries"].by_key[c]["name"] for c in ("CHN", "RUS")})
    svg = f'<path class="land" d="{maps.land_path(box)}"/>{names}{marks}'
    drawn = f'<svg class="map" viewBox="{size}" role="img" aria-label="{esc(title)}">{svg}</svg>'
    links = '<a href="explore.html">Explore</a> · <a href="views/exercises_wide.csv" download>events (CSV)</a>'
    words = f"Where they were held; hollow where only a wide area is known. {links}"
    return f"<figure>{drawn}<figcaption>{words}</figcaption></figure>"


def _example(tables: Tables, records: list[Record]) -> str:
    """The count of a contingent on which reports differ most: what a reader finds here and nowhere else."""
    found = [
        (len({c["value"] for c in a["claims"] if c["verdict"] == "disputed"}), r["start_date"], r, a)
        for r in records
        for a in r["assets"]
        if (a["scope"], a["line"], a["standing"]) == ("contingent", "total", "confirmed") and "quantity" in a
    ]
    if not found:
        return ""
    differ, _, record, asset = max(found, key=lambda f: (f[0], f[1], f[3]["asset_id"]))
    what = label(tables, "assets", "category", asset["category"]).lower()
    country = tables["countries"].by_key[asset["country_code"]]["name"]
    anchor = asset["asset_id"].removeprefix(f"{record['exercise_id']}.")
    address = f"exercises/{record['exercise_id']}.html#{anchor}"
    reports = len([c for c in asset["claims"] if c["field"] == "quantity"])
    return (
        f'<p class="example">{esc(record["name"])}, {esc(what)} of {esc(country)}: <b>{esc(quantity(asset))}</b></p>'
        f"<p>{count(reports, 'report')} name a number, {differ} other than the one held to be best. "
        f'<a href="{esc(address)}">See who says what</a>.</p>'
    )


def _tabs() -> str:
    """Snippets for four tools. Those for Python and R are the README's, which the tests run."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = dict(re.findall(r"^```(python|r)\n(.*?)^```$", text, re.S | re.M))
    excel = "Open `views/exercises_wide.xlsx` of a release: one row per exercise, with names in three scripts.\n"
    tabs = [(name, f"```{code}\n{found[code]}```\n") for name, code in (("pandas", "python"), ("R", "r"))]
    tabs += [("DuckDB", f"```sql\n{DUCKDB}\n```\n"), ("Excel", excel)]
    return "\n".join(f'=== "{name}"\n\n{_indented(body)}' for name, body in tabs)


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
