"""The snippets of the docs, run as they stand: every table with the declared types, no value invented, none lost."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest import need
from release.build import build
from release.views import views
from tables import ROOT, Table, read_tables

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>python|r)\n(?P<code>.*?)^(?P=indent)```$", re.S | re.M)
TAB = re.compile(r'^=== "(?P<title>.*)"$', re.M)
# What a loader calls the types string, integer, number and date.
KINDS = {
    "pandas, CSV": ("string", "Int64", "Float64", "datetime64"),
    "pandas, Parquet": ("string", "Int64", "Float64", "object"),
    "polars": ("String", "Int64", "Float64", "Date"),
    "DuckDB": ("VARCHAR", "BIGINT", "DOUBLE", "DATE"),
    "PySpark": ("string", "bigint", "double", "date"),
    "frictionless": ("string", "integer", "number", "date"),
    "readr": ("character", "integer", "numeric", "Date"),
    "base R": ("character", "integer", "numeric", "Date"),
    "RSQLite": ("character", "integer", "numeric", "character"),
}


@pytest.fixture(scope="module")
def tables() -> list[Table]:
    """Every table and every view."""
    found = read_tables()
    return [*found.values(), *views(found).values()]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a release."""
    out = tmp_path_factory.mktemp("download")
    build(read_tables(), out)
    return out


@pytest.fixture
def inside(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test runs in the folder that holds a release."""
    monkeypatch.chdir(folder)


def test_every_snippet_is_tested() -> None:
    assert set(_tabs()) == {*KINDS, "SQLite"}


@pytest.mark.usefixtures("inside")
def test_pandas_snippet_types_every_table(tables: list[Table]) -> None:
    scope = _run_python("pandas, CSV")
    for table in tables:
        _assert_pandas("pandas, CSV", table, scope["load"](table.name))


@pytest.mark.usefixtures("inside")
def test_pandas_reads_every_parquet_file_with_types(tables: list[Table]) -> None:
    scope = _run_python("pandas, Parquet")
    assert len(scope["exercises"]) > 0
    for table in tables:
        path = scope["folder"] / "parquet" / f"{table.name}.parquet"
        _assert_pandas("pandas, Parquet", table, pd.read_parquet(path, dtype_backend="numpy_nullable"))


@pytest.mark.usefixtures("inside")
def test_polars_snippet_types_every_table(tables: list[Table]) -> None:
    scope = _run_python("polars")
    assert scope["held"]["len"].sum() == sum(r["status"] == "held" for r in _table(tables, "exercises").rows)
    for table in tables:
        frame = scope["load"](table.name)
        kinds = {name: str(kind) for name, kind in frame.schema.items()}
        _assert_same("polars", table, kinds, frame.to_dict(as_series=False))


@pytest.mark.usefixtures("inside")
def test_duckdb_snippet_types_every_table(tables: list[Table]) -> None:
    scope = _run_python("DuckDB")
    disputed = [r for r in _table(tables, "claims").rows if r["verdict"] == "disputed"]
    assert sum(row[-1] for row in scope["rows"]) == sum(r["subject_table"] == "assets" for r in disputed)
    for table in tables:
        found = scope["duckdb"].sql(f"FROM '{scope['folder']}/parquet/{table.name}.parquet'")
        kinds = dict(zip(found.columns, map(str, found.types), strict=True))
        _assert_same("DuckDB", table, kinds, _columns(found.columns, found.fetchall()))


@pytest.mark.usefixtures("inside")
def test_pyspark_snippet_types_every_table(tables: list[Table]) -> None:
    need("java")
    scope = _run_python("PySpark")
    try:
        assert scope["named"].count() == len(_table(tables, "participants").rows)
        for table in tables:
            frame = scope["load"](table.name)
            _assert_same("PySpark", table, dict(frame.dtypes), _columns(frame.columns, frame.collect()))
    finally:
        scope["spark"].stop()


@pytest.mark.usefixtures("inside")
def test_frictionless_snippet_types_every_table(tables: list[Table]) -> None:
    scope = _run_python("frictionless")
    for table in tables:
        schema = scope["package"].get_resource(table.name).schema
        rows = scope["load"](table.name)
        assert all(row.valid for row in rows), table.name
        kinds = {field.name: field.type for field in schema.fields}
        _assert_same("frictionless", table, kinds, {n: [row[n] for row in rows] for n in table.columns})


@pytest.mark.usefixtures("inside")
def test_sqlite_snippet_finds_rows() -> None:
    assert len(_run_python("SQLite")["rows"]) > 0


def test_python_snippet_of_the_readme_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(next(folder.glob("*/")))
    scope: dict[str, Any] = {}
    exec(_snippet("README.md", "python"), scope)
    assert len(scope["disputed"]) > 0


@pytest.mark.parametrize("title", ["readr", "base R"])
def test_r_snippet_types_every_table(title: str, folder: Path, tables: list[Table], tmp_path: Path) -> None:
    need_r("jsonlite", *(["readr"] if title == "readr" else []))
    _assert_r(title, tables, folder, tmp_path)


def test_rsqlite_snippet_reads_every_table(folder: Path, tables: list[Table], tmp_path: Path) -> None:
    need_r("jsonlite", "RSQLite")
    more = """
    disputed_claims <- nrow(disputed)
    stopifnot(class(exercises$start_date) == "Date", disputed_claims > 0)
    db <- dbConnect(RSQLite::SQLite(), file.path(folder, "china-russia-exercises.sqlite"))
    load_table <- function(name) dbReadTable(db, name)
    """
    _assert_r("RSQLite", tables, folder, tmp_path, more)


def test_r_snippet_of_the_readme_runs(folder: Path, tmp_path: Path) -> None:
    need_r("readr")
    code = _snippet("README.md", "r") + "\nstopifnot(nrow(disputed) > 0)\n"
    _run_r(code, next(folder.glob("*/")), tmp_path)


def need_r(*packages: str) -> None:
    """R with some packages; without them the test skips, and in CI it fails."""
    rscript = need("Rscript")
    for package in packages:
        has = subprocess.run([rscript, "-e", f"library({package})"], capture_output=True, check=False)
        if has.returncode:
            need(f"R package {package}")  # no such program, so it skips or fails and says why


def _run_python(title: str) -> dict[str, Any]:
    """What a snippet of docs/load.md defines."""
    scope: dict[str, Any] = {}
    exec(_tabs()[title], scope)
    return scope


def _assert_pandas(title: str, table: Table, frame: pd.DataFrame) -> None:
    values = {n: [None if pd.isna(v) else v for v in frame[n]] for n in frame.columns}
    kinds = {n: str(kind).partition("[")[0] for n, kind in frame.dtypes.items()}  # datetime64[us]: the unit varies
    _assert_same(title, table, kinds, values)


def _assert_r(title: str, tables: list[Table], folder: Path, tmp_path: Path, more: str = "") -> None:
    """Run a snippet that defines load_table and compare every table with what it loads."""
    end = """
    names <- c(%s)
    found <- lapply(setNames(names, names), function(n) lapply(load_table(n), function(column) list(
      class = class(column)[1], missing = I(is.na(column)), text = I(enc2utf8(as.character(column))))))
    jsonlite::write_json(found, commandArgs(TRUE)[1], auto_unbox = TRUE, digits = NA, na = "string")
    """
    end %= ", ".join(f'"{table.name}"' for table in tables)
    _run_r(_tabs()[title] + more + end, folder, tmp_path)
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    for table in tables:
        columns = found[table.name]
        read = {"integer": int, "number": float}
        values = {
            n: [
                None if missing else read.get(table.fields[n]["type"], str)(text)
                for missing, text in zip(column["missing"], column["text"], strict=True)
            ]
            for n, column in columns.items()
        }
        _assert_same(title, table, {n: column["class"] for n, column in columns.items()}, values)


def _assert_same(title: str, table: Table, kinds: dict[str, str], values: dict[str, list[Any]]) -> None:
    """A loader gave the declared columns with the declared types, every value and no other."""
    wanted = dict(zip(("string", "integer", "number", "date"), KINDS[title], strict=True))
    assert kinds == {name: wanted[field["type"]] for name, field in table.fields.items()}, table.name
    for name, field in table.fields.items():
        found = [_plain(v) for v in values[name]]
        assert found == [_value(row[name], field["type"]) for row in table.rows], (table.name, name)


def _run_r(code: str, folder: Path, tmp_path: Path) -> None:
    script = tmp_path / "load.R"
    script.write_text(code, encoding="utf-8")
    command = [need("Rscript"), str(script), str(tmp_path / "found.json")]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _tabs() -> dict[str, str]:
    """The snippets of docs/load.md by the titles of their tabs."""
    text = (ROOT / "docs" / "load.md").read_text(encoding="utf-8")
    titles = list(TAB.finditer(text))
    ends = [*(m.start() for m in titles[1:]), len(text)]
    blocks = {m["title"]: list(_blocks(text[m.end() : end])) for m, end in zip(titles, ends, strict=True)}
    assert all(len(found) == 1 for found in blocks.values())
    return {title: found[0][1] for title, found in blocks.items()}


def _snippet(page: str, language: str) -> str:
    """The first code block of a page in one language."""
    return next(code for found, code in _blocks((ROOT / page).read_text(encoding="utf-8")) if found == language)


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and code, without their indent, of all code blocks in Python or R."""
    for match in FENCE.finditer(text):
        yield match["language"], re.sub(rf"^{match['indent']}", "", match["code"], flags=re.M)


def _table(tables: list[Table], name: str) -> Table:
    return next(t for t in tables if t.name == name)


def _columns(names: list[str], rows: list[Any]) -> dict[str, list[Any]]:
    return {name: [row[at] for row in rows] for at, name in enumerate(names)}


def _plain(value: Any) -> Any:
    """A value as `_value` gives it."""
    if isinstance(value, dt.date):
        return value.strftime("%Y-%m-%d")
    return float(value) if isinstance(value, Decimal) else value


def _value(text: str, kind: str) -> Any:
    if not text:
        return None
    return int(text) if kind == "integer" else float(text) if kind == "number" else text
