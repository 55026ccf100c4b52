"""The views: what is counted, what is added, and how confidence follows from the claims."""

from __future__ import annotations

import json
import re
import sqlite3
from itertools import combinations
from pathlib import Path

import openpyxl
import pytest
import small_package as small
from release.build import build
from release.formats import write_xlsx
from release.views import views
from release.views.confidence import LEVELS, level
from release.views.shared import schema
from tables import ROOT, Row, Table, derived_key, read_descriptor, read_tables
from website.codebook import codebook

EVENT, LATER = "test-sea-2012", "test-sea-2013"
TEMPORAL = read_descriptor(ROOT)["temporal"]  # the small package has the descriptor of the package
YEARS = range(int(TEMPORAL["start"][:4]), int(TEMPORAL["end"][:4]) + 1)


def test_services_are_counted_by_side_and_empty_if_none_is_named(package: Path) -> None:
    _add(package, "participant_services", exercise_id=EVENT, country_code="CHN", service="marines")
    _add(package, "participant_services", exercise_id=EVENT, country_code="RUS", service="army", standing="disputed")
    wide = _view(package, "exercises_wide")
    assert (wide[EVENT]["chn_services"], wide[EVENT]["rus_services"]) == ("2", "")


def test_country_years_are_balanced_with_zeros(package: Path) -> None:
    found = _view(package, "country_years")
    assert list(found) == [f"{c}.{year}" for c in ("chn", "rus") for year in YEARS]
    assert {key: row["held"] for key, row in found.items() if row["held"] != "0"} == {
        f"{c}.{year}": "1" for c in ("chn", "rus") for year in (2012, 2013)
    }
    assert found["chn.2012"]["field_exercise"] == found["chn.2012"]["sea"] == found["chn.2012"]["bilateral"] == "1"
    assert found["chn.2012"]["patrol"] == found["chn.2011"]["sea"] == "0"


def test_years_of_the_panels_agree_with_exercise_years(package: Path) -> None:
    made = views(read_tables(package))
    pair = {r["year"]: r for r in made["dyad_years"].rows if r.key.startswith("chn.rus.")}
    for row in made["exercise_years"].rows:
        assert {c: pair[row["year"]][c] for c in row} == dict(row)


def test_observers_and_uncertain_participants_are_in_no_panel(package: Path) -> None:
    _add(package, "participants", exercise_id=EVENT, country_code="JPN", role="observer")
    _add(package, "participants", exercise_id=LATER, country_code="JPN", role="participant", standing="disputed")
    made = views(read_tables(package))
    assert not any("JPN" in row.values() for name in ("country_years", "dyad_years") for row in made[name].rows)


def test_staffs_and_organisers_are_in_the_panels(package: Path) -> None:
    _add(package, "participants", exercise_id=EVENT, country_code="JPN", role="staff-only")
    assert _view(package, "country_years")["jpn.2012"]["held"] == "1"


@pytest.mark.parametrize(("column", "value"), [("status", "announced"), ("part_of_id", EVENT)])
def test_events_not_held_and_parts_are_not_counted(package: Path, column: str, value: str) -> None:
    small.set_cell(package, "exercises", LATER, column, value)
    made = views(read_tables(package))
    counts = [made["exercise_years"].by_key["2013"], made["country_years"].by_key["chn.2013"]]
    counts.append(made["dyad_years"].by_key["chn.rus.2013"])
    assert [row["held"] for row in counts] == ["0", "0", "0"]


def test_dyads_are_undirected_balanced_and_shared_an_event(package: Path) -> None:
    _add(package, "participants", exercise_id=LATER, country_code="JPN", role="participant")
    _add(package, "countries", country_code="MNG", name="Mongolia", cow_code="712", gw_code="712")
    _add(package, "participants", exercise_id=EVENT, country_code="MNG", role="participant")
    found = _view(package, "dyad_years")
    pairs = [("chn", "jpn"), ("chn", "mng"), ("chn", "rus"), ("jpn", "rus"), ("mng", "rus")]  # Japan met Mongolia never
    assert list(found) == [f"{a}.{b}.{year}" for a, b in pairs for year in YEARS]
    assert (found["jpn.rus.2012"]["held"], found["jpn.rus.2013"]["held"]) == ("0", "1")
    row = found["chn.jpn.2013"]
    columns = ("country_code", "country", "cow_code", "gw_code")
    assert [row[f"{c}_a"] for c in columns] == ["CHN", "China", "710", "710"]
    assert [row[f"{c}_b"] for c in columns] == ["JPN", "Japan", "740", "740"]


def test_country_without_numbers_keeps_them_empty(package: Path) -> None:
    small.set_cell(package, "countries", "CHN", "cow_code", "")
    small.set_cell(package, "countries", "CHN", "gw_code", "")
    country, dyad = _view(package, "country_years")["chn.2012"], _view(package, "dyad_years")["chn.rus.2012"]
    assert (country["cow_code"], country["gw_code"], dyad["cow_code_a"], dyad["gw_code_a"]) == ("", "", "", "")
    assert (dyad["cow_code_b"], dyad["gw_code_b"]) == ("365", "365")


def test_panels_of_the_package_hold_every_country_and_pair_that_took_part() -> None:
    tables = read_tables()
    held = {r.key for r in tables["exercises"].rows if r["status"] == "held" and not r["part_of_id"]}
    acted: dict[str, set[str]] = {key: set() for key in held}
    for row in tables["participants"].rows:
        if row["exercise_id"] in held and row["standing"] == "confirmed" and row["role"] != "observer":
            acted[row["exercise_id"]].add(row["country_code"])
    made = views(tables)
    countries = {c for own in acted.values() for c in own}
    pairs = {pair for own in acted.values() for pair in combinations(sorted(own), 2)}
    years = len(made["exercise_years"].rows)
    assert {r["country_code"] for r in made["country_years"].rows} == countries
    assert len(made["country_years"].rows) == len(countries) * years
    assert {(r["country_code_a"], r["country_code_b"]) for r in made["dyad_years"].rows} == pairs
    assert len(made["dyad_years"].rows) == len(pairs) * years
    assert sum(int(r["held"]) for r in made["country_years"].rows) == sum(map(len, acted.values()))


def test_total_of_a_contingent_stands_as_reported_with_its_evidence(package: Path) -> None:
    row = _view(package, "asset_totals")["test-sea-2012.chn.ships"]
    assert (row["scope"], row["country_code"], row["category"]) == ("contingent", "CHN", "surface-ship")
    assert (row["quantity_low"], row["quantity"], row["quantity_high"]) == ("16", "16", "")
    assert (row["lines"], row["claims"], row["origins"]) == ("1", "3", "1")


def test_contingents_are_added_only_when_all_have_a_total(package: Path) -> None:
    key = "test-sea-2012.sum-of-contingents.ships"
    assert key not in _view(package, "asset_totals")
    _asset(package, "RUS", "surface-ship", "ships", 4)
    row = _view(package, "asset_totals")[key]
    assert (row["quantity_low"], row["quantity"], row["quantity_high"]) == ("20", "20", "")
    assert (row["country_code"], row["category"], row["lines"]) == ("", "surface-ship", "2")
    _add(package, "participants", exercise_id=EVENT, country_code="JPN", role="participant")
    assert key not in _view(package, "asset_totals")


def test_contingents_of_different_categories_are_not_added(package: Path) -> None:
    _asset(package, "RUS", "ship-unspecified", "ships", 4)
    found = _view(package, "asset_totals")
    assert found["test-sea-2012.rus.ships"]["category"] == "ship-unspecified"
    assert "test-sea-2012.sum-of-contingents.ships" not in found


def test_whole_exercise_stands_beside_the_contingents(package: Path) -> None:
    _asset(package, "", "surface-ship", "ships", 25)
    _asset(package, "RUS", "surface-ship", "ships", 4)
    found = _view(package, "asset_totals")
    assert found["test-sea-2012.all.ships"]["quantity"] == "25"
    assert found["test-sea-2012.sum-of-contingents.ships"]["quantity"] == "20"


def test_kinds_are_added_and_never_beside_a_number_for_all(package: Path) -> None:
    _asset(package, "RUS", "fixed-wing-aircraft", "aircraft", 5)
    row = _view(package, "asset_totals")["test-sea-2012.rus.aircraft"]
    assert (row["quantity"], row["category"], row["lines"]) == ("5", "fixed-wing-aircraft", "1")
    _asset(package, "RUS", "helicopter", "aircraft", 3)
    row = _view(package, "asset_totals")["test-sea-2012.rus.aircraft"]
    assert (row["quantity"], row["category"], row["lines"]) == ("8", "", "2")
    _asset(package, "RUS", "aircraft-unspecified", "aircraft", 9)
    row = _view(package, "asset_totals")["test-sea-2012.rus.aircraft"]
    assert (row["quantity"], row["category"], row["lines"]) == ("9", "aircraft-unspecified", "1")
    assert _view(package, "exercises_wide")[EVENT]["rus_aircraft"] == "9"


def test_ships_are_those_without_submarines_if_a_report_tells_them_apart(package: Path) -> None:
    _asset(package, "CHN", "ship-unspecified", "ships", 18)
    _asset(package, "CHN", "submarine", "ships", 2)
    wide = _view(package, "exercises_wide")[EVENT]
    assert (wide["chn_ships"], wide["chn_submarines"]) == ("16", "2")


@pytest.mark.parametrize(
    "other",
    [
        {"unit": "sorties"},
        {"line": "subset"},
        {"line": "component"},
        {"detail": "parade"},
        {"phase_id": f"{EVENT}.p1"},
        {"standing": "disputed"},
        {"scope": "group", "country_code": ""},
    ],
    ids=["sorties", "subset", "component", "detail", "phase", "disputed", "group"],
)
def test_only_confirmed_totals_of_the_whole_event_are_read(package: Path, other: dict[str, str]) -> None:
    _asset(package, "RUS", "helicopter", "aircraft", 3)
    assert "test-sea-2012.rus.aircraft" in _view(package, "asset_totals")
    small.drop_row(package, "assets", "test-sea-2012.rus.helicopter")
    _asset(package, "RUS", "helicopter", "aircraft", 3, **other)
    assert not [key for key in _view(package, "asset_totals") if key.endswith(".aircraft")]
    assert _view(package, "exercises_wide")[EVENT]["rus_aircraft"] == ""


def test_totals_of_the_package_are_those_of_the_wide_table() -> None:
    made = views(read_tables())
    wide = made["exercises_wide"].by_key
    sides = {"whole-exercise": "all", "CHN": "chn", "RUS": "rus"}
    compared = 0
    for row in made["asset_totals"].rows:
        side = sides.get(row["country_code"] or row["scope"])
        if side and f"{side}_{row['asset_group']}" in wide[row["exercise_id"]]:
            assert wide[row["exercise_id"]][f"{side}_{row['asset_group']}"] == row["quantity"]
            compared += 1
    filled = [c for c in made["exercises_wide"].columns if re.fullmatch(r"(all|chn|rus)_(?!services)[a-z]+", c)]
    assert compared >= sum(bool(row[c]) for row in wide.values() for c in filled) > 0


@pytest.mark.parametrize(
    ("origins", "sides", "share", "found"),
    [
        (4, 3, 0.1, "high"),
        (3, 3, 0.0, "medium"),
        (4, 2, 0.0, "medium"),
        (4, 3, 0.11, "medium"),
        (2, 2, 0.25, "medium"),
        (1, 1, 0.0, "low"),
        (9, 1, 0.0, "low"),
        (9, 3, 0.26, "low"),
        (0, 0, 0.0, "low"),
    ],
)
def test_level_is_the_highest_of_which_all_demands_are_met(origins: int, sides: int, share: float, found: str) -> None:
    assert level(origins, sides, share) == found


def test_four_origins_of_three_sides_give_high_confidence(package: Path) -> None:
    _speaker(package, "d-ministry", "JPN")
    assert _confidence(package) == ("3", "1", "1", "1", "medium")
    _speaker(package, "e-ministry", "RUS")
    assert _confidence(package) == ("4", "1", "2", "1", "high")


def test_two_origins_of_two_sides_give_medium_confidence(package: Path) -> None:
    assert _confidence(package) == ("2", "1", "1", "0", "medium")


def test_one_side_alone_gives_low_confidence(package: Path) -> None:
    small.set_cell(package, "organisations", "a-ministry", "country_code", "RUS")
    for number in range(4):
        _speaker(package, f"d{number}-agency", "RUS")
    assert _confidence(package) == ("6", "0", "6", "0", "low")


def test_many_disputed_claims_lower_confidence(package: Path) -> None:
    _speaker(package, "d-ministry", "JPN")
    _speaker(package, "e-ministry", "RUS")
    before = float(_view(package, "exercises_wide")[EVENT]["disputed_share"])
    for found in ("medium", "low"):
        for _ in range(4):
            _claim(package, "d-ministry", "end_date", "2012-05-01", verdict="disputed")
        assert _confidence(package)[-1] == found
    row = _view(package, "exercises_wide")[EVENT]
    claims = [c for c in read_tables(package)["claims"].rows if EVENT in c["subject_id"] and c["basis"] != "planned"]
    sourced = [c for c in claims if c["subject_field"] != "present"]
    disputed = sum(c["verdict"] == "disputed" for c in sourced)
    standing = sum(c["verdict"] in ("accepted", "compatible", "disputed") for c in sourced)
    assert before < float(row["disputed_share"]) == round(disputed / standing, 3)


@pytest.mark.parametrize("verdict", ["superseded", "rejected"])
def test_corrected_and_rejected_claims_lower_no_confidence(package: Path, verdict: str) -> None:
    for _ in range(9):
        _claim(package, "a-ministry", "end_date", "2012-05-01", verdict=verdict)
    assert _confidence(package)[-1] == "medium"


def test_disputes_about_rows_are_not_about_sourced_cells(package: Path) -> None:
    for _ in range(9):
        _claim(package, "a-ministry", "present", "false", verdict="disputed")
    assert _confidence(package)[-1] == "medium"


@pytest.mark.parametrize("kind", ["blog", "aggregator", "social-media"])
def test_weak_pages_alone_give_low_confidence(package: Path, kind: str) -> None:
    for origin in ("d-ministry", "e-ministry"):
        _speaker(package, origin, "JPN")
        small.set_cell(package, "sources", f"{origin}-page", "publisher_id", "c-blog")
    small.set_cell(package, "organisations", "c-blog", "kind", kind)
    assert _confidence(package) == ("2", "1", "1", "0", "medium")
    for publisher in ("a-ministry", "b-agency"):
        small.set_cell(package, "organisations", publisher, "kind", kind)
    assert _confidence(package) == ("0", "0", "0", "0", "low")


def test_disputes_on_weak_pages_lower_no_confidence(package: Path) -> None:
    _speaker(package, "d-blogger", "JPN")
    for _ in range(9):
        _claim(package, "d-blogger", "end_date", "2012-05-01", verdict="disputed")
    assert _confidence(package)[-1] == "low"
    small.set_cell(package, "organisations", "d-blogger", "kind", "blog")
    assert _confidence(package)[-1] == "medium"


def test_plans_are_no_evidence_of_a_held_event(package: Path) -> None:
    wide = _view(package, "exercises_wide")[LATER]
    assert (wide["origins"], wide["independent_origins"], wide["confidence"]) == ("2", "1", "low")
    small.set_cell(package, "exercises", LATER, "status", "announced")
    wide = _view(package, "exercises_wide")[LATER]
    assert (wide["independent_origins"], wide["confidence"]) == ("2", "medium")


def test_body_of_no_known_country_speaks_for_no_side(package: Path) -> None:
    _speaker(package, "d-agency", "")
    assert _confidence(package) == ("3", "1", "1", "0", "medium")
    small.set_cell(package, "organisations", "d-agency", "kind", "international-body")
    assert _confidence(package) == ("3", "1", "1", "1", "medium")


def test_docs_and_schema_state_the_demands_of_every_level() -> None:
    text = (ROOT / "docs" / "views.md").read_text(encoding="utf-8")
    origins, sides, shares = (
        [cell.strip() for cell in line.split("|")[2:4]]
        for line in text.splitlines()
        if line.startswith(("| independent origins", "| sides that speak", "| disputed claims"))
    )
    codes = next(f for f in schema("exercises_wide")["fields"] if f["name"] == "confidence")["categories"]
    assert [c["value"] for c in codes] == [*LEVELS, "low"]
    for at, (least_origins, least_sides, share) in enumerate(LEVELS.values()):
        assert origins[at] == f"at least {least_origins}"
        assert sides[at] == {2: "two", 3: "all three"}[least_sides]
        assert shares[at] == f"at most {share * 100:.0f} in 100"
        assert f"At least {least_origins} independent origins" in codes[at]["description"]
        assert f"at most {share * 100:.0f} in 100" in codes[at]["description"]


def test_keys_of_views_are_built_from_their_parts() -> None:
    for view in views(read_tables()).values():
        keys = [row.key for row in view.rows]
        assert len(set(keys)) == len(keys) > 0
        if "keyTemplate" in view.schema:
            assert keys == [derived_key(view.schema["keyTemplate"], row) for row in view.rows]


def test_views_are_explained_in_codebook_and_docs() -> None:
    tables = read_tables()
    text, page = codebook(tables), (ROOT / "docs" / "views.md").read_text(encoding="utf-8")
    assert "{ #views }" in text
    for view in views(tables).values():
        assert f"(codebook.md#{view.name})" in page
        assert f"{{ #{view.name} }}" in text
        for name, field in view.fields.items():
            assert f"{{ #{view.name}-{name} }}" in text
            assert "vocabulary" not in field or f"{{ #vocabulary-{field['vocabulary']} }}" in text


def test_sqlite_holds_every_view_with_its_links(package: Path, tmp_path: Path) -> None:
    release = build(read_tables(package), tmp_path / "dist")
    with sqlite3.connect(release / "china-russia-exercises.sqlite") as db:
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        for name, view in views(read_tables(package)).items():
            assert db.execute(f"SELECT count(*) FROM {name}").fetchone() == (len(view.rows),)
        query = "SELECT sum(d.held) FROM dyad_years d JOIN countries c ON c.country_code = d.country_code_b"
        assert db.execute(query).fetchone() == (2,)
    db.close()
    names = [r["name"] for r in json.loads((release / "datapackage.json").read_text(encoding="utf-8"))["resources"]]
    assert names[-len(views(read_tables(package))) :] == list(views(read_tables(package)))


def test_columns_of_a_spreadsheet_are_wide_enough_for_chinese(tmp_path: Path) -> None:
    table = Table("t", "t.csv", {"fields": [{"name": "a", "type": "string", "constraints": {}}], "primaryKey": ["a"]})
    table.add({"a": "海上联合-2024"}, "t.csv", 2)
    write_xlsx(table, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx").active
    assert sheet is not None
    assert sheet.column_dimensions["A"].width == 4 * 2 + 5 + 2


def _view(package: Path, name: str) -> dict[str, Row]:
    return views(read_tables(package))[name].by_key


def _confidence(package: Path) -> tuple[str, ...]:
    row = _view(package, "exercises_wide")[EVENT]
    columns = ("independent_origins", "chinese_origins", "russian_origins", "third_party_origins", "confidence")
    return tuple(row[c] for c in columns)


def _add(package: Path, table: str, **cells: str) -> None:
    """Append a confirmed row with its key."""
    found = read_tables(package)[table].schema
    cells = {"standing": "confirmed"} | cells
    key = {found["primaryKey"][0]: derived_key(found["keyTemplate"], cells)} if "keyTemplate" in found else {}
    small.add_row(package, table, cells | key)


def _asset(package: Path, country: str, category: str, counted_in: str, quantity: int, **other: str) -> None:
    """Append a total of a contingent, or without a country of the whole exercise."""
    number = dict.fromkeys(("quantity_low", "quantity", "quantity_high"), str(quantity))
    own = {"exercise_id": EVENT, "scope": "contingent" if country else "whole-exercise", "country_code": country}
    own |= {"line": "total", "category": category, "unit": counted_in}
    _add(package, "assets", **own | number | other)


def _speaker(package: Path, origin: str, country: str) -> None:
    """Append a body that says on a page of its own that the event was held."""
    _add(package, "organisations", organisation_id=origin, name=origin, country_code=country, kind="defence-ministry")
    page = {"source_id": f"{origin}-page", "publisher_id": origin, "title": origin, "language": "en"}
    _add(package, "sources", **page)
    _claim(package, origin, "status", "held")


def _claim(package: Path, origin: str, field: str, value: str, verdict: str = "accepted") -> None:
    """Append a claim about the event; a body that stands in the small package speaks on its page of 2012."""
    source = {"a-ministry": "a-2012", "b-agency": "b-2012"}.get(origin, f"{origin}-page")
    number = len(read_tables(package)["claims"].rows)
    about = {"subject_table": "exercises", "subject_id": EVENT, "subject_field": field, "value": value}
    about |= {"basis": "reported", "verdict": verdict, "source_id": source, "origin_id": origin}
    _add(package, "claims", claim_id=f"c{number:010x}", **about)
