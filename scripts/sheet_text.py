"""Coding sheets as text: YAML with the line of every value, so that problems can point at it."""

from __future__ import annotations

from typing import Any

import yaml
from problems import UNSHOWN
from records import Record

Place = tuple[str | int, ...]
LONGEST_SHEET = 2_000_000
DEEPEST_SHEET = 20  # a claim stands at the fifth level


class UnreadableSheet(Exception):
    """The text is no sheet: line and reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line, self.reason = line, reason


class _OneLine(dict[str, Any]):
    """A mapping written on one line."""


def read_sheet(text: str) -> tuple[Record, dict[Place, int]]:
    """The document, all scalars as strings, and the line of every key and item. Raises UnreadableSheet."""
    if len(text) > LONGEST_SHEET:
        raise UnreadableSheet(1, f"the sheet has more than {LONGEST_SHEET:,} characters; one event needs far fewer")
    lines: dict[Place, int] = {}
    try:
        depth = 0
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            _refuse_program(event)
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST_SHEET:  # the time that the parser takes grows with the square of the depth
                raise UnreadableSheet(1, f"the sheet is nested deeper than {DEEPEST_SHEET} levels")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        if not isinstance(node, yaml.MappingNode):
            raise UnreadableSheet(1, "the sheet is no mapping of fields to values")
        return _value(node, (), lines), lines
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise UnreadableSheet(mark.line + 1 if mark else 1, str(getattr(error, "problem", error))) from error


def _refuse_program(event: yaml.Event) -> None:
    """A sheet is plain data: no alias (ten of ten make ten thousand million values) and no tag of a program's type."""
    line = event.start_mark.line + 1 if event.start_mark else 1
    if isinstance(event, yaml.AliasEvent) or getattr(event, "tag", None):
        raise UnreadableSheet(line, "aliases and tags have no place in a sheet")
    if isinstance(event, yaml.ScalarEvent) and UNSHOWN.search(event.value.replace("\n", " ")):
        raise UnreadableSheet(line, "the text holds a control character or half a character")


def write_sheet(record: Record) -> str:
    """The sheet as YAML text: one block per row, one line per claim and per short row."""
    return str(yaml.dump(_laid_out(record), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=100_000))


def line_of(place: Place, lines: dict[Place, int]) -> int:
    """The line of a place in the sheet, or of the nearest thing that contains it."""
    while place and place not in lines:
        place = place[:-1]
    return lines.get(place, 1)


def _value(node: yaml.Node, place: Place, lines: dict[Place, int]) -> Any:
    lines.setdefault(place, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        out: Record = {}
        for key, value in node.value:
            name = key.value
            if not isinstance(name, str) or name in out:
                raise UnreadableSheet(key.start_mark.line + 1, f"the field {name} stands twice")
            lines[(*place, name)] = key.start_mark.line + 1
            out[name] = _value(value, (*place, name), lines)
        return {k: v for k, v in out.items() if v is not None}
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, (*place, number), lines) for number, item in enumerate(node.value)]
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _laid_out(value: Any, depth: int = 0) -> Any:
    """Claims and reference rows on one line each, everything else in blocks."""
    if isinstance(value, list):
        return [_laid_out(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    flat = depth > 0 and not any(isinstance(v, dict | list) for v in value.values())
    return _OneLine(value) if flat else {k: _laid_out(v, depth + 1) for k, v in value.items()}


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _OneLine,
    lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True),
)
