"""Which pages the site has: a pure function of the tables. The MkDocs hook is only its adapter.

Pages are Markdown with raw HTML between the marks of `markup.raw`; any other generator can take them as they are.
"""

from __future__ import annotations

from records import to_record
from release.views import Views, views
from tables import ROOT, Tables

from website import codebook, counting, explore, home, quality, releases, series_page, transfer_page
from website.exercise_page import exercise_page
from website.markup import esc, page, raw, table
from website.words import label, when


def pages(tables: Tables, made: Views | None = None) -> dict[str, str]:
    """The text of every generated page by its path below docs/. `made` are the views, if the caller has them."""
    made = made or views(tables)
    wide = made["exercises_wide"]
    records = [to_record(tables, "exercises", r.key, derived=True) for r in tables["exercises"].rows]
    transfers = [to_record(tables, "transfers", r.key, derived=True) for r in tables["transfers"].rows]
    found = series_page.editions(tables)
    rows = explore.explore_rows(tables, wide)
    out: dict[str, str] = {
        "index.md": home.home_page(tables, wide, records),
        "explore.md": explore.explore_page(tables, rows),
        "assets/explore-data.js": explore.explore_data(tables, rows),
        "exercises/index.md": _exercises_index(tables, rows),
        "series/index.md": series_page.series_index(tables, found),
        "transfers/index.md": transfer_page.transfers_index(tables, transfers),
        "how-many.md": counting.how_many_page(tables, made),
        "quality.md": quality.quality_page(tables, wide),
        "codebook.md": codebook.codebook(tables, made),
        "rules.md": codebook.rules(),
        "releases.md": releases.releases_page(tables, made),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        "changes.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }
    for record in records:
        editions = found.get(record.get("series_id", ""), [])
        out[f"exercises/{record['exercise_id']}.md"] = exercise_page(tables, record, editions)
    for record in transfers:
        out[f"transfers/{record['transfer_id']}.md"] = transfer_page.transfer_page(tables, record)
    ordinals = {r["exercise_id"]: r["numbering"] for r in records}
    for row in tables["series"].rows:
        out[f"series/{row.key}.md"] = series_page.series_page(tables, row, found[row.key], wide, ordinals)
    return out


def _exercises_index(tables: Tables, rows: list[dict[str, str]]) -> str:
    """All exercises with their names in three scripts, newest first."""
    lines = []
    for row in rows:
        name = f'<a href="{esc(row["exercise_id"])}.html">{esc(row["name"])}</a>'
        native = "<br>".join(f'<span lang="{c}">{esc(row[f"name_{c}"])}</span>' for c in ("zh", "ru"))
        codes = [label(tables, "exercises", f, row[f]) for f in ("kind", "domain", "framework", "status")]
        lines.append([esc(when(row)), name, native, *map(esc, codes)])
    words = "\n[Explore](../explore.md) filters them by year, place, domain, kind, framework and country.\n"
    head = ["when", "event", "Chinese and Russian name", "kind", "domain", "framework", "status"]
    return page("Exercises", words, raw(table(head, lines)), hide=("navigation", "toc"))
