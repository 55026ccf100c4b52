"""Takes coding sheets into the tables, or says at which line of the sheet it is wrong and changes nothing.

Reads YAML sheets and the package; replaces all rows of the events and transfers in the sheets, adds reference rows
that are new, formats and checks the whole package aside, and writes only if the check finds no error.
Run: python scripts/intake.py SHEET [SHEET ...] [--check] [--package DIR]
Exit: 0 taken in, 1 the sheets or the tables have errors, 2 something cannot be read.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
from check import check, readable_tables
from claims import NUMBER_TYPES
from command import run
from format_csv import canonical, write_atomically
from problems import Problem, plain, render_text
from records import REFERENCES, ROOTS, Record, from_record, root_of, rows_of
from rules.schema import FORMS
from sheet_text import Place, UnreadableSheet, line_of, read_sheet
from tables import ROOT, Tables, UnusablePackage

RECORD_SCHEMAS = {"exercises": "exercise-record.json", "transfers": "transfer-record.json"}
Origin = dict[tuple[str, str], tuple[str, int]]  # (path of the table, key) -> (sheet, line)


def main(argv: list[str] | None = None) -> int:
    """Take sheets in and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("sheets", type=Path, nargs="+", help="coding sheets (YAML)")
    parser.add_argument("--check", action="store_true", help="write nothing, only say what is wrong")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package")
    args = parser.parse_args(argv)
    try:
        tables = readable_tables(args.package)
        problems, origin = _take_in(args.sheets, tables)
        texts = canonical(tables) if not problems else {}
        problems = problems or _check_aside(tables, texts, origin)
    except (UnusablePackage, OSError) as error:
        print(plain(error), file=sys.stderr)
        return 2
    if problems:
        print(render_text(problems))
    if any(p.severity == "error" for p in problems):
        print(f"{sum(p.severity == 'error' for p in problems)} errors; nothing was changed", file=sys.stderr)
        return 1
    changed = {p: t for p, t in texts.items() if (tables.folder / p).read_text(encoding="utf-8") != t}
    if not args.check:
        write_atomically({tables.folder / path: text for path, text in changed.items()})
    print(f"{len(args.sheets)} sheets sound; {len(changed)} tables {'would change' if args.check else 'changed'}")
    return 0


def _take_in(sheets: list[Path], tables: Tables) -> tuple[list[Problem], Origin]:
    """Put the rows of all sheets into `tables`; problems of the sheets themselves, and where each row came from."""
    problems: list[Problem] = []
    origin: Origin = {}
    for path in sheets:
        record, lines, found = _read(path, tables)
        problems += found
        if not found:
            problems += _replace_rows(path, record, lines, tables, origin)
    return problems, origin


def _read(path: Path, tables: Tables) -> tuple[Record, dict[Place, int], list[Problem]]:
    """The document of a sheet with typed values, its lines, and what its JSON Schema finds."""
    if path.exists() and not path.is_file():
        raise UnusablePackage(f"{path}: is no file")  # a named pipe would never end
    try:
        record, lines = read_sheet(path.read_text(encoding="utf-8"))
    except (UnreadableSheet, UnicodeDecodeError) as error:
        line = getattr(error, "line", 1)
        problem = Problem(str(path), line, "", "sheet-is-yaml", "", f"the text is no sheet ({error})", "mend the YAML")
        return {}, {}, [problem]
    root = root_of(record)
    if not root:
        message = "the sheet has neither exercise_id nor transfer_id"
        return (
            {},
            {},
            [Problem(str(path), 1, "", "sheet-has-schema", "", message, "name the event or transfer")],
        )
    schema = json.loads((ROOT / "schemas" / RECORD_SCHEMAS[root]).read_text(encoding="utf-8"))
    record = _typed(record, schema, schema)
    problems = []
    for breach in jsonschema.Draft202012Validator(schema).iter_errors(record):
        place = tuple(breach.absolute_path)
        column = next((str(p) for p in reversed(place) if isinstance(p, str)), "")
        value = breach.instance if isinstance(breach.instance, str | int | float) else ""
        fix = f"see schemas/{RECORD_SCHEMAS[root]}"
        problems.append(
            Problem(
                str(path),
                line_of(place, lines),
                column,
                "sheet-has-schema",
                str(value),
                breach.message[:300],
                fix,
            )
        )
    return record, lines, problems


def _typed(value: Any, schema: dict[str, Any], top: dict[str, Any]) -> Any:
    """Strings turned into the numbers that the schema asks for, where they are numbers."""
    if "$ref" in schema:
        schema = top["$defs"][schema["$ref"].rpartition("/")[2]]
    if isinstance(value, dict):
        return {k: _typed(v, schema.get("properties", {}).get(k, {}), top) for k, v in value.items()}
    if isinstance(value, list):
        return [_typed(v, schema.get("items", {}), top) for v in value]
    kind = schema.get("type")
    if kind in NUMBER_TYPES and isinstance(value, str) and FORMS[kind].fullmatch(value):
        return int(value) if kind == "integer" else float(value)
    return value


def _replace_rows(path: Path, record: Record, lines: dict[Place, int], tables: Tables, origin: Origin) -> list[Problem]:
    """Remove what hung on the event, add what the sheet says; reference rows are added, never changed."""
    problems: list[Problem] = []
    root = root_of(record)
    key = str(record[ROOTS[root]])
    for name, keys in rows_of(tables, root, key).items():
        table = tables[name]
        table.rows[:] = [r for r in table.rows if r.key not in keys]
        table.forget()
    for name, cells, place in from_record(tables, record):
        table, line = tables[name], line_of(place, lines)
        known = table.by_key.get(cells.get(table.key, "")) if name in REFERENCES else None
        if known is None:
            row = table.add(cells, str(path), line)
            origin.setdefault((table.path, row.key), (str(path), line))
            continue
        for column, value in cells.items():
            if known[column] != value:
                message = f"but {table.name} has {known[column]!r} for {known.key}"
                fix = "leave the row out of the sheet; change the table by hand if it is wrong"
                problems.append(
                    Problem(str(path), line, column, "reference-row-agrees", value, message, fix, known.key)
                )
    tables.__dict__.pop("claims_about", None)
    return problems


def _check_aside(tables: Tables, texts: dict[str, str], origin: Origin) -> list[Problem]:
    """Problems of the package as it would be, at the line of the sheet where a row came from one."""
    with tempfile.TemporaryDirectory(prefix="intake-") as name:
        folder = Path(name)
        shutil.copy(tables.folder / "datapackage.json", folder)
        shutil.copytree(tables.folder / "schemas", folder / "schemas")
        for path, text in texts.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8", newline="")
        problems = check(folder, tables.today).problems
    moved = []
    for problem in problems:
        sheet, line = origin.get((problem.path, problem.key), (problem.path, problem.line))
        moved.append(replace(problem, path=sheet, line=line))
    return [p for p in moved if p.severity == "error" or p.path.endswith((".yaml", ".yml"))]


if __name__ == "__main__":
    run(main)
