"""The snippets of the docs, run as they stand: every table with the declared types, no value invented, none lost."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import build_release
import pandas as pd
import pytest
from conftest import need
from tables import ROOT, Tables, read_tables

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>python|r)\n(?P<code>.*?)^(?P=indent)```$", re.S | re.M)


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables()


@pytest.fixture(scope="module")
def folder(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds a release."""
    out = tmp_path_factory.mktemp("download")
    build_release.build(tables, out)
    return out


def test_pandas_snippet_types_every_table(folder: Path, tables: Tables, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    scope: dict[str, Any] = {}
    exec(_snippets("docs/load.md", "python")[0], scope)
    kinds = {"string": "string", "integer": "Int64", "number": "Float64"}
    for table in tables.values():
        frame = scope["load"](table.name)
        assert list(frame.columns) == table.columns
        for name, field in table.fields.items():
            column = frame[name]
            if field["type"] == "date":
                assert pd.api.types.is_datetime64_any_dtype(column.dtype)
                found = [None if pd.isna(v) else v.strftime("%Y-%m-%d") for v in column]
            else:
                assert str(column.dtype) == kinds[field["type"]], (table.name, name)
                found = [None if pd.isna(v) else v for v in column]
            assert found == [_value(row[name], field["type"]) for row in table.rows], (table.name, name)


@pytest.mark.parametrize("number", range(3))
def test_python_snippets_run(folder: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    scope: dict[str, Any] = {}
    exec(_snippets("docs/load.md", "python")[number], scope)
    assert len(scope["exercises"] if "exercises" in scope else scope["rows"]) > 0


def test_python_snippet_of_the_readme_runs(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(next(folder.glob("*/")))
    scope: dict[str, Any] = {}
    exec(_snippets("README.md", "python")[0], scope)
    assert len(scope["disputed"]) > 0


def test_r_snippet_types_every_table(folder: Path, tables: Tables, tmp_path: Path) -> None:
    rscript = need("Rscript")
    end = """
    names <- vapply(read_json(file.path(folder, "datapackage.json"))$resources, function(r) r$name, "")
    found <- lapply(setNames(names, names), function(n) lapply(load_table(n), function(column) list(
      class = class(column)[1], missing = I(which(is.na(column))), text = I(as.character(column[!is.na(column)])))))
    writeLines(toJSON(found, auto_unbox = TRUE, digits = NA), commandArgs(TRUE)[1], useBytes = TRUE)
    """
    script = tmp_path / "load.R"
    script.write_text(_snippets("docs/load.md", "r")[0] + end, encoding="utf-8")
    _run([rscript, str(script), str(tmp_path / "found.json")], folder)
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    kinds = {"string": "character", "integer": "integer", "number": "numeric", "date": "Date"}
    for table in tables.values():
        for name, field in table.fields.items():
            column = found[table.name][name]
            assert column["class"] == kinds[field["type"]], (table.name, name)
            assert column["missing"] == [n for n, row in enumerate(table.rows, start=1) if not row[name]]
            texts = [row[name] for row in table.rows if row[name]]
            same = [float(t) for t in column["text"]] if field["type"] == "number" else column["text"]
            assert same == ([float(t) for t in texts] if field["type"] == "number" else texts), (table.name, name)


def test_r_snippet_of_the_readme_runs(folder: Path, tmp_path: Path) -> None:
    rscript = need("Rscript")
    script = tmp_path / "readme.R"
    script.write_text(_snippets("README.md", "r")[0] + "\nstopifnot(nrow(disputed) > 0)\n", encoding="utf-8")
    _run([rscript, str(script)], next(folder.glob("*/")))


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _snippets(page: str, language: str) -> list[str]:
    """The code blocks of a page in one language, without their indent."""
    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = [m for m in FENCE.finditer(text) if m["language"] == language]
    assert blocks
    return [re.sub(rf"^{m['indent']}", "", m["code"], flags=re.M) for m in blocks]


def _value(text: str, kind: str) -> Any:
    if not text:
        return None
    return int(text) if kind == "integer" else float(text) if kind == "number" else text
