"""The page on releases, and the citation of one record."""

from __future__ import annotations

from typing import Any

from release.citation import bibtex, citation
from tables import Table, Tables

from website.markup import esc, md, page, raw, table

Descriptor = dict[str, Any]


def cite_record(descriptor: Descriptor, key: str, name: str) -> str:
    """HTML of how to cite one record, as text and as BibTeX. Its identifier is permanent; the version dates it."""
    text = f"{name} [record {key}]. In: {citation(descriptor)}"
    return f"<p>{esc(text)}</p><pre><code>{esc(bibtex(descriptor, key, name))}</code></pre>"


def releases_page(tables: Tables, views: dict[str, Table]) -> str:
    """What a release holds, which version the site shows, and how to cite it."""
    descriptor = tables.descriptor
    licence = descriptor["licenses"][0]
    archive = f"{descriptor['name']}-{descriptor['version']}.zip"
    head = f"""
This site shows version **{md(descriptor["version"])}** of {descriptor["created"][:10]}. Reports were searched up to
**{descriptor["temporal"]["end"]}**. [Changes](changes.md) lists what each version brought.

## Cite

"""
    cite = f"<p>{esc(citation(descriptor))}</p>"
    doi = "" if descriptor["doi"] else "The dataset has no DOI yet: name the version, which is frozen.\n"
    rest = f"""
{doi}
[Citation and metadata](citing.md) has BibTeX. To cite one event, use the citation at the end of its page: it names the
record and the version. For catalogues and loaders: [Croissant](croissant.json), [schema.org](schema-org.json),
[DataCite](datacite.json), [RO-Crate](ro-crate-metadata.json), [Data Package](datapackage.json).

Data and documentation are licensed under [{md(licence["title"])}]({licence["path"]}), the code under the MIT licence.

## What a release holds

[Download version {md(descriptor["version"])}]({archive}){{ .md-button .md-button--primary download }}

| part | for |
|---|---|
| `data/` with `schemas/` and `datapackage.json` | every table as CSV with its schema: a Frictionless data package |
| `parquet/` | every table with types, for pandas, R, DuckDB |
| `{md(descriptor["name"])}.sqlite` | all tables with their keys, and ready views |
| `views/` | one row per exercise (CSV, XLSX) and counts per year |
| `records/` | one nested document per exercise and transfer with all claims (JSON Lines) |
| `places.geojson` | every place of every exercise with its radius |
| `SHA256SUMS` | checksums of all files |

A release is built from the repository with `make` and is the same byte for byte wherever it is built.
[Load the data](load.md) shows how to read it.

## Versions

A major version renames, removes or retypes columns; a minor version adds rows or columns; a patch corrects. Identifiers
are permanent: one that is no longer used stands in [retired_ids](codebook.md#retired_ids) with its replacement.

## Tables of this version

"""
    rows = [_row(t) for t in [*views.values(), *tables.values()]]
    return page("Releases", head, raw(cite), rest, raw(table(["table", "rows", "one row", "files"], rows)))


def _row(shown: Table) -> list[str]:
    paths = {"CSV": shown.path, "Parquet": f"parquet/{shown.name}.parquet"}
    links = ", ".join(f'<a href="{esc(path)}" download>{form}</a>' for form, path in paths.items())
    return [esc(shown.name), f"{len(shown.rows):,}", esc(shown.schema["description"]), links]
