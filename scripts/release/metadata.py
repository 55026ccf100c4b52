"""Metadata made from datapackage.json: citation files, the release's descriptor and its README."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from tables import Table, Tables

Descriptor = dict[str, Any]


def citation_cff(descriptor: Descriptor) -> str:
    """The text of CITATION.cff."""
    lines = [
        "# Made from datapackage.json by scripts/build_citation.py; do not edit.",
        "cff-version: 1.2.0",
        "message: Please cite this dataset as below.",
        "type: dataset",
        f"title: {json.dumps(descriptor['title'], ensure_ascii=False)}",
        f"abstract: {json.dumps(descriptor['description'], ensure_ascii=False)}",
        "authors:",
        *(f"  - name: {json.dumps(c['title'], ensure_ascii=False)}" for c in descriptor["contributors"]),
        f"version: {descriptor['version']}",
        f"date-released: {descriptor['created'][:10]}",
        f"license: {descriptor['licenses'][0]['name']}",
        "keywords:",
        *(f"  - {json.dumps(k, ensure_ascii=False)}" for k in descriptor["keywords"]),
    ]
    if descriptor["doi"]:
        lines.append(f"doi: {descriptor['doi']}")
    return "\n".join(lines) + "\n"


def zenodo_json(descriptor: Descriptor) -> str:
    """The text of .zenodo.json."""
    record = {
        "title": descriptor["title"],
        "description": descriptor["description"],
        "upload_type": "dataset",
        "version": descriptor["version"],
        "publication_date": descriptor["created"][:10],
        "license": descriptor["licenses"][0]["name"].lower(),
        "access_right": "open",
        "creators": [{"name": c["title"]} for c in descriptor["contributors"]],
        "keywords": descriptor["keywords"],
        "dates": [{"type": "Collected", **descriptor["temporal"]}],
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def citation(descriptor: Descriptor) -> str:
    """The dataset as a line of a bibliography."""
    names = ", ".join(c["title"] for c in descriptor["contributors"])
    names = names[:1].upper() + names[1:]
    doi = f" https://doi.org/{descriptor['doi']}" if descriptor["doi"] else ""
    year = descriptor["created"][:4]
    return f"{names} ({year}). {descriptor['title']}. Version {descriptor['version']}.{doi}"


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
every column means. `SHA256SUMS` lists the checksums.

Empty cells mean not known or not applicable, never zero. Count lines may only be added as `schemas/events/assets.json`
says. Every value of a field marked `sourced` has an accepted claim in `data/evidence/claims.csv`; claims that differ
stand beside it.

## How to cite

{citation(descriptor)}

Data: {descriptor["licenses"][0]["title"]} ({descriptor["licenses"][0]["path"]}).
"""
