"""Two versions beside each other: every cell that differs, what the version number must promise, hostile archives."""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import build_release
import change.archive
import change.versions
import compare
import publish_headers
import pytest
import small_package as small
from change.report import Comparison, as_csv, as_markdown
from change.report import compare as compare_versions
from change.rows import COLUMNS
from change.schemas import STEPS, step_between
from change.versions import Version, read_version
from conftest import need
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import ROOT, UnusablePackage

EVENT = "test-sea-2012"
EXERCISES = "schemas/events/exercises.json"


@pytest.fixture
def new(package: Path, tmp_path: Path) -> Path:
    """A second copy of the small package, to be changed."""
    return Path(shutil.copytree(package, tmp_path / "new"))


def difference(old: Path, new: Path) -> Comparison:
    return compare_versions(read_version(str(old)), read_version(str(new)))


def rows(found: Comparison) -> list[tuple[str, ...]]:
    return [tuple(r[c] for c in COLUMNS) for r in csv.DictReader(io.StringIO(as_csv(found)))]


def edit(package: Path, file: str, change: Callable[[Any], object]) -> None:
    """Change a JSON file of a package."""
    path = package / file
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def set_version(package: Path, number: str) -> None:
    edit(package, "datapackage.json", lambda d: d.update(version=number))


def retire(package: Path, key: str, successor: str) -> None:
    """Retire the id of an exercise."""
    cells = {"retired_id": key, "table": "exercises", "replaced_by": successor, "retired_on": "2026-11-21"}
    small.add_row(package, "retired_ids", cells | {"reason": "Test."})


# Rows


def test_equal_versions_differ_in_nothing(package: Path, new: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main([str(package), str(new)]) == 0
    out = capsys.readouterr()
    assert "No table, column or row differs." in out.out
    assert "differ in nothing; 0.1.0 to 0.1.0 is no step: enough" in out.err


def test_changed_cell_is_told_from_what_to_what(package: Path, new: Path) -> None:
    small.set_cell(new, "exercises", EVENT, "end_date", "2012-04-28")
    found = difference(package, new)
    assert rows(found) == [("exercises", EVENT, "changed", "end_date", "2012-04-27", "2012-04-28", "")]
    assert f'- `{EVENT}`: `end_date` "2012-04-27" → "2012-04-28"' in as_markdown(found)
    assert found.needs == "patch"


def test_added_and_removed_rows_are_told_cell_by_cell(package: Path, new: Path) -> None:
    small.add_row(new, "countries", {"country_code": "MNG", "name": "Mongolia"})
    small.drop_row(new, "trackers", "c-list")
    found = difference(package, new)
    told = rows(found)
    assert [r for r in told if r[0] == "countries"] == [
        ("countries", "MNG", "added", "country_code", "", "MNG", ""),
        ("countries", "MNG", "added", "name", "", "Mongolia", ""),
    ]
    assert ("trackers", "c-list", "removed", "total", "2", "", "") in told
    assert found.needs == "minor"
    assert "| `countries` | 1 | 0 | 0 | 0 |" in as_markdown(found)
    assert "| `trackers` | 0 | 1 | 0 | 0 |" in as_markdown(found)


def test_retired_id_is_followed_to_its_replacement(package: Path, new: Path) -> None:
    path = small.path_of(new, "exercises")
    path.write_text(path.read_text(encoding="utf-8").replace("test-sea-2013,", "test-sea-2013-2,"), encoding="utf-8")
    small.set_cell(new, "exercises", "test-sea-2013-2", "summary", "Invented again.")
    retire(new, "test-sea-2013", "test-sea-2013-1")
    retire(new, "test-sea-2013-1", "test-sea-2013-2")  # a replacement that was itself replaced
    told = [r for r in rows(difference(package, new)) if r[0] == "exercises"]
    after = "test-sea-2013-2"
    assert told == [
        ("exercises", "test-sea-2013", "changed", "summary", "Another invented exercise.", "Invented again.", after),
        ("exercises", "test-sea-2013", "retired", "exercise_id", "test-sea-2013", after, after),
    ]


def test_row_that_another_row_took_in_is_retired_into_it(package: Path, new: Path) -> None:
    small.drop_row(new, "exercises", "test-sea-2013")
    retire(new, "test-sea-2013", EVENT)
    found = difference(package, new)
    told = [r for r in rows(found) if r[0] == "exercises"]
    assert {(r[2], r[6]) for r in told} == {("retired", EVENT)}
    assert ("exercises", "test-sea-2013", "retired", "name", "Test Sea 2013", "", EVENT) in told
    assert f"- `test-sea-2013`: retired, replaced by `{EVENT}`" in as_markdown(found)


def test_retired_ids_in_a_circle_end(package: Path, new: Path) -> None:
    small.drop_row(new, "exercises", "test-sea-2013")
    retire(new, "test-sea-2013", "test-sea-2014")
    retire(new, "test-sea-2014", "test-sea-2013")
    assert {r[6] for r in rows(difference(package, new)) if r[1] == "test-sea-2013"} == {""}


CELLS = st.text(alphabet="ab|`<é海", max_size=3)
TABLE = st.dictionaries(CELLS.filter(bool), st.tuples(CELLS, CELLS), max_size=6)


@settings(max_examples=200, deadline=None)
@given(old=TABLE, new=TABLE, retired=st.dictionaries(CELLS.filter(bool), CELLS, max_size=4))
def test_changes_applied_to_the_old_rows_give_the_new_rows(
    old: dict[str, tuple[str, str]], new: dict[str, tuple[str, str]], retired: dict[str, str]
) -> None:
    before, after = _version("1.0.0", old, {}), _version("1.1.0", new, retired)
    result = {k: dict(cells) for k, cells in before.rows["t"].items()}
    found = compare_versions(before, after)
    as_markdown(found)
    told = [c for c in found.rows if c.table == "t"]
    copies = {(c.key, c.replaced_by): dict(result[c.key]) for c in told if c.change == "retired" and c.new}
    for (gone, successor), cells in copies.items():
        result.pop(gone)
        result[successor] = cells | {"key": successor}
    for c in told:
        if c.change == "changed":
            result.setdefault(c.replaced_by or c.key, {})[c.column] = c.new
        elif c.change == "added":
            result.setdefault(c.key, dict.fromkeys(("key", "x", "y"), ""))[c.column] = c.new
        elif not c.new:
            assert before.rows["t"][c.key][c.column] == c.old
            result.pop(c.key, None)
    expected = after.rows["t"]
    assert result == expected


def _version(number: str, cells: dict[str, tuple[str, str]], retired: dict[str, str]) -> Version:
    schema = {"fields": [{"name": n, "type": "string"} for n in ("key", "x", "y")], "primaryKey": ["key"]}
    table = {k: {"key": k, "x": x, "y": y} for k, (x, y) in cells.items()}
    ids = {k: {"retired_id": k, "table": "t", "replaced_by": v} for k, v in retired.items()}
    names = {"retired_ids": {"fields": [], "primaryKey": ["retired_id"]}, "t": schema}
    return Version(
        "", number, names, {"t": "data/t.csv", "retired_ids": "data/r.csv"}, {"t": table, "retired_ids": ids}
    )


def test_hostile_text_does_not_reach_the_changelog(package: Path, new: Path) -> None:
    small.set_cell(new, "exercises", EVENT, "summary", "<script>x</script> *a* [l](u)")
    small.add_row(new, "countries", {"country_code": "`<b>|", "name": "x"})
    text = as_markdown(difference(package, new))
    assert "<script>" not in text and "\\*a\\* \\[l\\](u)" in text
    assert "- `<b>`: added" in text  # inside code, where Markdown escapes it


def test_long_lists_and_values_are_cut(package: Path, new: Path) -> None:
    for number in range(30):
        small.add_row(new, "countries", {"country_code": f"X{number:02}", "name": "x"})
    small.set_cell(new, "exercises", EVENT, "summary", "long " * 50)
    text = as_markdown(difference(package, new))
    assert text.count(": added") == 20 and "- and 10 more: see changes.csv" in text
    assert all(len(line) < 250 for line in text.splitlines())


# Versions


def fields(change: Callable[[list[dict[str, Any]]], object]) -> Callable[[Path], None]:
    """Change the fields of the schema of exercises and write its table with the new header."""

    def do(package: Path) -> None:
        path = small.path_of(package, "exercises")
        with path.open(encoding="utf-8", newline="") as file:
            old = list(csv.DictReader(file))
        edit(package, EXERCISES, lambda s: change(s["fields"]))
        names = [f["name"] for f in json.loads((package / EXERCISES).read_text(encoding="utf-8"))["fields"]]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, restval="", extrasaction="ignore", lineterminator="\n")
            writer.writeheader()
            writer.writerows(old)

    return do


def field(name: str, change: Callable[[dict[str, Any]], object]) -> Callable[[Path], None]:
    return fields(lambda fs: change(next(f for f in fs if f["name"] == name)))


def drop(fields: list[dict[str, Any]], name: str) -> None:
    fields.remove(next(f for f in fields if f["name"] == name))


def without_table(package: Path) -> None:
    edit(
        package,
        "datapackage.json",
        lambda d: d.update(resources=[r for r in d["resources"] if r["name"] != "listings"]),
    )


NEW_FIELD = {"name": "weather", "type": "string", "constraints": {}}
CASES: list[tuple[Callable[[Path], object], str, str]] = [
    (lambda p: small.set_cell(p, "exercises", EVENT, "summary", "Mended."), "patch", ""),
    (lambda p: small.add_row(p, "countries", {"country_code": "MNG"}), "minor", ""),
    (lambda p: small.drop_row(p, "listings", "c-list.test-sea-2012"), "minor", ""),
    (fields(lambda fs: fs.append(NEW_FIELD)), "minor", "column weather appended"),
    (field("kind", lambda f: f["constraints"]["enum"].append("parade")), "minor", "column kind: code parade added"),
    (field("kind", lambda f: f["constraints"].pop("enum")), "minor", "column kind: codes opened"),
    (field("name", lambda f: f["constraints"].update(enum=["x"])), "major", "column name: codes closed"),
    (field("kind", lambda f: f["constraints"]["enum"].remove("patrol")), "major", "column kind: code patrol removed"),
    (field("end_date", lambda f: f.update(type="string")), "major", "column end_date: type date became string"),
    (field("summary", lambda f: f.update(unit="words")), "major", "column summary: unit none became words"),
    (field("summary", lambda f: f.update(name="text")), "major", "column summary renamed to text"),
    (fields(lambda fs: drop(fs, "coding_note")), "major", "column coding_note removed"),
    (fields(lambda fs: fs.insert(3, fs.pop(2))), "major", "columns reordered"),
    (fields(lambda fs: fs.insert(1, NEW_FIELD)), "major", "column weather inserted before others"),
    (without_table, "major", "table removed"),
    (lambda p: edit(p, EXERCISES, lambda s: s.update(primaryKey=["name"])), "major", "other key"),
    (lambda p: (p / "schemas/views/exercise_years.json").unlink(), "major", "table removed"),
]


@pytest.mark.parametrize(
    ("do", "needs", "said"), CASES, ids=[f"{needs} {said or n}" for n, (_, needs, said) in enumerate(CASES)]
)
def test_change_needs_its_step_of_the_version(
    package: Path, new: Path, do: Callable[[Path], object], needs: str, said: str
) -> None:
    do(new)
    found = difference(package, new)
    assert found.needs == needs
    assert [s.what for s in found.schemas] == ([said] if said else [])
    numbers = {"none": "0.1.0", "patch": "0.1.1", "minor": "0.2.0", "major": "1.0.0"}
    for step, number in numbers.items():
        set_version(new, number)
        expected = 0 if STEPS.index(step) >= STEPS.index(needs) else 1
        assert compare.main([str(package), str(new)]) == expected, step


def test_added_table_and_view_need_a_minor_version(package: Path, new: Path) -> None:
    without_table(package)
    (package / "schemas/views/exercise_years.json").unlink()
    found = difference(package, new)
    assert [(s.table, s.what) for s in found.schemas] == [
        ("listings", "table added"),
        ("exercise_years", "table added"),
    ]
    assert found.needs == "minor"


def test_moved_file_needs_a_major_version(package: Path, new: Path) -> None:
    def move(descriptor: Any) -> None:
        descriptor["resources"][0]["path"] = "data/exercises.csv"

    (new / "data/events/exercises.csv").rename(new / "data/exercises.csv")
    edit(new, "datapackage.json", move)
    assert difference(package, new).needs == "major"


def test_renamed_column_does_not_change_its_cells(package: Path, new: Path) -> None:
    field("summary", lambda f: f.update(name="text"))(new)
    path = small.path_of(package, "exercises")
    text = path.read_text(encoding="utf-8").replace("summary", "text", 1)
    small.path_of(new, "exercises").write_text(text, encoding="utf-8")
    assert rows(difference(package, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("0.9.0", "0.10.0", "minor"),
        ("1.2.3", "1.2.10", "patch"),
        ("1.9.9", "2.0.0", "major"),
        ("1.0.0", "1.0.0", "none"),
        ("1.10.0", "1.9.0", "backwards"),
    ],
)
def test_versions_are_compared_as_numbers(old: str, new: str, step: str) -> None:
    assert step_between(old, new) == step


def test_version_that_goes_backwards_promises_too_little(package: Path, new: Path) -> None:
    set_version(package, "0.2.0")
    assert compare.main([str(package), str(new)]) == 1


# Ways to name a version


def test_release_folder_zip_and_revision_are_one_and_the_same(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build_release.main(["--package", str(package), "--out", str(tmp_path / "dist")]) == 0
    release = tmp_path / "dist" / "china-russia-exercises-0.1.0"
    git = [need("git"), "-C", str(package), "-c", "user.name=x", "-c", "user.email=x@x.example"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "x"], ["tag", "v0.1.0"]):
        subprocess.run([*git, *command], check=True)
    monkeypatch.setattr(change.versions, "ROOT", package)
    monkeypatch.chdir(tmp_path)
    names = [str(package), str(package / "datapackage.json"), str(release), f"{release}.zip", "v0.1.0", "HEAD"]
    versions = [read_version(name) for name in names]
    for version in versions:
        assert (version.number, version.rows) == ("0.1.0", versions[0].rows)
        assert version.paths == versions[0].paths and version.schemas == versions[0].schemas


def test_release_with_a_previous_version_holds_the_changes(package: Path, new: Path, tmp_path: Path) -> None:
    small.set_cell(new, "exercises", EVENT, "summary", "Mended.")
    command = ["--package", str(new), "--previous", str(package), "--out", str(tmp_path / "dist")]
    assert build_release.main(command) == 1
    assert not (tmp_path / "dist").exists()
    set_version(new, "0.1.1")
    assert build_release.main(command) == 0
    folder = tmp_path / "dist" / "china-russia-exercises-0.1.1"
    expected = as_csv(difference(package, new))
    assert (folder / "changes.csv").read_text(encoding="utf-8") == expected
    assert "  changes.csv\n" in (folder / "SHA256SUMS").read_text(encoding="utf-8")
    assert build_release.main([*command, "--previous", str(tmp_path / "nothing")]) == 2


def test_files_are_written_where_asked(package: Path, new: Path, tmp_path: Path) -> None:
    small.set_cell(new, "exercises", EVENT, "summary", "Mended.")
    files = [tmp_path / "a.csv", tmp_path / "a.md"]
    assert compare.main([str(package), str(new), "--csv", str(files[0]), "--markdown", str(files[1])]) == 1
    found = difference(package, new)
    assert [f.read_text(encoding="utf-8") for f in files] == [as_csv(found), as_markdown(found)]
    assert compare.main([str(package), str(new), "--csv", str(tmp_path / "nowhere" / "a.csv")]) == 2


def test_reader_that_stops_early_sees_no_traceback(package: Path, new: Path) -> None:
    small.set_cell(new, "exercises", EVENT, "summary", "Mended.")
    script = Path(compare.__file__)
    reader, writer = os.pipe()
    os.close(reader)  # nobody will read, as after `head` has ended
    command = [sys.executable, str(script), str(package), str(new)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writer)
    assert done.returncode == -signal.SIGPIPE and not done.stderr


# Unreadable and hostile versions


@pytest.mark.parametrize("value", ["=1+1", "@SUM(A1)", "＝1+1"])
def test_formula_of_an_unchecked_version_is_only_text_in_the_changes(package: Path, new: Path, value: str) -> None:
    small.set_cell(package, "exercises", EVENT, "summary", value)
    small.set_cell(new, "exercises", EVENT, "summary", "-2")
    assert ("exercises", EVENT, "changed", "summary", f"'{value}", "-2", "") in rows(difference(package, new))


def test_what_a_terminal_would_act_on_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare.main([str(tmp_path / "\x1b[2J"), str(tmp_path)]) == 2
    assert publish_headers.main(["--package", str(tmp_path / "\x1b[2J")]) == 2
    assert "\x1b" not in capsys.readouterr().err


def _zip(path: Path, package: Path, extra: Callable[[zipfile.ZipFile], object] = lambda _: None) -> Path:
    """A zip of a package, and what `extra` adds to it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in package.rglob("*") if p.is_file()):
            archive.write(file, f"release/{file.relative_to(package)}")
        extra(archive)
    return path


def _link(archive: zipfile.ZipFile) -> None:
    info = zipfile.ZipInfo("release/data/link.csv")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    archive.writestr(info, "/etc/passwd")


def _twice(archive: zipfile.ZipFile) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("release/datapackage.json", "{}")


ARCHIVES: dict[str, tuple[Callable[[zipfile.ZipFile], object], str]] = {
    "parent": (lambda a: a.writestr("release/../../outside.csv", "x"), "leaves the archive"),
    "absolute": (lambda a: a.writestr("/tmp/outside.csv", "x"), "leaves the archive"),
    "backslash": (lambda a: a.writestr("release\\..\\outside.csv", "x"), "leaves the archive"),
    "drive": (lambda a: a.writestr("C:outside.csv", "x"), "leaves the archive"),
    "link": (_link, "is no plain file but a link"),
    "twice": (_twice, "twice"),
    "bomb": (lambda a: a.writestr("release/data/bomb.csv", "\n" * 50_000_000), "unpacks to over 200 times its size"),
    "method": (lambda a: a.writestr("release/x.csv", "x", zipfile.ZIP_LZMA), "unusual method"),
    "json": (lambda a: a.writestr("release/x.json", "[" * 20_000_000, zipfile.ZIP_STORED), "is larger than 10,000,000"),
    "many": (lambda a: [a.writestr(f"release/{n}.txt", "") for n in range(10_001)], "files, more than 10000"),
    "packages": (lambda a: a.writestr("other/datapackage.json", "{}"), "holds 2 packages"),
}


@pytest.mark.parametrize("name", ARCHIVES)
def test_hostile_archive_is_refused(
    package: Path, tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "unpacked"))
    monkeypatch.setattr(change.versions.tempfile, "tempdir", str(tmp_path / "unpacked"))
    (tmp_path / "unpacked").mkdir()
    add, said = ARCHIVES[name]
    path = _zip(tmp_path / "a.zip", package, add)
    before = sorted(tmp_path.iterdir())
    assert compare.main([str(path), str(package)]) == 2
    err = capsys.readouterr().err
    assert said in err and str(path) in err
    assert sorted(tmp_path.iterdir()) == before and not list((tmp_path / "unpacked").iterdir())


def test_archive_that_unpacks_to_too_much_is_refused(
    package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _zip(tmp_path / "a.zip", package)
    monkeypatch.setattr(change.archive, "MOST_BYTES", path.stat().st_size)
    with pytest.raises(UnusablePackage, match="unpacks to more than"):
        read_version(str(path))
    monkeypatch.setattr(change.versions, "MOST_BYTES", 1000)
    monkeypatch.setattr(change.archive, "MOST_BYTES", 1000)
    with pytest.raises(UnusablePackage, match="is larger than"):
        read_version(str(path))


def test_archive_with_a_false_size_is_refused(package: Path, tmp_path: Path) -> None:
    """An entry that says it is small and is not: reading stops at the said size and the checksum fails."""
    path = _zip(tmp_path / "a.zip", package, lambda a: a.writestr("release/data/bomb.csv", "x" * 1_000_000))
    size = (1_000_000).to_bytes(4, "little")
    data = path.read_bytes()
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (900).to_bytes(4, "little")))
    with pytest.raises(UnusablePackage, match="cannot be unpacked"):
        read_version(str(path))


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_damaged_archive_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    content = bytearray(_packed())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    (folder / "a.zip").write_bytes(content if data.draw(st.booleans()) else content[:cut])
    try:
        read_version(str(folder / "a.zip"))
    except UnusablePackage as error:
        assert str(error).startswith(str(folder / "a.zip"))


def _packed(made: dict[str, bytes] = {}) -> bytes:  # noqa: B006 packed once
    """The bytes of a zip of the small package."""
    if not made:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            package = small.write(Path(folder))
            made["zip"] = _zip(Path(folder) / "a.zip", package).read_bytes()
    return made["zip"]


def _set(table: str, old: str, new: str) -> Callable[[Path], object]:
    def do(package: Path) -> None:
        path = small.path_of(package, table)
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return do


UNREADABLE: list[tuple[Callable[[Path], object], str]] = [
    (lambda p: shutil.rmtree(p), "is neither a release folder, nor a zip of one, nor a git revision"),
    (lambda p: (p / "datapackage.json").unlink(), "datapackage.json: cannot be read"),
    (lambda p: set_version(p, "1.0"), "the version '1.0' is not of the form 1.2.3"),
    (lambda p: small.path_of(p, "series").unlink(), "data/reference/series.csv: cannot be read"),
    (lambda p: edit(p, "datapackage.json", lambda d: d["resources"][0].update(path="../x.csv")), "leaves the package"),
    (lambda p: edit(p, "datapackage.json", lambda d: d["resources"].append(d["resources"][0])), "'exercises' twice"),
    (lambda p: edit(p, EXERCISES, lambda s: s["fields"].append(s["fields"][0])), "names a field twice"),
    (lambda p: edit(p, EXERCISES, lambda s: s["fields"][0].update(constraints={"enum": 1})), "are no list of words"),
    (lambda p: edit(p, EXERCISES, lambda s: s["fields"][0].update(type=[])), "an odd type"),
    (lambda p: (p / "schemas/views/exercise_years.json").write_text("{", encoding="utf-8"), "is no JSON text"),
    (lambda p: (p / "schemas/views/exercise_years.json").write_text("[]", encoding="utf-8"), "names no fields"),
    (_set("series", "series_id", "series"), "series.csv:1: the header is not that of the schema"),
    (_set("series", "Invented.", "Invented.,x"), "series.csv:2: the row has"),
    (_set("series", "Invented.", '"Invented'), "series.csv:2: the text is no CSV"),
    (_set("series", "Invented.", "x" * 200_000), "series.csv:2: a cell is longer than 100,000 characters"),
    (
        lambda p: small.add_row(p, "series", {"series_id": "test-sea"}),
        "series.csv:3: the key 'test-sea' stands there twice",
    ),
    (lambda p: small.path_of(p, "series").write_bytes(b"\xff\xfe"), "series.csv: is not UTF-8"),
]


@pytest.mark.parametrize(("damage", "said"), UNREADABLE, ids=[said for _, said in UNREADABLE])
def test_unreadable_version_exits_with_2(
    package: Path, new: Path, damage: Callable[[Path], object], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(new)
    assert compare.main([str(package), str(new)]) == 2
    err = capsys.readouterr().err
    assert said in err and err.startswith(str(new)) and err.count("\n") == 1


def test_link_out_of_a_folder_is_refused(package: Path, new: Path, tmp_path: Path) -> None:
    for inside in ("data/reference/series.csv", "schemas/views/exercise_years.json"):
        copy = shutil.copytree(new, tmp_path / Path(inside).stem)
        (copy / inside).rename(tmp_path / "outside")
        os.symlink(tmp_path / "outside", copy / inside)
        with pytest.raises(UnusablePackage, match="leaves the package"):
            read_version(str(copy))


def test_revision_is_never_taken_for_an_option(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    need("git")
    for name in ("--help", "--output=x", "HEAD:data", "nothing"):
        with pytest.raises(UnusablePackage, match="is neither a release folder"):
            read_version(name)


# Headers


def test_headers_of_this_package_keep_what_is_published() -> None:
    """Fails when a column of a listed version is renamed, removed, reordered or retyped without a major version."""
    listed = publish_headers.read_listed(ROOT)
    assert listed
    assert list(publish_headers.broken(read_version(str(ROOT)), listed)) == []


def test_headers_are_listed_once_and_checked(package: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = package / "schemas" / "published.csv"
    path.write_text("version,table,position,column,type\n", encoding="utf-8")
    command = ["--package", str(package)]
    assert publish_headers.main([*command, "--check"]) == 1
    assert publish_headers.main(command) == 0
    listed = path.read_text(encoding="utf-8")
    assert "0.1.0,exercises,1,exercise_id,string\n" in listed and "0.1.0,exercise_years,1,year,integer\n" in listed
    assert publish_headers.main([*command, "--check"]) == publish_headers.main(command) == 0
    assert path.read_text(encoding="utf-8") == listed
    fields(lambda fs: fs.append(NEW_FIELD))(package)
    assert publish_headers.main(command) == publish_headers.main([*command, "--check"]) == 1
    assert "is listed with other headers" in capsys.readouterr().err
    assert publish_headers.main([*command, "--unpublished"]) == 0
    set_version(package, "0.2.0")
    assert publish_headers.main(command) == 0
    assert path.read_text(encoding="utf-8").count(",exercises,1,exercise_id,string\n") == 2


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (field("summary", lambda f: f.update(name="text")), "was summary string in version 0.1.0 and is text string"),
        (
            field("end_date", lambda f: f.update(type="string")),
            "was end_date date in version 0.1.0 and is",
        ),
        (fields(lambda fs: drop(fs, "coding_note")), "was coding_note string in version 0.1.0 and is"),
        (fields(lambda fs: fs.insert(3, fs.pop(2))), "was part_of_id string in version 0.1.0 and is follows_id"),
        (without_table, "the table listings of version 0.1.0 is gone"),
        (fields(lambda fs: fs.append(NEW_FIELD)), ""),
    ],
)
def test_broken_header_needs_a_major_version(package: Path, do: Callable[[Path], object], said: str) -> None:
    listed = {"0.1.0": publish_headers.headers(read_version(str(package)))}
    do(package)
    set_version(package, "0.2.0")
    problems = list(publish_headers.broken(read_version(str(package)), listed))
    assert [said in p for p in problems] == ([True] if said else [])
    set_version(package, "1.0.0")
    assert list(publish_headers.broken(read_version(str(package)), listed)) == []
