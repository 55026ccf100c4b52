"""Rules for identifiers and names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from problems import Problem
from tables import Row, Tables, derived_key


def id_follows_from_row(tables: Tables) -> Iterator[Problem]:
    """An id that is built from its row's own cells matches them. So the id can be trusted without looking."""
    for table in tables.values():
        template = table.schema.get("keyTemplate")
        for row in table.rows if template else []:
            expected = derived_key(str(template), row)
            if row.key != expected:
                yield row.problem(table.key, f"the row's cells give {expected!r}", f"write {expected}")


def phase_belongs_to_event(tables: Tables) -> Iterator[Problem]:
    """A row that names a phase belongs to the same event as the phase."""
    for table in tables.values():
        if "phase_id" not in table.fields or table.name == "phases":
            continue
        for row in table.rows:
            if row["phase_id"] and row["phase_id"].rpartition(".")[0] != row["exercise_id"]:
                yield row.problem("phase_id", f"is no phase of {row['exercise_id']}", "name a phase of this event")


def retired_id_is_not_in_use(tables: Tables) -> Iterator[Problem]:
    """A retired id is never used again, and its replacement exists. Old citations must not point to something new."""
    for row in tables["retired_ids"].rows:
        table = tables.named(row["table"])
        if table is None:
            yield row.problem("table", "is no table", f"write one of {', '.join(tables)}")
            continue
        if row.key in table.by_key:
            yield row.problem("retired_id", f"is in use again in {table.name}", "give the row another id")
        if row["replaced_by"] and row["replaced_by"] not in table.by_key:
            yield row.problem("replaced_by", f"is no row of {table.name}", "name the row that took its place")


def alias_names_a_row(tables: Tables) -> Iterator[Problem]:
    """An alias belongs to a row that exists, and says something else than its name."""
    for row in tables["aliases"].rows:
        target = tables[row["subject_table"]].by_key.get(row["subject_id"])
        if target is None:
            yield row.problem("subject_id", f"is no row of {row['subject_table']}", "correct the id")
        elif row["name"] == target["name"]:
            yield row.problem("name", f"is the name of {target.key} itself", "remove the alias")


def name_stands_once(tables: Tables) -> Iterator[Problem]:
    """No two bodies, series, types or places of one kind have the same name. Claims on one thing belong on one row."""
    for table in (tables[name] for name in ("organisations", "series", "platforms", "locations")):
        seen: dict[tuple[str, ...], Row] = {}
        for row in table.rows:
            words = [w for w in re.findall(r"\w+", row["name"].casefold()) if w != "the"]
            told_apart = (row[c] for c in ("country_code", "kind", "category") if c in table.fields)
            other = seen.setdefault((" ".join(words), *told_apart), row)
            if other is not row:
                yield row.problem("name", f"is also the name of {other.key}", "merge the two rows, or tell them apart")


def event_is_not_coded_twice(tables: Tables) -> Iterator[Problem]:
    """No two events have the same days, kind and countries. Mostly they are one event under two names."""
    countries: dict[str, set[str]] = defaultdict(set)
    for row in tables["participants"].rows:
        countries[row["exercise_id"]].add(row["country_code"])
    alike: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in sorted(tables["exercises"].rows, key=lambda r: r["start_date"]):
        before = alike[row["kind"], row["domain"], frozenset(countries[row.key])]
        before[:] = [r for r in before if r["end_date"] >= row["start_date"]]
        for other in before:
            if other["part_of_id"] != row.key and row["part_of_id"] != other.key:
                message = (
                    f"has the kind, countries and days of {other.key} ({other['start_date']} to {other['end_date']})"
                )
                yield row.problem("exercise_id", message, "merge the two, or say in coding_note why they differ")
                break
        else:
            before.append(row)


ERRORS = [
    id_follows_from_row,
    phase_belongs_to_event,
    retired_id_is_not_in_use,
    alias_names_a_row,
    name_stands_once,
]
WARNINGS = [event_is_not_coded_twice]
