"""Packages and sheets made to do harm: refused, or shown as the plain text that they are."""

from __future__ import annotations

import io
import json
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import build_release
import check
import intake
import markdown
import pytest
import sheet
import small_package as small
import yaml
from problems import Problem, render_github, render_json, render_text
from sheet_text import LONGEST_SHEET, UnreadableSheet, read_sheet
from tables import ROOT, Table, Tables, read_descriptor
from website.codebook import codebook

SECRET = "a-word-that-only-the-secret-holds"
SOON = 20  # seconds; a refusal takes well under one
OUTSIDE = [
    "../secret.csv",
    "data/../../secret.csv",
    "{outside}/secret.csv",
    "/etc/passwd",
    "https://example.org/secret.csv",
    "file:///etc/passwd",
    "s3://bucket/secret.csv",
    "C:\\secret.csv",
    "~/secret.csv",
    ".",
    "data",
    "a\x00b",
    "x" * 5000,
    "\ud800",
]


@pytest.fixture
def hostile(package: Path) -> Path:
    """A package with a secret beside it."""
    (package.parent / "secret.csv").write_text(f"{SECRET},{SECRET}\n", encoding="utf-8")
    return package


@pytest.mark.parametrize("part", ["path", "schema"])
@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: ascii(path)[:30])
def test_path_that_leaves_the_package_is_refused(
    hostile: Path, capsys: pytest.CaptureFixture[str], part: str, path: str
) -> None:
    _descriptor(hostile, lambda d: d["resources"][0].update({part: path.format(outside=hostile.parent)}))
    _refused(hostile, capsys, exit_code=2)


LINKS: dict[str, tuple[str, str]] = {  # what becomes a link, and to what
    "table": ("data/events/exercises.csv", "secret.csv"),
    "schema": ("schemas/events/exercises.json", "secret.csv"),
    "exceptions": ("schemas/exceptions.csv", "secret.csv"),
    "file that nothing names": ("schemas/secret.json", "secret.csv"),
    "folder of tables": ("data/events", "events"),
    "folder of schemas": ("schemas", "schemas"),
    "itself": ("data/events/exercises.csv", "package/data/events/exercises.csv"),
}


@pytest.mark.parametrize(("place", "target"), LINKS.values(), ids=LINKS)
def test_link_is_refused(hostile: Path, capsys: pytest.CaptureFixture[str], place: str, target: str) -> None:
    path, aim = hostile / place, hostile.parent / target
    if path.exists() and not aim.exists():
        path.rename(aim)
    path.unlink(missing_ok=True)
    os.symlink(aim, path)
    _refused(hostile, capsys, exit_code=2)


def test_page_that_is_a_link_is_not_copied_into_a_release(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    os.symlink(hostile.parent / "secret.csv", hostile / "LICENSE")
    assert build_release.main(["--package", str(hostile), "--out", str(hostile.parent / "dist")]) == 2
    assert "leaves the package" in capsys.readouterr().err
    assert list((hostile.parent / "dist").iterdir()) == []


def test_release_takes_only_files_that_the_descriptor_names(hostile: Path) -> None:
    shutil.copy(hostile.parent / "secret.csv", hostile / "schemas" / "events" / "secret.csv")
    (hostile / "schemas" / "views" / "exercises_wide.json").write_text(SECRET, encoding="utf-8")
    assert build_release.main(["--package", str(hostile), "--out", str(hostile.parent / "dist")]) == 0
    for path in (hostile.parent / "dist").rglob("*"):
        assert path.name != "secret.csv" and (not path.is_file() or SECRET.encode() not in path.read_bytes())


@pytest.mark.parametrize("path", ["datapackage.json", "data/events/exercises.csv", "schemas/events/exercises.json"])
def test_named_pipe_does_not_hang(hostile: Path, capsys: pytest.CaptureFixture[str], path: str) -> None:
    (hostile / path).unlink()
    os.mkfifo(hostile / path)
    _refused(hostile, capsys, exit_code=2)


def test_huge_cell_is_reported_in_few_words(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.set_cell(hostile, "series", "test-sea", "description", "x" * 5_000_000)
    said = _refused(hostile, capsys, exit_code=1)
    assert check.main(["--package", str(hostile), "--format", "json"]) == 1
    assert "cell-fits-a-spreadsheet" in said and len(said) < 50_000
    assert len(capsys.readouterr().out) < 50_000


def test_very_many_columns_are_reported_in_few_words(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = small.path_of(hostile, "series")
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("".join(f"{line}{',x' * 500_000}\n" for line in lines), encoding="utf-8")
    said = _refused(hostile, capsys, exit_code=1)
    assert "header-equals-schema" in said and len(said) < 50_000


@pytest.mark.parametrize("path", ["datapackage.json", "schemas/events/exercises.json"])
@pytest.mark.parametrize("depth", [60, 900, 100_000])
def test_deep_json_is_refused(hostile: Path, capsys: pytest.CaptureFixture[str], path: str, depth: int) -> None:
    text = (hostile / path).read_text(encoding="utf-8").rstrip().removesuffix("}")
    (hostile / path).write_text(f'{text}, "x": {"[" * depth}{"]" * depth}}}', encoding="utf-8")
    _refused(hostile, capsys, exit_code=2)


@pytest.mark.parametrize("value", ["=1+1", "+cmd|x", "-x", "@SUM(A1)", "＝1+1", "＠x", "\t=1", '=HYPERLINK("x")'])
def test_formula_is_reported(hostile: Path, capsys: pytest.CaptureFixture[str], value: str) -> None:
    small.set_cell(hostile, "series", "test-sea", "description", value)
    _refused(hostile, capsys, exit_code=1)


def test_descriptor_cannot_name_the_release_away(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, value in (("name", "../../x"), ("version", "../0.1.0"), ("version", "0.1.0\n")):
        _descriptor(hostile, lambda d, name=name, value=value: d.update({name: value}))
        _refused(hostile, capsys, exit_code=1)


def test_report_shows_control_characters_instead_of_obeying_them() -> None:
    evil = "\x1b[2J\x9b2J\u202e\n::error::forged\ud800"
    problem = Problem(f"{evil},line=1", 1, evil, "some-rule", evil, evil, evil)
    for render in (render_text, render_github, render_json):
        text = render([problem])
        assert not any(c in text for c in "\x1b\x9b\u202e\ud800")
        assert not any(line.startswith("::error::forged") for line in text.splitlines())
    assert ",line=1,line=1" not in render_github([problem])
    assert json.loads(render_json([problem]))[0]["rule"] == "some-rule"


HTML = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "`<b onclick=x>`",
    "| a | b |",
    "x { onclick=alert(1) }",
]
HTML += ["[x](javascript:alert(1))", "![x](x){ onload=alert(1) }", "</code></td></table><script>", "a`<b onclick=x>`c"]


@pytest.mark.parametrize("text", HTML)
def test_html_in_names_is_shown_as_text(text: str) -> None:
    """Every text of every schema is replaced; the page then has the tags and attributes that it has without them."""

    def page(value: str) -> list[tuple[str, ...]]:
        descriptor = read_descriptor(ROOT)
        tables = Tables(ROOT, descriptor, small.TODAY)
        for resource in descriptor["resources"]:
            tables[resource["name"]] = Table(resource["name"], resource["path"], resource["schema"])
            _replace(resource["schema"], value)
        return _tags(codebook(tables))

    assert page(text) == page("harmless")


def test_html_in_names_is_no_tag_in_spreadsheets_and_records(hostile: Path) -> None:
    small.set_cell(hostile, "exercises", "test-sea-2012", "name", "<script>alert(1)</script>")
    out = hostile.parent / "dist"
    assert build_release.main(["--package", str(hostile), "--out", str(out)]) == 0
    release = next(p for p in out.iterdir() if p.is_dir())
    assert "<script>" not in (release / "README.md").read_text(encoding="utf-8")
    line = (release / "records" / "exercises.jsonl").read_text(encoding="utf-8").splitlines()[0]
    assert json.loads(line)["name"] == "<script>alert(1)</script>"


def _laughs(levels: int) -> str:
    lines = ["exercise_id: &a0 x"]
    return "\n".join([*lines, *(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, levels))])


SHEETS = {
    "a bomb of aliases": _laughs(12),
    "a merge of itself": "exercise_id: &x {a: 1}\nb: {<<: *x}",
    "a Python object": "exercise_id: !!python/object/apply:os.system ['touch {outside}/touched']",
    "a Python name": "exercise_id: !!python/name:os.system",
    "a tag of its own": "exercise_id: !evil x",
    "deep lists": f"exercise_id: {'[' * 20_000}",
    "deep blocks": "\n".join(" " * n + "a:" for n in range(100)),
    "a huge sheet": "exercise_id: x\nsummary: " + "x" * LONGEST_SHEET,
    "a control character": 'exercise_id: "a\\0b"',
    "half a character": 'exercise_id: "\\ud800"',
    "a list as a key": "? [a, b]\n: c",
    "two documents": "exercise_id: x\n---\nexercise_id: y",
    "nothing": "",
    "a text": "exercise",
}


@pytest.mark.parametrize("text", SHEETS.values(), ids=SHEETS)
def test_hostile_sheet_is_refused(hostile: Path, capsys: pytest.CaptureFixture[str], text: str) -> None:
    path, before = hostile.parent / "evil.yaml", small.contents(hostile)
    path.write_text(text.replace("{outside}", str(hostile.parent)), encoding="utf-8")
    began = time.monotonic()
    assert intake.main([str(path), "--package", str(hostile)]) == 1
    assert time.monotonic() - began < SOON
    out = capsys.readouterr()
    assert "[sheet-is-yaml]" in out.out and "nothing was changed" in out.err and len(out.out) < 5000
    assert small.contents(hostile) == before and not (hostile.parent / "touched").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Test Sea 2012", "name: =cmd|x"),
        ("name: Test Sea 2012", "name: [a, b]"),
        ("exercise_id: test-sea-2012", "exercise_id: ../../x"),
        ("exercise_id: test-sea-2012", "exercise_id: {a: b}"),
        ("quantity: 16", f"quantity: {'9' * 5000}"),
        ("quantity: 16", "quantity: .inf"),
        ("quantity: 16", "quantity: 1_6"),
        ("start_date: '2012-04-22'", "start_date: 2012-02-31"),
    ],
)
def test_sheet_with_an_odd_value_changes_nothing(
    hostile: Path, capsys: pytest.CaptureFixture[str], old: str, new: str
) -> None:
    path = small.damaged_sheet(hostile, hostile.parent / "evil.yaml", old, new)
    before = small.contents(hostile)
    assert intake.main([str(path), "--package", str(hostile)]) == 1
    assert small.contents(hostile) == before


def test_sheet_that_is_a_pipe_does_not_hang(hostile: Path) -> None:
    os.mkfifo(hostile.parent / "pipe.yaml")
    assert intake.main([str(hostile.parent / "pipe.yaml"), "--package", str(hostile)]) == 2


def test_sheet_commands_refuse_a_package_that_cannot_be_read(hostile: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small.path_of(hostile, "series").write_text("a,b\n1\n", encoding="utf-8")
    assert sheet.main(["test-sea-2012", "--package", str(hostile)]) == 2
    assert intake.main([str(hostile / "x.yaml"), "--package", str(hostile)]) == 2
    assert "data/reference/series.csv:1" in capsys.readouterr().err


def test_worst_sheet_in_size_is_still_read() -> None:
    began = time.monotonic()
    with pytest.raises(UnreadableSheet):
        read_sheet("exercise_id: x\n" * (LONGEST_SHEET // 20))
    assert time.monotonic() - began < 4 * SOON


def _descriptor(package: Path, change: Callable[[dict[str, object]], object]) -> None:
    path = package / "datapackage.json"
    found = json.loads(path.read_text(encoding="utf-8"))
    change(found)
    path.write_text(json.dumps(found), encoding="utf-8")


def _refused(package: Path, capsys: pytest.CaptureFixture[str], exit_code: int) -> str:
    """What check and build say; they end soon, with the exit code, without the secret and without a release."""
    began = time.monotonic()
    assert check.main(["--package", str(package)]) == exit_code
    assert build_release.main(["--package", str(package), "--out", str(package.parent / "dist")]) == exit_code
    assert time.monotonic() - began < SOON
    assert not (package.parent / "dist").exists()
    said = "".join(capsys.readouterr())
    assert said and SECRET not in said and "Traceback" not in said
    return said


def _replace(schema: dict[str, object], value: str) -> None:
    """Put a text in every place of a schema where the check allows any text."""
    schema["description"] = schema["title"] = value
    for field in schema["fields"]:  # type: ignore[attr-defined]
        field.update(description=value, title=value, example=value, unit=value)
        for category in field.get("categories", []):
            category.update(label=value, description=value, value=value)


def _tags(text: str) -> list[tuple[str, ...]]:
    """Every tag of a page with its attributes, made as MkDocs makes it."""

    class Loader(yaml.SafeLoader):
        """Reads mkdocs.yml, in which a theme may name Python functions."""

    Loader.add_multi_constructor("tag:yaml.org,2002:python/name:", lambda *_: None)
    found = yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader)["markdown_extensions"]
    names = [e if isinstance(e, str) else next(iter(e)) for e in found]
    html = markdown.markdown(text, extensions=[n for n in names if n != "toc"])
    from html.parser import HTMLParser

    class Tags(HTMLParser):
        """Collects tags."""

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append((tag, *sorted(name for name, _ in attrs)))

    tags: list[tuple[str, ...]] = []
    Tags().feed(io.StringIO(html).read())
    return tags
