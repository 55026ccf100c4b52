"""What describes a release: valid for its readers, made from the descriptor and the files alone, nothing made up."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import build_citation
import jsonschema
import mlcroissant
import pandas as pd
import pytest
import yaml
from release.build import build
from release.citation import bibtex, citation, citation_cff, datacite, zenodo_json
from release.crate import crate
from release.croissant import croissant
from release.metadata import documents, list_files
from release.schema_org import dataset, dataset_with_files
from release.views import views
from tables import ROOT, Table, Tables, read_descriptor, read_tables

DESCRIPTOR = read_descriptor(ROOT)
DOI = "10.1234/invented"
WORKFLOW = ROOT / ".github" / "workflows" / "release.yml"
# The mandatory properties of DataCite 4.5 and 4.6, and the form of those that we fill.
WORD: dict[str, Any] = {"type": "string", "minLength": 1}
DATACITE: dict[str, Any] = {
    "type": "object",
    "required": ["creators", "titles", "publisher", "publicationYear", "types", "schemaVersion"],
    "additionalProperties": False,
    "properties": {
        "doi": {"type": "string", "pattern": r"^10\.\d{4,9}/\S+$"},
        "url": {"type": "string", "pattern": "^https://"},
        "creators": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["name"],
                "additionalProperties": False,
                "properties": {
                    "name": WORD,
                    "nameType": {"enum": ["Organizational", "Personal"]},
                    "givenName": WORD,
                    "familyName": WORD,
                },
            },
        },
        "titles": {"type": "array", "minItems": 1, "items": {"required": ["title"], "properties": {"title": WORD}}},
        "publisher": {"type": "object", "required": ["name"], "properties": {"name": WORD}},
        "publicationYear": {"type": "string", "pattern": r"^\d{4}$"},
        "types": {"properties": {"resourceType": WORD, "resourceTypeGeneral": {"const": "Dataset"}}},
        "subjects": {"type": "array", "items": {"required": ["subject"], "properties": {"subject": WORD}}},
        "dates": {
            "type": "array",
            "items": {
                "required": ["date", "dateType"],
                "properties": {
                    "date": {"pattern": r"^\d{4}-\d\d-\d\d(/\d{4}-\d\d-\d\d)?$"},
                    "dateType": {"enum": ["Available", "Collected", "Created", "Issued", "Updated", "Other"]},
                },
            },
        },
        "language": {"const": "en"},
        "version": WORD,
        "rightsList": {"type": "array", "items": {"properties": {"rightsUri": {"pattern": "^https://"}}}},
        "descriptions": {"items": {"properties": {"descriptionType": {"const": "Abstract"}}}},
        "geoLocations": {
            "items": {
                "properties": {
                    "geoLocationBox": {
                        "required": [f"{side}BoundLongitude" for side in ("west", "east")]
                        + [f"{side}BoundLatitude" for side in ("south", "north")],
                        "additionalProperties": {"type": "number"},
                    }
                }
            }
        },
        "formats": {"type": "array", "items": WORD, "uniqueItems": True},
        "schemaVersion": {"const": "http://datacite.org/schema/kernel-4"},
    },
}


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables()


@pytest.fixture(scope="module")
def release(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tables, tmp_path_factory.mktemp("dist"))


def read(release: Path, name: str) -> Any:
    return json.loads((release / name).read_text(encoding="utf-8"))


def every(tables: Tables) -> list[Table]:
    return [*tables.values(), *views(tables).values()]


# Croissant


@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_croissant_is_valid(release: Path, version: str) -> None:
    document = read(release, "croissant.json")
    assert document["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    document["conformsTo"] = f"http://mlcommons.org/croissant/{version}"
    issues = mlcroissant.Dataset(jsonld=document).metadata.ctx.issues
    assert not issues.errors and not issues.warnings


def test_croissant_loads_every_cell_of_every_table(release: Path, tables: Tables) -> None:
    loaded = mlcroissant.Dataset(jsonld=str(release / "croissant.json"))
    assert [r.id for r in loaded.metadata.record_sets] == [t.name for t in every(tables)]
    read_as = {"string": lambda v: v.decode("utf-8"), "date": lambda v: v.strftime("%Y-%m-%d")}
    for table in every(tables):
        records = list(loaded.records(table.name)) if table.rows else []
        assert len(records) == len(table.rows)
        for row, record in zip(table.rows, records, strict=True):
            for column, field in table.fields.items():
                value, text = record[f"{table.name}/{column}"], row[column]
                if not text:
                    assert value is None, (table.name, column)
                elif field["type"] in read_as:
                    assert read_as[field["type"]](value) == text, (table.name, column)
                else:
                    assert not pd.isna(value) and value == float(text), (table.name, column)


def test_croissant_hashes_are_those_of_the_files(release: Path) -> None:
    document = read(release, "croissant.json")
    sums = dict(reversed(line.split("  ", 1)) for line in _lines(release / "SHA256SUMS"))
    assert len(document["distribution"]) == 2 * len(document["recordSet"])
    for file in document["distribution"]:
        assert file["sha256"] == sums[file["contentUrl"]]
        assert file["contentSize"] == f"{(release / file['contentUrl']).stat().st_size} B"


# schema.org, RO-Crate, DataCite


def test_schema_org_names_tables_columns_and_files(release: Path, tables: Tables) -> None:
    document = read(release, "schema-org.json")
    assert (document["@context"], document["@type"]) == ("https://schema.org/", "Dataset")
    assert 50 <= len(document["description"]) <= 5000  # what search engines for data ask
    columns = {p["@id"]: [v["name"] for v in p["variableMeasured"]] for p in document["hasPart"]}
    assert columns == {f"#{t.name}": t.columns for t in every(tables)}
    sums = dict(reversed(line.split("  ", 1)) for line in _lines(release / "SHA256SUMS"))
    named = {d["contentUrl"]: d["sha256"] for d in document["distribution"]}
    assert named.items() <= sums.items() and "datapackage.json" in named


def test_schema_org_without_files_is_for_pages() -> None:
    document = dataset(DESCRIPTOR)
    assert "distribution" not in document and len(document["hasPart"]) == len(DESCRIPTOR["resources"])


def test_crate_names_every_file_and_resolves_every_link(release: Path) -> None:
    document = read(release, "ro-crate-metadata.json")
    entities = {e["@id"]: e for e in document["@graph"]}
    assert len(entities) == len(document["@graph"])
    about = entities["ro-crate-metadata.json"]
    assert about["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"} and about["about"] == {"@id": "./"}
    root = entities["./"]
    assert root["@type"] == "Dataset"
    assert {"name", "description", "datePublished", "license"} <= root.keys()
    linked = [link for e in document["@graph"] for link in _links(e) if link != "https://w3id.org/ro/crate/1.1"]
    assert set(linked) <= entities.keys()
    made_after = {"ro-crate-metadata.json", "croissant.json", "schema-org.json", "datacite.json", "SHA256SUMS"}
    files = {p.relative_to(release).as_posix() for p in release.rglob("*") if p.is_file()} - made_after
    assert {p["@id"] for p in root["hasPart"]} == files
    for path in files:
        assert entities[path]["@type"] == "File"
        assert entities[path]["contentSize"] == str((release / path).stat().st_size)
    nested = [v for e in document["@graph"] for v in e.values() if isinstance(v, dict) and set(v) != {"@id"}]
    assert nested == []  # a crate is flat


def test_datacite_has_its_mandatory_properties(release: Path) -> None:
    for record in (read(release, "datacite.json"), datacite(_with(doi=DOI, homepage="https://x.example"))):
        jsonschema.validate(record, DATACITE)
    assert read(release, "datacite.json")["publisher"] == {"name": "(:tba)"}


# Nothing made up, nothing forgotten


def _with(**changes: Any) -> dict[str, Any]:
    return copy.deepcopy(DESCRIPTOR) | changes


def _all(descriptor: dict[str, Any], files: list[dict[str, Any]]) -> dict[str, str]:
    """The text of all that describes a dataset."""
    made = {
        "croissant": croissant(descriptor, files),
        "schema.org": dataset_with_files(descriptor, files),
        "crate": crate(descriptor, files),
        "datacite": datacite(descriptor),
    }
    texts = {"cff": citation_cff(descriptor), "bibtex": bibtex(descriptor), "citation": citation(descriptor)}
    return texts | {name: json.dumps(document) for name, document in made.items()}


def _documents(release: Path, tables: Tables, descriptor: dict[str, Any]) -> dict[str, str]:
    whole = descriptor | {"resources": [_inline(r, tables) for r in read(release, "datapackage.json")["resources"]]}
    return _all(whole, list_files(release))


def _inline(resource: dict[str, Any], tables: Tables) -> dict[str, Any]:
    return resource | {"schema": {t.name: t.schema for t in every(tables)}[resource["name"]]}


def test_empty_doi_leaves_the_property_out(release: Path, tables: Tables) -> None:
    for name, text in _documents(release, tables, _with(doi="")).items():
        assert "doi.org" not in text and '"doi"' not in text and "doi:" not in text, name
        assert '": ""' not in text, name


def test_doi_stands_in_all_that_describes_the_dataset(release: Path, tables: Tables) -> None:
    for name, text in _documents(release, tables, _with(doi=DOI)).items():
        assert DOI in text, name


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"title": "Another title of the dataset"}, "Another title of the dataset"),
        ({"version": "7.8.9"}, "7.8.9"),
        ({"created": "2031-01-02T00:00:00Z"}, "2031"),
        ({"contributors": [{"title": "Other people", "role": "author"}]}, "ther people"),
        ({"contributors": [{"title": "A B", "givenName": "A", "familyName": "Beta", "role": "author"}]}, "Beta"),
    ],
)
def test_each_fact_of_the_descriptor_reaches_every_form(
    release: Path, tables: Tables, change: dict[str, Any], expected: str
) -> None:
    for name, text in {**_documents(release, tables, _with(**change)), "zenodo": zenodo_json(_with(**change))}.items():
        assert expected in text, name


def test_publisher_is_named_once_there_is_one(release: Path, tables: Tables) -> None:
    people = [*DESCRIPTOR["contributors"], {"title": "Some Archive", "role": "publisher"}]
    texts = _documents(release, tables, _with(contributors=people))
    assert all("Some Archive" in texts[name] for name in ("croissant", "schema.org", "crate", "datacite"))
    assert all("Some Archive" not in texts[name] for name in ("cff", "bibtex", "citation"))


def test_person_is_cited_by_family_name() -> None:
    person = {"title": "Ana Example", "givenName": "Ana", "familyName": "Example", "role": "author"}
    descriptor = _with(contributors=[person])
    assert citation(descriptor).startswith("Example, Ana (")
    assert "author = {Example, Ana}" in bibtex(descriptor)
    assert yaml.safe_load(citation_cff(descriptor))["authors"] == [{"family-names": "Example", "given-names": "Ana"}]


def test_metadata_follow_from_descriptor_and_files_alone(release: Path, tables: Tables) -> None:
    made = documents(read(release, "datapackage.json"), tables, views(tables), release)
    assert set(made) == {"croissant.json", "schema-org.json", "datacite.json", "ro-crate-metadata.json"}
    assert (release / "datacite.json").read_text(encoding="utf-8") == made["datacite.json"]
    assert (release / "croissant.json").read_text(encoding="utf-8") == made["croissant.json"]


# Pages and the workflow


def test_citing_page_says_how_to_cite_this_version() -> None:
    page = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    assert build_citation.with_citation(page, DESCRIPTOR) == page, "run: make format"
    assert f"\n> {citation(DESCRIPTOR)}\n" in page and bibtex(DESCRIPTOR) in page


def test_table_of_fair_metrics_is_whole() -> None:
    page = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    metrics = re.findall(r"^\| (FsF-[\w.-]+) \| (\d) \|", page, flags=re.M)
    assert len({name for name, _ in metrics}) == len(metrics) == 17
    assert sum(int(points) for _, points in metrics) == 26


def test_citing_page_names_every_file_that_describes_a_release(release: Path) -> None:
    page = (ROOT / "docs" / "citing.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([^`]+)`", page, flags=re.M))
    assert {p.name for p in release.glob("*.json")} | {"CITATION.cff", "SHA256SUMS", "changes.csv"} <= named


@pytest.mark.parametrize(("tag", "code"), [(f"v{DESCRIPTOR['version']}", 0), ("v999.0.0", 1), ("v", 1)])
def test_workflow_stops_when_the_tag_is_not_the_version(tag: str, code: int) -> None:
    steps = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))["jobs"]["release"]["steps"]
    script = next(s["run"] for s in steps if s.get("name") == "The tag is the version")
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=ROOT, env=os.environ | {"GITHUB_REF_NAME": tag}, check=False
    )
    assert done.returncode == code


def test_workflow_checks_before_it_builds_and_attests_before_it_attaches() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    assert workflow[True] == {"push": {"tags": ["v*"]}}  # YAML reads the key "on" as true
    steps = [s.get("uses", "") + s.get("run", "") for s in workflow["jobs"]["release"]["steps"]]
    wanted = [
        ".ci/run",
        "publish_headers.py --check",
        "build_release.py",
        "attest-build-provenance",
        "gh release create",
    ]
    places = [next(n for n, step in enumerate(steps) if part in step) for part in wanted]
    assert places == sorted(places)


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def _links(value: Any) -> list[str]:
    """Every {"@id": ...} that names another entity."""
    if isinstance(value, list):
        return [link for item in value for link in _links(item)]
    if not isinstance(value, dict):
        return []
    if set(value) == {"@id"}:
        return [value["@id"]]
    return [link for item in value.values() for link in _links(item)]
