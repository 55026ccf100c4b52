"""One event, or one transfer, with everything that hangs on it as one nested document, and back to rows.

The document is the coding sheet of a curator, the record of the JSON Lines release and the input of the event's page.
It holds the fields of the root row, `claims` about it, one list per table that hangs on it (each row with its own
`claims`), and `references`: the rows of shared tables that it names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from claims import NUMBER_TYPES, claim_id
from tables import Row, Table, Tables, canonical_number, derived_key

Record = dict[str, Any]

ROOTS = {"exercises": "exercise_id", "transfers": "transfer_id"}
CHILDREN = {
    "exercises": [
        "phases",
        "participants",
        "participant_services",
        "assets",
        "exercise_vessels",
        "exercise_locations",
        "activities",
        "responses",
        "exercise_names",
        "numbering",
    ],
    "transfers": ["transfer_items"],
}
# In an order in which every row comes after those that name it, so that one pass finds all.
REFERENCES = ["aliases", "series", "vessels", "locations", "platforms", "sources", "organisations"]
CLAIM_FIELDS = ["field", "value", "qualifier", "basis", "verdict", "source_id", "origin_id", "note"]
FILLED_BY_FORMATTER = ("quantity_low", "quantity_high")


def root_of(record: Record) -> str:
    """The root table of a record, told by its key; empty if it has neither."""
    return next((table for table, key in ROOTS.items() if key in record), "")


def to_record(tables: Tables, root: str, key: str, derived: bool = False) -> Record:
    """The nested document of one event or transfer.

    With `derived`, keys and computed fields are there too (release, site); without, only what a coder writes (sheet).
    Empty cells are left out. Integers and numbers are numbers, all else are strings.
    """
    row = tables[root].by_key[key]
    record = _fields(tables[root], row)
    record["claims"] = _claims(tables, root, row, derived)
    for name in CHILDREN[root]:
        table = tables[name]
        hidden = () if derived else (table.key, ROOTS[root], *FILLED_BY_FORMATTER)
        children = table.where(ROOTS[root], key)
        record[name] = [_fields(table, r, hidden) | _with_claims(tables, name, r, derived) for r in children]
    record["references"] = _references(tables, record)
    return record


def from_record(tables: Tables, record: Record) -> Iterator[tuple[str, dict[str, str], tuple[str | int, ...]]]:
    """Table, cells and place in the document of every row that a record stands for. Derived cells are computed."""
    root = root_of(record)
    key = ROOTS[root]
    yield root, _cells(tables[root], record), ()
    yield from _claim_rows(root, str(record[key]), record, ())
    for name in CHILDREN[root]:
        table = tables[name]
        for number, item in enumerate(record.get(name, [])):
            cells = _cells(table, item) | {key: str(record[key])}
            cells[table.key] = derived_key(str(table.schema["keyTemplate"]), cells)
            yield name, cells, (name, number)
            yield from _claim_rows(name, cells[table.key], item, (name, number))
    for name in REFERENCES:
        table = tables[name]
        for number, item in enumerate(record.get("references", {}).get(name, [])):
            cells = _cells(table, item)
            if "keyTemplate" in table.schema:
                cells[table.key] = derived_key(str(table.schema["keyTemplate"]), cells)
            yield name, cells, ("references", name, number)


def rows_of(tables: Tables, root: str, key: str) -> dict[str, set[str]]:
    """Keys of all rows that hang on one event or transfer, by table, the claims about them among them."""
    owned = {root: {key}}
    for name in CHILDREN[root]:
        owned[name] = {r.key for r in tables[name].where(ROOTS[root], key)}
    about = [(name, k) for name, keys in owned.items() for k in keys]
    owned["claims"] = {c.key for place in about for c in tables.claims_about.get(place, [])}
    return owned


def _fields(table: Table, row: Row, hidden: tuple[str, ...] = ()) -> Record:
    return {name: _typed(table, name, value) for name, value in row.items() if value and name not in hidden}


def _typed(table: Table, name: str, value: str) -> str | int | float:
    if table.fields[name]["type"] not in NUMBER_TYPES:
        return value
    return float(value) if "." in value else int(value)


def _claims(tables: Tables, table: str, row: Row, derived: bool) -> list[Record]:
    out = []
    for claim in tables.claims_about.get((table, row.key), []):
        names = {"field": "subject_field"}
        item = {name: claim[names.get(name, name)] for name in CLAIM_FIELDS}
        if not derived and (item["field"], item["value"]) == ("present", "true"):
            item["field"] = item["value"] = ""
        out.append(({"claim_id": claim.key} if derived else {}) | {k: v for k, v in item.items() if v})
    return out


def _with_claims(tables: Tables, name: str, row: Row, derived: bool) -> Record:
    claims = _claims(tables, name, row, derived)
    return {"claims": claims} if claims else {}


def _references(tables: Tables, record: Record) -> Record:
    """Rows of the shared tables that a record names, with those that they name in turn."""
    wanted: dict[str, set[str]] = {name: set() for name in REFERENCES}
    _collect(record, wanted)
    out: dict[str, list[Record]] = {}
    for name in REFERENCES:
        table = tables[name]
        found: set[str] = set()
        while todo := wanted[name] - found:  # a place lies within a place, a type belongs to a family
            for key in todo & table.by_key.keys():
                _collect(_fields(table, table.by_key[key]), wanted)
            found |= todo
        if name == "aliases":
            continue
        out[name] = [_fields(table, table.by_key[key]) for key in sorted(found & table.by_key.keys())]
    about = ((name, r) for name, keys in wanted.items() for k in keys for r in tables["aliases"].where("subject_id", k))
    aliases = sorted((r for name, r in about if r["subject_table"] == name), key=lambda r: r.key)
    out["aliases"] = [_fields(tables["aliases"], r, (tables["aliases"].key,)) for r in aliases]
    return {name: rows for name, rows in out.items() if rows}


LINKS = {
    "series_id": "series",
    "vessel_id": "vessels",
    "replaced_by": "vessels",
    "location_id": "locations",
    "within_id": "locations",
    "platform_id": "platforms",
    "family_id": "platforms",
    "source_id": "sources",
    "origin_id": "organisations",
    "publisher_id": "organisations",
}


def _collect(value: Any, wanted: dict[str, set[str]]) -> None:
    """Add to `wanted` every key of a shared table that a nested value names."""
    if isinstance(value, list):
        for item in value:
            _collect(item, wanted)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in LINKS and isinstance(item, str):
                wanted[LINKS[name]].add(item)
            elif isinstance(item, dict | list):
                _collect(item, wanted)


def _cells(table: Table, item: Record) -> dict[str, str]:
    return {c: _text(item[c]) for c in table.columns if c in item}


def _text(value: Any) -> str:
    """A value as a cell; a number as short as it can be."""
    return canonical_number(repr(value)) if isinstance(value, float) else str(value)


def _claim_rows(
    table: str, key: str, item: Record, place: tuple[str | int, ...]
) -> Iterator[tuple[str, dict[str, str], tuple[str | int, ...]]]:
    for number, claim in enumerate(item.get("claims", [])):
        cells = {name: _text(claim[name]) for name in CLAIM_FIELDS if name in claim}
        cells["subject_field"] = cells.pop("field", "present")
        cells.setdefault("value", "true")
        cells |= {"subject_table": table, "subject_id": key}
        cells["claim_id"] = claim_id(cells)
        yield "claims", cells, (*place, "claims", number)
