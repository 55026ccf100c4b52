"""What a comparison found, as CSV for machines and as Markdown for the changelog."""

from __future__ import annotations

import html
from dataclasses import dataclass

from tables import is_formula, write_csv

from change.rows import COLUMNS, Change, changes
from change.schemas import STEPS, SchemaChange, renamed_columns, schema_changes, step_between
from change.versions import Version

SHOWN_PER_TABLE = 20
LONGEST_VALUE = 60


@dataclass
class Comparison:
    """Two versions and all that differs between them."""

    old: Version
    new: Version
    rows: list[Change]
    schemas: list[SchemaChange]

    @property
    def needs(self) -> str:
        """The step of the version number that the differences need: none, patch, minor or major."""
        steps = {s.needs for s in self.schemas}
        steps |= {"patch" if c.change == "changed" else "minor" for c in self.rows}
        return max(steps, key=STEPS.index, default="none")

    @property
    def promises(self) -> str:
        """The step that the version numbers take."""
        return step_between(self.old.number, self.new.number)

    @property
    def kept(self) -> bool:
        """Whether the version number promises enough."""
        return self.promises in STEPS and STEPS.index(self.promises) >= STEPS.index(self.needs)


def compare(old: Version, new: Version) -> Comparison:
    """Compare two versions."""
    return Comparison(old, new, changes(old, new, renamed_columns(old, new)), schema_changes(old, new))


def verdict(comparison: Comparison) -> str:
    """One line: what the version number must promise and what it does."""
    old, new, needs, promises = comparison.old.number, comparison.new.number, comparison.needs, comparison.promises
    said = "differ in nothing" if needs == "none" else f"need a {needs} version"
    steps = {"none": "is no step", "backwards": "is a step backwards"}.get(promises, f"is a {promises} version")
    return f"the changes {said}; {old} to {new} {steps}: " + ("enough" if comparison.kept else "too little")


def as_csv(comparison: Comparison) -> str:
    """Every change as a row. What a spreadsheet would run stands behind an apostrophe: the old version is unchecked."""
    rows = (c.row() for c in comparison.rows)
    return write_csv(COLUMNS, ({k: f"'{v}" if is_formula(v) else v for k, v in r.items()} for r in rows))


def as_markdown(comparison: Comparison) -> str:
    """The changes as a section of the changelog: counts, schema, then rows by table."""
    out = [f"### Compared with {comparison.old.number}", ""]
    if not comparison.rows and not comparison.schemas:
        return "\n".join([*out, "No table, column or row differs."]) + "\n"
    by_table: dict[str, list[Change]] = {}
    for change in comparison.rows:
        by_table.setdefault(change.table, []).append(change)
    if by_table:
        out += ["| table | rows added | removed | retired | changed |", "|---|---|---|---|---|"]
        out += [f"| {_code(name)} | {' | '.join(_counts(found))} |" for name, found in by_table.items()]
    if comparison.schemas:
        out += ["", "Tables and columns:", ""]
        out += [f"- {_code(s.table)}: {_text(s.what)} ({s.needs})" for s in comparison.schemas]
    for name, found in by_table.items():
        out += ["", f"Rows of {_code(name)}:", "", *_lines(found)]
    return "\n".join(out) + "\n"


def _counts(found: list[Change]) -> list[str]:
    """Rows added, removed, retired and changed. A retired row whose cells changed too counts once."""
    kinds = {k: {c.key for c in found if c.change == k} for k in ("added", "removed", "retired", "changed")}
    kinds["changed"] -= kinds["retired"]
    return [f"{len(keys):,}" for keys in kinds.values()]


def _lines(found: list[Change]) -> list[str]:
    """One line per row: changes first, for they are what a reader of old figures must know."""
    lines: dict[tuple[int, str], str] = {}
    for change in found:
        place, said = _line(change)
        told = lines.get((place, change.key))
        if place == 0 and told:
            lines[place, change.key] = f"{told}, {said}"
        else:
            lines[place, change.key] = f"- {_code(change.key)}: {said}"
    ordered = [lines[k] for k in sorted(lines)]
    rest = len(ordered) - SHOWN_PER_TABLE
    return ordered if rest <= 0 else [*ordered[:SHOWN_PER_TABLE], f"- and {rest:,} more: see changes.csv"]


def _line(change: Change) -> tuple[int, str]:
    """Where a change stands among those of its table, and what is said of it."""
    if change.change == "changed":
        return 0, f"{_code(change.column)} {_value(change.old)} → {_value(change.new)}"
    if change.change == "retired":
        return 1, "retired" + (f", replaced by {_code(change.replaced_by)}" if change.replaced_by else "")
    return (2 if change.change == "removed" else 3), change.change


def _value(text: str) -> str:
    if not text:
        return "nothing"
    shown = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."
    return f'"{_text(shown)}"'


def _text(text: str) -> str:
    """Text that Markdown and HTML show as it is, on one line."""
    escaped = html.escape(" ".join(text.split()), quote=False)
    for mark in "\\`*_[]|~#":
        escaped = escaped.replace(mark, "\\" + mark)
    return escaped


def _code(name: str) -> str:
    """A name as code; what could end the code or a cell of a table is left out."""
    return "`" + " ".join(name.replace("`", "").replace("|", "").split()) + "`"
