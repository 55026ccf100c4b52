"""Checks the package and builds a release of it in dist/.

Reads the package; writes dist/china-russia-exercises-VERSION/ and a zip of it, first aside, then renamed, so that a
failure leaves what was there. Equal packages give equal bytes. With a previous version (folder, zip or git revision)
the release holds changes.csv: every cell that differs. Run: python scripts/build_release.py [--out DIR] [--previous X]
Exit: 0 built, 1 the check found errors or the version number promises too little, 2 something cannot be read.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from change.report import as_csv, compare, verdict
from change.versions import read_version
from check import check, summary
from command import run
from problems import plain, render_text
from records import ROOTS, to_record
from release import formats, metadata
from release.citation import Descriptor
from release.views import Views, views
from rich.console import Console
from rich.progress import track
from rich.table import Table as Grid
from rules.exceptions import PATH as EXCEPTIONS
from tables import ROOT, Table, Tables, UnusablePackage, inside, write_csv

PAGES = ("LICENSE", "LICENSE-CODE", "CHANGELOG.md", "CITATION.cff")


def main(argv: list[str] | None = None) -> int:
    """Check, build, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for the release")
    parser.add_argument("--previous", help="folder, zip or git revision of the version before: adds changes.csv")
    args = parser.parse_args(argv)
    console = Console()
    began = time.monotonic()
    try:
        result = check(args.package)
        if result.errors:
            print(render_text(result.errors))
            print(summary(result, time.monotonic() - began))
            print("nothing was built", file=sys.stderr)
            return 1
        console.print(summary(result, time.monotonic() - began), highlight=False, soft_wrap=True)
        changes = compare(read_version(args.previous), read_version(str(args.package))) if args.previous else None
        if changes:
            print(verdict(changes))
            if not changes.kept:
                print("nothing was built", file=sys.stderr)
                return 1
        release = build(result.tables, args.out, console, as_csv(changes) if changes else "")
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    console.print(_closing_table(result.tables, release))
    return 0


def build(
    tables: Tables, out: Path, console: Console | None = None, changes: str = "", made: Views | None = None
) -> Path:
    """Build the release of checked tables in `out` and return its folder. The folder's zip lies beside it.

    `changes` is the text of changes.csv, if there is a version to compare with; `made` are the views, if the caller
    has them.
    """
    raw = json.loads((tables.folder / "datapackage.json").read_text(encoding="utf-8"))
    name = f"{raw['name']}-{raw['version']}"
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".building-", dir=out) as temporary:
        folder = Path(temporary) / name
        folder.mkdir()
        steps = _steps(tables, raw, folder, made or views(tables))
        if changes:
            steps.insert(0, lambda: _write(folder / "changes.csv", changes))
        for step in track(steps, "building", console=console, transient=True, disable=console is None):
            step()
        archive = Path(temporary) / f"{name}.zip"
        formats.write_zip(folder, archive)
        _replace(folder, out / name)
        archive.replace(out / archive.name)
    return out / name


def _steps(tables: Tables, raw: Descriptor, folder: Path, made: Views) -> list[Callable[[], object]]:
    """What is done, in order; later steps read what earlier ones wrote."""
    every = [*tables.values(), *made.values()]
    return [
        lambda: _copy_package(tables, folder),
        *(partial(_write, folder / view.path, write_csv(view.columns, view.rows)) for view in made.values()),
        *(partial(formats.write_parquet, table, folder / f"parquet/{table.name}.parquet") for table in every),
        lambda: formats.write_sqlite(every, folder / f"{raw['name']}.sqlite"),
        lambda: formats.write_xlsx(made["exercises_wide"], folder / "views/exercises_wide.xlsx"),
        lambda: _write_records(tables, folder),
        lambda: formats.write_geojson(tables, folder / "places.geojson"),
        lambda: _write_metadata(tables, raw, folder, made),
        lambda: _write(folder / "SHA256SUMS", _checksums(folder)),
    ]


def _copy_package(tables: Tables, folder: Path) -> None:
    """The tables with their schemas, what explains them, and our own schemas of views and records; nothing else."""
    resources = json.loads((tables.folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    named = [r[part] for r in resources for part in ("path", "schema") if isinstance(r[part], str)]
    pages = [p for p in (*PAGES, EXCEPTIONS) if (tables.folder / p).exists()]
    for path in [*named, *pages]:
        _copy(inside(tables.folder, path, tables.folder), folder / path)
    for made in [*(ROOT / "schemas").glob("*.json"), *(ROOT / "schemas" / "views").glob("*.json")]:
        if not (folder / made.relative_to(ROOT)).exists():
            _copy(made, folder / made.relative_to(ROOT))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write_records(tables: Tables, folder: Path) -> None:
    for root in ROOTS:
        records = (to_record(tables, root, row.key, derived=True) for row in tables[root].rows)
        formats.write_jsonl(records, folder / "records" / f"{root}.jsonl")


def _write_metadata(tables: Tables, raw: Descriptor, folder: Path, made: dict[str, Table]) -> None:
    descriptor = metadata.release_descriptor(raw, tables, made, folder)
    _write(folder / "datapackage.json", json.dumps(descriptor, ensure_ascii=False, indent=2) + "\n")
    _write(folder / "README.md", metadata.readme(raw, tables, made))
    for name, text in metadata.documents(descriptor, tables, made, folder).items():
        _write(folder / name, text)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")


def _checksums(folder: Path) -> str:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    digests = ((hashlib.sha256(p.read_bytes()).hexdigest(), p.relative_to(folder).as_posix()) for p in files)
    return "".join(f"{digest}  {name}\n" for digest, name in digests)


def _replace(new: Path, place: Path) -> None:
    """Put a folder in its place; what was there goes only when the new one is complete."""
    if place.exists():
        place.rename(new.parent / "old")
    new.rename(place)


def _closing_table(tables: Tables, release: Path) -> Grid:
    grid = Grid("part", "files", "kB", title=f"{release.name} in {release.parent}", title_justify="left")
    parts: dict[str, list[int]] = {}
    for path in sorted(p for p in release.rglob("*") if p.is_file()):
        parts.setdefault(path.relative_to(release).parts[0], []).append(path.stat().st_size)
    for part, sizes in parts.items():
        grid.add_row(part, str(len(sizes)), f"{sum(sizes) / 1000:,.0f}")
    grid.add_row(f"{release.name}.zip", "1", f"{release.with_name(release.name + '.zip').stat().st_size / 1000:,.0f}")
    counts = ", ".join(f"{len(t.rows):,} {t.name}" for t in tables.values() if t.rows)
    grid.caption, grid.caption_justify = counts, "left"
    return grid


if __name__ == "__main__":
    run(main)
