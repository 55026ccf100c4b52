"""Makes the JSON Schemas of the nested documents from the Table Schemas.

Reads the descriptor and the Table Schemas; writes schemas/exercise-record.json and schemas/transfer-record.json.
Run: python scripts/build_record_schemas.py
"""

from __future__ import annotations

import json
from typing import Any

from command import run
from format_csv import write_atomically
from records import CHILDREN, CLAIM_FIELDS, FILLED_BY_FORMATTER, REFERENCES, ROOTS
from tables import ROOT, Table, read_descriptor

TITLES = {"exercises": "Exercise record", "transfers": "Transfer record"}
FILES = {"exercises": "exercise-record.json", "transfers": "transfer-record.json"}


def record_schema(tables: dict[str, Table], root: str) -> dict[str, Any]:
    """The JSON Schema of the document of one root table."""
    definitions = {"claim": _claim(tables["claims"])}
    properties = _properties(tables[root])
    properties["claims"] = {"type": "array", "items": {"$ref": "#/$defs/claim"}}
    for name in CHILDREN[root]:
        table = tables[name]
        definitions[name] = _row(table, {table.key, ROOTS[root], *FILLED_BY_FORMATTER}, claims=True)
        properties[name] = {
            "type": "array",
            "items": {"$ref": f"#/$defs/{name}"},
            "description": table.schema["description"],
        }
    references = {}
    for name in REFERENCES:
        table = tables[name]
        hidden = {table.key} if "keyTemplate" in table.schema else set()
        definitions[name] = _row(table, hidden, claims=False)
        references[name] = {"type": "array", "items": {"$ref": f"#/$defs/{name}"}}
    properties["references"] = {
        "type": "object",
        "description": "Rows of shared tables that the record names.",
        "properties": references,
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": TITLES[root],
        "description": "One row with everything that hangs on it. Made from the Table Schemas by "
        "scripts/build_record_schemas.py; do not edit.",
        "type": "object",
        "properties": properties,
        "required": _required(tables[root], set()),
        "additionalProperties": False,
        "$defs": definitions,
    }


def texts() -> dict[str, str]:
    """The text of every record schema by its file name."""
    resources = read_descriptor(ROOT)["resources"]
    tables = {r["name"]: Table(r["name"], r["path"], r["schema"]) for r in resources}
    schemas = {FILES[root]: record_schema(tables, root) for root in ROOTS}
    return {name: json.dumps(schema, ensure_ascii=False, indent=2) + "\n" for name, schema in schemas.items()}


def main() -> int:
    """Write the schemas."""
    write_atomically({ROOT / "schemas" / name: text for name, text in texts().items()})
    return 0


def _row(table: Table, derived: set[str], claims: bool) -> dict[str, Any]:
    """Schema of one row; derived fields may be there and are computed anyway."""
    properties = _properties(table)
    if claims:
        properties["claims"] = {"type": "array", "items": {"$ref": "#/$defs/claim"}}
    required = _required(table, derived)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _claim(table: Table) -> dict[str, Any]:
    fields = {f["name"]: f for f in table.schema["fields"]}
    properties = {"claim_id": _field(fields["claim_id"])}
    for name in CLAIM_FIELDS:
        properties[name] = _field(fields["subject_field" if name == "field" else name])
    properties["value"] = {"type": "string", "description": fields["value"]["description"]}
    required = ["basis", "verdict", "source_id", "origin_id"]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _properties(table: Table) -> dict[str, Any]:
    return {f["name"]: _field(f) for f in table.schema["fields"]}


def _required(table: Table, derived: set[str]) -> list[str]:
    return [f["name"] for f in table.schema["fields"] if f["constraints"].get("required") and f["name"] not in derived]


def _field(field: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, Any] = {"description": field["description"]}
    out["type"] = field["type"] if field["type"] in ("integer", "number") else "string"
    if field["type"] == "date":
        out["pattern"] = r"^\d{4}-\d{2}-\d{2}$"
    for name in ("enum", "pattern", "minimum", "maximum"):
        if name in field["constraints"]:
            out[name] = field["constraints"][name]
    return out


if __name__ == "__main__":
    run(main)
