"""Reads one version of the package: a release folder, a zip of one, or a git revision of this repository."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tables import ROOT, File, Schema, UnusablePackage, inside, read_descriptor, read_file

from change.archive import MOST_BYTES, unpack

Rows = dict[str, dict[str, str]]  # cells by column, by the key of the row
LONGEST_CELL = 100_000  # characters; the longest of ours are notes of some thousand
PARTS = ("datapackage.json", "schemas", "data")  # what a revision must hold


@dataclass
class Version:
    """One version: its number, the schemas and paths of all its tables, the rows of the curated ones."""

    label: str
    number: str
    schemas: dict[str, Schema] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)


def read_version(named: str) -> Version:
    """The version that a path or a git revision names. Raises UnusablePackage with the reason."""
    path = Path(named)
    if path.is_dir() or path.name == "datapackage.json":
        return _read(path if path.is_dir() else path.parent, named)
    with tempfile.TemporaryDirectory(prefix="compare-") as temporary:
        data = _archive(path, named) if path.is_file() else _revision(named)
        return _read(unpack(data, named, Path(temporary)), named)


def _archive(path: Path, named: str) -> bytes:
    """The bytes of a zip, if it is not too large to be one of ours."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UnusablePackage(f"{named}: cannot be read ({error.strerror})") from error


def _revision(named: str) -> bytes:
    """A zip of the package as it was in a git revision."""
    commit = _git(named, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{named}^{{commit}}")
    return _git(named, "archive", "--format=zip", commit.decode().strip(), "--", *PARTS)


def _git(named: str, *arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=False)
    except OSError as error:
        raise UnusablePackage(f"{named}: git cannot be run ({error.strerror})") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise UnusablePackage(
            f"{named}: is neither a release folder, nor a zip of one, nor a git revision of this repository"
            + (f" ({said})" if said else "")
        )
    return done.stdout


def _read(folder: Path, label: str) -> Version:
    """The package in a folder. Paths in messages are those inside the package."""
    try:
        return _parsed(folder, label)
    except UnusablePackage as error:
        raise UnusablePackage(f"{label}: {str(error).replace(f'{folder}/', '')}") from error


def _parsed(folder: Path, label: str) -> Version:
    where = folder / "datapackage.json"
    descriptor = read_descriptor(folder)
    number = str(descriptor.get("version", ""))
    if not re.fullmatch(r"(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}", number):
        raise UnusablePackage(f"datapackage.json: the version {number!r} is not of the form 1.2.3")
    version = Version(label, number)
    for resource in descriptor["resources"]:
        name = resource["name"]
        if name in version.schemas:
            raise UnusablePackage(f"datapackage.json: names the table {name!r} twice")
        _check_fields(name, resource["schema"])
        version.schemas[name], version.paths[name] = resource["schema"], resource["path"]
        if not resource["path"].startswith("views/"):  # views follow from the curated tables
            version.rows[name] = _rows(read_file(folder, resource, where))
    for path in sorted((folder / "schemas" / "views").glob("*.json")):
        schema = _json(inside(folder, f"schemas/views/{path.name}", where))
        _check_fields(path.stem, schema)
        version.schemas[path.stem], version.paths[path.stem] = schema, f"views/{path.stem}.csv"
    return version


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise UnusablePackage(f"{path}: is no JSON text ({error})") from error


def _check_fields(name: str, schema: Any) -> None:
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not all(isinstance(f, dict) for f in fields):
        raise UnusablePackage(f"the schema of {name} names no fields")
    if len({str(f.get("name")) for f in fields}) < len(fields):
        raise UnusablePackage(f"the schema of {name} names a field twice")
    for one in fields:
        if not isinstance(one.get("name"), str) or not isinstance(one.get("type", ""), str):
            raise UnusablePackage(f"the schema of {name} has a field without name or with an odd type")
        constraints = one.get("constraints", {})
        codes = constraints.get("enum", []) if isinstance(constraints, dict) else None
        if not isinstance(codes, list) or not all(isinstance(c, str | int | float) for c in codes):
            raise UnusablePackage(f"the schema of {name}: the codes of {one['name']} are no list of words")


def _rows(file: File) -> Rows:
    """The rows of a file by their key. Reading ends at the first row that is no row of the table."""
    key = str(file.schema["primaryKey"][0])
    rows: Rows = {}
    for line, cells in _records(file):
        row = dict(zip(file.columns, cells, strict=True))
        if row[key] in rows:
            raise UnusablePackage(f"{file.path}:{line}: the key {row[key][:80]!r} stands there twice")
        rows[row[key]] = row
    return rows


def _records(file: File) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row below a header that equals the schema. Never holds more than one row."""
    try:
        reader = csv.reader(io.StringIO(file.data.decode("utf-8"), newline=""), strict=True)
        header = next(reader, [])
        if header != file.columns:
            raise UnusablePackage(f"{file.path}:1: the header is not that of the schema")
        for cells in reader:
            if len(cells) != len(header):
                raise UnusablePackage(
                    f"{file.path}:{reader.line_num}: the row has {len(cells)} cells, the header has {len(header)}"
                )
            if max(map(len, cells)) > LONGEST_CELL:
                raise UnusablePackage(
                    f"{file.path}:{reader.line_num}: a cell is longer than {LONGEST_CELL:,} characters"
                )
            yield reader.line_num, cells
    except UnicodeDecodeError as error:
        raise UnusablePackage(f"{file.path}: is not UTF-8 ({error.reason} at byte {error.start})") from error
    except csv.Error as error:
        raise UnusablePackage(f"{file.path}:{reader.line_num}: the text is no CSV ({error})") from error
