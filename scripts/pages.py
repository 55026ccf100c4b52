"""Pages of the site that are made from the package: codebook, rules, contributing, changes.

A pure function of the package: `pages(tables)` gives the Markdown text of every page by its path. The MkDocs hook is
only its adapter.
"""

from __future__ import annotations

import html
from typing import Any

from check import all_rules
from tables import ROOT, Table, Tables

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
    "exceptions": "Exceptions",
}


def pages(tables: Tables) -> dict[str, str]:
    """Markdown text of every generated page by its path below docs/."""
    return {
        "codebook.md": codebook(tables),
        "rules.md": rules(),
        "contributing.md": (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"),
        "changes.md": (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"),
    }


def codebook(tables: Tables) -> str:
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
    out += [f"| [{t.name}](#{t.name}) | {len(t.rows):,} | {_cell(t.schema['description'])} |" for t in tables.values()]
    for table in tables.values():
        out += ["", *_table_section(table)]
    out += ["", "## Vocabularies", ""]
    for name, field in sorted(_vocabularies(tables).items()):
        out += [f"### {name} {{ #vocabulary-{name} }}", "", "| code | label | definition |", "|---|---|---|"]
        out += [
            f"| {_code(c['value'])} | {_cell(c['label'])} | {_cell(c['description'])} |" for c in field["categories"]
        ]
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
        out += ["", f"### {name} {{ #{name} }}", "", f"{_escape(text)}{mark}"]
    return "\n".join(out) + "\n"


def _table_section(table: Table) -> list[str]:
    schema = table.schema
    out = [f"## {table.name} {{ #{table.name} }}", "", f"{_escape(schema['description'])} File: {_code(table.path)}."]
    if schema.get("sourcedRows"):
        out += ["", "Every confirmed row has an accepted claim."]
    if schema.get("keyTemplate"):
        out += ["", f"The key is built from the row's parts: {_code(schema['keyTemplate'])}."]
    links = {k["fields"][0]: k["reference"] for k in schema.get("foreignKeys", [])}
    for name, field in table.fields.items():
        out += ["", f"### {table.name}.{name} {{ #{table.name}-{name} }}", "", _escape(field["description"]), ""]
        out.append(" · ".join(_facts(table, field, links.get(name))))
    return out


def _facts(table: Table, field: dict[str, Any], link: dict[str, Any] | None) -> list[str]:
    """What a reader needs to know of a field, in short."""
    constraints = field["constraints"]
    facts = [f"**{_escape(field['title'])}**", field["type"]]
    facts += ["key"] if field["name"] == table.key else ["required"] if constraints.get("required") else []
    facts += ["**sourced**"] if field.get("sourced") else []
    facts += [f"unit: {_escape(field['unit'])}"] if "unit" in field else []
    if "vocabulary" in field:
        facts.append(f"codes: [{field['vocabulary']}](#vocabulary-{field['vocabulary']})")
    if link:
        facts.append(f"names a row of [{link['resource'] or table.name}](#{link['resource'] or table.name})")
    limits = [f"{word} {constraints[k]}" for k, word in (("minimum", "from"), ("maximum", "to")) if k in constraints]
    facts += [" ".join(limits)] if limits else []
    return [*facts, f"example: {_code(field['example'])}"]


def _vocabularies(tables: Tables) -> dict[str, dict[str, Any]]:
    fields = (f for t in tables.values() for f in t.fields.values())
    return {f["vocabulary"]: f for f in fields if "vocabulary" in f}


def _escape(text: str) -> str:
    """Text that Markdown and HTML show as it is."""
    escaped = html.escape(text, quote=False)
    for mark in "\\`*_[]|":
        escaped = escaped.replace(mark, "\\" + mark)
    return escaped.replace("{", "&#123;").replace("}", "&#125;")  # else { onclick=… } would become an attribute


def _code(text: object) -> str:
    """Text in the letters of code; backticks could be closed by the text itself."""
    return f"<code>{_escape(str(text))}</code>"


def _cell(text: str) -> str:
    return _escape(text).replace("\n", " ")
