"""Rules for the descriptor and the schemas themselves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from problems import Problem
from tables import Tables

SCHEMA = Path(__file__).resolve().parent.parent.parent / "schemas" / "package.json"


def descriptor_meets_its_schema(tables: Tables) -> Iterator[Problem]:
    """The descriptor carries what schemas/package.json asks for. Citation files and the site are made from it."""
    descriptor = json.loads(json.dumps(tables.descriptor))
    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))
    for error in validator.iter_errors(descriptor):
        place = ".".join(str(p) for p in error.absolute_path)
        shown = json.dumps(error.instance, ensure_ascii=False)[:60] if not isinstance(error.instance, dict) else ""
        yield Problem("datapackage.json", 0, place, "", shown, error.message[:200], "see schemas/package.json")


def same_vocabulary_everywhere(tables: Tables) -> Iterator[Problem]:
    """Fields that share a vocabulary have the same codes, labels and definitions. A code means one thing everywhere."""
    first: dict[str, tuple[str, Any]] = {}
    for table in tables.values():
        for name, field in table.fields.items():
            if "vocabulary" not in field:
                continue
            found = (field["constraints"]["enum"], field["categories"])
            where, known = first.setdefault(field["vocabulary"], (f"{table.name}.{name}", found))
            if found != known:
                message = f"differs from the same vocabulary in {where}"
                place = f"{table.name}.{name}"
                yield Problem(table.path, 1, name, "", field["vocabulary"], message, f"make {place} and {where} equal")


ERRORS = [descriptor_meets_its_schema, same_vocabulary_everywhere]
WARNINGS: list[object] = []
