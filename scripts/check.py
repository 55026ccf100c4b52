"""Checks the package and reports every problem with file, line, column, value, rule and fix.

Reads datapackage.json, the schemas and all CSV files; writes nothing.
Run: python scripts/check.py [--package DIR] [--format text|github|json] [--table NAME] [--list]
Exit: 0 no errors (warnings may be there), 1 errors, 2 the package cannot be read.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from command import run
from problems import Problem, plain, render_github, render_json, render_text, shortened
from rules import (
    counting,
    dates,
    events,
    evidence,
    exceptions,
    files,
    names,
    package,
    places,
    quantities,
    reliability,
    rule_id,
    schema,
    series,
)
from tables import (
    ROOT,
    File,
    Tables,
    TableUnavailable,
    UnusablePackage,
    descriptor_path,
    read_descriptor,
    read_file,
    refuse_links,
    to_table,
)

MODULES = [package, dates, quantities, evidence, names, events, places, series, reliability, counting]
Rule = Callable[..., Any]


@dataclass
class Result:
    """What a check found, and the tables it found sound enough to read."""

    tables: Tables
    problems: list[Problem] = field(default_factory=list)
    not_run: list[str] = field(default_factory=list)  # rules that lacked a table which failed before

    @property
    def errors(self) -> list[Problem]:
        """The problems that make the check fail."""
        return [p for p in self.problems if p.severity == "error"]


def consistency_rules() -> Iterator[tuple[Rule, str]]:
    """All rules that look at tables, with their severity."""
    for module in MODULES:
        yield from ((rule, "error") for rule in module.ERRORS)
        yield from ((rule, "warning") for rule in module.WARNINGS)


def all_rules() -> dict[str, tuple[str, str, str]]:
    """Module, severity and explanation of every rule by its id, in the order in which they run."""
    first: list[Rule] = [*package.FIRST, *files.STRUCTURE, *files.STYLE]
    first += schema.RULES.values()
    listed = [(rule, "error") for rule in first]
    listed += [*consistency_rules(), *((rule, "error") for rule in exceptions.RULES)]
    return {rule_id(r): (r.__module__, severity, " ".join((r.__doc__ or "").split())) for r, severity in listed}


def check(folder: Path = ROOT, today: dt.date | None = None) -> Result:
    """Check a package named by its folder or descriptor. Raises UnusablePackage if it cannot be read."""
    descriptor = read_descriptor(folder)
    where = descriptor_path(folder)
    refuse_links(where.parent)
    result = Result(Tables(where.parent, descriptor, today or dt.date.today()))
    found = [p for rule in package.FIRST for p in _run(rule, result.tables)]
    unusable = {p.key for p in found}
    for resource in descriptor["resources"]:
        file = read_file(where.parent, resource, where)
        if resource["name"] in unusable:
            continue
        broken = structure(file)
        found += broken or [p for rule in files.STYLE for p in _run(rule, file)]
        if not broken:
            result.tables[resource["name"]] = to_table(file)
    tolerated = exceptions.read(where.parent, where)
    found += structure(tolerated)
    in_schema = list(schema.check(result.tables))
    found += in_schema
    failed = {p.path for p in in_schema}
    for name in [n for n, t in result.tables.items() if t.path in failed]:
        del result.tables[name]
    for rule, severity in consistency_rules():
        try:
            found += list(_run(rule, result.tables, severity))
        except TableUnavailable:
            result.not_run.append(rule_id(rule))
    result.problems = sorted(map(shortened, exceptions.without_exceptions(found, tolerated, result.tables)))
    return result


def structure(file: File) -> list[Problem]:
    """Why a file is no table; empty if it is one. Each rule relies on those before it."""
    return next((found for rule in files.STRUCTURE if (found := list(_run(rule, file)))), [])


def readable_tables(folder: Path) -> Tables:
    """All tables of a package whose schemas and files have the right form. Raises UnusablePackage with the first flaw.

    For what works on tables that the check may find fault with: the formatter and the coding sheets.
    """
    descriptor = read_descriptor(folder)
    where = descriptor_path(folder)
    refuse_links(where.parent)
    tables = Tables(where.parent, descriptor, dt.date.today())
    flaws = [p for rule in package.FIRST for p in _run(rule, tables)]
    for resource in descriptor["resources"] if not flaws else []:
        file = read_file(where.parent, resource, where)
        flaws += structure(file)
        if flaws:
            break
        tables[resource["name"]] = to_table(file)
    if flaws:
        raise UnusablePackage(f"{flaws[0].path}:{flaws[0].line}: {flaws[0].message}; {flaws[0].fix}")
    return tables


def main(argv: list[str] | None = None) -> int:
    """Check and print the report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package, or its datapackage.json")
    parser.add_argument("--format", choices=["text", "github", "json"], default="text")
    parser.add_argument("--table", help="show only problems of this table")
    parser.add_argument("--list", action="store_true", help="list the rules and end")
    args = parser.parse_args(argv)
    if args.list:
        for name, (module, severity, text) in all_rules().items():
            print(f"{name} ({module.removeprefix('rules.')}, {severity})\n  {text}")
        return 0
    began = time.monotonic()
    try:
        result = check(args.package)
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    shown = result.problems
    if args.table:
        names = {r["name"]: r["path"] for r in result.tables.descriptor["resources"]}
        if args.table not in names:
            print(f"there is no table {args.table!r}; tables are {', '.join(names)}", file=sys.stderr)
            return 2
        shown = [p for p in shown if p.path == names[args.table]]
    render = {"text": render_text, "github": render_github, "json": render_json}[args.format]
    if shown or args.format == "json":
        print(render(shown))
    if args.format == "text":
        print(summary(result, time.monotonic() - began))
    return 1 if any(p.severity == "error" for p in shown) else 0


def summary(result: Result, seconds: float) -> str:
    """One line: problems, what was read, how long it took."""
    warnings = len(result.problems) - len(result.errors)
    bad = len({p.path for p in result.errors})
    total = len(result.tables.descriptor["resources"])
    rows = {name: len(result.tables[name].rows) for name in ("exercises", "claims") if name in result.tables}
    read = ", ".join(f"{count:,} {name}" for name, count in rows.items())
    out = f"{len(result.errors)} errors in {bad} of {total} tables, {warnings} warnings"
    out += f" · {read} read · {len(all_rules())} rules · {seconds:.1f} s"
    if result.not_run:
        out += f"\nnot run, because a table they need has errors: {', '.join(result.not_run)}"
    return out


def _run(rule: Rule, subject: Any, severity: str = "error") -> Iterator[Problem]:
    for problem in rule(subject):
        yield replace(problem, rule=rule_id(rule), severity=severity)


if __name__ == "__main__":
    run(main)
