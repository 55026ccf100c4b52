"""What second coders found: claims read again, and how far two coders agree."""

from __future__ import annotations

import krippendorff
from rules.reliability import OUTCOMES
from tables import Row, Tables

from website.markup import esc, table
from website.words import count, date, label, share

Pairs = list[tuple[str, str]]


def readings_summary(tables: Tables) -> str:
    """HTML: how many claims were read again, and what came of them, by kind of record."""
    rows = []
    for name, what in (("exercises", "events"), ("transfers", "transfers")):
        found = [r for r in tables["second_readings"].rows if r["subject_table"] == name]
        total = {c: sum(int(r[c]) for r in found) for c in ("claims_read", *OUTCOMES)}
        records = len({r["subject_id"] for r in found})
        judged = total["confirmed"] + total["mended"]
        cells = [f"{records:,} of {len(tables[name].rows):,} {what}", *(f"{n:,}" for n in total.values())]
        rows.append([*cells, share(total["confirmed"], judged)])
    head = ["read again", "claims", "confirmed", "mended", "outside the excerpt", "not found again", "held"]
    return table(head, rows)


def reading_of(tables: Tables, name: str, key: str) -> str:
    """HTML of one sentence per second reading of a record."""
    out = []
    for row in tables["second_readings"].where("subject_id", key):
        if row["subject_table"] == name:
            unseen = int(row["outside_excerpt"]) + int(row["not_found_again"])
            said = f"{row['confirmed']} borne out by their page, {row['mended']} mended, {unseen} not found again"
            day, claims = date(row["read_on"]), count(int(row["claims_read"]), "claim")
            out.append(f"<p>Read again by a second coder on {esc(day)}: {claims}, {said}.</p>")
    return "".join(out)


def agreement_table(tables: Tables) -> str:
    """HTML: agreement per item that two coders decided independently; a sentence if there is none."""
    rows = tables["second_codings"].rows
    if not rows:
        return "<p>Not measured yet: no table holds a second, independent coding.</p>"
    items = [c["value"] for c in tables["second_codings"].fields["item"]["categories"]]
    lines = []
    for item in items:
        pairs = _pairs([r for r in rows if r["item"] == item])
        if pairs:
            lines.append([esc(label(tables, "second_codings", "item", item)), *_measured(pairs)])
    lines.append(["<b>all</b>", *_measured(_pairs(rows))[:-1], ""])
    events = len({r["exercise_id"] for r in rows})
    text = f"<p>{count(events, 'event')} coded twice, the second time without knowledge of the first.</p>"
    return text + table(["item", "events", "equal", "share", "Krippendorff's alpha"], lines)


def alpha(pairs: Pairs) -> float | None:
    """Krippendorff's nominal alpha of two coders; None if all values are the same and chance explains everything.

    An empty value is a value of its own: that a coder left it empty is a decision.
    """
    domain = sorted({v for pair in pairs for v in pair})
    if len(domain) < 2:
        return None
    data = [[domain.index(pair[n]) for pair in pairs] for n in (0, 1)]
    values = list(range(len(domain)))
    return float(krippendorff.alpha(data, level_of_measurement="nominal", value_domain=values))


def _pairs(rows: list[Row]) -> Pairs:
    return [(r["first_value"], r["second_value"]) for r in rows]


def _measured(pairs: Pairs) -> list[str]:
    """Number of pairs, of equal ones, their share, alpha."""
    equal, found = sum(a == b for a, b in pairs), alpha(pairs)
    shown = "–" if found is None else f"{found:.2f}"
    return [f"{len(pairs):,}", f"{equal:,}", share(equal, len(pairs)), shown]
