"""A release: complete, typed as the schemas say, the same bytes each time, never half there."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import build_release
import frictionless
import openpyxl
import pyarrow.parquet as pq
import pytest
import small_package as small
from check import check
from records import ROOTS
from release import formats
from release.build import build
from release.formats import write_xlsx
from release.views import views
from tables import ROOT, Table, Tables, read_tables

# Runs a script 400 days and some hours later than now, whichever clock it reads.
LATER = """
import datetime, runpy, sys, time
import openpyxl, pandas, pyarrow  # they keep the true classes, which C code needs
real, old, day = time.time, datetime.datetime, datetime.date
time.time = lambda: real() + 400 * 86400 + 12345
class Datetime(old):
    now = classmethod(lambda cls, tz=None: old.fromtimestamp(time.time(), tz))
    utcnow = classmethod(lambda cls: old.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None))
class Date(datetime.date):
    today = classmethod(lambda cls: old.fromtimestamp(time.time()).date())
    fromisoformat = classmethod(lambda cls, text: day.fromisoformat(text))
datetime.datetime, datetime.date = Datetime, Date
sys.argv = sys.argv[1:]
sys.path.insert(0, "scripts")
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture(scope="module")
def tables() -> Tables:
    result = check(ROOT)
    assert result.errors == []
    return result.tables


@pytest.fixture(scope="module")
def release(tables: Tables, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tables, tmp_path_factory.mktemp("dist"))


def test_release_and_its_tables_are_valid_for_frictionless(release: Path) -> None:
    report = frictionless.Package(str(release / "datapackage.json")).validate()
    assert report.valid, report.flatten(["title", "type", "rowNumber", "note"])[:10]
    assert {t.name for t in report.tasks} >= {"exercises", "claims", "exercises_wide", "exercise_years"}


def test_unzipped_release_equals_its_folder(release: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(release.with_name(release.name + ".zip")) as archive:
        archive.extractall(tmp_path)
    assert _hashes(tmp_path / release.name) == _hashes(release)


def test_checksums_name_every_file(release: Path) -> None:
    lines = (release / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    named = {line.split("  ", 1)[1]: line.split("  ", 1)[0] for line in lines}
    found = _hashes(release)
    found.pop("SHA256SUMS")
    assert named == found


def test_descriptor_counts_rows_bytes_and_hashes(release: Path) -> None:
    for resource in json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        data = (release / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["rowCount"] == data.count(b"\n") - 1


def test_every_table_is_in_parquet_with_declared_types(release: Path, tables: Tables) -> None:
    kinds = {"string": "string", "integer": "int64", "number": "double", "date": "date32[day]"}
    for table in [*tables.values(), *views(tables).values()]:
        found = pq.read_table(release / "parquet" / f"{table.name}.parquet")
        assert {f.name: str(f.type) for f in found.schema} == {n: kinds[f["type"]] for n, f in table.fields.items()}
        assert found.to_pylist() == [_typed_row(table, row) for row in table.rows]


def test_sqlite_holds_every_row_with_keys(release: Path, tables: Tables) -> None:
    with sqlite3.connect(release / "china-russia-exercises.sqlite") as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for table in tables.values():
            rows = db.execute(f'SELECT * FROM "{table.name}" ORDER BY rowid').fetchall()
            assert [["" if v is None else v for v in row] for row in rows] == [
                [
                    "" if v is None else v.isoformat() if isinstance(v, dt.date) else v
                    for v in _typed_row(table, r).values()
                ]
                for r in table.rows
            ]
        cited = db.execute("SELECT count(*) FROM claims_with_sources").fetchone()[0]
        assert cited == len(tables["claims"].rows)
    db.close()


def test_records_hold_every_claim_once(release: Path, tables: Tables) -> None:
    found: list[str] = []
    for root in ROOTS:
        lines = (release / "records" / f"{root}.jsonl").read_text(encoding="utf-8").splitlines()
        assert [json.loads(line)[ROOTS[root]] for line in lines] == [r.key for r in tables[root].rows]
        for line in lines:
            _collect_claims(json.loads(line), found)
    assert sorted(found) == sorted(c.key for c in tables["claims"].rows)


def test_places_are_points_with_radius(release: Path, tables: Tables) -> None:
    features = json.loads((release / "places.geojson").read_text(encoding="utf-8"))["features"]
    confirmed = [r for r in tables["exercise_locations"].rows if r["standing"] == "confirmed"]
    assert len(features) == len(confirmed)
    for feature in features:
        longitude, latitude = feature["geometry"]["coordinates"]
        assert -180 <= longitude <= 180 and -90 <= latitude <= 90 and feature["properties"]["radius_km"] > 0


def test_spreadsheet_shows_all_scripts(release: Path, tables: Tables) -> None:
    sheet = openpyxl.load_workbook(release / "views" / "exercises_wide.xlsx").active
    assert sheet is not None
    header, *rows = sheet.iter_rows(values_only=True)
    wide = views(tables)["exercises_wide"]
    assert list(header) == wide.columns
    at = header.index("name_zh")
    assert [r[at] or "" for r in rows] == [r["name_zh"] for r in wide.rows]


def test_spreadsheet_text_is_never_a_formula(tmp_path: Path) -> None:
    schema = {"fields": [{"name": "text", "type": "string", "constraints": {}}], "primaryKey": ["text"]}
    table = Table("t", "t.csv", schema)
    table.add({"text": "=1+1"}, "t.csv", 2)
    write_xlsx(table, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert sheet["A2"].value == "=1+1" and sheet["A2"].data_type == "s"


def test_wide_table_adds_only_totals(package: Path) -> None:
    wide = views(read_tables(package))["exercises_wide"].by_key["test-sea-2012"]
    assert (wide["chn_ships_low"], wide["chn_ships"], wide["chn_ships_high"]) == ("16", "16", "")
    assert wide["rus_ships"] == "" and wide["chn_personnel"] == ""
    assert (wide["participants"], wide["disputed_claims"], wide["origins"]) == ("2", "3", "2")
    assert (wide["days"], wide["name_zh"], wide["location_id"]) == ("6", "试海-2012", "test-bay")


def test_years_without_event_are_zero(package: Path) -> None:
    years = views(read_tables(package))["exercise_years"].by_key
    assert (years["2012"]["held"], years["2012"]["sea"], years["2011"]["held"]) == ("1", "1", "0")


def test_release_is_the_same_from_other_places_times_and_locales(release: Path, tmp_path: Path) -> None:
    copy = tmp_path / "elsewhere"
    keep = ("data", "schemas", "scripts")
    for name in keep:
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in ROOT.glob("*"):
        if path.is_file():
            shutil.copy(path, copy)
    environment = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "7"}
    command = [sys.executable, "-c", LATER, "scripts/build_release.py", "--out", str(tmp_path / "out")]
    subprocess.run(command, cwd=copy, env=environment, check=True, capture_output=True)
    assert _hashes(tmp_path / "out" / release.name) == _hashes(release)
    archives = [release.with_name(release.name + ".zip"), tmp_path / "out" / f"{release.name}.zip"]
    assert archives[0].read_bytes() == archives[1].read_bytes()


def test_no_file_names_a_place_of_this_machine(release: Path) -> None:
    places = [str(place).encode() for place in (ROOT, release.parent, Path.home(), Path(sys.prefix).resolve())]
    for path in (p for p in release.rglob("*") if p.is_file()):
        inside = zipfile.ZipFile(path) if zipfile.is_zipfile(path) else None
        members = [inside.read(name) for name in inside.namelist()] if inside else []
        for data in [path.read_bytes(), *members]:
            assert not any(place in data for place in places), path


def test_failed_check_builds_nothing(package: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, "exercises", "test-sea-2012", "end_date", "2012-04-20")
    assert build_release.main(["--package", str(package), "--out", str(tmp_path / "dist")]) == 1
    assert not (tmp_path / "dist").exists()
    assert "end-not-before-start" in capsys.readouterr().out


def test_failure_while_building_leaves_the_old_release(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "dist"
    first = build(read_tables(package), out)
    before = _hashes(out)

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(formats, "write_geojson", fail)
    with pytest.raises(OSError, match="disk full"):
        build(read_tables(package), out)
    assert _hashes(out) == before
    assert first.exists()


def test_second_build_replaces_the_first(package: Path, tmp_path: Path) -> None:
    out = tmp_path / "dist"
    build(read_tables(package), out)
    (out / "china-russia-exercises-0.1.0" / "left-over").write_text("x", encoding="utf-8")
    build(read_tables(package), out)
    assert sorted(p.name for p in out.iterdir()) == ["china-russia-exercises-0.1.0", "china-russia-exercises-0.1.0.zip"]
    assert not (out / "china-russia-exercises-0.1.0" / "left-over").exists()


def test_every_counting_rule_runs_on_the_sqlite_file(release: Path, tables: Tables) -> None:
    with sqlite3.connect(release / "china-russia-exercises.sqlite") as db:
        for rule in tables["counting_rules"].rows:
            counted = db.execute(f"SELECT count(*) FROM exercises WHERE {rule['filter']}").fetchone()[0]
            assert 0 < counted <= len(tables["exercises"].rows), rule.key
    db.close()


def _hashes(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def _typed_row(table: Table, row: dict[str, str]) -> dict[str, Any]:
    read = {"string": str, "integer": int, "number": float, "date": dt.date.fromisoformat}
    out = {n: read[table.fields[n]["type"]](v) if v else None for n, v in row.items()}
    assert all(not isinstance(v, float) or math.isfinite(v) for v in out.values())
    return out


def _collect_claims(value: Any, found: list[str]) -> None:
    if isinstance(value, dict):
        found += [value["claim_id"]] if "claim_id" in value else []
        for item in value.values():
            _collect_claims(item, found)
    elif isinstance(value, list):
        for item in value:
            _collect_claims(item, found)
