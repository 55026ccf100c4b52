"""The package itself: sound, canonical, explained, and everything made from it fresh."""

from __future__ import annotations

import json

import build_citation
import build_record_schemas
import frictionless
import pytest
from check import check
from claims import REDUCED_DATE, agrees, bounds, claim_id, period
from format_csv import canonical
from problems import render_text
from tables import ROOT, Row, read_descriptor, read_tables

DESCRIPTOR = read_descriptor(ROOT)
FIELDS = [(r["name"], f) for r in DESCRIPTOR["resources"] for f in r["schema"]["fields"]]
VIEWS = sorted((ROOT / "schemas" / "views").glob("*.json"))
FIELDS += [(p.stem, f) for p in VIEWS for f in json.loads(p.read_text(encoding="utf-8"))["fields"]]


def test_package_has_no_errors() -> None:
    result = check(ROOT)
    assert result.errors == [], render_text(result.errors)
    assert result.not_run == []


def test_package_is_valid_for_frictionless() -> None:
    report = frictionless.Package(str(ROOT / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "type", "rowNumber", "note"])[:10]


def test_files_are_in_canonical_form() -> None:
    tables = read_tables()
    for path, text in canonical(tables).items():
        assert (ROOT / path).read_bytes() == text.encode("utf-8"), path


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=[f"{t}.{f['name']}" for t, f in FIELDS])
def test_example_of_every_field_is_valid(table: str, field: dict[str, object]) -> None:
    plain = {k: field[k] for k in ("name", "type", "constraints")}
    _, notes = frictionless.Field.from_descriptor(plain).create_cell_reader()(str(field["example"]))
    assert notes is None, notes


def test_every_code_has_label_and_definition() -> None:
    for table, field in FIELDS:
        if "enum" in field["constraints"]:
            categories = field["categories"]
            assert [c["value"] for c in categories] == field["constraints"]["enum"], (table, field["name"])
            assert all(c["label"] and c["description"] for c in categories), (table, field["name"])


def test_schemas_and_tables_have_the_same_stems() -> None:
    for resource in json.loads((ROOT / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        assert resource["schema"] == resource["path"].replace("data/", "schemas/").replace(".csv", ".json")


def test_record_schemas_are_fresh() -> None:
    for name, text in build_record_schemas.texts().items():
        assert (ROOT / "schemas" / name).read_text(encoding="utf-8") == text, f"run: make format ({name})"


def test_citation_files_are_fresh() -> None:
    for name, text in build_citation.texts().items():
        assert (ROOT / name).read_text(encoding="utf-8") == text, f"run: make format ({name})"


def test_changelog_names_this_version() -> None:
    assert f"## {DESCRIPTOR['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_no_address_of_a_package_registry_is_kept() -> None:
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    assert "--hash=sha256:" in text
    assert "://" not in text and "--index-url" not in text and "--find-links" not in text


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2014", ("2014-01-01", "2014-12-31")),
        ("2014-02", ("2014-02-01", "2014-02-28")),
        ("2014-02-03", ("2014-02-03", "2014-02-03")),
        ("2018-01/2018-04", ("2018-01-01", "2018-04-30")),
        ("2018-05/2018-04", None),
        ("spring", None),
    ],
)
def test_reduced_dates_are_periods(value: str, days: tuple[str, str] | None) -> None:
    assert period(value) == days


def test_claim_agrees_with_a_date_it_contains() -> None:
    field = {"name": "start_date", "type": "date", "constraints": {}}
    assert agrees("2012-04", "2012-04-22", field)
    assert not agrees("2012-05", "2012-04-22", field)
    assert agrees("3.0", "3", {"name": "value_amount", "type": "number", "constraints": {}})


def test_reduced_date_of_a_contract_agrees_with_a_finer_one() -> None:
    field = {"name": "signed_on", "type": "string", "constraints": {"pattern": REDUCED_DATE.pattern}}
    assert agrees("2015-11-19", "2015-11", field) and agrees("2015", "2015-11", field)
    assert not agrees("2015-10", "2015-11", field)


def test_upper_bound_is_open_when_the_highest_claim_is_a_lower_bound() -> None:
    def row(value: str, qualifier: str, verdict: str) -> Row:
        return Row([("value", value), ("qualifier", qualifier), ("verdict", verdict), ("id", "")], "", 0, "id")

    claims = [row("16", "exact", "accepted"), row("20", "at-least", "disputed"), row("99", "exact", "rejected")]
    assert bounds(claims) == ("16", "")
    assert bounds([*claims, row("25", "about", "compatible")]) == ("16", "25")
    assert bounds([*claims, row("20", "exact", "accepted")]) == ("16", "")
    assert bounds([]) == ("", "")


def test_claim_id_depends_on_subject_source_origin_and_value() -> None:
    names = ("subject_table", "subject_id", "subject_field", "source_id", "origin_id", "value")
    claim = dict.fromkeys(names, "x") | {"verdict": "accepted"}
    ids = {claim_id(claim | {name: "y"}) for name in names}
    assert len(ids | {claim_id(claim)}) == len(names) + 1
    assert claim_id(claim | {"verdict": "disputed"}) == claim_id(claim)
