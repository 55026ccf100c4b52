"""Measures how long check, build and load take and how much memory, beside `frictionless validate` of the same package.

Reads the package; writes multiples of it with fresh keys, and a release of each, to a temporary folder only.
Run: make bench [SCALES="1 10 100"], or python scripts/bench.py [--scales 1 10 100] [--build-up-to 100]
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from claims import claim_id
from command import run
from rules.exceptions import COLUMNS, PATH
from tables import Row, Table, Tables, derived_key, read_tables, sort_key

SCRIPTS = Path(__file__).resolve().parent
KEPT = {"countries"}  # codes of states cannot be invented
FRESH_CELLS = {"url": "#x{}", "counted_what": "-x{}", "name": " x{}"}  # values that two rows must not share
LOAD = "import sys, pathlib, pandas; [pandas.read_parquet(p) for p in pathlib.Path(sys.argv[1]).glob('*/parquet/*')]"
Keys = dict[str, dict[str, str]]  # old key -> new key, by table


def main(argv: list[str] | None = None) -> int:
    """Measure and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--scales", type=int, nargs="+", default=[1, 10, 100], help="how many times the rows")
    parser.add_argument("--build-up-to", type=int, default=100, help="largest scale that is built and loaded")
    parser.add_argument("--keep", type=Path, help="write the multiples into this folder, measure nothing")
    args = parser.parse_args(argv)
    if args.keep:
        for scale in args.scales:
            multiply(read_tables(), scale, args.keep / f"x{scale}")
        return 0
    print(f"{_processor()}, {os.cpu_count()} cores, {_memory_gb():.0f} GB; Python {platform.python_version()}\n")
    print(
        "| rows | CSV | frictionless | check | ratio | build | load Parquet | memory of the check | of frictionless |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    measured = [_measure(scale, scale <= args.build_up_to) for scale in args.scales]
    for (rows, seconds), (more_rows, more_seconds) in pairwise(measured):
        grown = math.log(more_seconds / seconds) / math.log(more_rows / rows)
        print(
            f"\nFrom {rows:,} to {more_rows:,} rows the time of the check grows with the power {grown:.2f} of the rows."
        )
    return 0


def multiply(tables: Tables, scale: int, folder: Path) -> Path:
    """Write a package with `scale` times as many rows, keys and what must differ made fresh, into a new folder."""
    folder.mkdir(parents=True)
    shutil.copy(tables.folder / "datapackage.json", folder)
    shutil.copytree(tables.folder / "schemas", folder / "schemas")
    copies = _copies(tables, scale - 1)
    for table in tables.values():
        rows = [list(row.values()) for row in table.rows]
        for number, keys in copies.items() if table.name not in KEPT else []:
            rows += (list(_fresh_cells(table, row, keys, number).values()) for row in table.rows)
        order = [table.columns.index(name) for name in sort_key(table.schema)]
        rows.sort(key=lambda cells, order=order: [cells[i] for i in order])  # type: ignore[misc]
        _write(folder / table.path, table.columns, rows)
    with (tables.folder / PATH).open(encoding="utf-8", newline="") as file:
        first, *exceptions = csv.reader(file)
    fresh = [
        [r, t, k.get(t, {}).get(i, i), why] for k in copies.values() for r, t, i, why in exceptions if t not in KEPT
    ]
    _write(folder / PATH, first or COLUMNS, [*exceptions, *fresh])
    return folder


def _copies(tables: Tables, wanted: int) -> dict[int, Keys]:
    """The fresh keys of each copy by its number; numbers with which the short ids of claims collide are left out."""
    copies: dict[int, Keys] = {}
    claims = tables["claims"]
    used, number = set(claims.by_key), 0
    while len(copies) < wanted:
        number += 1
        keys = _fresh_keys(tables, number)
        ids = {_fresh_cells(claims, row, keys, number)[claims.key] for row in claims.rows}
        if len(ids) == len(claims.rows) and not ids & used:
            copies[number] = keys
            used |= ids
    return copies


def _fresh_keys(tables: Tables, number: int) -> Keys:
    """The keys of one copy: written ones with an ending, built ones from their row's fresh cells."""
    keys: Keys = {}
    for table in tables.values():
        if "keyTemplate" not in table.schema and table.name not in {"claims", *KEPT}:
            keys[table.name] = {row.key: f"{row.key}-x{number}" for row in table.rows}
    for table in tables.values():
        if "keyTemplate" in table.schema:
            fresh = ((row.key, _fresh_cells(table, row, keys, number)) for row in table.rows)
            keys[table.name] = {old: cells[table.key] for old, cells in fresh}
    return keys


def _fresh_cells(table: Table, row: Row, keys: Keys, number: int) -> dict[str, str]:
    """The cells of one row in one copy."""
    cells = dict(row)
    links = {link["fields"][0]: link["reference"]["resource"] or table.name for link in table.schema["foreignKeys"]}
    links |= {name: row[by] for name, by in (("subject_id", "subject_table"), ("replaced_by", "table")) if by in row}
    for column, target in links.items():
        cells[column] = keys.get(target, {}).get(row[column], row[column])
    for column, ending in FRESH_CELLS.items():
        if cells.get(column):
            cells[column] += ending.format(number)
    if table.name == "claims":
        cells[table.key] = claim_id(cells)
    elif "keyTemplate" in table.schema:
        cells[table.key] = derived_key(table.schema["keyTemplate"], cells)
    else:
        cells[table.key] = keys[table.name][row.key]
    return cells


def _measure(scale: int, build: bool) -> tuple[int, float]:
    """Measure one scale, print its line of the table, and give its rows and the seconds of the check."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        package = multiply(read_tables(), scale, Path(name) / "package")
        files = sorted((package / "data").rglob("*.csv"))
        size = sum(p.stat().st_size for p in files)
        rows = sum(p.read_bytes().count(b"\n") - 1 for p in files)
        runs = 3 if scale <= 10 else 1
        frictionless = str(Path(sys.executable).with_name("frictionless"))
        theirs = _best([frictionless, "validate", str(package / "datapackage.json")], runs)
        ours = _best([sys.executable, str(SCRIPTS / "check.py"), "--package", str(package)], runs)
        built = loaded = "not measured"
        if build:
            command = [
                sys.executable,
                str(SCRIPTS / "build_release.py"),
                "--package",
                str(package),
                "--out",
                f"{name}/d",
            ]
            built = f"{_best(command, 1)[0] - ours[0]:.1f} s"
            loaded = f"{_best([sys.executable, '-c', LOAD, f'{name}/d'], 1)[0]:.1f} s"
    times = f"{theirs[0]:.1f} s | {ours[0]:.1f} s | {ours[0] / theirs[0]:.2f} | {built} | {loaded}"
    memory = f"{ours[1] / 1e6:,.0f} MB ({ours[1] / size:.1f} × CSV) | {theirs[1] / 1e6:,.0f} MB"
    print(f"| {rows:,} | {size / 1e6:,.1f} MB | {times} | {memory} |", flush=True)
    return rows, ours[0]


def _best(command: list[str], runs: int) -> tuple[float, int]:
    """Processor seconds and peak memory in bytes of the fastest of some runs. Raises if a run fails."""
    return min(_once(command) for _ in range(runs))


def _once(command: list[str]) -> tuple[float, int]:
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def _write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _processor() -> str:
    lines: Iterator[str] = iter(Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines())
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def _memory_gb() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9


if __name__ == "__main__":
    run(main)
