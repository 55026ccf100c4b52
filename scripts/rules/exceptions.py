"""Tolerated violations: schemas/exceptions.csv names rule, table, id and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from problems import Problem
from tables import File, Tables, inside, read_file

from rules import rule_id
from rules.files import STRUCTURE

PATH = "schemas/exceptions.csv"
COLUMNS = ["rule", "table", "id", "reason"]
Exempted = tuple[str, str, str]  # rule, path of the table, key of the row


def read(folder: Path, where: Path) -> File:
    """The file of exceptions; without one, an empty table. Raises UnusablePackage."""
    schema = {"fields": [{"name": c} for c in COLUMNS], "primaryKey": COLUMNS[:1]}
    if inside(folder, PATH, where).exists():
        return read_file(folder, {"name": "exceptions", "path": PATH, "schema": schema}, where)
    return File("exceptions", PATH, (",".join(COLUMNS) + "\n").encode("ascii"), schema)


def without_exceptions(problems: list[Problem], file: File, tables: Tables) -> Iterator[Problem]:
    """The problems that no exception tolerates, and a problem for every exception that tolerates nothing."""
    broken = any(next(rule(file), None) for rule in STRUCTURE)
    tolerated = {} if broken else _tolerated(file, tables)
    yield from (p for p in problems if (p.rule, p.path, p.key) not in tolerated)
    met = {(p.rule, p.path, p.key) for p in problems}
    unmet = {line: place for place, (line, _) in tolerated.items() if place not in met}
    for problem in exception_is_needed(unmet):
        yield replace(problem, rule=rule_id(exception_is_needed))
    for problem in exception_has_reason({line: reason for line, reason in tolerated.values()}):
        yield replace(problem, rule=rule_id(exception_has_reason))


def exception_is_needed(unmet: dict[int, Exempted]) -> Iterator[Problem]:
    """Every exception tolerates a violation that is there. A stale one would hide the next mistake."""
    for line, place in unmet.items():
        yield Problem(PATH, line, "id", "", ", ".join(place), "nothing breaks this rule any more", "remove the line")


def exception_has_reason(reasons: dict[int, str]) -> Iterator[Problem]:
    """Every exception says why it is one. Without the reason nobody can judge it again."""
    for line, reason in reasons.items():
        if not reason.strip():
            yield Problem(PATH, line, "reason", "", "", "an exception says not why", "write the reason")


def _tolerated(file: File, tables: Tables) -> dict[Exempted, tuple[int, str]]:
    """The exceptions with their lines and reasons."""
    paths = {r["name"]: r["path"] for r in tables.descriptor["resources"]}
    return {
        (rule, paths.get(table, table), key): (line, reason) for line, (rule, table, key, reason) in file.records[1:]
    }


RULES: list[Callable[..., Iterator[Problem]]] = [exception_is_needed, exception_has_reason]
