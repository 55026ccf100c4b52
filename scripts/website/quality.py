"""Data quality: what is filled, who stands behind it, how much is disputed, and what is not known. All computed."""

from __future__ import annotations

from collections import Counter
from statistics import median

from claims import STANDING_VERDICTS
from tables import Row, Table, Tables

from website.counting import covered_years
from website.markup import esc, page, raw, table
from website.reliability import agreement_table, readings_summary
from website.words import count, joined, share

EVENTS = (
    "exercises", "phases", "participants", "participant_services", "assets", "exercise_vessels", "exercise_locations",
    "activities", "responses", "exercise_names", "numbering",
)  # fmt: skip


def quality_page(tables: Tables, wide: Table) -> str:
    """The text of the page."""
    claims = tables["claims"].rows
    values, disputed = disputed_values(claims)
    verdicts = Counter(c["verdict"] for c in claims)
    labels = {c["value"]: c["label"] for c in tables["claims"].fields["verdict"]["categories"]}
    rows = [[esc(labels[v]), f"{verdicts[v]:,}", share(verdicts[v], len(claims))] for v in labels]
    body = [
        f"""
Everything on this page is computed from the tables of this version.

## How much is disputed

{count(len(claims), "claim")} speak of {count(values, "value")}. On {count(disputed, "value")}
({share(disputed, values)}) at least one serious report differs from what the tables hold.

""",
        raw(table(["verdict", "claims", "share"], rows)),
        "\n## Who stands behind an exercise\n",
        raw(_origins(wide)),
        "\n## Read a second time\n\nSomebody who did not code it holds every claim against its page. What the page "
        "does not bear out is mended. *Held* is the share of claims that needed no mending among those that could be "
        "judged; what was not found again is unverified, not wrong.\n",
        raw(readings_summary(tables)),
        "\n## Agreement between coders\n",
        raw(agreement_table(tables)),
        "\n## Known gaps\n",
        raw(_gaps(tables)),
        "\n## Coverage per field\n\nShare of rows in which a field that may be empty is filled. Empty means not known "
        "or not applicable, so no field has to reach 100 %.\n",
        raw("".join(_coverage(tables[name]) for name in EVENTS if tables[name].rows)),
    ]
    return page("Data quality", *body)


def disputed_values(claims: list[Row]) -> tuple[int, int]:
    """How many values have a claim that stands, and how many of them a disputed one."""
    places = [(c["subject_table"], c["subject_id"], c["subject_field"]) for c in claims]
    standing = {p for p, c in zip(places, claims, strict=True) if c["verdict"] in STANDING_VERDICTS}
    return len(standing), len({p for p, c in zip(places, claims, strict=True) if c["verdict"] == "disputed"})


def _origins(wide: Table) -> str:
    """Claims, sources and origins per exercise: the middle and the extremes, and every exercise."""
    words = []
    for name in ("origins", "sources", "claims"):
        numbers = [int(r[name]) for r in wide.rows]
        if numbers:
            words.append(f"{median(numbers):g} {name} ({min(numbers)} to {max(numbers)})")
    columns = ("origins", "sources", "claims", "disputed_claims")
    rows = [
        [f'<a href="exercises/{esc(r.key)}.html">{esc(r["name"])}</a>', *(r[c] for c in columns)]
        for r in sorted(wide.rows, key=lambda r: (int(r["origins"]), r.key))
    ]
    text = f"<p>The exercise in the middle has {esc(joined(words))}. Fewest origins first:</p>" if words else ""
    return text + table(["exercise", "origins", "sources", "claims", "disputed or superseded"], rows)


def _gaps(tables: Tables) -> str:
    """What the tables themselves show to be missing."""
    first, last = covered_years(tables)
    years = {int(r["start_date"][:4]) for r in tables["exercises"].rows if r["status"] == "held"}
    empty = [str(y) for y in range(first, last + 1) if y not in years]
    lines = [r for r in tables["assets"].rows if not r["quantity"]]
    excerpts = [r for r in tables["sources"].rows if r["read"] == "excerpt"]
    archived = [r for r in tables["sources"].rows if r["archive_url"]]
    total = len(tables["sources"].rows)
    out = [
        f"Years from {first} to {last} without a held event: {joined(empty) or 'none'}.",
        f"{len(lines):,} of {count(len(tables['assets'].rows), 'count line')} have no credible number.",
        f"{len(excerpts):,} of {count(total, 'source')} were read as excerpts, not in full.",
        f"{len(archived):,} of {count(total, 'source')} have the address of an archived copy.",
        *_one_sided(tables),
    ]
    return f"<ul>{''.join(f'<li>{esc(o)}</li>' for o in out)}</ul>"


def _one_sided(tables: Tables) -> list[str]:
    """Exercises for which no origin of one of the two countries stands."""
    bodies = tables["organisations"].by_key
    voices: dict[str, set[str]] = {r.key: set() for r in tables["exercises"].rows}
    for claim in tables["claims"].rows:
        event = claim["subject_id"].partition(".")[0]
        if event in voices and claim["verdict"] in STANDING_VERDICTS:
            voices[event].add(bodies[claim["origin_id"]]["country_code"])
    out = []
    for code, side in (("CHN", "Chinese"), ("RUS", "Russian")):
        names = [tables["exercises"].by_key[k]["name"] for k, found in voices.items() if code not in found]
        shown = f": {joined(names)}" if 0 < len(names) <= 12 else ""
        out.append(f"{count(len(names), 'exercise')} without a {side} origin{shown}.")
    return out


def _coverage(shown: Table) -> str:
    """Bars for the fields of one table that may be empty."""
    rows = []
    for name, field in shown.fields.items():
        if name == shown.key or field["constraints"].get("required"):
            continue
        filled = sum(bool(r[name]) for r in shown.rows)
        meter = f'<meter min="0" max="{len(shown.rows)}" value="{filled}" aria-label="{esc(name)}"></meter>'
        link = f'<a href="codebook.html#{esc(shown.name)}-{esc(name)}">{esc(name)}</a>'
        rows.append([link, meter, f"{filled:,}", share(filled, len(shown.rows))])
    if not rows:
        return ""
    title = f"<h3>{esc(shown.name)} <small>({count(len(shown.rows), 'row')})</small></h3>"
    return title + table(["field", "filled", "rows", "share"], rows, shown.name)
