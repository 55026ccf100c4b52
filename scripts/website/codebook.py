"""The codebook and the page of rules: an anchor per table, field, code list and rule."""

from __future__ import annotations

from typing import Any

from check import all_rules
from release.views import Views, views
from tables import Table, Tables

from website.markup import code, md

MODULE_TITLES = {
    "files": "Files",
    "schema": "Schemas",
    "package": "Package",
    "dates": "Dates",
    "quantities": "Quantities",
    "evidence": "Evidence",
    "names": "Identifiers and names",
    "events": "Events",
    "places": "Places",
    "series": "Series",
    "reliability": "Second coders",
    "counting": "Counts",
    "exceptions": "Exceptions",
}


def codebook(tables: Tables, made: Views | None = None) -> str:
    """All tables with an anchor per table and per field, and all vocabularies with their definitions."""
    out = [
        "# Codebook",
        "",
        "Every table, field and code of the package, made from its schemas. **Sourced** fields have an accepted",
        "claim in [claims](#claims) for every filled cell. Empty means not known or not applicable, never zero.",
        "",
        "| table | rows | one row |",
        "|---|---|---|",
    ]
    out += [f"| [{t.name}](#{t.name}) | {len(t.rows):,} | {md(t.schema['description'])} |" for t in tables.values()]
    for table in tables.values():
        out += ["", *_table_section(table)]
    made = made or views(tables)
    out += ["", *_views_section(made)]
    out += ["", "## Vocabularies", ""]
    for name, field in sorted(_vocabularies([*tables.values(), *made.values()]).items()):
        out += [f"### {name} {{ #vocabulary-{name} }}", "", "| code | label | definition |", "|---|---|---|"]
        out += [f"| {code(c['value'])} | {md(c['label'])} | {md(c['description'])} |" for c in field["categories"]]
        out.append("")
    return "\n".join(out) + "\n"


def rules() -> str:
    """All rules of the check with an anchor each, grouped by concern."""
    out = [
        "# Rules of the check",
        "",
        "`make check` tests every rule on this page and reports file, line, column, value and fix. Errors make it",
        "fail, warnings do not. A tolerated violation stands with its reason in `schemas/exceptions.csv`.",
    ]
    previous = ""
    by_concern = sorted(all_rules().items(), key=lambda rule: list(MODULE_TITLES).index(rule[1][0].partition(".")[2]))
    for name, (module, severity, text) in by_concern:
        concern = module.removeprefix("rules.")
        if concern != previous:
            out += ["", f"## {MODULE_TITLES[concern]}"]
            previous = concern
        mark = " (warning)" if severity == "warning" else ""
        out += ["", f"### {name} {{ #{name} }}", "", f"{md(text)}{mark}"]
    return "\n".join(out) + "\n"


def _views_section(made: dict[str, Table]) -> list[str]:
    out = ["## Views { #views }", "", "Tables for analysis that each release computes from the tables above; how, says"]
    out += ["[Views](views.md).", "", "| view | rows | one row |", "|---|---|---|"]
    out += [f"| [{v.name}](#{v.name}) | {len(v.rows):,} | {md(v.schema['description'])} |" for v in made.values()]
    for view in made.values():
        out += ["", *_table_section(view)]
    return out


def _table_section(table: Table) -> list[str]:
    schema = table.schema
    out = [f"## {table.name} {{ #{table.name} }}", "", f"{md(schema['description'])} File: {code(table.path)}."]
    if schema.get("sourcedRows"):
        out += ["", "Every confirmed row has an accepted claim."]
    if schema.get("keyTemplate"):
        out += ["", f"The key is built from the row's parts: {code(schema['keyTemplate'])}."]
    links = {k["fields"][0]: k["reference"] for k in schema.get("foreignKeys", [])}
    for name, field in table.fields.items():
        out += ["", f"### {table.name}.{name} {{ #{table.name}-{name} }}", "", md(field["description"]), ""]
        out.append(" · ".join(_facts(table, field, links.get(name))))
    return out


def _facts(table: Table, field: dict[str, Any], link: dict[str, Any] | None) -> list[str]:
    """What a reader needs to know of a field, in short."""
    constraints = field["constraints"]
    facts = [f"**{md(field['title'])}**", field["type"]]
    facts += ["key"] if field["name"] == table.key else ["required"] if constraints.get("required") else []
    facts += ["**sourced**"] if field.get("sourced") else []
    facts += [f"unit: {md(field['unit'])}"] if "unit" in field else []
    if "vocabulary" in field:
        facts.append(f"codes: [{field['vocabulary']}](#vocabulary-{field['vocabulary']})")
    if link:
        facts.append(f"names a row of [{link['resource'] or table.name}](#{link['resource'] or table.name})")
    limits = [f"{word} {constraints[k]}" for k, word in (("minimum", "from"), ("maximum", "to")) if k in constraints]
    facts += [" ".join(limits)] if limits else []
    return [*facts, f"example: {code(field['example'])}"]


def _vocabularies(tables: list[Table]) -> dict[str, dict[str, Any]]:
    fields = (f for t in tables for f in t.fields.values())
    return {f["vocabulary"]: f for f in fields if "vocabulary" in f}
