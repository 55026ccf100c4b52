"""Builds the site for tests: of this package, of a small one, or of this one with many times as many exercises."""

from __future__ import annotations

import csv
import hashlib
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

from records import CHILDREN
from tables import ROOT, read_descriptor, write_csv

PARTS = ("docs", "schemas", "scripts", "mkdocs.yml", "datapackage.json", "README.md", "CONTRIBUTING.md", "CHANGELOG.md")


def build(repository: Path, out: Path) -> float:
    """Build the site of a repository strictly and return the seconds of processor time that it took.

    On a machine with nothing else to do that is the time one waits; tests that run beside it do not count.
    """
    # Not --quiet: it hides the warnings from --strict too, so that a broken link would pass.
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    began = _processor_seconds()
    done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return _processor_seconds() - began


def repository(folder: Path, package: Path = ROOT) -> Path:
    """A copy of all that the site is built from, with the tables of `package`."""
    folder.mkdir(parents=True)
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder)
    shutil.copytree(package / "data", folder / "data")
    return folder


def multiply(repository: Path, times: int) -> Path:
    """Give the package `times` as many exercises: every one again under fresh keys, with all its rows and claims."""
    paths = {r["name"]: repository / r["path"] for r in read_descriptor(repository)["resources"]}
    tables = {"exercises", *CHILDREN["exercises"]}
    exercises = {r["exercise_id"] for r in _read(paths["exercises"])}
    for name in sorted(tables):
        rows = _read(paths[name])
        _write(paths[name], rows + [_fresh(r, exercises, n) for n in range(1, times) for r in rows])
    claims = _read(paths["claims"])
    about = [c for c in claims if c["subject_table"] in tables]
    again = [_fresh(c, exercises, n) | {"claim_id": _hashed(c["claim_id"], n)} for n in range(1, times) for c in about]
    _write(paths["claims"], claims + again)
    return repository


def _processor_seconds() -> float:
    """Processor time of all child processes that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _fresh(row: dict[str, str], exercises: set[str], number: int) -> dict[str, str]:
    """The row with every key of an exercise, or of what hangs on one, made another."""
    out = {}
    for column, value in row.items():
        first, dot, rest = value.partition(".")
        renamed = column.endswith("_id") and first in exercises
        out[column] = f"{first}-copy-{number}{dot}{rest}" if renamed else value
    return out


def _hashed(key: str, number: int) -> str:
    return "c" + hashlib.sha256(f"{key} {number}".encode()).hexdigest()[:16]


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    path.write_text(write_csv(list(rows[0]), rows), encoding="utf-8", newline="")
