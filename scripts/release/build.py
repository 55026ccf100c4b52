"""Builds the folder of a release from checked tables: aside, then renamed, so that a failure leaves what was there."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from records import ROOTS, to_record
from rich.console import Console
from rich.progress import track
from rules.exceptions import PATH as EXCEPTIONS
from tables import ROOT, Table, Tables, inside, write_csv

from release import formats, metadata
from release.citation import Descriptor
from release.views import Views, views

PAGES = ("LICENSE", "LICENSE-CODE", "CHANGELOG.md", "CITATION.cff")


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
        lambda: _copy_package(tables, raw, folder),
        *(partial(_write, folder / view.path, write_csv(view.columns, view.rows)) for view in made.values()),
        *(partial(_write_parquet, table, folder) for table in every),
        lambda: formats.write_sqlite(every, folder / f"{raw['name']}.sqlite"),
        lambda: formats.write_xlsx(made["exercises_wide"], folder / "views/exercises_wide.xlsx"),
        lambda: _write_records(tables, folder),
        lambda: formats.write_geojson(tables, folder / "places.geojson"),
        lambda: _write_metadata(tables, raw, folder, made),
        lambda: _write(folder / "SHA256SUMS", _checksums(folder)),
    ]


def _copy_package(tables: Tables, raw: Descriptor, folder: Path) -> None:
    """The tables with their schemas, what explains them, and our own schemas of views and records; nothing else."""
    named = [r[part] for r in raw["resources"] for part in ("path", "schema") if isinstance(r[part], str)]
    pages = [p for p in (*PAGES, EXCEPTIONS) if (tables.folder / p).exists()]
    for path in [*named, *pages]:
        _copy(inside(tables.folder, path, tables.folder), folder / path)
    for made in [*(ROOT / "schemas").glob("*.json"), *(ROOT / "schemas" / "views").glob("*.json")]:
        if not (folder / made.relative_to(ROOT)).exists():
            _copy(made, folder / made.relative_to(ROOT))


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)


def _write_parquet(table: Table, folder: Path) -> None:
    formats.write_parquet(table, folder / table.path, folder / f"parquet/{table.name}.parquet")


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
