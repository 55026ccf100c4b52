"""Random damages to a package, by kind, and what a reader would load from it.

Every kind of damage is a function of hypothesis's `draw` and the folder of a package; it changes the files in place.
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis.strategies as st

Draw = Callable[[st.SearchStrategy[Any]], Any]
Place = tuple[str | int, ...]
ODD_TEXTS = [
    "", " ", "x", "0", "-1", "1_000", "１２", "²", "9" * 30, "9" * 5000, "1e5", "NaN", "inf", "=1+1", "NA", "true",
    "2012-02-31", "2012-4-2", "0000-00-00", "9999-12-31", "2014-13", "two\nlines", "a\tb", "\x00", "\x1b[2J", "\u202e",
    "<script>alert(1)</script>", "../../etc/passwd", "https://example.org", '"', "'; DROP TABLE x; --", "x" * 40_000,
]  # fmt: skip
ODD_VALUES = [
    None, True, False, 0, -1, 1.5, 10**18, 1e308, "", "x", "\ud800", "\x00", "a\nb", "../x", "/etc/passwd", "([", "(a",
    "2012-02-31", [], {}, [[]], [None], ["x"], {"": ""}, {"x": [1]}, "9" * 5000,
]  # fmt: skip
BOM = b"\xef\xbb\xbf"


def cell(draw: Draw, package: Path) -> None:
    """One cell: another value of its column, nothing, a slip of the finger or an odd text."""
    path, rows = _table(draw, package)
    at, number = _pick(draw, rows[0]), _pick(draw, rows[1:]) + 1
    value, column = rows[number][at], [row[at] for row in rows[1:]]
    how = draw(st.sampled_from(["other", "empty", "slip", "odd"]))
    if how == "slip" and value:
        place = _pick(draw, value)
        value = value[:place] + draw(st.sampled_from(["", value[place] * 2, "e", "1", "-"])) + value[place + 1 :]
    else:
        value = draw(st.sampled_from({"other": column, "empty": [""]}.get(how, ODD_TEXTS)))
    rows[number][at] = value
    _write_rows(path, rows)


def row(draw: Draw, package: Path) -> None:
    """One row: gone, doubled, moved, emptied, or with a cell too few or too many."""
    path, rows = _table(draw, package)
    number = _pick(draw, rows[1:]) + 1
    how = draw(st.sampled_from(["drop", "double", "move", "empty", "fewer", "more", "other"]))
    taken = rows.pop(number)
    if how in ("double", "move"):
        rows.insert(draw(st.integers(1, len(rows))), taken)
    if how == "double":
        rows.insert(number, list(taken))
    if how in ("empty", "fewer", "more"):
        rows.insert(number, {"empty": [], "fewer": taken[:-1], "more": [*taken, "x"]}[how])
    if how == "other":
        rows.insert(number, draw(st.permutations(taken)))
    _write_rows(path, rows)


def header(draw: Draw, package: Path) -> None:
    """The header: a name changed, gone, doubled, swapped or odd, the line gone; or a whole column gone or moved."""
    path, rows = _table(draw, package)
    at, other = _pick(draw, rows[0]), _pick(draw, rows[0])
    how = draw(st.sampled_from(["rename", "drop", "double", "swap", "line", "column", "columns"]))
    if how == "rename":
        rows[0][at] = draw(st.sampled_from([rows[0][at].upper(), rows[0][at] + " ", *ODD_TEXTS]))
    elif how == "drop":
        del rows[0][at]
    elif how == "double":
        rows[0].insert(at, rows[0][at])
    elif how == "line":
        del rows[0]
    for cells in {"swap": rows[:1], "columns": rows}.get(how, []):
        cells[at], cells[other] = cells[other], cells[at]
    for cells in rows if how == "column" else []:
        del cells[at]
    _write_rows(path, rows)


def byte(draw: Draw, package: Path) -> None:
    """One to three bytes of a CSV or JSON file: changed, gone or added."""
    path = draw(st.sampled_from(_files(package)))
    data = bytearray(path.read_bytes())
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, max(len(data) - 1, 0)))
        new = draw(st.sampled_from([b"", *(bytes([n]) for n in range(256)), b'"', b"\n", b","]))
        data[place : place + draw(st.integers(0, 1))] = new
    path.write_bytes(bytes(data))


def file(draw: Draw, package: Path) -> None:
    """A file: gone, empty, cut off, a folder, a link, another one's content, twice its own, in another encoding."""
    path, other = draw(st.sampled_from(_files(package))), draw(st.sampled_from(_files(package)))
    data, new = path.read_bytes(), other.read_bytes()
    path.unlink()
    how = draw(
        st.sampled_from(["gone", "empty", "cut", "folder", "link", "pipe", "other", "twice", "bom", "cr", "utf-16"])
    )
    if how == "folder":
        path.mkdir()
    elif how == "link":
        os.symlink(other, path)
    elif how == "pipe":
        os.mkfifo(path)
    elif how != "gone":
        cut = data[: draw(st.integers(0, len(data)))] if how == "cut" else b""
        made = {"empty": b"", "cut": cut, "other": new, "twice": data * 2, "bom": BOM + data}
        made["cr"] = data.replace(b"\n", b"\r\n")
        path.write_bytes(made[how] if how in made else data.decode("utf-8").encode("utf-16"))


def schema(draw: Draw, package: Path) -> None:
    """One key or value of a Table Schema."""
    _damage_json(draw, package / draw(st.sampled_from([r["schema"] for r in _resources(package)])))


def descriptor(draw: Draw, package: Path) -> None:
    """One key or value of datapackage.json."""
    _damage_json(draw, package / "datapackage.json")


KINDS = {d.__name__: d for d in (cell, row, header, byte, file, schema, descriptor)}


def meaning(package: Path) -> dict[str, Any] | None:
    """What a reader loads: the descriptor with its schemas, the rows of every table; None if that fails."""
    try:
        found = json.loads(_bytes(package / "datapackage.json"))
        tables = {}
        for resource in found["resources"]:
            resource["schema"] = json.loads(_bytes(package / resource["schema"]))
            tables[resource["name"]] = _rows_as_loaded(package / resource["path"])
        exceptions = _rows_as_loaded(package / "schemas" / "exceptions.csv")
        return {"descriptor": json.dumps(found, sort_keys=True), "tables": tables, "exceptions": exceptions}
    except (OSError, ValueError, KeyError, TypeError, RecursionError, csv.Error):
        return None


def _damage_json(draw: Draw, path: Path) -> None:
    """Remove, rename, replace, double, swap or add one part of a JSON document."""
    document = json.loads(path.read_text(encoding="utf-8"))
    parent, name = draw(st.sampled_from(list(_places(document))))
    value = parent[name]
    how = draw(st.sampled_from(["drop", "rename", "odd", "double", "deep", "swap", "add"]))
    if how == "drop":
        del parent[name]
    elif how == "rename" and isinstance(parent, dict):
        parent[draw(st.sampled_from([f"{name}s", str(name).upper(), "", "x"]))] = parent.pop(name)
    elif how == "double" and isinstance(parent, list):
        parent.insert(name, value)
    elif how == "swap" and isinstance(parent, list):
        other = _pick(draw, parent)
        parent[name], parent[other] = parent[other], value
    elif how == "deep":
        for _ in range(draw(st.sampled_from([1, 60, 900]))):
            value = [value]
        parent[name] = value
    elif how == "add" and isinstance(value, dict):
        value[draw(st.sampled_from(["x", "format", "missingValues", "unique", "required"]))] = _odd(draw)
    else:
        parent[name] = _odd(draw)
    path.write_text(json.dumps(document), encoding="utf-8")


def _odd(draw: Draw) -> Any:
    return draw(st.sampled_from(ODD_VALUES))


def _places(value: Any) -> Any:
    """Every dict or list of a document with every key or number in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    for name, item in inner:
        yield value, name
        yield from _places(item)


def _pick(draw: Draw, things: Any) -> int:
    return int(draw(st.integers(0, len(things) - 1)))


def _resources(package: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads((package / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    return found


def _files(package: Path) -> list[Path]:
    named = [r[part] for r in _resources(package) for part in ("path", "schema")]
    return [package / name for name in ["datapackage.json", "schemas/exceptions.csv", *named]]


def _table(draw: Draw, package: Path) -> tuple[Path, list[list[str]]]:
    path = package / draw(st.sampled_from([r["path"] for r in _resources(package)]))
    return path, list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def _write_rows(path: Path, rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    path.write_text(out.getvalue(), encoding="utf-8", newline="")


def _rows_as_loaded(path: Path) -> list[list[str]]:
    """Header and rows; the order of rows means nothing."""
    first, *rows = csv.reader(io.StringIO(_bytes(path).decode("utf-8"), newline=""), strict=True)
    return [first, *sorted(rows)]


def _bytes(path: Path) -> bytes:
    """The bytes of a file; a named pipe would never end."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_bytes()


def copy_of(package: Path, target: Path) -> Path:
    """A fresh copy of a package in place of whatever is at `target`."""
    if target.exists():
        shutil.rmtree(target)
    return Path(shutil.copytree(package, target))
