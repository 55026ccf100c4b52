"""The pages made from the package: complete, escaped, right with and without rows, every link leading somewhere."""

from __future__ import annotations

import hashlib
import html
import json
import re
import sqlite3
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import built_site
import duckdb
import pytest
import small_package as small
from check import all_rules
from release.build import build
from release.views import views
from tables import ROOT, Row, Tables, read_tables
from website.codebook import codebook
from website.counting import count_events, query
from website.home import DUCKDB, schema_org
from website.markup import link, md
from website.pages import pages
from website.reliability import alpha
from website.words import date, quantity, when

BUILD_SECONDS, BUILD_SECONDS_TEN_TIMES = 10, 40
HOSTILE = "</script><img src=x onerror=alert(1)>\"'&[a](javascript:alert(1))<!--/raw-->`{{ 1 }}|"


class Page(HTMLParser):
    """What a test needs to know of a built page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        found = dict(attrs)
        self.ids += [i for i in (found.get("id"),) if i]
        self.links += [a for a in (found.get("href"), found.get("src")) if a]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site."""
    folder = tmp_path_factory.mktemp("site")
    built_site.build(ROOT, folder)
    return folder


@pytest.fixture(scope="module")
def tables() -> Tables:
    return read_tables()


@pytest.fixture
def small_tables(package: Path) -> Tables:
    return read_tables(package, small.TODAY)


def test_every_row_that_deserves_a_page_has_one(tables: Tables) -> None:
    found = pages(tables)
    for name in ("exercises", "transfers", "series"):
        assert all(f"{name}/{key}.md" in found for key in tables[name].by_key)


def test_pages_are_a_pure_function() -> None:
    assert pages(read_tables()) == pages(read_tables())


def test_codebook_has_an_anchor_for_every_field_and_code(site: Path, tables: Tables) -> None:
    text = (site / "codebook.html").read_text(encoding="utf-8")
    for table in tables.values():
        assert f'id="{table.name}"' in text
        for name, field in table.fields.items():
            assert f'id="{table.name}-{name}"' in text
            assert all(f"<code>{c['value']}</code>" in text for c in field.get("categories", []))


def test_rule_page_has_an_anchor_for_every_rule(site: Path) -> None:
    text = (site / "rules.html").read_text(encoding="utf-8")
    for name in all_rules():
        assert f'id="{name}"' in text


def test_every_claim_stands_on_a_page_with_its_source(tables: Tables) -> None:
    found = pages(tables)
    expected: Counter[str] = Counter()
    for claim in tables["claims"].rows:
        root = "transfers" if claim["subject_table"] in ("transfers", "transfer_items") else "exercises"
        page = f"{root}/{claim['subject_id'].partition('.')[0]}.md"
        expected[page] += 2 if _of_main_place(tables, claim) else 1
        address = html.escape(tables["sources"].by_key[claim["source_id"]]["url"])
        assert f'href="{address}"' in found[page] or not address, claim.key
        assert html.escape(claim["note"]) in found[page], claim.key
    assert {p: _said(text) for p, text in found.items() if p in expected} == expected


def test_links_within_the_site_lead_somewhere_and_ids_are_unique(site: Path) -> None:
    built = {p: Page(p.read_text(encoding="utf-8")) for p in site.rglob("*.html")}
    for path, page in built.items():
        twice = [i for i, n in Counter(page.ids).items() if n > 1]
        assert not twice, (path.name, twice)
        for address in page.links:
            if re.match(r"[a-z]+:|/", address):
                continue
            file, _, anchor = address.partition("#")
            target = (path.parent / file).resolve() if file else path
            target = target / "index.html" if target.is_dir() else target
            assert target.exists(), (path.name, address)
            if anchor and target in built and anchor != "__tabbed":
                assert anchor in built[target].ids, (path.name, address)


def test_no_page_loads_anything_from_another_host(site: Path) -> None:
    for path in [*site.rglob("*.html"), *site.rglob("*.css")]:
        text = path.read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:script|img|iframe|source)[^>]*\ssrc="([^"]*)"', text)
        loaded += re.findall(r'<link[^>]*rel="(?:stylesheet|preload|preconnect|icon)"[^>]*href="([^"]*)"', text)
        loaded += re.findall(r"url\(\"?([^)\"]*)", text)
        assert not [a for a in loaded if re.match(r"(https?:)?//", a)], path.name


def test_text_of_the_tables_is_escaped(package: Path, tmp_path: Path) -> None:
    texts = {"exercises": "summary coding_note name", "sources": "title url", "claims": "note", "assets": "description"}
    texts |= dict.fromkeys(["series", "organisations", "locations", "platforms", "vessels", "transfers"], "name")
    tables = read_tables(package, small.TODAY)
    for name, columns in texts.items():
        for row in tables[name].rows:
            for column in columns.split():
                small.set_cell(package, name, row.key, column, "x" * len(HOSTILE))
    expected = _tags(package, tmp_path / "plain")
    for name, columns in texts.items():
        for row in tables[name].rows:
            for column in columns.split():
                small.set_cell(package, name, row.key, column, HOSTILE)
    assert _tags(package, tmp_path / "hostile") == expected


def test_text_of_the_schemas_is_escaped(tables: Tables) -> None:
    changed = read_tables()
    changed["series"].schema["description"] = "<script>alert(1)</script> *a* | b"
    text = codebook(changed)
    assert "<script>" not in text and "\\*a\\* \\| b" in text


def test_only_addresses_of_the_web_become_links() -> None:
    assert link("javascript:alert(1)", "a") == "a" and link("", "<b>") == "&lt;b&gt;"
    assert link('https://a.example/"><x', "a").count("<") == 2
    assert md("*a* <b> [c](d)") == "\\*a\\* &lt;b&gt; \\[c\\](d)"


@pytest.mark.parametrize(
    ("best", "claims", "words"),
    [
        (3, [(3, "exact", "accepted")], "3"),
        (3, [(3, "exact", "accepted"), (20, "at-least", "disputed")], "3 (reports: 3 to 20 or more)"),
        (3, [(3, "exact", "accepted"), (20, "exact", "rejected")], "3"),
        (12, [(12, "about", "accepted"), (8, "exact", "disputed")], "about 12 (reports: 8 to 12)"),
        (4000, [(4000, "at-least", "accepted")], "at least 4,000"),
        (24, [(24, "order", "accepted")], "24 or so"),
        (
            5,
            [(5, "exact", "accepted"), (9, "at-least", "disputed"), (9, "exact", "disputed")],
            "5 (reports: 5 to 9 or more)",
        ),
        (5, [(5, "exact", "accepted"), (2, "at-most", "compatible")], "5 (reports: up to 2, 5)"),
        (None, [(20, "exact", "disputed")], "no credible number (reported: 20)"),
        (None, [], "number not reported"),
    ],
)
def test_quantities_read_naturally(best: int | None, claims: list[tuple[int, str, str]], words: str) -> None:
    names = ("value", "qualifier", "verdict")
    record: dict[str, Any] = {"claims": [{"field": "quantity", **dict(zip(names, c, strict=True))} for c in claims]}
    assert quantity(record | ({} if best is None else {"quantity": best})) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (("2014-05-20", "day"), ("2014-05-26", "day"), "20 to 26 May 2014"),
        (("2019-07-23", "day"), ("2019-07-23", "day"), "23 July 2019"),
        (("2022-08-30", "day"), ("2022-09-05", "day"), "30 August to 5 September 2022"),
        (("2015-12-30", "day"), ("2016-01-02", "day"), "30 December 2015 to 2 January 2016"),
        (("2013-07-01", "month"), ("2013-07-31", "month"), "July 2013"),
        (("2013-01-01", "year"), ("2013-12-31", "year"), "2013"),
        (("2013-07-04", "at-latest"), ("2013-07-31", "month"), "had begun by 4 July 2013, to July 2013"),
        (("2013-07-04", "day"), ("2013-07-09", "at-earliest"), "from 4 July 2013, still going on on 9 July 2013"),
        (
            ("2013-07-04", "at-earliest"),
            ("2013-07-09", "at-latest"),
            "began on 4 July 2013 or later, over by 9 July 2013",
        ),
        (("", ""), ("", ""), "not reported"),
    ],
)
def test_dates_are_no_more_precise_than_they_are_known(
    start: tuple[str, str], end: tuple[str, str], words: str
) -> None:
    names = ("start_date", "start_precision", "end_date", "end_precision")
    assert when(dict(zip(names, (*start, *end), strict=True))) == words


def test_claimed_dates_are_as_precise_as_reported() -> None:
    assert [date(v) for v in ("2014-05-01", "2014-05", "2014", "2018-01/2018-04")] == [
        "1 May 2014", "May 2014", "2014", "January 2018 to April 2018",
    ]  # fmt: skip


def test_counting_rules_are_run_as_they_stand(small_tables: Tables) -> None:
    rule = small_tables["counting_rules"].rows[0]
    assert len(count_events(small_tables, views(small_tables))[rule.key]) == len(small_tables["exercises"].rows)
    rule["filter"] = "status = 'held' AND (kind = 'patrol' OR year >= 2013)"
    assert count_events(small_tables, views(small_tables))[rule.key] == ["2013-07-01"]
    small_tables["exercises"].by_key["test-sea-2013"]["status"] = "announced"
    assert count_events(small_tables, views(small_tables))[rule.key] == []


def test_counting_rules_cannot_change_the_tables(small_tables: Tables) -> None:
    rule = small_tables["counting_rules"].rows[0]
    rule["filter"] = "1 = 1; DROP TABLE exercises; --"
    with pytest.raises((sqlite3.Error, sqlite3.Warning)):
        count_events(small_tables, views(small_tables))
    assert "DROP" in query(rule)


def test_how_many_shows_each_rule_beside_the_totals_of_others(small_tables: Tables) -> None:
    tracker = small_tables["trackers"].rows[0]
    tracker["covers_to"] = "2012"
    text = pages(small_tables)["how-many.md"]
    assert "All held events." in text and "C list" in text and "start not said to 2012" in text
    total, ours = re.findall(r"<td>(?:<b>)?([\d,]+)(?:</b>)?</td>", text.partition("## What others count")[2])[:2]
    assert (total, ours) == ("2", "1")


def test_pages_are_right_without_rules_trackers_and_transfers(small_tables: Tables) -> None:
    for name in ("counting_rules", "trackers", "listings", "candidates", "transfers", "transfer_items", "assets"):
        small_tables[name].rows.clear()
        small_tables[name].__dict__.pop("by_key", None)
    found = pages(small_tables)
    assert "No counting rule has been written yet" in found["how-many.md"]
    assert "Totals of other lists have not been entered yet" in found["how-many.md"]
    assert "## Forces" not in found["exercises/test-sea-2012.md"]


def test_site_of_another_package_builds(package: Path, tmp_path: Path) -> None:
    repository = built_site.repository(tmp_path / "repository", package)
    built_site.build(repository, tmp_path / "site")
    test_links_within_the_site_lead_somewhere_and_ids_are_unique(tmp_path / "site")


def test_disagreement_is_visible_on_the_page(small_tables: Tables) -> None:
    text = pages(small_tables)["exercises/test-sea-2012.md"]
    assert "Surface ships: <b>16</b> (reports: 16 to 20 or more)" in text
    assert '<strong class="differ">1 differs</strong>, 1 set aside' in text
    assert re.search(r'<li class="disputed"><b>at least 20</b>.*?href="https://b.example/1"', text)


def test_home_describes_the_dataset_for_search_engines(site: Path, tables: Tables) -> None:
    text = (site / "index.html").read_text(encoding="utf-8")
    found = json.loads(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.S)[0])
    assert found == schema_org(tables.descriptor) and found["@type"] == "Dataset"
    assert all((site / f["contentUrl"]).exists() for f in found["distribution"])
    needed = {"name", "version", "license", "creator", "temporalCoverage", "spatialCoverage", "distribution"}
    assert needed <= set(found)


def test_second_readings_are_shown_where_they_belong(small_tables: Tables) -> None:
    found = pages(small_tables)
    assert "2 of 2 events</td><td>30</td><td>24</td><td>2</td><td>0</td><td>4</td><td>92 %" in found["quality.md"]
    said = "2 November 2026: 20 claims, 17 borne out by their page, 1 mended, 2 not found again"
    assert said in found["exercises/test-sea-2012.md"] and said not in found["exercises/test-sea-2013.md"]
    assert "3 claims, 0 borne out" in found["transfers/test-ships-2010.md"]


def test_agreement_between_coders_is_computed(small_tables: Tables) -> None:
    text = pages(small_tables)["quality.md"]
    assert "2 events coded twice" in text
    assert "Kind</td><td>2</td><td>1</td><td>50 %</td><td>0.00" in text
    small_tables["second_codings"].rows.clear()
    assert "Not measured yet" in pages(small_tables)["quality.md"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("aabb", "aabb", 1.0),  # always equal
        ("ab", "ba", -0.5),  # never equal: D_o = 1, D_e = 2/3 with two values of each kind
        ("aaab", "aabb", 8 / 15),  # D_o = 1/4, D_e = 2 * 5 * 3 / (8 * 7)
        ("aaaa", "aaaa", None),  # nothing varies
    ],
)
def test_alpha_is_that_of_krippendorff(first: str, second: str, expected: float | None) -> None:
    found = alpha(list(zip(first, second, strict=True)))
    assert found is None if expected is None else found == pytest.approx(expected)


def test_home_leads_to_what_is_covered(site: Path) -> None:
    assert "coverage.html" in Page((site / "index.html").read_text(encoding="utf-8")).links
    assert (site / "coverage.html").exists()


def test_tables_on_the_site_are_those_of_the_package(site: Path, tables: Tables) -> None:
    for table in tables.values():
        assert (site / table.path).read_bytes() == (ROOT / table.path).read_bytes()


def test_croissant_of_the_site_is_linked_and_its_files_are_there(site: Path, tables: Tables) -> None:
    for name in ("index.html", "releases.html"):
        assert "croissant.json" in Page((site / name).read_text(encoding="utf-8")).links
    document = json.loads((site / "croissant.json").read_text(encoding="utf-8"))
    assert {r["@id"] for r in document["recordSet"]} >= set(tables)
    for file in document["distribution"]:
        assert hashlib.sha256((site / file["contentUrl"]).read_bytes()).hexdigest() == file["sha256"]


def test_archive_of_the_site_is_the_release(site: Path, tables: Tables, tmp_path: Path) -> None:
    archive = build(tables, tmp_path).with_name(f"{_release_name(tables)}.zip")
    assert (site / archive.name).read_bytes() == archive.read_bytes()
    assert archive.name in Page((site / "releases.html").read_text(encoding="utf-8")).links


def _release_name(tables: Tables) -> str:
    return f"{tables.descriptor['name']}-{tables.descriptor['version']}"


def test_duckdb_snippet_of_the_home_page_runs(tables: Tables, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(build(tables, tmp_path))
    assert duckdb.sql(DUCKDB).fetchall()
    assert DUCKDB.splitlines()[0] in pages(tables)["index.md"]


def test_two_builds_are_the_same(site: Path, tmp_path: Path) -> None:
    built_site.build(ROOT, tmp_path / "again")
    names = [p.relative_to(site) for p in site.rglob("*") if p.is_file() and not p.name.startswith("sitemap")]
    assert [n for n in names if (site / n).read_bytes() != (tmp_path / "again" / n).read_bytes()] == []


def test_site_builds_in_time_and_grows_linearly(tmp_path: Path) -> None:
    once = built_site.build(ROOT, tmp_path / "one")
    repository = built_site.multiply(built_site.repository(tmp_path / "repository"), 10)
    ten_times = built_site.build(repository, tmp_path / "ten")
    print(f"site built in {once:.1f} s, with ten times as many exercises in {ten_times:.1f} s")
    assert once < BUILD_SECONDS and ten_times < BUILD_SECONDS_TEN_TIMES
    assert ten_times < 12 * once
    pages_of_ten = list((tmp_path / "ten" / "exercises").glob("*-copy-9.html"))
    assert len(pages_of_ten) == len(read_tables()["exercises"].rows)


def _of_main_place(tables: Tables, claim: Row) -> bool:
    """Whether a claim is about the main place of an event, which stands among the facts and on the map."""
    use = tables["exercise_locations"].by_key.get(claim["subject_id"])
    is_use = claim["subject_table"] == "exercise_locations" and use is not None
    return is_use and use["role"] == "main" and not use["phase_id"]


def _said(text: str) -> int:
    """Number of claims on a page."""
    return sum(block.count("<li>") for block in re.findall(r'<ul class="claims">(.*?)</ul></details>', text, re.S))


def _tags(package: Path, folder: Path) -> dict[str, Counter[str]]:
    """The elements of every page of the site of a package; markup in a cell would change them."""
    built_site.build(built_site.repository(folder, package), folder / "site")
    found = {}
    for path in (folder / "site").rglob("*.html"):
        page = Page(path.read_text(encoding="utf-8"))
        assert not [a for a in page.links if a.startswith("javascript:")]
        found[str(path.relative_to(folder))] = page.tags
    return found
