"""Damaged packages end in a clear report or a clean pass: no traceback, no hang, no half-written release."""

from __future__ import annotations

import json
from pathlib import Path

import damages
import faults
import pytest
import small_package as small
from check import check

EACH = 30  # make faults does 10,000 in all


@pytest.mark.parametrize("kind", damages.KINDS)
def test_damage_ends_in_a_report_or_a_clean_pass(kind: str) -> None:
    tally = faults.damage_many(kind, EACH)
    assert tally.failures == [], tally.failures[0]
    assert tally.counts["damages"] > EACH / 2 and tally.counts["harmful"] > 0
    if kind in ("header", "file"):
        assert tally.counts["reported"] == tally.counts["harmful"], tally.escaped


def test_meaning_sees_what_a_reader_would_load(package: Path) -> None:
    before = damages.meaning(package)
    path = small.path_of(package, "countries")
    first, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join([first, *reversed(rows)]), encoding="utf-8")
    assert damages.meaning(package) == before
    small.set_cell(package, "countries", "CHN", "name", "Chine")
    assert damages.meaning(package) != before
    path.write_bytes(b"\xff")
    assert damages.meaning(package) is None


ODD_CELLS = [
    ("exercises", "start_date", "2012-02-31", "cell-has-type"),
    ("exercises", "start_date", "2012-4-22", "cell-has-type"),
    ("assets", "quantity", "1_000", "cell-has-type"),
    ("assets", "quantity", "１６", "cell-has-type"),
    ("assets", "quantity", "9" * 30, "cell-has-type"),
    ("assets", "quantity", "9" * 5000, "cell-has-type"),
    ("locations", "latitude", "1e1", "cell-has-type"),
    ("locations", "latitude", "inf", "cell-has-type"),
    ("sources", "published_on", "2012-13", "source-is-read-after-publication"),
]


@pytest.mark.parametrize(("table", "column", "value", "rule"), ODD_CELLS)
def test_value_that_loaders_read_differently_is_reported(
    package: Path, table: str, column: str, value: str, rule: str
) -> None:
    keys = {"exercises": "test-sea-2012", "assets": "test-sea-2012.chn.surface-ship", "locations": "test-port"}
    small.set_cell(package, table, keys.get(table, "a-2012"), column, value)
    assert rule in {p.rule for p in check(package, small.TODAY).problems}


@pytest.mark.parametrize("value", ["2012-02-31", "²", "9" * 5000, "٣", "2012\n"])
def test_odd_value_of_a_claim_is_reported(package: Path, value: str) -> None:
    wanted = {"subject_field": "start_date" if "2012" in value else "quantity", "source_id": "b-2012"}
    small.set_cell(package, "claims", small.id_of_claim(package, **wanted), "value", value)
    assert "claim-value-fits-field" in {p.rule for p in check(package, small.TODAY).problems}


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("datapackage.json", '"version": "0.1.0"', '"version": "0.1.0", "version": "0.2.0"'),
        ("datapackage.json", "-180", "NaN"),
        ("datapackage.json", "-180", "1e999"),
        ("datapackage.json", "-180", "9" * 5000),
        ("schemas/events/exercises.json", '"required": true', '"required": true, "required": false'),
    ],
)
def test_json_that_readers_take_differently_is_refused(package: Path, path: str, old: str, new: str) -> None:
    text = (package / path).read_text(encoding="utf-8")
    assert old in text
    (package / path).write_text(text.replace(old, new, 1), encoding="utf-8")
    assert faults.outcome(package, _out(package)) == 2


def test_table_that_the_model_needs_is_missed_once(package: Path) -> None:
    path = package / "datapackage.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    found["resources"] = [r for r in found["resources"] if r["name"] != "counting_rules"]
    path.write_text(json.dumps(found), encoding="utf-8")
    assert [p.rule for p in check(package, small.TODAY).problems] == ["every-table-is-there"]
    assert faults.outcome(package, _out(package)) == 1


def test_descriptor_without_what_the_metadata_need_is_reported(package: Path) -> None:
    path = package / "datapackage.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    del found["spatial"]["description"]
    path.write_text(json.dumps(found), encoding="utf-8")
    assert {p.rule for p in check(package, small.TODAY).errors} == {"descriptor-meets-its-schema"}
    assert faults.outcome(package, _out(package)) == 1


def _out(package: Path) -> Path:
    out = package.parent / "dist"
    out.mkdir()
    return out


@pytest.mark.parametrize(("number", "limits"), [(4, {"minimum": 1.5}), (4, {"maximum": 2.5}), (5, {"minimum": 1})])
def test_limits_that_no_value_can_be_held_against_are_reported(package: Path, number: int, limits: object) -> None:
    path = package / "schemas" / "events" / "responses.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert [schema["fields"][n]["type"] for n in (4, 5)] == ["integer", "string"]
    schema["fields"][number]["constraints"].update(limits)
    path.write_text(json.dumps(schema), encoding="utf-8")
    assert {p.rule for p in check(package, small.TODAY).errors} == {"schema-can-be-used"}
