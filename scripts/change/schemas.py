"""What differs between the schemas of two versions, and which step of the version number each difference needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from change.versions import Version

STEPS = ["none", "patch", "minor", "major"]  # in rising order


@dataclass(frozen=True)
class SchemaChange:
    """One difference in the build of the tables."""

    table: str
    what: str
    needs: str  # one of STEPS


def schema_changes(old: Version, new: Version) -> list[SchemaChange]:
    """All differences: tables that came or went, columns, types, keys and codes."""
    found = [SchemaChange(t, "table removed", "major") for t in old.schemas if t not in new.schemas]
    for table, schema in new.schemas.items():
        if table not in old.schemas:
            found.append(SchemaChange(table, "table added", "minor"))
            continue
        if old.paths[table] != new.paths[table]:
            found.append(SchemaChange(table, f"file moved from {old.paths[table]} to {new.paths[table]}", "major"))
        if old.schemas[table].get("primaryKey") != schema.get("primaryKey"):
            found.append(SchemaChange(table, "other key", "major"))
        found += [SchemaChange(table, what, step) for what, step in _columns(old.schemas[table], schema)]
    return found


def renamed_columns(old: Version, new: Version) -> dict[str, dict[str, str]]:
    """By table, the new names of columns that seem renamed: another name at the same place with the same type."""
    return {t: names for t in old.schemas if t in new.schemas and (names := _renamed(old.schemas[t], new.schemas[t]))}


def step_between(old: str, new: str) -> str:
    """The step that a version number takes, or "backwards"."""
    before, after = _parts(old), _parts(new)
    if after <= before:
        return "none" if after == before else "backwards"
    return next(step for step, at in (("major", 0), ("minor", 1), ("patch", 2)) if after[at] != before[at])


def _columns(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str]]:
    before, after = _fields(old), _fields(new)
    renamed = _renamed(old, new)
    yield from ((f"column {was} renamed to {now}", "major") for was, now in renamed.items())
    for name in before:
        if name not in after and name not in renamed:
            yield f"column {name} removed", "major"
    kept = [renamed.get(n, n) for n in before if renamed.get(n, n) in after]
    if kept != [n for n in after if n in kept]:
        yield "columns reordered", "major"
    for place, name in enumerate(after):
        if name not in before and name not in renamed.values():
            inserted = any(later in kept for later in list(after)[place + 1 :])
            yield (
                f"column {name} " + ("inserted before others" if inserted else "appended"),
                ("major" if inserted else "minor"),
            )
    for name in before:
        if renamed.get(name, name) in after:
            yield from _field(before[name], after[renamed.get(name, name)])


def _field(old: dict[str, Any], new: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Differences in the meaning of one column."""
    name = new["name"]
    for what in ("type", "unit"):
        if old.get(what) != new.get(what):
            yield f"column {name}: {what} {_said(old, what)} became {_said(new, what)}", "major"
    before, after = _codes(old), _codes(new)
    if before and after:
        yield from ((f"column {name}: code {code} removed", "major") for code in before if code not in after)
        yield from ((f"column {name}: code {code} added", "minor") for code in after if code not in before)
    elif before or after:
        yield (f"column {name}: codes closed", "major") if after else (f"column {name}: codes opened", "minor")


def _renamed(old: dict[str, Any], new: dict[str, Any]) -> dict[str, str]:
    before, after = _fields(old), _fields(new)
    pairs = zip(before.values(), after.values(), strict=False)
    return {
        was["name"]: now["name"]
        for was, now in pairs
        if was["name"] not in after and now["name"] not in before and was.get("type") == now.get("type")
    }


def _fields(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {f["name"]: f for f in schema["fields"]}


def _codes(field: dict[str, Any]) -> list[str]:
    return [str(code) for code in field.get("constraints", {}).get("enum", [])]


def _said(field: dict[str, Any], what: str) -> str:
    return str(field.get(what) or "none")


def _parts(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
