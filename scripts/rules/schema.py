"""Rules that the Table Schemas state, told in the words of a curator.

What a type or a constraint means is asked of frictionless, once for every different value of a column; keys and
references are looked up here. `frictionless validate` would read every file again for each foreign key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from problems import Problem
from tables import Row, Table, Tables

from rules import nearest, rule_id

Rule = Callable[[Tables, Table, Row, str], Problem]
# What every loader reads alike: frictionless also takes 1_000, full-width digits, 2012-4-2, NaN and any length.
FORMS = {
    "integer": re.compile(r"[+-]?[0-9]{1,18}"),
    "number": re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?"),
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
}


def cell_has_type(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """A cell has the type that its schema gives. Loaders turn a whole column into text for one such cell."""
    field = table.fields[column]
    return row.problem(column, f"is no {field['type']}", f"write it like the example {field['example']}")


def required_cell_is_filled(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """A cell that the schema requires is not empty. Rows without it cannot be counted or linked."""
    field = table.fields[column]
    return row.problem(column, "the cell is empty and must not be", f"write it like {field['example']}")


def code_is_in_vocabulary(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """A code is one of its vocabulary. A misspelt code drops out of every count without a trace."""
    codes = table.fields[column]["constraints"]["enum"]
    near = nearest(row[column], codes, 1)
    hint = f"write {near[0]!r}; allowed are" if near else "write one of"
    return row.problem(column, "is not in the vocabulary", f"{hint} {', '.join(codes)}")


def cell_has_pattern(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """A cell matches the pattern of its field. Ids and reduced dates are only comparable in one form."""
    field = table.fields[column]
    pattern = field["constraints"]["pattern"]
    return row.problem(column, f"does not match {pattern}", f"write it like {field['example']}")


def number_is_in_range(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """A number lies in the range of its field. A latitude of 210 is a slip of the comma."""
    limits = table.fields[column]["constraints"]
    span = f"{limits.get('minimum', '')} to {limits.get('maximum', '')}".strip()
    return row.problem(column, f"is outside the range {span}", "correct the number")


def key_is_unique(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """No two rows have the same key. A link to that key would mean two things."""
    first = table.by_key[row.key]
    return row.problem(column, f"is the key of another row (first in line {first.line})", "remove one, or correct it")


def reference_exists(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """A reference names a row that exists. A broken link loses the row from every joined table."""
    target = tables[_targets(table)[column] or table.name]
    near = nearest(row[column], target.by_key)
    hint = f"nearest are {', '.join(near)}" if near else f"add the row to {target.name}"
    return row.problem(column, f"is no row of {target.name}", f"correct it or add it: {hint}")


def example_fits_field(tables: Tables, table: Table, row: Row, column: str) -> Problem:
    """The example of a field is a value that the field takes. Curators and loaders copy it."""
    message = f"the schema's example of {column} breaks its own type or constraints"
    return row.problem(column, message, "correct the example or the constraint in the schema")


RULES: dict[str, Rule] = {
    "type": cell_has_type,
    "required": required_cell_is_filled,
    "enum": code_is_in_vocabulary,
    "pattern": cell_has_pattern,
    "minimum": number_is_in_range,
    "maximum": number_is_in_range,
    "primary-key": key_is_unique,
    "foreign-key": reference_exists,
    "example": example_fits_field,
}


def check(tables: Tables) -> Iterator[Problem]:
    """Problems of all tables that are there, one for each cell."""
    for table in tables.values():
        seen: set[tuple[int, str]] = set()
        for name, row, column in [*_bad_cells(table), *_repeated_keys(table), *_broken_links(tables, table)]:
            if (row.line, column) not in seen:
                seen.add((row.line, column))
                rule = RULES[name]
                yield replace(rule(tables, table, row, column), rule=rule_id(rule))


def _bad_cells(table: Table) -> Iterator[tuple[str, Row, str]]:
    """Every cell that breaks the type or a constraint of its field, with the name of what it breaks."""
    for column, field in table.fields.items():
        judge = _judge(field)
        if judge(str(field["example"])) or not str(field["example"]):
            yield "example", Row([(column, str(field["example"]))], table.path, 1, ""), column
        verdicts = {value: judge(value) for value in {row[column] for row in table.rows}}
        bad = {value: verdict for value, verdict in verdicts.items() if verdict}
        if bad:
            yield from ((bad[row[column]], row, column) for row in table.rows if row[column] in bad)


def _judge(field: dict[str, Any]) -> Callable[[str], str]:
    """What a value breaks first: type or the name of a constraint; empty if it breaks nothing."""
    plain = {"name": field["name"], "type": field["type"], "constraints": field["constraints"]}
    import frictionless  # here, for it is slow to load and the site and the formatter do without

    read = frictionless.Field.from_descriptor(plain).create_cell_reader()
    form = FORMS.get(field["type"])

    def judge(value: str) -> str:
        if value and form and not form.fullmatch(value):
            return "type"
        _, notes = read(value)
        return next(iter(notes), "") if notes else ""

    return judge


def _repeated_keys(table: Table) -> Iterator[tuple[str, Row, str]]:
    seen: set[str] = set()
    for row in table.rows:
        if row.key in seen and row.key:
            yield "primary-key", row, table.key
        seen.add(row.key)


def _broken_links(tables: Tables, table: Table) -> Iterator[tuple[str, Row, str]]:
    for column, name in _targets(table).items():
        if name and name not in tables:
            continue
        known = tables[name or table.name].by_key
        yield from (("foreign-key", row, column) for row in table.rows if row[column] and row[column] not in known)


def _targets(table: Table) -> dict[str, str]:
    """The table that each linking column leads to; empty for the table itself."""
    return {link["fields"][0]: link["reference"]["resource"] for link in table.schema["foreignKeys"]}
