"""What is wrong, where, and how to mend it: the one shape in which every check reports."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

SHOWN_PER_RULE = 20
LONGEST_TEXT = 2000
# Control characters, marks that turn the direction of text, halves of characters: a terminal would act on them.
UNSHOWN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True, order=True)
class Problem:
    """One problem. `line` counts lines of the file from 1; 0 means the file as a whole."""

    path: str
    line: int
    column: str
    rule: str
    value: str
    message: str
    fix: str
    key: str = ""  # key of the row, for exceptions and for finding the line of a coding sheet
    severity: str = "error"


def shortened(problem: Problem) -> Problem:
    """The problem without what nobody would read: the rest of a cell of a million characters."""
    parts = {name: getattr(problem, name) for name in ("column", "value", "message", "fix")}
    long = {name: text[:LONGEST_TEXT] + "..." for name, text in parts.items() if len(text) > LONGEST_TEXT}
    return replace(problem, **long) if long else problem


def plain(text: object) -> str:
    """The text on one line with nothing that a terminal would act on."""
    return UNSHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", str(text))


def render_text(problems: Iterable[Problem]) -> str:
    """Problems as a curator reads them: place and rule, what clashes, what to do; long lists are cut by rule."""
    out: list[str] = []
    for problem, hidden in _cut(problems):
        mark = "" if problem.severity == "error" else " warning"
        column = f"  {problem.column}" if problem.column else ""
        out.append(f"{problem.path}:{problem.line}{column}  [{problem.rule}]{mark}")
        out.append(f"  {_quoted(problem.value)}{problem.message}")
        out.append(f"  fix: {problem.fix}")
        if hidden:
            out.append(f"  (+{hidden} more of {problem.rule})")
    return "\n".join(map(plain, out))


def render_github(problems: Iterable[Problem]) -> str:
    """Problems as annotations that GitHub shows beside the lines of a pull request."""
    out = []
    for problem in sorted(problems):
        text = plain(f"{_quoted(problem.value)}{problem.message}; fix: {problem.fix}").replace("%", "%25")
        path = plain(problem.path).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        place = f"file={path},line={max(problem.line, 1)},title={problem.rule}"
        out.append(f"::{problem.severity} {place}::{text}")
    return "\n".join(out)


def render_json(problems: Iterable[Problem]) -> str:
    """Problems as a JSON array of objects, sorted."""
    text = json.dumps([asdict(p) for p in sorted(problems)], ensure_ascii=False, indent=1)
    return "\n".join(map(plain, text.split("\n")))


def _cut(problems: Iterable[Problem]) -> Iterable[tuple[Problem, int]]:
    """Each shown problem with the number of those of its rule left out after it (nonzero for the last shown)."""
    ordered = sorted(problems)
    totals: dict[str, int] = {}
    for problem in ordered:
        totals[problem.rule] = totals.get(problem.rule, 0) + 1
    shown: dict[str, int] = {}
    for problem in ordered:
        shown[problem.rule] = shown.get(problem.rule, 0) + 1
        if shown[problem.rule] <= SHOWN_PER_RULE:
            last = shown[problem.rule] == SHOWN_PER_RULE
            yield problem, totals[problem.rule] - SHOWN_PER_RULE if last else 0


def _quoted(value: str) -> str:
    if not value:
        return ""
    shown = value if len(value) <= 80 else value[:77] + "..."
    return json.dumps(shown, ensure_ascii=False) + " "
