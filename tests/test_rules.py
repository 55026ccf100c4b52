"""Every rule against data that breaks it (file, line, column and rule are asserted) and data that keeps it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import small_package as small
from check import all_rules, check
from tables import ROOT

EVENT = "test-sea-2012"
SHIPS = "test-sea-2012.chn.surface-ship"


@dataclass(frozen=True)
class Break:
    """One way to break one rule: what to do to the small package, and where the problem must be."""

    rule: str
    do: Callable[[Path], object]
    table: str
    key: str  # row whose line is expected; a number for a line of the file
    column: str


def cell(rule: str, table: str, key: str, column: str, value: str, at: str = "") -> Break:
    """Break a rule by one cell; the problem stands at that cell, or in column `at` of its row."""
    return Break(rule, lambda p: small.set_cell(p, table, key, column, value), table, key, at or column)


def elsewhere(rule: str, change: tuple[str, str, str, str], table: str, key: str, column: str) -> Break:
    """Break a rule by one cell; the problem stands in another row."""
    return Break(rule, lambda p: small.set_cell(p, *change), table, key, column)


def raw(rule: str, table: str, old: bytes, new: bytes, line: int, column: str = "") -> Break:
    """Break a rule by bytes of a file."""

    def do(package: Path) -> None:
        path = small.path_of(package, table)
        data = path.read_bytes()
        assert old in data
        path.write_bytes(data.replace(old, new, 1))

    return Break(rule, do, table, str(line), column)


def claim(rule: str, wanted: dict[str, str], column: str, value: str, at: str = "") -> Break:
    """Break a rule by one cell of the first claim with the wanted cells."""

    def do(package: Path) -> None:
        small.set_cell(package, "claims", small.id_of_claim(package, **wanted), column, value)

    return Break(rule, do, "claims", json.dumps(wanted | {column: value}), at or column)


def added(rule: str, table: str, cells: dict[str, str], key: str, column: str) -> Break:
    """Break a rule by one more row."""
    return Break(rule, lambda p: small.add_row(p, table, cells), table, key, column)


def descriptor(rule: str, change: Callable[[dict[str, object]], object], column: str) -> Break:
    """Break a rule by a change of the descriptor."""

    def do(package: Path) -> None:
        path = package / "datapackage.json"
        found = json.loads(path.read_text(encoding="utf-8"))
        change(found)
        path.write_text(json.dumps(found), encoding="utf-8")

    return Break(rule, do, "", "0", column)


def schema(rule: str, table: str, path: str, change: Callable[[dict[str, object]], object], column: str) -> Break:
    """Break a rule by a change of a Table Schema."""

    def do(package: Path) -> None:
        file = package / "schemas" / path
        found = json.loads(file.read_text(encoding="utf-8"))
        change(found)
        file.write_text(json.dumps(found), encoding="utf-8")

    return Break(rule, do, table, "1", column)


def exempt(package: Path) -> None:
    """An exception that tolerates nothing."""
    path = package / "schemas" / "exceptions.csv"
    path.write_text(f"rule,table,id,reason\nevent-is-short,exercises,{EVENT},none\n", encoding="utf-8")


def unexplained(package: Path) -> None:
    """An exception without a reason."""
    path = package / "schemas" / "exceptions.csv"
    path.write_text("rule,table,id,reason\ncell-is-no-missing-word,series,test-sea,\n", encoding="utf-8")


def unused(table: str, cells: dict[str, str], rule: str) -> Break:
    """A row of a reference table that nothing names."""
    key = next(iter(cells))
    return added(rule, table, cells, cells[key], key)


def twin(package: Path) -> None:
    """A second event with the days, kind and countries of the first."""
    small.set_cell(package, "exercises", "test-sea-2013", "start_date", "2012-04-23")
    small.set_cell(package, "exercises", "test-sea-2013", "start_precision", "day")
    small.set_cell(package, "exercises", "test-sea-2013", "end_date", "2012-04-25")
    small.set_cell(package, "exercises", "test-sea-2013", "end_precision", "day")


def _schema(path: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas" / path).read_text(encoding="utf-8"))
    return schema


def _with_field(path: str, number: int, **changes: object) -> dict[str, Any]:
    """A Table Schema with one field changed."""
    schema = _schema(path)
    schema["fields"][number].update(changes)
    return schema


PRESENT = {"subject_table": "activities"}
DISPUTED = {"verdict": "disputed", "subject_field": "quantity"}
START = {"subject_id": EVENT, "subject_field": "start_date", "source_id": "b-2012"}
NEW_PORT = {
    "location_id": "other-port",
    "name": "Other",
    "kind": "port",
    "country_code": "CHN",
    "reference": "GeoNames",
}
NEW_PORT |= {"latitude": "36.1", "longitude": "120.3", "radius_km": "20"}
BREAKS = [
    # files
    raw("text-is-utf8", "series", b"Test Sea", b"Test \xff\xfe", 2),
    raw("no-byte-order-mark", "series", b"series_id", b"\xef\xbb\xbfseries_id", 1),
    raw("text-is-csv", "series", b"Invented.", b'"Invented', 2),
    raw("header-equals-schema", "series", b"series_id,name,", b"series_id,title,", 1, "title"),
    raw("row-has-all-cells", "series", b",Invented.", b"", 2),
    raw("lines-end-with-lf", "series", b"Invented.\n", b"Invented.\r\n", 2),
    raw("file-ends-with-newline", "series", b"Invented.\n", b"Invented.", 2),
    cell("cell-is-one-line", "series", "test-sea", "description", "two\nlines"),
    cell("cell-has-single-blanks", "series", "test-sea", "description", "two  blanks"),
    cell("cell-is-no-missing-word", "series", "test-sea", "description", "NULL"),
    cell("cell-fits-a-spreadsheet", "series", "test-sea", "description", "x" * 32_768),
    cell("cell-is-no-formula", "series", "test-sea", "description", '=HYPERLINK("x")'),
    cell("number-is-canonical", "locations", "test-port", "latitude", "36.070"),
    Break("rows-are-sorted", lambda p: small.add_row(p, "countries", small.COUNTRIES[0] | {"country_code": "AAA"}),
          "countries", "AAA", "country_code"),
    raw("quoting-is-minimal", "series", b"Invented.", b'"Invented."', 2),
    # schemas
    cell("cell-has-type", "exercises", EVENT, "end_date", "27 April 2012"),
    cell("required-cell-is-filled", "exercises", EVENT, "summary", ""),
    cell("code-is-in-vocabulary", "exercises", EVENT, "kind", "field-exercize"),
    cell("cell-has-pattern", "sources", "a-2012", "published_on", "28.04.2012"),
    cell("number-is-in-range", "locations", "test-port", "latitude", "360.7"),
    Break("key-is-unique", lambda p: small.add_row(p, "series", small.ROWS["series"][0]), "series", "3", "series_id"),
    cell("reference-exists", "exercises", EVENT, "series_id", "test-see"),
    schema("example-fits-field", "series", "reference/series.json",
           lambda s: s["fields"][0].update(example="Joint Sea"), "series_id"),  # type: ignore[index]
    # package
    descriptor("descriptor-meets-its-schema", lambda d: d.update(version="one"), "version"),
    schema("same-vocabulary-everywhere", "platforms", "reference/platforms.json",
           lambda s: s["fields"][3]["categories"][0].update(label="People"), "category"),  # type: ignore[index]
    descriptor("every-table-is-there", lambda d: d["resources"].pop(), "resources"),  # type: ignore[attr-defined]
    descriptor("metadata-text-is-plain", lambda d: d.update(title="Exercises\nof China and Russia"), "title"),
    descriptor("resource-is-described-as-in-its-schema", lambda d: d["resources"][0].update(title="Exercises, all"),  # type: ignore[index]
               "exercises.title"),
    descriptor("schema-can-be-used", lambda d: d["resources"][0].update(schema=_with_field(  # type: ignore[index]
        "events/exercises.json", 0, constraints={"required": True, "pattern": "(["})), "exercises.exercise_id"),
    descriptor("link-names-a-key", lambda d: d["resources"][0].update(schema=_schema(  # type: ignore[index]
        "events/exercises.json") | {"foreignKeys": []}), "exercises.series_id"),
    # dates
    cell("end-not-before-start", "exercises", EVENT, "end_date", "2012-04-20"),
    cell("date-has-precision", "phases", "test-sea-2012.p1", "end_precision", ""),
    cell("precision-matches-date", "exercises", "test-sea-2013", "start_date", "2013-07-02"),
    cell("held-event-is-covered", "exercises", EVENT, "end_date", "2031-04-27"),
    descriptor("coverage-ends-by-today", lambda d: d.update(temporal={"start": "1999-01-01", "end": "2027-01-01"}),
               "temporal"),
    Break("id-has-year-of-start", lambda p: [small.set_cell(p, "exercises", "test-sea-2013", c, v) for c, v in (
        ("start_date", "2012-07-01"), ("end_date", "2012-07-31"))], "exercises", "test-sea-2013", "exercise_id"),
    cell("event-is-short", "exercises", EVENT, "end_date", "2012-08-27"),
    # quantities
    cell("low-and-high-follow-from-claims", "assets", SHIPS, "quantity_high", "18"),
    cell("best-lies-between-low-and-high", "assets", SHIPS, "quantity", "15"),
    cell("scope-fits-country", "assets", SHIPS, "country_code", ""),
    Break("subset-is-told-apart",
          lambda p: small.set_cell(p, "assets", "test-sea-2012.chn.personnel.p1", "phase_id", ""),
          "assets", "test-sea-2012.chn.personnel.p1", "line"),
    Break("one-total-per-scope", lambda p: [
        small.set_cell(p, "assets", "test-sea-2012.chn.test-class", "line", "total")],
        "assets", "test-sea-2012.chn.test-class", "line"),
    cell("unit-fits-category", "assets", SHIPS, "unit", "persons"),
    cell("quantity-has-unit", "responses", "test-sea-2012.jpn.sighting.1", "unit", ""),
    cell("platform-fits-category", "assets", "test-sea-2012.chn.test-class", "category", "submarine"),
    Break("components-within-total", lambda p: [
        small.set_cell(p, "assets", "test-sea-2012.chn.test-class", "quantity", "99")], "assets", SHIPS, "quantity"),
    # evidence
    claim("claim-id-follows-from-claim", START, "value", "2012-04-21", at="claim_id"),
    claim("claim-has-subject", PRESENT, "subject_id", "test-sea-2012.escorting"),
    claim("claim-value-fits-field", PRESENT, "value", "yes"),
    claim("qualifier-goes-with-numbers", DISPUTED, "qualifier", ""),
    claim("accepted-claim-agrees-with-cell", START, "value", "2012-04-21"),
    claim("contrary-claim-differs-from-cell", DISPUTED, "value", "16", at="verdict"),
    claim("rejected-claim-has-note", DISPUTED, "verdict", "rejected", at="note"),
    Break("sourced-cell-has-accepted-claim", lambda p: [
        small.set_cell(p, "claims", small.id_of_claim(p, subject_id=EVENT, subject_field="status", source_id=s),
                       "verdict", "compatible") for s in ("a-2012", "b-2012")], "exercises", EVENT, "status"),
    Break("day-has-exact-claim", lambda p: [
        small.set_cell(p, "claims", small.id_of_claim(p, **(START | {"source_id": s})), "value", "2012-04")
        for s in ("a-2012", "b-2012")], "exercises", EVENT, "start_date"),
    Break("row-has-claim", lambda p: small.drop_row(p, "claims", small.id_of_claim(p, **PRESENT)),
          "activities", "test-sea-2012.escort", "activity_id"),
    claim("plan-is-older-than-its-day", START | {"source_id": "a-2012"}, "basis", "planned"),
    claim("report-is-not-older-than-event", {"source_id": "b-2012-plan"}, "basis", "reported"),
    unused("sources", {"source_id": "zzz", "publisher_id": "c-blog", "title": "Z", "accessed_on": "2026-11-01",
                       "language": "en", "read": "excerpt"}, "source-is-used"),
    unused("organisations", {"organisation_id": "zzz", "name": "Z", "kind": "blog", "control": "unknown"},
           "organisation-is-used"),
    cell("source-is-read-after-publication", "sources", "a-2012", "accessed_on", "2011-01-01"),
    cell("address-has-its-kind", "sources", "a-2012", "url_kind", ""),
    Break("event-has-two-origins", lambda p: [
        small.set_cell(p, "claims", small.id_of_claim(p, subject_id="test-sea-2013", origin_id="a-ministry"),
                       "origin_id", "b-agency") for _ in range(4)], "exercises", "test-sea-2013", "exercise_id"),
    Break("transfer-has-two-origins", lambda p: small.set_cell(
        p, "claims", small.id_of_claim(p, subject_id="test-ships-2010", origin_id="a-ministry"),
        "origin_id", "b-agency"), "transfers", "test-ships-2010", "transfer_id"),
    Break("nothing-rests-on-weak-pages", lambda p: small.set_cell(
        p, "claims", small.id_of_claim(p, **PRESENT), "source_id", "c-2013"), "activities", "test-sea-2012.escort", ""),
    # names
    cell("id-follows-from-row", "activities", "test-sea-2012.escort", "activity", "air-defence", at="activity_id"),
    Break("phase-belongs-to-event", lambda p: small.set_cell(
        p, "exercise_locations", "test-sea-2013.test-bay", "phase_id", "test-sea-2012.p1"),
        "exercise_locations", "test-sea-2013.test-bay", "phase_id"),
    Break("retired-id-is-not-in-use", lambda p: small.set_cell(p, "retired_ids", "test-sea-12", "retired_id", EVENT),
          "retired_ids", EVENT, "retired_id"),
    cell("alias-names-a-row", "aliases", "vessels.chn-test.en.1", "subject_id", "chn-tset"),
    added("name-stands-once", "organisations", {"organisation_id": "the-c-blog", "name": "The C-Blog", "kind": "blog",
                                                "control": "unknown"}, "the-c-blog", "name"),
    Break("event-is-not-coded-twice", twin, "exercises", "test-sea-2013", "exercise_id"),
    # events
    cell("phase-lies-inside-event", "phases", "test-sea-2012.p1", "start_date", "2012-04-20"),
    elsewhere("one-place-is-main", ("exercise_locations", "test-sea-2012.test-bay", "role", "route"),
              "exercises", EVENT, "exercise_id"),
    elsewhere("both-countries-take-part", ("participants", "test-sea-2012.rus", "role", "observer"),
              "exercises", EVENT, "exercise_id"),
    cell("country-takes-part", "assets", SHIPS, "country_code", "JPN"),
    cell("participant-is-no-responder", "responses", "test-sea-2012.jpn.sighting.1", "country_code", "CHN"),
    # places
    cell("place-lies-in-its-country", "locations", "test-port", "latitude", "-36.07"),
    Break("sea-is-not-on-land", lambda p: small.set_cell(p, "locations", "test-bay", "longitude", "105"),
          "locations", "test-bay", "latitude"),
    cell("radius-fits-kind", "locations", "test-port", "radius_km", "900"),
    cell("containing-places-end", "locations", "china", "within_id", "test-port"),
    unused("locations", NEW_PORT, "place-is-used"),
    # series
    cell("event-fits-series", "exercises", EVENT, "domain", "land"),
    Break("editions-do-not-overlap", twin, "exercises", "test-sea-2013", "start_date"),
    cell("ordinals-rise-with-dates", "numbering", "test-sea-2013.china.test-sea", "ordinal", "1"),
    cell("ordinals-have-no-gap", "numbering", "test-sea-2013.china.test-sea", "ordinal", "4"),
    # reliability
    cell("reading-is-of-a-record", "second_readings", "exercises.test-sea-2012.1", "subject_id", "test-see-2012"),
    cell("reading-adds-up", "second_readings", "exercises.test-sea-2012.1", "confirmed", "18", at="claims_read"),
    Break("record-is-read-again", lambda p: small.drop_row(p, "second_readings", "exercises.test-sea-2012.1"),
          "exercises", EVENT, "exercise_id"),
    # counting
    cell("counting-rule-can-be-run", "counting_rules", "all-held", "filter", "state = 'held'"),
    cell("counting-rule-names-codes", "counting_rules", "all-held", "filter", "status = 'hheld'"),
    # exceptions
    Break("exception-is-needed", exempt, "", "2", "id"),
    Break("exception-has-reason", unexplained, "", "2", "reason"),
]  # fmt: skip


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: case.rule)
def test_broken_rule_is_reported_at_its_place(case: Break, package: Path) -> None:
    case.do(package)
    result = check(package, small.TODAY)
    found = [(p.path, p.line, p.column) for p in result.problems if p.rule == case.rule]
    assert _place(case, package) in found, [f"{p.path}:{p.line} {p.column} [{p.rule}]" for p in result.problems]
    assert all(p.fix and p.message for p in result.problems)
    assert all(p.severity == all_rules()[p.rule][1] for p in result.problems)


def test_sound_package_keeps_every_rule(package: Path) -> None:
    result = check(package, small.TODAY)
    assert result.problems == []
    assert result.not_run == []


def test_every_rule_is_broken_by_a_case() -> None:
    assert {b.rule for b in BREAKS} == set(all_rules())


def test_every_rule_says_what_and_why() -> None:
    for name, (_, _, text) in all_rules().items():
        assert text.count(".") >= 1 and len(text) > 40, name


def test_exception_tolerates_one_violation(package: Path) -> None:
    small.set_cell(package, "series", "test-sea", "description", "NULL")
    exceptions = package / "schemas" / "exceptions.csv"
    exceptions.write_text("rule,table,id,reason\ncell-is-no-missing-word,series,test-sea,test\n", encoding="utf-8")
    assert check(package, small.TODAY).problems == []


def test_table_that_fails_is_not_sent_to_the_next_stage(package: Path) -> None:
    small.set_cell(package, "exercises", EVENT, "end_date", "27 April 2012")
    result = check(package, small.TODAY)
    assert {p.rule for p in result.problems} == {"cell-has-type"}
    assert "end-not-before-start" in result.not_run


def test_candidate_between_two_editions_explains_a_gap(package: Path) -> None:
    def gap() -> bool:
        return "ordinals-have-no-gap" in {p.rule for p in check(package, small.TODAY).problems}

    small.set_cell(package, "numbering", "test-sea-2013.china.test-sea", "ordinal", "3")
    small.set_cell(package, "candidates", "test-sea-2014", "date", "2014-04")
    assert gap()
    small.set_cell(package, "candidates", "test-sea-2014", "date", "2013-01")
    assert not gap()


def test_name_may_rest_on_a_weak_page(package: Path) -> None:
    for table, found in (("exercise_names", False), ("activities", True)):
        small.set_cell(package, "claims", small.id_of_claim(package, subject_table=table), "source_id", "c-2013")
        weak = {p.path for p in check(package, small.TODAY).problems if p.rule == "nothing-rests-on-weak-pages"}
        assert (f"data/events/{table}.csv" in weak) is found


def test_event_that_follows_may_begin_on_the_last_day(package: Path) -> None:
    def overlaps() -> bool:
        return "editions-do-not-overlap" in {p.rule for p in check(package, small.TODAY).problems}

    small.set_cell(package, "exercises", "test-sea-2013", "start_date", "2012-04-27")
    assert overlaps()
    small.set_cell(package, "exercises", "test-sea-2013", "follows_id", EVENT)
    assert not overlaps()
    small.set_cell(package, "exercises", "test-sea-2013", "start_date", "2012-04-26")
    assert overlaps()


NO_FILTERS = [
    ("status = 'held", "counting-rule-can-be-run"),
    ("1) UNION (SELECT 1", "counting-rule-can-be-run"),
    ("1; DROP TABLE exercises", "counting-rule-can-be-run"),
    ("x(status)", "counting-rule-can-be-run"),
    ("\x00", "text-is-utf8"),
]


@pytest.mark.parametrize(("text", "rule"), NO_FILTERS)
def test_filter_that_is_no_condition_is_reported(package: Path, text: str, rule: str) -> None:
    small.set_cell(package, "counting_rules", "all-held", "filter", text)
    assert [p.rule for p in check(package, small.TODAY).errors] == [rule]


def test_early_report_is_tolerated_if_its_note_says_why(package: Path) -> None:
    early = small.id_of_claim(package, source_id="b-2012-plan")
    small.set_cell(package, "claims", early, "basis", "reported")
    assert {p.rule for p in check(package, small.TODAY).problems} == {"report-is-not-older-than-event"}
    small.set_cell(package, "claims", early, "note", "The ships had left already.")
    assert check(package, small.TODAY).problems == []


def test_report_on_a_response_may_be_older_than_the_event(package: Path) -> None:
    sighting = "test-sea-2012.jpn.sighting.1"
    small.set_cell(package, "responses", sighting, "date", "2012-04-01")
    claim = small.id_of_claim(package, subject_id=sighting)
    small.set_cell(package, "sources", "b-2012", "published_on", "2012-04-02")
    about = [p.key for p in check(package, small.TODAY).problems if p.rule == "report-is-not-older-than-event"]
    assert claim not in about and about


def _place(case: Break, package: Path) -> tuple[str, int, str]:
    if not case.table:
        path = "schemas/exceptions.csv" if case.rule.startswith("exception-") else "datapackage.json"
        return path, int(case.key), case.column
    path = small.path_of(package, case.table).relative_to(package).as_posix()
    if case.key.isdigit():
        return path, int(case.key), case.column
    key = small.id_of_claim(package, **json.loads(case.key)) if case.key.startswith("{") else case.key
    return path, small.line_of(package, case.table, key), case.column
