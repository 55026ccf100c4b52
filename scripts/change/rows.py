"""What differs between the rows of two versions: one record per table, key and column."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from change.versions import Rows, Version

COLUMNS = ["table", "key", "change", "column", "old", "new", "replaced_by"]


@dataclass(frozen=True, order=True)
class Change:
    """One cell that differs. Rows that came or went give one change per cell that is not empty.

    `change` is added, removed, changed or retired; a retired row that went on under another key has that key in
    `replaced_by`, and its other cells are compared with those of the row that replaces it.
    """

    table: str
    key: str
    change: str
    column: str
    old: str
    new: str
    replaced_by: str = ""

    def row(self) -> dict[str, str]:
        """The change as a row of changes.csv."""
        return {c: str(getattr(self, c)) for c in COLUMNS}


def changes(old: Version, new: Version, renamed: dict[str, dict[str, str]]) -> list[Change]:
    """All changes, in the order of the tables of the new version. `renamed`: new names of columns by table."""
    names = [*new.rows, *(n for n in old.rows if n not in new.rows)]
    retired = _retired(new)
    found: list[Change] = []
    for name in names:
        before = _with_new_names(old.rows.get(name, {}), renamed.get(name, {}))
        found += sorted(_in_table(name, before, new.rows.get(name, {}), retired.get(name, {}), _key(new, old, name)))
    return found


def _in_table(table: str, old: Rows, new: Rows, retired: dict[str, str], key: str) -> Iterator[Change]:
    """Changes in one table; a row that goes on under a key of its own is no new row."""
    moved = {k: v for k, v in retired.items() if k in old and k not in new and v in new and v not in old}
    for gone, successor in moved.items():
        yield Change(table, gone, "retired", key, gone, successor, successor)
        yield from _cells(table, gone, old[gone], new[successor], key, successor)
    for name in old.keys() - new.keys() - moved.keys():
        kind, successor = ("retired", retired[name]) if name in retired else ("removed", "")
        for column, value in old[name].items():
            if value:
                yield Change(table, name, kind, column, value, "", successor)
    for name in new.keys() - old.keys() - set(moved.values()):
        for column, value in new[name].items():
            if value:
                yield Change(table, name, "added", column, "", value)
    for name in old.keys() & new.keys():
        yield from _cells(table, name, old[name], new[name], key, "")


def _cells(
    table: str, name: str, old: dict[str, str], new: dict[str, str], key: str, successor: str
) -> Iterator[Change]:
    for column in {**old, **new}:
        before, after = old.get(column, ""), new.get(column, "")
        if before != after and column != key:
            yield Change(table, name, "changed", column, before, after, successor)


def _retired(version: Version) -> dict[str, dict[str, str]]:
    """By table, what replaces every retired id in the end; nothing if it has no replacement."""
    direct: dict[str, dict[str, str]] = {}
    for row in version.rows.get("retired_ids", {}).values():
        direct.setdefault(row.get("table", ""), {})[row.get("retired_id", "")] = row.get("replaced_by", "")
    return {table: {k: _last(k, ids) for k in ids} for table, ids in direct.items()}


def _last(key: str, ids: dict[str, str]) -> str:
    seen = {key}
    while ids.get(key) and ids[key] not in seen:
        key = ids[key]
        seen.add(key)
    return "" if key in ids else key


def _with_new_names(rows: Rows, names: dict[str, str]) -> Rows:
    return {k: {names.get(c, c): v for c, v in cells.items()} for k, cells in rows.items()} if names else rows


def _key(new: Version, old: Version, table: str) -> str:
    return str((new.schemas.get(table) or old.schemas[table])["primaryKey"][0])
