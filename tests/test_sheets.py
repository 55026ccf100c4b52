"""Coding sheets: out and in again changes nothing; a bad sheet changes nothing and names its line."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import intake
import jsonschema
import pytest
import sheet
import small_package as small
from format_csv import canonical
from records import REFERENCES, ROOTS, from_record, rows_of, to_record
from sheet_text import UnreadableSheet, line_of, read_sheet, write_sheet
from tables import ROOT, Tables, read_tables

EVENT = "test-sea-2012"


def test_every_event_and_transfer_survives_export_and_intake_byte_for_byte() -> None:
    tables = read_tables()
    before = {path: (ROOT / path).read_bytes() for path in canonical(read_tables())}
    for root in ROOTS:
        for key in [row.key for row in tables[root].rows]:
            record, _ = read_sheet(write_sheet(to_record(tables, root, key)))
            _replace(tables, root, key, record)
    assert {path: text.encode("utf-8") for path, text in canonical(tables).items()} == before


@pytest.mark.parametrize("derived", [True, False])
def test_every_record_is_valid_for_its_schema(derived: bool) -> None:
    tables = read_tables()
    for root, name in intake.RECORD_SCHEMAS.items():
        validator = jsonschema.Draft202012Validator(json.loads((ROOT / "schemas" / name).read_text(encoding="utf-8")))
        for row in tables[root].rows:
            assert list(validator.iter_errors(to_record(tables, root, row.key, derived))) == [], row.key


def test_intake_of_exported_sheets_leaves_the_files(package: Path, tmp_path: Path) -> None:
    before = small.contents(package)
    sheets = []
    for key in (EVENT, "test-sea-2013", "test-ships-2010"):
        sheets.append(str(tmp_path / f"{key}.yaml"))
        assert sheet.main([key, "--out", sheets[-1], "--package", str(package)]) == 0
    assert intake.main([*sheets, "--package", str(package)]) == 0
    assert small.contents(package) == before


def test_changed_sheet_changes_its_event_only(package: Path, tmp_path: Path) -> None:
    path = _sheet(package, tmp_path, EVENT)
    text = path.read_text(encoding="utf-8").replace("An invented exercise.", "An exercise that was made up.")
    path.write_text(text.replace("value: '20'", "value: '25'"), encoding="utf-8")
    before = {r.key: dict(r) for r in read_tables(package)["exercises"].rows}
    assert intake.main([str(path), "--package", str(package)]) == 0
    tables = read_tables(package)
    assert tables["exercises"].by_key[EVENT]["summary"] == "An exercise that was made up."
    assert dict(tables["exercises"].by_key["test-sea-2013"]) == before["test-sea-2013"]
    assert [c["value"] for c in tables["claims"].rows if c["verdict"] == "disputed" and c["qualifier"]] == ["25"]


def test_sheet_can_define_reference_rows(package: Path, tmp_path: Path) -> None:
    path = _sheet(package, tmp_path, EVENT)
    text = path.read_text(encoding="utf-8")
    vessel = "{vessel_id: chn-second, name: Second, ship_type: frigate, country_code: CHN}"
    text = text.replace("  vessels:\n", f"  vessels:\n    - {vessel}\n")
    claim = "{basis: reported, verdict: accepted, source_id: b-2012, origin_id: b-agency}"
    row = f"  - vessel_id: chn-second\n    standing: confirmed\n    claims:\n      - {claim}\n"
    path.write_text(text.replace("exercise_vessels:\n", f"exercise_vessels:\n{row}"), encoding="utf-8")
    assert intake.main([str(path), "--package", str(package)]) == 0
    tables = read_tables(package)
    assert tables["vessels"].by_key["chn-second"]["name"] == "Second"
    assert "test-sea-2012.chn-second" in tables["exercise_vessels"].by_key


@pytest.mark.parametrize(
    ("old", "new", "rule", "line_with"),
    [
        ("kind: field-exercise", "kind: manoeuvre", "sheet-has-schema", "kind: manoeuvre"),
        ("status: held", "statuss: held", "sheet-has-schema", "exercise_id"),
        ("end_date: '2012-04-27'", "end_date: '2012-04-20'", "end-not-before-start", "exercise_id"),
        ("quantity: 16", "quantity: 17", "accepted-claim-agrees-with-cell", "value: '16'"),
        ("location_id: test-port\n", "location_id: test-prot\n", "reference-exists", "location_id: test-prot"),
        ("name: A Ministry", "name: Another Ministry", "reference-row-agrees", "Another Ministry"),
        ("role: port", "role: [port", "sheet-is-yaml", ""),
    ],
)
def test_bad_sheet_changes_nothing_and_names_its_line(
    package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], old: str, new: str, rule: str, line_with: str
) -> None:
    path = small.damaged_sheet(package, tmp_path / "bad.yaml", old, new)
    before = small.contents(package)
    assert intake.main([str(path), "--package", str(package)]) == 1
    assert small.contents(package) == before
    out = capsys.readouterr()
    assert "nothing was changed" in out.err
    found = re.search(rf"{re.escape(str(path))}:(\d+).*\[{rule}\]", out.out)
    assert found, out.out
    assert line_with in path.read_text(encoding="utf-8").splitlines()[int(found[1]) - 1]


def test_check_option_writes_nothing(package: Path, tmp_path: Path) -> None:
    path = _sheet(package, tmp_path, EVENT)
    path.write_text(path.read_text(encoding="utf-8").replace("An invented", "A made-up"), encoding="utf-8")
    before = small.contents(package)
    assert intake.main([str(path), "--check", "--package", str(package)]) == 0
    assert small.contents(package) == before


def test_unknown_event_names_the_nearest(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sheet.main(["test-sea-2021", "--package", str(package)]) == 2
    assert "test-sea-2012" in capsys.readouterr().err


def test_missing_sheet_exits_with_2(package: Path, tmp_path: Path) -> None:
    assert intake.main([str(tmp_path / "none.yaml"), "--package", str(package)]) == 2


def test_sheet_knows_lines_and_refuses_doubled_fields() -> None:
    record, lines = read_sheet("a: 1\nb:\n  - c: 2012-04-22\n    d:\n")
    assert record == {"a": "1", "b": [{"c": "2012-04-22"}]}
    assert line_of(("b", 0, "c"), lines) == 3 and line_of(("b", 0, "x"), lines) == 3
    with pytest.raises(UnreadableSheet):
        read_sheet("a: 1\na: 2\n")
    with pytest.raises(UnreadableSheet):
        read_sheet("- a\n")


def test_worked_example_of_contributing_is_sound(tmp_path: Path) -> None:
    """The example is taken in to a copy of the package as it stands in CONTRIBUTING.md."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.S)
    assert example
    folder = tmp_path / "copy"
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copytree(ROOT / "schemas", folder / "schemas")
    shutil.copy(ROOT / "datapackage.json", folder)
    path = tmp_path / "example.yaml"
    path.write_text(example[1], encoding="utf-8")
    assert intake.main([str(path), "--package", str(folder)]) == 0
    assert "example-exercise-2026" in read_tables(folder)["exercises"].by_key


def _sheet(package: Path, tmp_path: Path, key: str) -> Path:
    path = tmp_path / f"{key}.yaml"
    assert sheet.main([key, "--out", str(path), "--package", str(package)]) == 0
    return path


def _replace(tables: Tables, root: str, key: str, record: dict[str, object]) -> None:
    """What intake does to the tables, without its checks."""
    for name, keys in rows_of(tables, root, key).items():
        tables[name].rows[:] = [r for r in tables[name].rows if r.key not in keys]
        tables[name].forget()
    for name, cells, _ in from_record(tables, record):
        if name in REFERENCES:
            assert dict(tables[name].by_key[cells[tables[name].key]]).items() >= cells.items()
        else:
            tables[name].add(cells, "", 0)
    tables.__dict__.pop("claims_about", None)
