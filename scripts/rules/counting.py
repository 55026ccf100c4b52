"""Rules for the counts: what a counting rule asks for can be asked."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator

from problems import Problem
from tables import ROOT, Table, Tables

VIEW = "exercises_wide"
WORD = re.compile(r"'((?:[^']|'')*)'")


def counting_rule_can_be_run(tables: Tables) -> Iterator[Problem]:
    """The filter of a counting rule is SQL that runs on exercises_wide. Readers run it on the SQLite file."""
    db = sqlite3.connect(":memory:")
    try:
        for name, columns in _columns(tables).items():
            db.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(map(_quoted, columns))})")
        for row in tables["counting_rules"].rows:
            try:
                db.execute(f"EXPLAIN SELECT 1 FROM {VIEW} WHERE ({row['filter']})")
            except (sqlite3.Error, sqlite3.Warning, ValueError) as error:
                yield row.problem("filter", f"is no condition in SQL ({error})", f"see the columns of {VIEW}")
    finally:
        db.close()


def counting_rule_names_codes(tables: Tables) -> Iterator[Problem]:
    """Words in the filter of a counting rule are codes or series of the package. A misspelt one counts nothing."""
    codes = {code["value"] for t in _every(tables) for f in t.fields.values() for code in f.get("categories", [])}
    known = codes | set(tables["countries"].by_key) | set(tables["series"].by_key) | {""}
    for row in tables["counting_rules"].rows:
        for word in WORD.findall(row["filter"]):
            if word not in known:
                yield row.problem("filter", f"names {word!r}, which is no code and no series", "see the codebook")


def _columns(tables: Tables) -> dict[str, list[str]]:
    """Columns of every table and of the view that counting rules ask."""
    schema = json.loads((ROOT / "schemas" / "views" / f"{VIEW}.json").read_text(encoding="utf-8"))
    return {t.name: t.columns for t in _every(tables)} | {VIEW: [f["name"] for f in schema["fields"]]}


def _every(tables: Tables) -> list[Table]:
    """All tables; if one failed an earlier stage, this ends the rule, for a filter may ask it."""
    return [tables[r["name"]] for r in tables.descriptor["resources"]]


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


ERRORS = [counting_rule_can_be_run, counting_rule_names_codes]
WARNINGS: list[object] = []
