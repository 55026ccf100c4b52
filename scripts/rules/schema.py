"""Rules that the Table Schemas state, checked by frictionless and told in the words of a curator."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import frictionless
from problems import Problem
from tables import Row, Table, Tables

from rules import rule_id

Rule = Callable[[Table, Row, str, Any], Problem]


def cell_has_type(table: Table, row: Row, column: str, error: Any) -> Problem:
    """A cell has the type that its schema gives. Loaders turn a whole column into text for one such cell."""
    field = table.fields[column]
    return row.problem(column, f"is no {field['type']}", f"write it like the example {field['example']}")


def required_cell_is_filled(table: Table, row: Row, column: str, error: Any) -> Problem:
    """A cell that the schema requires is not empty. Rows without it cannot be counted or linked."""
    field = table.fields[column]
    return row.problem(column, "the cell is empty and must not be", f"write it like {field['example']}")


def code_is_in_vocabulary(table: Table, row: Row, column: str, error: Any) -> Problem:
    """A code is one of its vocabulary. A misspelt code drops out of every count without a trace."""
    codes = table.fields[column]["constraints"]["enum"]
    near = difflib.get_close_matches(row[column], codes, 1)
    hint = f"write {near[0]!r}; allowed are" if near else "write one of"
    return row.problem(column, "is not in the vocabulary", f"{hint} {', '.join(codes)}")


def cell_has_pattern(table: Table, row: Row, column: str, error: Any) -> Problem:
    """A cell matches the pattern of its field. Ids and reduced dates are only comparable in one form."""
    field = table.fields[column]
    pattern = field["constraints"]["pattern"]
    return row.problem(column, f"does not match {pattern}", f"write it like {field['example']}")


def number_is_in_range(table: Table, row: Row, column: str, error: Any) -> Problem:
    """A number lies in the range of its field. A latitude of 210 is a slip of the comma."""
    limits = table.fields[column]["constraints"]
    span = f"{limits.get('minimum', '')} to {limits.get('maximum', '')}".strip()
    return row.problem(column, f"is outside the range {span}", "correct the number")


def key_is_unique(table: Table, row: Row, column: str, error: Any) -> Problem:
    """No two rows have the same key. A link to that key would mean two things."""
    first = next((r for r in table.rows if r.key == row.key), row)
    where = f" (first in line {first.line})" if first is not row else ""
    return row.problem(table.key, f"is the key of another row{where}", "remove one row, or change its parts")


def reference_exists(table: Table, row: Row, column: str, error: Any) -> Problem:
    """A reference names a row that exists. A broken link loses the row from every joined table."""
    target, known = _target(table, column, error)
    near = difflib.get_close_matches(row[column], known, 3, 0.5)
    hint = f"nearest are {', '.join(near)}" if near else f"add the row to {target}"
    return row.problem(column, f"is no row of {target}", f"correct it or add it: {hint}")


RULES: dict[str, Rule] = {
    "type-error": cell_has_type,
    "required": required_cell_is_filled,
    "enum": code_is_in_vocabulary,
    "pattern": cell_has_pattern,
    "minimum": number_is_in_range,
    "maximum": number_is_in_range,
    "primary-key": key_is_unique,
    "foreign-key": reference_exists,
}


def check(tables: Tables) -> Iterator[Problem]:
    """Problems of all tables that are there, one for each root cause."""
    package = frictionless.Package.from_descriptor(_descriptor(tables), basepath=str(tables.folder))
    seen: set[tuple[str, int, str]] = set()
    for task in package.validate().tasks:
        table = tables[task.name]
        for error in task.errors:
            rule, row, column = _place(table, error)
            place = (table.path, row.line, column)
            if place in seen:
                continue  # frictionless tells key errors twice
            seen.add(place)
            yield replace(rule(table, row, column, (error, tables)), rule=rule_id(rule))


def _descriptor(tables: Tables) -> dict[str, Any]:
    """A plain descriptor of the tables that are there, with references only among them."""
    resources = []
    for name, table in tables.items():
        links = [k for k in table.schema.get("foreignKeys", []) if k["reference"]["resource"] in {"", *tables}]
        fields = [{k: f[k] for k in ("name", "type", "constraints") if k in f} for f in table.schema["fields"]]
        schema = {"fields": fields, "primaryKey": [table.key], "foreignKeys": links, "missingValues": [""]}
        resource = {"name": name, "type": "table", "path": table.path, "format": "csv", "schema": schema}
        resource |= {"encoding": "utf-8", "dialect": {"csv": {"delimiter": ",", "quoteChar": '"'}}}
        resources.append(resource)
    return {"name": "package", "resources": resources}


def _place(table: Table, error: Any) -> tuple[Rule, Row, str]:
    """The rule, the row and the column of a frictionless error. Its row numbers count records, header included."""
    row = table.rows[error.row_number - 2]
    if error.type == "constraint-error":
        # The note reads: constraint "NAME" is "VALUE"
        return RULES[error.note.split('"')[1]], row, error.field_name
    if error.type == "primary-key":
        return RULES["primary-key"], row, table.key
    if error.type == "foreign-key":
        return RULES["foreign-key"], row, error.field_names[0]
    return RULES["type-error"], row, error.field_name


def _target(table: Table, column: str, error_and_tables: Any) -> tuple[str, list[str]]:
    error, tables = error_and_tables
    name = error.reference_name or table.name
    return name, [r.key for r in tables[name].rows]
