"""Metadata of a release made from datapackage.json: its descriptor, its README and the files that catalogues read."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tables import Table, Tables

from release.citation import Descriptor, citation, datacite
from release.crate import FILE as CRATE
from release.crate import crate
from release.croissant import croissant
from release.schema_org import dataset_with_files

MEDIATYPES = {
    ".csv": "text/csv",
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".geojson": "application/geo+json",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".md": "text/markdown",
    ".cff": "application/yaml",
    "": "text/plain",
}


def release_descriptor(raw: Descriptor, tables: Tables, views: dict[str, Table], folder: Path) -> Descriptor:
    """The descriptor of a release: that of the package with row counts, sizes, hashes and the views."""
    resources = [dict(r) for r in raw["resources"]]
    for view in views.values():
        entry = {"name": view.name, "title": view.schema["title"], "description": view.schema["description"]}
        entry |= {"type": "table", "profile": "tabular-data-resource", "path": view.path, "format": "csv"}
        entry |= {"mediatype": "text/csv", "encoding": "utf-8", "schema": f"schemas/views/{view.name}.json"}
        resources.append(entry)
    rows = {t.name: len(t.rows) for t in [*tables.values(), *views.values()]}
    for resource in resources:
        data = (folder / resource["path"]).read_bytes()
        resource["rowCount"] = rows[resource["name"]]
        resource["bytes"] = len(data)
        resource["hash"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    return {**raw, "resources": resources}


def documents(descriptor: Descriptor, tables: Tables, views: dict[str, Table], folder: Path) -> dict[str, str]:
    """The files that catalogues, search engines and loaders read, by name, from a release's descriptor and files."""
    schemas = {t.name: t.schema for t in [*tables.values(), *views.values()]}
    resources = [{**r, "schema": schemas[r["name"]]} for r in descriptor["resources"]]
    whole, files = {**descriptor, "resources": resources}, list_files(folder)
    made: dict[str, dict[str, Any]] = {
        "croissant.json": croissant(whole, files),
        "schema-org.json": dataset_with_files(whole, files),
        "datacite.json": datacite(whole),
        CRATE: crate(whole, files),
    }
    return {name: json.dumps(document, ensure_ascii=False, indent=2) + "\n" for name, document in made.items()}


def list_files(folder: Path) -> list[dict[str, Any]]:
    """Path, media type, size and hash of every file of a release."""
    out = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        data = path.read_bytes()
        out.append(
            {
                "path": path.relative_to(folder).as_posix(),
                "mediatype": MEDIATYPES[path.suffix],
                "bytes": len(data),
                "sha256": hashlib.sha256(data).hexdigest(),
            }
        )
    return out


def readme(descriptor: Descriptor, tables: Tables, views: dict[str, Table]) -> str:
    """The README of a release: what is in it, how it loads, how to cite it."""
    rows = [
        f"| `{t.path}` | {len(t.rows):,} | {t.schema['description']} |" for t in [*tables.values(), *views.values()]
    ]
    return f"""# {descriptor["title"]}

Version {descriptor["version"]}, {descriptor["created"][:10]}. {descriptor["description"]}

Reports were searched up to {descriptor["temporal"]["end"]}.

## Files

| file | rows | one row |
|---|---|---|
{chr(10).join(rows)}

The same tables are in `parquet/` (typed) and in `{descriptor["name"]}.sqlite` (with keys). `records/` holds one
nested document per exercise and per transfer with all its claims and sources, `places.geojson` the places,
`views/exercises_wide.xlsx` a spreadsheet with one row per exercise. `datapackage.json` and `schemas/` say what
every column means. `SHA256SUMS` lists the checksums. `croissant.json`, `schema-org.json`, `datacite.json`,
`ro-crate-metadata.json` and `CITATION.cff` describe the release for catalogues, search engines and loaders.
`changes.csv`, where it is there, lists every cell that differs from the version before.

Empty cells mean not known or not applicable, never zero. Count lines may only be added as `schemas/events/assets.json`
says. Every value of a field marked `sourced` has an accepted claim in `data/evidence/claims.csv`; claims that differ
stand beside it.

## How to cite

{citation(descriptor)}

Data: {descriptor["licenses"][0]["title"]} ({descriptor["licenses"][0]["path"]}).
"""
