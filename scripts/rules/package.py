"""Rules for the descriptor and the schemas themselves."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
from problems import Problem
from tables import Tables

SCHEMA = Path(__file__).resolve().parent.parent.parent / "schemas" / "package.json"
DESCRIPTOR = "datapackage.json"
MISPLACED = {
    "string": {"minimum", "maximum"},
    "integer": {"pattern", "enum"},
    "number": {"pattern", "enum"},
    "date": {"minimum", "maximum", "pattern", "enum"},
}
PART = r"p?\{[a-z_]+(\|[a-z_]+)*\??\}"  # of a keyTemplate


def descriptor_meets_its_schema(tables: Tables) -> Iterator[Problem]:
    """The descriptor carries what schemas/package.json asks for. Citation files and the site are made from it."""
    validator = jsonschema.Draft202012Validator(_schema(), format_checker=jsonschema.FormatChecker(["date"]))
    for error in validator.iter_errors(tables.descriptor):
        place = ".".join(str(p) for p in error.absolute_path)
        shown = json.dumps(error.instance, ensure_ascii=True)[:60] if not isinstance(error.instance, dict) else ""
        table = _table_at(tables, list(error.absolute_path))
        message = error.message[:200].encode("utf-8", "backslashreplace").decode("utf-8")
        yield Problem(DESCRIPTOR, 0, place, "", shown, message, "see schemas/package.json", table)


def every_table_is_there(tables: Tables) -> Iterator[Problem]:
    """The package has every table of the model, empty if need be. Rules and views look into all of them."""
    names = {r["name"] for r in tables.descriptor["resources"]}
    for name in _schema()["$defs"]["table"]["properties"]["name"]["enum"]:
        if name not in names:
            yield Problem(DESCRIPTOR, 0, "resources", "", name, "is a table that the package lacks", "add the table")


def metadata_text_is_plain(tables: Tables) -> Iterator[Problem]:
    """Text of the descriptor and the schemas holds no control or half characters. They would break what is made."""
    for place, text in _texts(tables.descriptor, ()):
        if re.search(r"[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]", text):
            table, where = _table_at(tables, list(place)), ".".join(ascii(p).strip("'") for p in place)
            message = "the text holds a line break, a control character or half a character"
            yield Problem(DESCRIPTOR, 0, where, "", ascii(text)[:60], message, "write plain text", table)


def resource_is_described_as_in_its_schema(tables: Tables) -> Iterator[Problem]:
    """The descriptor calls a table what its schema calls it. Catalogues read the one, the codebook the other."""
    for resource in tables.descriptor["resources"]:
        for part in ("title", "description"):
            if resource.get(part) != resource["schema"].get(part):
                where, shown = f"{resource['name']}.{part}", ascii(resource.get(part))[:60]
                message = "differs from that of the schema"
                yield Problem(DESCRIPTOR, 0, where, "", shown, message, "copy it from the schema", resource["name"])


def schema_can_be_used(tables: Tables) -> Iterator[Problem]:
    """A schema names its own fields only, and what its fields demand fits their types. Otherwise no tool can use it."""
    for resource in tables.descriptor["resources"]:
        schema = resource["schema"]
        names = [f["name"] for f in schema["fields"]]
        for place, message in [*_misnamed(schema, names), *(m for f in schema["fields"] for m in _unusable(f))]:
            where = f"{resource['name']}.{place}"
            yield Problem(DESCRIPTOR, 0, where, "", "", message, "correct the schema", resource["name"])


def link_names_a_key(tables: Tables) -> Iterator[Problem]:
    """A foreign key leads to the key of a table, and a column named like a key has one. Joins rest on them."""
    schemas = {r["name"]: r["schema"] for r in tables.descriptor["resources"]}
    keys = {s["primaryKey"][0]: name for name, s in schemas.items()}
    for name, schema in schemas.items():
        linked = set()
        for link in _dicts(schema.get("foreignKeys")):
            target, fields = _dict(link.get("reference")), link.get("fields")
            wanted = schemas.get(str(target.get("resource", "")) or name)
            linked |= {str(f) for f in fields} if isinstance(fields, list) else set()
            if wanted is None or target.get("fields") != wanted["primaryKey"]:
                message = f"leads to no key of a table ({ascii(target)[:80]})"
                yield Problem(DESCRIPTOR, 0, f"{name}.foreignKeys", "", "", message, "name a table and its key", name)
        for field in schema["fields"]:
            if field["name"] in keys and keys[field["name"]] != name and field["name"] not in linked:
                message = f"has no foreign key to {keys[field['name']]}"
                yield Problem(DESCRIPTOR, 0, f"{name}.{field['name']}", "", "", message, "add it to foreignKeys", name)


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


@functools.cache
def _schema() -> dict[str, Any]:
    """Our schema of the descriptor with every definition in place of its reference: following them takes most time."""
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return {name: _inlined(part, schema["$defs"]) for name, part in schema.items()}


def _inlined(value: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_inlined(v, definitions) for v in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return _inlined(definitions[value["$ref"].rpartition("/")[2]], definitions)
    return {name: _inlined(part, definitions) for name, part in value.items()}


def _unusable(field: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Place and message of what makes one field useless."""
    constraints = _dict(field.get("constraints"))
    for name in sorted(MISPLACED.get(str(field.get("type")), set()) & set(constraints)):
        yield field["name"], f"{name} does not go with the type {field.get('type')}"
    if field.get("type") == "integer":
        limits = [constraints[name] for name in ("minimum", "maximum") if name in constraints]
        if any(isinstance(limit, float) for limit in limits):
            yield field["name"], "the limits of an integer are integers"
    if len({"vocabulary", "categories"} & set(field) | {"enum"} & set(constraints)) not in (0, 3):
        yield field["name"], "vocabulary, categories and enum go together"
    pattern, codes = constraints.get("pattern"), constraints.get("enum")
    try:
        re.compile(pattern if isinstance(pattern, str) else "")
    except (re.error, OverflowError, RecursionError) as error:
        yield field["name"], f"the pattern is no regular expression ({error})"
    if codes is not None and [c.get("value") for c in _dicts(field.get("categories"))] != codes:
        yield field["name"], "its categories do not define its codes in their order"


def _misnamed(schema: dict[str, Any], names: list[str]) -> Iterator[tuple[str, str]]:
    """Place and message of every part of a schema that names a field which is not there."""
    links = [link.get("fields") for link in _dicts(schema.get("foreignKeys"))]
    template = schema.get("keyTemplate", "")
    parts = re.findall(r"\{([^}]*)\}", template) if isinstance(template, str) else []
    named = {
        "foreignKeys": [name for link in links if isinstance(link, list) for name in link],
        "sortedBy": schema.get("sortedBy", []),
        "keyTemplate": [name for part in parts for name in part.rstrip("?").split("|")],
    }
    if template and not re.fullmatch(rf"{PART}(\.{PART})*", str(template)):
        yield "keyTemplate", "is no chain of {field}, {field|other} and {field?} between dots"
    for place, wanted in named.items():
        for name in wanted if isinstance(wanted, list) else []:
            if name not in names:
                yield place, f"names {ascii(name)[:80]}, which is no field of the table"


def _texts(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every key and every text of a nested value with its place."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield (*place, name), name
            yield from _texts(item, (*place, name))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _texts(item, (*place, number))


def _table_at(tables: Tables, place: list[str | int]) -> str:
    """The table whose part of the descriptor a place lies in; empty outside the tables."""
    inside = len(place) > 1 and place[0] == "resources" and isinstance(place[1], int)
    return str(tables.descriptor["resources"][place[1]]["name"]) if inside else ""


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [v for v in value if isinstance(v, dict)] if isinstance(value, list) else []


# These look at the descriptor alone, before any file is read; a table whose schema breaks one is not read.
FIRST = [
    descriptor_meets_its_schema,
    every_table_is_there,
    metadata_text_is_plain,
    resource_is_described_as_in_its_schema,
    schema_can_be_used,
    link_names_a_key,
]
ERRORS = [same_vocabulary_everywhere]
WARNINGS: list[object] = []
