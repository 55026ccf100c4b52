"""The check as a command: formats, exit codes, and packages that cannot be read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import check
import format_csv
import pytest
import small_package as small
from problems import Problem, render_text

BROKEN = ("exercises", "test-sea-2012", "end_date", "2012-04-20")


def test_sound_package_exits_with_0(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--package", str(package)]) == 0
    assert "0 errors in 0 of 29 tables" in capsys.readouterr().out


def test_report_names_place_value_clash_and_fix(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, *BROKEN)
    assert check.main(["--package", str(package / "datapackage.json")]) == 1
    out = capsys.readouterr().out
    assert 'data/events/exercises.csv:2  end_date  [end-not-before-start]\n  "2012-04-20" is before start_date' in out
    assert "  fix: correct one of the two" in out


def test_warnings_do_not_fail(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, "numbering", "test-sea-2013.china.test-sea", "ordinal", "4")
    claim = small.id_of_claim(package, subject_id="test-sea-2013.china.test-sea")
    small.set_cell(package, "claims", claim, "value", "4")
    format_csv.main(["--package", str(package)])
    assert check.main(["--package", str(package)]) == 0
    assert "[ordinals-have-no-gap] warning" in capsys.readouterr().out


def test_github_format_is_an_annotation(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, *BROKEN)
    check.main(["--package", str(package), "--format", "github"])
    assert "::error file=data/events/exercises.csv,line=2,title=end-not-before-start::" in capsys.readouterr().out


def test_json_format_is_a_list_of_problems(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, *BROKEN)
    check.main(["--package", str(package), "--format", "json"])
    problems = json.loads(capsys.readouterr().out)
    assert {"path", "line", "column", "rule", "value", "message", "fix", "severity"} <= set(problems[0])


def test_table_option_shows_one_table(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, *BROKEN)
    assert check.main(["--package", str(package), "--table", "series"]) == 0
    assert check.main(["--package", str(package), "--table", "exercises"]) == 1
    assert check.main(["--package", str(package), "--table", "exercizes"]) == 2
    assert "there is no table 'exercizes'" in capsys.readouterr().err


def test_list_option_lists_rules(capsys: pytest.CaptureFixture[str]) -> None:
    assert check.main(["--list"]) == 0
    assert "end-not-before-start (dates, error)" in capsys.readouterr().out


def test_check_works_from_any_folder(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert check.main(["--package", "package"]) == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda p: (p / "datapackage.json").unlink(), "cannot be read"),
        (lambda p: (p / "datapackage.json").write_text("{", encoding="utf-8"), "is no JSON text"),
        (lambda p: (p / "datapackage.json").write_text("[]", encoding="utf-8"), "names no tables"),
        (lambda p: (p / "data/events/exercises.csv").unlink(), "cannot be read"),
        (lambda p: (p / "schemas/events/exercises.json").unlink(), "cannot be read"),
        (lambda p: (p / "schemas/events/exercises.json").write_text("{}", encoding="utf-8"), "names no fields"),
        (lambda p: _path(p, "../outside.csv"), "leaves the package"),
        (lambda p: _path(p, "/etc/passwd"), "leaves the package"),
        (lambda p: _path(p, "https://example.org/x.csv"), "leaves the package"),
        (lambda p: _symlink(p), "leaves the package"),
    ],
)
def test_unreadable_package_exits_with_2(
    package: Path, change: object, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    change(package)  # type: ignore[operator]
    assert check.main(["--package", str(package)]) == 2
    assert said in capsys.readouterr().err


def test_long_lists_are_cut_by_rule() -> None:
    problems = [Problem("a.csv", n, "x", "some-rule", "", "is wrong", "mend it") for n in range(1, 31)]
    text = render_text([*problems, Problem("b.csv", 1, "x", "other-rule", "", "is wrong", "mend it")])
    assert text.count("[some-rule]") == 20 and "(+10 more of some-rule)" in text and "[other-rule]" in text


def test_format_fills_and_sorts_and_is_then_at_rest(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(package, "assets", "test-sea-2012.chn.surface-ship", "quantity_low", "")
    small.add_row(package, "countries", {"country_code": "AAA", "name": "  A  land "})
    assert format_csv.main(["--package", str(package), "--check"]) == 1
    assert format_csv.main(["--package", str(package)]) == 0
    assert format_csv.main(["--package", str(package), "--check"]) == 0
    assert "AAA,A land,," in (package / "data/reference/countries.csv").read_text(encoding="utf-8").splitlines()[1]
    assert check.main(["--package", str(package)]) == 0


def test_format_refuses_a_file_it_cannot_read(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = package / "data/reference/series.csv"
    path.write_text(path.read_text(encoding="utf-8") + "one,two\n", encoding="utf-8")
    before = path.read_bytes()
    assert format_csv.main(["--package", str(package)]) == 2
    assert path.read_bytes() == before
    assert "data/reference/series.csv:3" in capsys.readouterr().err


def _path(package: Path, value: str) -> None:
    path = package / "datapackage.json"
    descriptor = json.loads(path.read_text(encoding="utf-8"))
    descriptor["resources"][0]["path"] = value
    path.write_text(json.dumps(descriptor), encoding="utf-8")


def _symlink(package: Path) -> None:
    path = package / "data/events/exercises.csv"
    path.rename(package.parent / "outside.csv")
    os.symlink(package.parent / "outside.csv", path)
