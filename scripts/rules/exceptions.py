"""Tolerated violations: schemas/exceptions.csv names rule, table, id and reason."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace

from problems import Problem
from tables import Tables

from rules import rule_id

PATH = "schemas/exceptions.csv"
Exempted = tuple[str, str, str]  # rule, path of the table, key of the row


def without_exceptions(problems: list[Problem], tables: Tables) -> Iterator[Problem]:
    """The problems that no exception tolerates, and a problem for every exception that tolerates nothing."""
    tolerated = _tolerated(tables)
    yield from (p for p in problems if (p.rule, p.path, p.key) not in tolerated)
    met = {(p.rule, p.path, p.key) for p in problems}
    unmet = {line: place for place, line in tolerated.items() if place not in met}
    for problem in exception_is_needed(unmet):
        yield replace(problem, rule=rule_id(exception_is_needed))


def exception_is_needed(unmet: dict[int, Exempted]) -> Iterator[Problem]:
    """Every exception tolerates a violation that is there. A stale one would hide the next mistake."""
    for line, place in unmet.items():
        yield Problem(PATH, line, "id", "", ", ".join(place), "nothing breaks this rule any more", "remove the line")


def _tolerated(tables: Tables) -> dict[Exempted, int]:
    """The exceptions with their lines."""
    path = tables.folder / PATH
    if not path.exists():
        return {}
    paths = {r["name"]: r["path"] for r in tables.descriptor["resources"]}
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(r["rule"], paths.get(r["table"], r["table"]), r["id"]): n for n, r in enumerate(rows, start=2)}
