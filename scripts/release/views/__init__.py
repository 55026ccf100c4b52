"""Views: tables for analysis that are computed from the curated ones, described by schemas/views.

Every view is a Table of raw strings like the curated tables, so all formats are written by the same code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tables import Table, Tables

from release.views.shared import Cells, schema
from release.views.totals import asset_totals
from release.views.wide import exercises_wide
from release.views.years import country_years, dyad_years, exercise_years

Views = dict[str, Table]
BUILDERS: dict[str, Callable[[Tables], Iterable[Cells]]] = {
    "exercises_wide": exercises_wide,
    "exercise_years": exercise_years,
    "country_years": country_years,
    "dyad_years": dyad_years,
    "asset_totals": asset_totals,
}


def views(tables: Tables) -> Views:
    """All views by name. Their columns are those of their schemas; a builder that forgets one fails."""
    return {name: _table(name, build(tables)) for name, build in BUILDERS.items()}


def _table(name: str, rows: Iterable[Cells]) -> Table:
    table = Table(name, f"views/{name}.csv", schema(name))
    required = [c for c, f in table.fields.items() if f["constraints"].get("required")]
    for cells in rows:
        missing = [c for c in required if c not in cells]
        if missing:
            raise KeyError(f"{name}: the builder gives no {', '.join(missing)}")
        table.add(cells, table.path, 0)
    return table
