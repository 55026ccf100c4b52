"""A small package that keeps every rule, made of invented events: what the tests of rules break."""

from __future__ import annotations

import csv
import datetime as dt
import json
import shutil
from pathlib import Path

import sheet
from claims import claim_id
from format_csv import canonical
from tables import ROOT, File, Tables, derived_key, read_descriptor, to_table, write_csv

TODAY = dt.date(2026, 11, 21)
VERSION = "0.1.0"
COUNTRIES = [
    {"country_code": "CHN", "name": "China", "cow_code": "710", "gw_code": "710"},
    {"country_code": "JPN", "name": "Japan", "cow_code": "740", "gw_code": "740"},
    {"country_code": "RUS", "name": "Russia", "cow_code": "365", "gw_code": "365"},
]
ROWS: dict[str, list[dict[str, str]]] = {
    "countries": COUNTRIES,
    "series": [{"series_id": "test-sea", "name": "Test Sea", "domain": "sea", "description": "Invented."}],
    "organisations": [
        {"organisation_id": "a-ministry", "name": "A Ministry", "country_code": "CHN", "kind": "defence-ministry"}
        | {"control": "state"},
        {"organisation_id": "b-agency", "name": "B Agency", "country_code": "RUS", "kind": "news-agency"}
        | {"control": "state"},
        {"organisation_id": "c-blog", "name": "C Blog", "kind": "blog", "control": "unknown"},
    ],
    "sources": [
        {"source_id": "a-2012", "publisher_id": "a-ministry", "title": "A, report", "published_on": "2012-04-28"}
        | {"accessed_on": "2026-11-01", "language": "zh", "url": "https://a.example/1", "url_kind": "original"}
        | {"read": "full-text"},
        {"source_id": "b-2012", "publisher_id": "b-agency", "title": "B", "published_on": "2012-04-27"}
        | {"accessed_on": "2026-11-01", "language": "ru", "url": "https://b.example/1", "url_kind": "original"}
        | {"read": "excerpt"},
        {"source_id": "b-2012-plan", "publisher_id": "b-agency", "title": "B before", "published_on": "2012-04-01"}
        | {"accessed_on": "2026-11-01", "language": "ru", "url": "https://b.example/0", "url_kind": "original"}
        | {"read": "excerpt"},
        {"source_id": "b-2013", "publisher_id": "b-agency", "title": "B again", "published_on": "2013-08"}
        | {"accessed_on": "2026-11-01", "language": "ru", "url": "https://b.example/2", "url_kind": "original"}
        | {"read": "excerpt"},
        {"source_id": "c-2013", "publisher_id": "c-blog", "title": "C", "accessed_on": "2026-11-01"}
        | {"language": "en", "read": "excerpt"},
    ],
    "locations": [
        {"location_id": "china", "name": "China", "kind": "country", "country_code": "CHN", "latitude": "35"}
        | {"longitude": "105", "radius_km": "2800", "reference": "Natural Earth"},
        {"location_id": "test-bay", "name": "Test Bay", "kind": "waters", "latitude": "35", "longitude": "123"}
        | {"radius_km": "100", "reference": "Natural Earth"},
        {"location_id": "test-port", "name": "Test Port", "kind": "port", "country_code": "CHN", "within_id": "china"}
        | {"latitude": "36.07", "longitude": "120.38", "radius_km": "25", "reference": "GeoNames"},
    ],
    "platforms": [
        {"platform_id": "test-class", "name": "Test class", "category": "surface-ship", "subcategory": "destroyer"}
        | {"country_code": "CHN"},
    ],
    "vessels": [
        {"vessel_id": "chn-test", "name": "Test", "platform_id": "test-class", "ship_type": "destroyer"}
        | {"country_code": "CHN", "hull_number": "101"},
    ],
    "aliases": [
        {"subject_table": "vessels", "subject_id": "chn-test", "language": "en", "sequence": "1", "name": "Tset"},
    ],
    "exercises": [
        {"exercise_id": "test-sea-2012", "series_id": "test-sea", "name": "Test Sea 2012", "kind": "field-exercise"}
        | {"domain": "sea", "framework": "bilateral", "interaction": "direct", "status": "held"}
        | {"start_date": "2012-04-22", "start_precision": "day", "end_date": "2012-04-27", "end_precision": "day"}
        | {"summary": "An invented exercise."},
        {"exercise_id": "test-sea-2013", "series_id": "test-sea", "name": "Test Sea 2013", "kind": "field-exercise"}
        | {"domain": "sea", "framework": "bilateral", "interaction": "co-present", "status": "held"}
        | {"start_date": "2013-07-01", "start_precision": "month", "end_date": "2013-07-31", "end_precision": "month"}
        | {"summary": "Another invented exercise."},
    ],
    "phases": [
        {"exercise_id": "test-sea-2012", "sequence": "1", "name": "In port", "kind": "staff"}
        | {"start_date": "2012-04-22", "start_precision": "day", "end_date": "2012-04-23", "end_precision": "day"},
    ],
    "participants": [
        {"exercise_id": e, "country_code": c, "role": "participant", "standing": "confirmed"}
        for e in ("test-sea-2012", "test-sea-2013")
        for c in ("CHN", "RUS")
    ],
    "participant_services": [
        {"exercise_id": "test-sea-2012", "country_code": "CHN", "service": "navy", "standing": "confirmed"},
    ],
    "assets": [
        {"exercise_id": "test-sea-2012", "scope": "contingent", "country_code": "CHN", "line": "total"}
        | {"category": "surface-ship", "unit": "ships", "quantity": "16", "standing": "confirmed"},
        {"exercise_id": "test-sea-2012", "scope": "contingent", "country_code": "CHN", "line": "component"}
        | {"category": "surface-ship", "platform_id": "test-class", "unit": "ships", "quantity": "2"}
        | {"standing": "confirmed"},
        {"exercise_id": "test-sea-2012", "scope": "contingent", "country_code": "CHN", "line": "subset"}
        | {"category": "personnel", "unit": "persons", "phase_id": "test-sea-2012.p1", "standing": "disputed"},
    ],
    "exercise_vessels": [
        {"exercise_id": "test-sea-2012", "vessel_id": "chn-test", "hull_number": "101", "standing": "confirmed"},
    ],
    "exercise_locations": [
        {"exercise_id": "test-sea-2012", "location_id": "test-bay", "role": "main", "standing": "confirmed"},
        {"exercise_id": "test-sea-2012", "location_id": "test-port", "role": "port", "standing": "confirmed"},
        {"exercise_id": "test-sea-2013", "location_id": "test-bay", "role": "main", "standing": "confirmed"},
    ],
    "activities": [
        {"exercise_id": "test-sea-2012", "activity": "escort", "standing": "confirmed"},
    ],
    "responses": [
        {"exercise_id": "test-sea-2012", "country_code": "JPN", "kind": "sighting", "sequence": "1"}
        | {"date": "2012-04-24", "category": "surface-ship", "unit": "ships", "quantity": "5"},
    ],
    "exercise_names": [
        {"exercise_id": "test-sea-2012", "language": "zh", "sequence": "1", "name": "试海-2012", "kind": "official"},
    ],
    "numbering": [
        {"exercise_id": "test-sea-2012", "counted_by": "china", "counted_what": "test-sea", "ordinal": "1"},
        {"exercise_id": "test-sea-2013", "counted_by": "china", "counted_what": "test-sea", "ordinal": "2"},
    ],
    "second_readings": [
        {"subject_table": table, "subject_id": key, "sequence": "1", "read_on": "2026-11-02", "claims_read": read}
        | {"confirmed": confirmed, "mended": "1", "outside_excerpt": "0", "not_found_again": "2"}
        for table, key, read, confirmed in (
            ("exercises", "test-sea-2012", "20", "17"),
            ("exercises", "test-sea-2013", "10", "7"),
            ("transfers", "test-ships-2010", "3", "0"),
        )
    ],
    "second_codings": [
        {"exercise_id": "test-sea-2012", "item": "kind", "first_value": "field-exercise"}
        | {"second_value": "field-exercise", "coded_on": "2026-11-03"},
        {"exercise_id": "test-sea-2013", "item": "kind", "first_value": "field-exercise"}
        | {"second_value": "patrol", "coded_on": "2026-11-03"},
        {"exercise_id": "test-sea-2013", "item": "end-date", "first_value": "2013-07-31", "coded_on": "2026-11-03"},
    ],
    "trackers": [
        {"tracker_id": "c-list", "name": "C list", "publisher_id": "c-blog", "total": "2", "total_kind": "exact"}
        | {"counts_what": "All", "source_id": "c-2013"},
    ],
    "listings": [
        {"tracker_id": "c-list", "exercise_id": "test-sea-2012", "listed": "listed", "source_id": "c-2013"},
    ],
    "counting_rules": [
        {"counting_rule_id": "all-held", "name": "All", "description": "All held events.", "filter": "status = 'held'"},
    ],
    "candidates": [
        {"candidate_id": "test-sea-2014", "series_id": "test-sea", "name": "Test Sea 2014", "reason": "not-held"}
        | {"note": "No report.", "source_id": "c-2013"},
    ],
    "transfers": [
        {"transfer_id": "test-ships-2010", "name": "Test ships", "supplier_code": "RUS", "recipient_code": "CHN"}
        | {"kind": "sale", "status": "delivered", "signed_on": "2010-05", "summary": "An invented sale."},
    ],
    "transfer_items": [
        {"transfer_id": "test-ships-2010", "item": "test-ship", "designation": "Test ship", "category": "surface-ship"}
        | {"unit": "ships", "quantity": "4"},
    ],
    "retired_ids": [
        {"retired_id": "test-sea-12", "table": "exercises", "replaced_by": "test-sea-2012", "retired_on": "2026-11-01"}
        | {"reason": "Year in full."},
    ],
}
SHIPS = "test-sea-2012.chn.surface-ship"
A, B, PLAN, LATER = (
    ("a-2012", "a-ministry"),
    ("b-2012", "b-agency"),
    ("b-2012-plan", "b-agency"),
    ("b-2013", "b-agency"),
)
# table, key, field, value, qualifier, basis, verdict, source and origin
CLAIMS: list[tuple[str, ...]] = [
    ("assets", SHIPS, "quantity", "16", "exact", "reported", "accepted", *A),
    ("assets", SHIPS, "quantity", "18", "about", "planned", "superseded", *PLAN),
    ("assets", SHIPS, "quantity", "20", "at-least", "reported", "disputed", *B),
    ("assets", "test-sea-2012.chn.test-class", "quantity", "2", "exact", "reported", "accepted", *B),
    ("assets", "test-sea-2012.chn.personnel.p1", "present", "true", "", "reported", "disputed", *B),
    ("responses", "test-sea-2012.jpn.sighting.1", "quantity", "5", "exact", "observed", "accepted", *B),
    ("numbering", "test-sea-2012.china.test-sea", "ordinal", "1", "", "reported", "accepted", *A),
    ("numbering", "test-sea-2013.china.test-sea", "ordinal", "2", "", "reported", "accepted", *LATER),
    ("transfers", "test-ships-2010", "status", "delivered", "", "reported", "accepted", *B),
    ("transfers", "test-ships-2010", "signed_on", "2010-05", "", "reported", "accepted", *A),
    ("transfer_items", "test-ships-2010.test-ship", "quantity", "4", "exact", "reported", "accepted", *B),
]
FIELDS = ("interaction", "status", "start_date", "end_date")
ROW_CLAIMS = ("participants", "participant_services", "exercise_vessels", "exercise_locations", "activities")


def write(folder: Path) -> Path:
    """Write the package into `folder` and return it."""
    own = json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8")) | {"version": VERSION}
    (folder / "datapackage.json").write_text(json.dumps(own, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    (folder / "schemas" / "exceptions.csv").write_text("rule,table,id,reason\n", encoding="utf-8")
    descriptor = read_descriptor(folder)
    tables = Tables(folder, descriptor, TODAY)
    for resource in descriptor["resources"]:
        columns = [f["name"] for f in resource["schema"]["fields"]]
        empty = write_csv(columns, []).encode("utf-8")
        tables[resource["name"]] = to_table(File(resource["name"], resource["path"], empty, resource["schema"]))
    for name, rows in ROWS.items():
        table = tables[name]
        for cells in rows:
            template = table.schema.get("keyTemplate")
            key = {table.key: derived_key(template, cells)} if template else {}
            table.add(cells | key, table.path, 0)
    for claim in _claims(tables):
        tables["claims"].add(claim | {"claim_id": claim_id(claim)}, "", 0)
    for path, text in canonical(tables).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8", newline="")
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file of a folder by path."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def damaged_sheet(folder: Path, path: Path, old: str, new: str) -> Path:
    """Write the sheet of the first event to `path` with one text replaced, and return `path`."""
    assert sheet.main([ROWS["exercises"][0]["exercise_id"], "--out", str(path), "--package", str(folder)]) == 0
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(folder: Path, table: str, key: str) -> int:
    """The line of a row in its file."""
    with path_of(folder, table).open(encoding="utf-8", newline="") as file:
        return next(number for number, cells in enumerate(csv.reader(file), start=1) if cells and cells[0] == key)


def path_of(folder: Path, table: str) -> Path:
    """The file of a table."""
    resources = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return folder / next(r["path"] for r in resources if r["name"] == table)


def set_cell(folder: Path, table: str, key: str, column: str, value: str) -> None:
    """Change one cell and nothing else."""
    path = path_of(folder, table)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    at = rows[0].index(column)
    for cells in rows[1:]:
        if cells[0] == key:
            cells[at] = value
    _write(path, rows)


def drop_row(folder: Path, table: str, key: str) -> None:
    """Remove one row."""
    path = path_of(folder, table)
    with path.open(encoding="utf-8", newline="") as file:
        rows = [cells for cells in csv.reader(file) if cells[0] != key]
    _write(path, rows)


def add_row(folder: Path, table: str, cells: dict[str, str]) -> None:
    """Append one row."""
    path = path_of(folder, table)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows.append([cells.get(c, "") for c in rows[0]])
    _write(path, rows)


def id_of_claim(folder: Path, **wanted: str) -> str:
    """The id of the first claim with the wanted cells."""
    with path_of(folder, "claims").open(encoding="utf-8", newline="") as file:
        return next(c["claim_id"] for c in csv.DictReader(file) if all(c[k] == v for k, v in wanted.items()))


def _write(path: Path, rows: list[list[str]]) -> None:
    path.write_text(
        write_csv(rows[0], [dict(zip(rows[0], r, strict=True)) for r in rows[1:]]), encoding="utf-8", newline=""
    )


def _claims(tables: Tables) -> list[dict[str, str]]:
    names = ("subject_table", "subject_id", "subject_field", "value", "qualifier", "basis", "verdict")
    claims = [dict(zip((*names, "source_id", "origin_id"), values, strict=True)) for values in CLAIMS]
    both = {"test-sea-2012": [("a-2012", "a-ministry"), ("b-2012", "b-agency")]}
    both["test-sea-2013"] = [("b-2013", "b-agency"), ("a-2012", "a-ministry")]
    for row in tables["exercises"].rows:
        for source, origin in both[row.key]:
            basis = "planned" if (row.key, source) == ("test-sea-2013", "a-2012") else "reported"
            for name in FIELDS:
                values = ("exercises", row.key, name, row[name], "", basis, "accepted", source, origin)
                claims.append(dict(zip((*names, "source_id", "origin_id"), values, strict=True)))
    for name in ("phases", "exercise_names", *ROW_CLAIMS):
        for row in tables[name].rows:
            source = "b-2013" if row["exercise_id"] == "test-sea-2013" else "b-2012"
            values = (name, row.key, "present", "true", "", "reported", "accepted", source, "b-agency")
            claims.append(dict(zip((*names, "source_id", "origin_id"), values, strict=True)))
    for column in ("start_date", "end_date"):
        row = tables["phases"].rows[0]
        values = ("phases", row.key, column, row[column], "", "reported", "accepted", "b-2012", "b-agency")
        claims.append(dict(zip((*names, "source_id", "origin_id"), values, strict=True)))
    return claims
