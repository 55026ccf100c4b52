"""Reads the package: descriptor, Table Schemas and CSV files as raw strings with their line numbers.

Nothing here judges the content; `rules` does. Nothing here renders; builders do.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from problems import Problem

ROOT = Path(__file__).resolve().parent.parent
csv.field_size_limit(2**31 - 1)  # a rule reports long cells; without this such a file would be no CSV at all
Schema = dict[str, Any]
FORMULA_MARKS = tuple("=+-@＝＋－＠")  # spreadsheets of East Asia take the wide ones too
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
DEEPEST_JSON = 50  # our own schemas nest 7 deep; what reads them recurses


class UnusablePackage(Exception):
    """The package cannot be read at all: its text says why."""


class TableUnavailable(KeyError):
    """A rule asked for a table, or for a part of the descriptor, that failed an earlier stage of the check."""


class Row(dict[str, str]):
    """One row of a table as raw strings, with the place it came from."""

    __slots__ = ("key", "line", "path")

    def __init__(self, cells: Iterable[tuple[str, str]], path: str, line: int, key: str) -> None:
        super().__init__(cells)
        self.path, self.line, self.key = path, line, self.get(key, "")

    def problem(self, column: str, message: str, fix: str) -> Problem:
        """A problem at this row; the runner adds the rule's name."""
        return Problem(self.path, self.line, column, "", self.get(column, ""), message, fix, self.key)


@dataclass(frozen=True)
class File:
    """One CSV file of the package before it is known to be a table: `data` are its bytes."""

    name: str
    path: str
    data: bytes
    schema: Schema

    @cached_property
    def text(self) -> str:
        """The text; bytes that are not UTF-8 become replacement characters."""
        return self.data.decode("utf-8", errors="replace")

    @cached_property
    def records(self) -> list[tuple[int, list[str]]]:
        """First line number and cells of every record. Raises csv.Error on text that is no CSV."""
        reader = csv.reader(io.StringIO(self.text, newline=""), strict=True)
        records, start = [], 1
        once: dict[str, str] = {}  # equal cells are one string: most cells are codes and keys
        for cells in reader:
            records.append((start, [once.setdefault(c, c) for c in cells]))
            start = reader.line_num + 1
        return records

    @cached_property
    def values(self) -> set[str]:
        """All different values of the cells below the header, the empty one left out."""
        return {cell for _, cells in self.records[1:] for cell in cells} - {""}

    @cached_property
    def columns(self) -> list[str]:
        """The columns that the schema names."""
        return [f["name"] for f in self.schema["fields"]]

    def problem(self, line: int, column: str, value: str, message: str, fix: str, key: str = "") -> Problem:
        """A problem in this file; the runner adds the rule's name."""
        return Problem(self.path, line, column, "", value, message, fix, key)


@dataclass
class Table:
    """One table: its schema and its rows as raw strings."""

    name: str
    path: str
    schema: Schema
    rows: list[Row] = field(default_factory=list)
    _indexes: dict[str, dict[str, list[Row]]] = field(default_factory=dict, repr=False)

    @cached_property
    def key(self) -> str:
        """Name of the key column."""
        return str(self.schema["primaryKey"][0])

    @cached_property
    def columns(self) -> list[str]:
        """Names of all columns in order."""
        return [f["name"] for f in self.schema["fields"]]

    @cached_property
    def fields(self) -> dict[str, dict[str, Any]]:
        """Field descriptors by name."""
        return {f["name"]: f for f in self.schema["fields"]}

    @cached_property
    def sourced_fields(self) -> list[str]:
        """Names of the fields whose cells need an accepted claim."""
        return [f["name"] for f in self.schema["fields"] if f.get("sourced")]

    @cached_property
    def by_key(self) -> dict[str, Row]:
        """Rows by their key; of two with the same key the first."""
        index: dict[str, Row] = {}
        for row in self.rows:
            index.setdefault(row.key, row)
        return index

    def where(self, column: str, value: str) -> list[Row]:
        """Rows with a value in a column, from an index that is made once per column."""
        index = self._indexes.get(column)
        if index is None:
            index = self._indexes[column] = {}
            for row in self.rows:
                index.setdefault(row[column], []).append(row)
        return index.get(value, [])

    def forget(self) -> None:
        """Drop what was computed from the rows; to be called after they were changed other than by `add`."""
        self.__dict__.pop("by_key", None)
        self._indexes.clear()

    def add(self, cells: dict[str, str], path: str, line: int) -> Row:
        """Append a row made of `cells` (missing columns become empty) and return it."""
        row = Row(((c, cells.get(c, "")) for c in self.columns), path, line, self.key)
        self.rows.append(row)
        if "by_key" in self.__dict__:
            self.by_key.setdefault(row.key, row)
        self._indexes.clear()
        return row


class Tables(dict[str, Table]):
    """All tables of a package by name, in the order of its descriptor."""

    def __init__(self, folder: Path, descriptor: dict[str, Any], today: dt.date) -> None:
        super().__init__()
        self.folder, self.descriptor, self.today = folder, descriptor, today

    def __missing__(self, name: str) -> Table:
        raise TableUnavailable(name)

    def named(self, name: str) -> Table | None:
        """The table of that name, or None if the package has no such table."""
        return self[name] if name in self.names else None

    @cached_property
    def names(self) -> set[str]:
        """Names of all tables of the package, also of those that failed."""
        return {r["name"] for r in self.descriptor["resources"]}

    @cached_property
    def coverage(self) -> tuple[str, str]:
        """First and last day of the time that the package covers, as ISO dates."""
        try:
            temporal = self.descriptor["temporal"]
            first, last = (dt.date.fromisoformat(temporal[side]).isoformat() for side in ("start", "end"))
        except (KeyError, TypeError, ValueError) as error:
            raise TableUnavailable("temporal") from error
        return first, last

    @cached_property
    def claims_about(self) -> dict[tuple[str, str], list[Row]]:
        """Claims by the table and the key of the row they are about."""
        index: dict[tuple[str, str], list[Row]] = {}
        for claim in self["claims"].rows:
            index.setdefault((claim["subject_table"], claim["subject_id"]), []).append(claim)
        return index


def descriptor_path(package: Path) -> Path:
    """The descriptor of a package named by its folder or by the descriptor itself."""
    return package / "datapackage.json" if package.is_dir() else package


def read_descriptor(package: Path) -> dict[str, Any]:
    """The descriptor as a dict with every schema in place of its path. Raises UnusablePackage."""
    path = descriptor_path(package)
    descriptor = _read_json(path)
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not resources:
        raise UnusablePackage(f'{path}: names no tables under "resources"')
    for number, resource in enumerate(resources):
        _check_resource(path, number, resource)
        if resource["name"] in [r["name"] for r in resources[:number]]:
            raise UnusablePackage(f"{path}: names the table {resource['name']!r} twice")
        if isinstance(resource["schema"], str):
            resource["schema"] = _read_json(inside(path.parent, resource["schema"], path))
        _check_schema(path, resource)
    return dict(descriptor)


def inside(folder: Path, relative: str, where: Path) -> Path:
    """The file that a descriptor names, if it lies in the folder of the package. Raises UnusablePackage."""
    try:
        target = (folder / relative).resolve()
        leaves = "://" in relative or not target.is_relative_to(folder.resolve())
        leaves = leaves or any(part.is_symlink() for part in _between(folder, folder / relative))
    except (OSError, ValueError, RuntimeError) as error:  # too long, NUL or half characters, links in a circle
        raise UnusablePackage(f"{where}: the path {ascii(relative)[:200]} cannot be used") from error
    if leaves:
        raise UnusablePackage(f"{where}: the path {ascii(relative)[:200]} leaves the package; name a file inside it")
    return target


def refuse_links(folder: Path) -> None:
    """Raise UnusablePackage for a link in the package: builders would copy what lies behind it."""
    for place in ("data", "schemas"):
        for path in [folder / place, *(folder / place).rglob("*")]:
            if path.is_symlink():
                raise UnusablePackage(f"{path}: is a link, which leaves the package; put the file itself there")


def read_file(folder: Path, resource: dict[str, Any], where: Path) -> File:
    """The bytes of one table's file. Raises UnusablePackage if there is no such file."""
    path = inside(folder, resource["path"], where)
    return File(resource["name"], resource["path"], _read_bytes(path), resource["schema"])


def to_table(file: File) -> Table:
    """The table in a file whose structure holds: header as in the schema, as many cells in each record."""
    table = Table(file.name, file.path, file.schema)
    header = file.records[0][1]
    table.rows = [Row(zip(header, cells, strict=True), file.path, line, table.key) for line, cells in file.records[1:]]
    return table


def read_tables(package: Path = ROOT, today: dt.date | None = None) -> Tables:
    """All tables of a package whose files can be read as tables. Raises UnusablePackage."""
    descriptor = read_descriptor(package)
    where = descriptor_path(package)
    tables = Tables(where.parent, descriptor, today or dt.date.today())
    for resource in descriptor["resources"]:
        file = read_file(where.parent, resource, where)
        try:
            tables[resource["name"]] = to_table(file)
        except (csv.Error, IndexError, ValueError) as error:
            raise UnusablePackage(f"{file.path}: cannot be read as a table; run: make check") from error
        if list(tables[resource["name"]].columns) != file.records[0][1]:
            raise UnusablePackage(f"{file.path}: the header is not that of the schema; run: make check")
    return tables


def write_csv(columns: list[str], rows: Iterable[dict[str, str]]) -> str:
    """Canonical CSV text: comma, minimal quoting, LF."""
    return write_rows([columns, *([row.get(c, "") for c in columns] for row in rows)])


def write_rows(rows: Iterable[list[str]]) -> str:
    """Canonical CSV text of the header and the rows."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue()


def is_formula(value: str) -> bool:
    """Whether a spreadsheet would run the text: it begins like a formula and is no number."""
    return value.startswith(FORMULA_MARKS) and not NUMBER.fullmatch(value)


def canonical_number(value: str) -> str:
    """The shortest way to write a decimal number; text that is none comes back as it is."""
    if not NUMBER.fullmatch(value):
        return value
    whole, _, fraction = value.lstrip("+-").partition(".")
    fraction = fraction.rstrip("0")
    digits = (whole.lstrip("0") or "0") + (f".{fraction}" if fraction else "")
    return ("-" if value.startswith("-") and digits != "0" else "") + digits


def sort_key(schema: Schema) -> list[str]:
    """The columns by which a table is sorted: its key, unless the schema names others under `sortedBy`."""
    return list(schema.get("sortedBy") or schema["primaryKey"])


def derived_key(template: str, row: dict[str, str]) -> str:
    """The key that a row's own cells build, by its schema's template.

    Parts stand between dots. `{a|b|c}` takes the first that is not empty, `{a?}` is left out when empty;
    a phase adds only its own ending (p1). Values are put in lower case.
    """
    parts = ("".join(_part(text, row) if n % 2 else text for n, text in enumerate(p)) for p in _pieces(template))
    return ".".join(p for p in parts if p)


@cache
def _pieces(template: str) -> list[list[str]]:
    """The template cut at its dots; each piece is text, names, text, names and so on."""
    return [re.split(r"\{([^}]*)\}", piece) for piece in template.split(".")]


def _part(names: str, row: dict[str, str]) -> str:
    for name in names.rstrip("?").split("|"):
        value = row.get(name, "")
        if name == "scope" and value == "whole-exercise":
            return "all"
        if name == "phase_id":
            value = value.rpartition(".")[2]
        if value:
            return value.lower()
    return ""


def _between(folder: Path, target: Path) -> list[Path]:
    return [target, *[p for p in target.parents if p != folder and folder in p.parents]]


def _read_bytes(path: Path) -> bytes:
    """The bytes of a file; a named pipe or a device would never end."""
    try:
        if path.exists() and not path.is_file():
            raise UnusablePackage(f"{path}: cannot be read (it is no file)")
        return path.read_bytes()
    except OSError as error:
        raise UnusablePackage(f"{path}: cannot be read ({error.strerror})") from error


def _read_json(path: Path) -> Any:
    """The value of a JSON text, which names no key twice and has no numbers that JSON does not know."""
    try:
        text = _read_bytes(path).decode("utf-8")
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError) as error:  # ValueError covers decoding, JSON and numbers of 5,000 digits
        raise UnusablePackage(f"{path}: is no JSON text ({error})") from error
    if _depth(value) > DEEPEST_JSON:
        raise UnusablePackage(f"{path}: is nested deeper than {DEEPEST_JSON} levels")
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names):
        twice = Counter(names).most_common(1)[0][0]
        raise ValueError(f"the key {ascii(twice)[:80]} stands twice")
    return dict(pairs)


def _finite(number: str) -> float:
    if not math.isfinite(float(number)):
        raise ValueError(f"{number[:80]} is no number")
    return float(number)


def _depth(value: Any) -> int:
    """How deep lists and objects are nested."""
    depth, level = 0, [value]
    while level := [v for v in level if isinstance(v, dict | list)]:
        depth += 1
        level = [v for part in level for v in (part.values() if isinstance(part, dict) else part)]
    return depth


def _check_resource(path: Path, number: int, resource: Any) -> None:
    for name, kinds in (("name", (str,)), ("path", (str,)), ("schema", (str, dict))):
        value = resource.get(name) if isinstance(resource, dict) else None
        if not isinstance(value, kinds) or not value:
            raise UnusablePackage(f'{path}: table number {number + 1} has no usable "{name}"')


def _check_schema(path: Path, resource: dict[str, Any]) -> None:
    schema = resource["schema"]
    fields = schema.get("fields") if isinstance(schema, dict) else None
    key = schema.get("primaryKey") if isinstance(schema, dict) else None
    named = isinstance(fields, list) and all(isinstance(f, dict) and isinstance(f.get("name"), str) for f in fields)
    if not named or not fields:
        raise UnusablePackage(f"{path}: the schema of {resource['name']} names no fields")
    names = [f["name"] for f in fields]
    if len(set(names)) < len(names):
        raise UnusablePackage(f"{path}: the schema of {resource['name']} names a field twice")
    if not isinstance(key, list) or len(key) != 1 or key[0] not in names:
        raise UnusablePackage(f"{path}: the schema of {resource['name']} has no primaryKey of one field")
