"""Rules for claims, sources and organisations: what every value rests on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from claims import COUNT, NUMBER, NUMBER_TYPES, agrees, claim_id, claims_on, period
from problems import Problem
from records import CHILDREN
from tables import Row, Table, Tables

from rules import nearest

WEAK_KINDS = {"blog", "aggregator", "social-media"}


def claim_id_follows_from_claim(tables: Tables) -> Iterator[Problem]:
    """A claim's id is computed from what it says. So no source can say the same twice, and two coders never collide."""
    for claim in tables["claims"].rows:
        if claim.key != claim_id(claim):
            yield claim.problem("claim_id", f"the claim's content gives {claim_id(claim)}", "run: make format")


def claim_has_subject(tables: Tables) -> Iterator[Problem]:
    """A claim is about a row and a field that exist. A claim about nothing supports nothing."""
    for claim in tables["claims"].rows:
        table = tables.named(claim["subject_table"])
        if table is None:
            near = nearest(claim["subject_table"], tables)
            yield claim.problem("subject_table", "is no table", f"write one of {', '.join(near or tables)}")
        elif claim["subject_id"] not in table.by_key:
            near = nearest(claim["subject_id"], table.by_key)
            fix = f"nearest are {', '.join(near)}" if near else f"add the row to {table.name}"
            yield claim.problem("subject_id", f"is no row of {table.name}", fix)
        elif claim["subject_field"] != "present" and claim["subject_field"] not in table.fields:
            fix = f"write present or one of {', '.join(table.columns)}"
            yield claim.problem("subject_field", f"is no field of {table.name}", fix)


def claim_value_fits_field(tables: Tables) -> Iterator[Problem]:
    """A claim's value has the form of its field: true or false for a row, a number, a date or interval, a code."""
    for claim, table, _ in _claims_with_subjects(tables):
        if message := _misfit(claim, table):
            yield claim.problem("value", message, "write the value in the form of the field")


def qualifier_goes_with_numbers(tables: Tables) -> Iterator[Problem]:
    """A claim on a number says how it is meant, and only such a claim does. More than 50 is not 50."""
    for claim, table, _ in _claims_with_subjects(tables):
        counts = (
            claim["subject_field"] != "present" and _is_number(table, claim) and claim["subject_field"] != "ordinal"
        )
        if counts and not claim["qualifier"]:
            yield claim.problem("qualifier", "is empty for a number", "write exact, about, at-least, at-most or order")
        if claim["qualifier"] and not counts:
            yield claim.problem("qualifier", f"stands beside {claim['subject_field']}", "leave it empty")


def accepted_claim_agrees_with_cell(tables: Tables) -> Iterator[Problem]:
    """An accepted claim says what its cell says; a confirmed row rests on no accepted denial."""
    for claim, table, row in _claims_with_subjects(tables):
        if claim["verdict"] == "accepted" and not _says_the_same(claim, table, row):
            held = row.get(claim["subject_field"], row.get("standing", ""))
            message = f"is accepted, but the cell says {held!r} ({row.key}.{claim['subject_field']})"
            yield claim.problem("value", message, "correct the cell or the verdict")


def contrary_claim_differs_from_cell(tables: Tables) -> Iterator[Problem]:
    """A disputed or superseded claim differs from its cell. If it says the same it is accepted or compatible."""
    for claim, table, row in _claims_with_subjects(tables):
        contrary = claim["verdict"] in ("disputed", "superseded")
        certain = claim["subject_field"] != "present" or row.get("standing", "confirmed") == "confirmed"
        if contrary and certain and _says_the_same(claim, table, row):
            message = f"is {claim['verdict']}, but the cell says the same ({row.key}.{claim['subject_field']})"
            yield claim.problem("verdict", message, "accept the claim, or correct the cell")


def rejected_claim_has_note(tables: Tables) -> Iterator[Problem]:
    """A rejected claim has a note that says why. Readers must be able to judge the judgement."""
    for claim in tables["claims"].rows:
        if claim["verdict"] == "rejected" and not claim["note"]:
            yield claim.problem("note", "a rejected claim says not why", "write the reason")


def sourced_cell_has_accepted_claim(tables: Tables) -> Iterator[Problem]:
    """Every filled cell of a sourced field has an accepted claim. A value without a source is a rumour of ours."""
    for table in tables.values():
        for row in table.rows:
            for name in table.sourced_fields:
                if row[name] and not _accepted(claims_on(tables, table.name, row.key, name)):
                    message = f"no accepted claim supports this cell ({row.key}.{name})"
                    yield row.problem(name, message, "add a claim, or leave the cell empty")


def day_has_exact_claim(tables: Tables) -> Iterator[Problem]:
    """A date that is known to the day has an accepted claim of that very day. A month in a report makes no day."""
    for name in ("exercises", "phases"):
        for row in tables[name].rows:
            for side in ("start", "end"):
                column = f"{side}_date"
                accepted = _accepted(claims_on(tables, name, row.key, column))
                exact = any(c["value"] == row[column] for c in accepted)
                if row[f"{side}_precision"] == "day" and accepted and not exact:
                    message = f"no accepted claim gives this very day ({row.key}.{column})"
                    yield row.problem(column, message, "cite a report of the day, or choose a wider precision")


def row_has_claim(tables: Tables) -> Iterator[Problem]:
    """A confirmed row of a sourced table has an accepted claim; every other sourced row has a claim of some kind."""
    for table in tables.values():
        sourced_rows = table.schema.get("sourcedRows", False)
        if not (sourced_rows or table.sourced_fields):
            continue
        for row in table.rows:
            about = tables.claims_about.get((table.name, row.key), [])
            if not about:
                yield row.problem(
                    table.key, "no claim is about this row", "add a claim with its source, or drop the row"
                )
            elif sourced_rows and row.get("standing", "confirmed") == "confirmed" and not _supported(table, about):
                message = "no accepted claim supports this row"
                yield row.problem(table.key, message, "add an accepted claim, or set standing to disputed")


def plan_is_older_than_its_day(tables: Tables) -> Iterator[Problem]:
    """A planned value was published before the day it speaks of. Afterwards it is reported, or told again."""
    for claim, _, row in _claims_with_subjects(tables):
        day = _spoken_of(claim, row, tables)
        published = _published(claim, tables)
        if claim["basis"] == "planned" and day and published and published[0] > day[1]:
            message = f"but {claim['source_id']} was published {published[0]}, after {day[1]}"
            yield claim.problem("basis", message, "write reported, or cite a page from before that day")


def report_is_not_older_than_event(tables: Tables) -> Iterator[Problem]:
    """What is reported or observed was not published before it happened. Before it, it is a plan.

    Names, ordinals and hull numbers are older than the event, and a response has a date of its own. Ships and troops
    that had left or arrived already are reported; the note of the claim says so.
    """
    for claim in tables["claims"].rows:
        if claim["basis"] not in ("reported", "observed") or claim["note"] or _older_than_event(claim):
            continue
        event, published = _record(claim, "exercises", tables), _published(claim, tables)
        began = _began(claim, event, tables) if event else None
        if began and published and published[1] < began:
            message = f"but {claim['source_id']} was published before {began}"
            fix = "write planned, or say in the note what had happened already"
            yield claim.problem("basis", message, fix)


def _older_than_event(claim: Row) -> bool:
    return claim["subject_table"] in ("exercise_names", "numbering") or claim["subject_field"] == "hull_number"


def _began(claim: Row, event: Row, tables: Tables) -> str | None:
    """The first day of what a claim speaks of: of a response, else of the event; None if it is not known to the day."""
    if claim["subject_table"] == "responses":
        response = tables["responses"].by_key.get(claim["subject_id"])
        days = period(response["date"]) if response else None
        return days[0] if days else None
    return event["start_date"] if event["start_precision"] == "day" else None


def source_is_used(tables: Tables) -> Iterator[Problem]:
    """Every source is cited. An uncited source proves nothing and makes the list look longer than it is."""
    used = {row["source_id"] for name in ("claims", "trackers", "listings", "candidates") for row in tables[name].rows}
    for row in tables["sources"].rows:
        if row.key not in used:
            yield row.problem("source_id", "no claim cites this source", "cite it, or remove the row")


def organisation_is_used(tables: Tables) -> Iterator[Problem]:
    """Every organisation publishes or originates something here."""
    used = {row["publisher_id"] for name in ("sources", "trackers") for row in tables[name].rows}
    used |= {row["origin_id"] for row in tables["claims"].rows}
    for row in tables["organisations"].rows:
        if row.key not in used:
            yield row.problem("organisation_id", "neither a source nor a claim names it", "remove the row")


def source_is_read_after_publication(tables: Tables) -> Iterator[Problem]:
    """A source is not accessed before it was published. One of the two dates is wrong."""
    for row in tables["sources"].rows:
        published = period(row["published_on"])
        if published and row["accessed_on"] < published[0]:
            yield row.problem("accessed_on", f"is before published_on {row['published_on']}", "correct one of the two")
        if published is None and row["published_on"]:
            yield row.problem("published_on", "is no day of the calendar", "write YYYY, YYYY-MM or YYYY-MM-DD")


def address_has_its_kind(tables: Tables) -> Iterator[Problem]:
    """A source with an address says how the address relates to the publisher; no address has two sources."""
    seen: dict[str, Row] = {}
    for row in tables["sources"].rows:
        if bool(row["url"]) != bool(row["url_kind"]):
            yield row.problem("url_kind", "url and url_kind do not go together", "fill both or neither")
        other = seen.setdefault(row["url"], row) if row["url"] else row
        if other is not row:
            yield row.problem("url", f"is also the address of {other.key}", "merge the two rows")


def event_has_two_origins(tables: Tables) -> Iterator[Problem]:
    """A held event rests on at least two independent origins. One speaker can be wrong about everything."""
    held = [row for row in tables["exercises"].rows if row["status"] == "held"]
    return _with_one_origin(held, "exercises", tables)


def transfer_has_two_origins(tables: Tables) -> Iterator[Problem]:
    """A transfer rests on at least two independent origins, whatever its status. Sales are told by interested sides."""
    return _with_one_origin(tables["transfers"].rows, "transfers", tables)


def nothing_rests_on_weak_pages(tables: Tables) -> Iterator[Problem]:
    """No cell or confirmed row rests on blogs, aggregators or social media alone. They prove nothing alone.

    A name is an exception: that it was printed is all that it says.
    """
    support: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for claim in tables["claims"].rows:
        if claim["verdict"] == "accepted":
            support[claim["subject_table"], claim["subject_id"], claim["subject_field"]].append(claim)
    for (name, key, column), claims in support.items():
        row = tables[name].by_key.get(key)
        if row and name != "exercise_names" and all(_is_weak(claim, tables) for claim in claims):
            message = f"only {', '.join(sorted({c['source_id'] for c in claims}))} supports it ({key})"
            yield row.problem(
                "" if column == "present" else column, message, "find a better source, or set it to disputed"
            )


def _claims_with_subjects(tables: Tables) -> Iterator[tuple[Row, Table, Row]]:
    """Claims whose row and field exist, with their table and row."""
    for claim in tables["claims"].rows:
        table = tables.named(claim["subject_table"])
        row = table.by_key.get(claim["subject_id"]) if table else None
        if (
            table
            and row is not None
            and (claim["subject_field"] == "present" or claim["subject_field"] in table.fields)
        ):
            yield claim, table, row


def _misfit(claim: Row, table: Table) -> str:
    if claim["subject_field"] == "present":
        return "" if claim["value"] in ("true", "false") else "is neither true nor false"
    field = table.fields[claim["subject_field"]]
    codes = field["constraints"].get("enum")
    if codes and claim["value"] not in codes:
        return f"is not in the vocabulary of {field['name']}"
    if field["type"] == "integer" and not COUNT.fullmatch(claim["value"]):
        return "is no whole number"
    if field["type"] == "number" and not NUMBER.fullmatch(claim["value"]):
        return "is no number"
    if field["type"] == "date" and period(claim["value"]) is None:
        return "is no date, reduced date or interval of dates"
    return ""


def _is_number(table: Table, claim: Row) -> bool:
    return table.fields[claim["subject_field"]]["type"] in NUMBER_TYPES


def _says_the_same(claim: Row, table: Table, row: Row) -> bool:
    if claim["subject_field"] == "present":
        return claim["value"] == "true" or row.get("standing", "confirmed") != "confirmed"
    return agrees(claim["value"], row[claim["subject_field"]], table.fields[claim["subject_field"]])


def _accepted(claims: list[Row]) -> list[Row]:
    return [c for c in claims if c["verdict"] == "accepted"]


def _supported(table: Table, about: list[Row]) -> bool:
    return any(c["subject_field"] in ("present", *table.sourced_fields) for c in _accepted(about))


def _published(claim: Row, tables: Tables) -> tuple[str, str] | None:
    source = tables["sources"].by_key.get(claim["source_id"])
    return period(source["published_on"]) if source and source["published_on"] else None


def _with_one_origin(rows: list[Row], root: str, tables: Tables) -> Iterator[Problem]:
    """A problem for every row of a root table whose accepted and compatible claims have fewer than two origins."""
    origins: dict[str, set[str]] = defaultdict(set)
    for claim in tables["claims"].rows:
        record = _record(claim, root, tables)
        if record and claim["verdict"] in ("accepted", "compatible"):
            origins[record.key].add(claim["origin_id"])
    for row in rows:
        if len(origins[row.key]) < 2:
            message = f"rests on one origin: {', '.join(origins[row.key]) or 'none'}"
            fix = "find a second origin, or say in coding_note that there is none"
            yield row.problem(tables[root].key, message, fix)


def _record(claim: Row, root: str, tables: Tables) -> Row | None:
    """The exercise, or transfer, that a claim is about, directly or through one of its rows."""
    name = claim["subject_table"]
    if name == root:
        return tables[root].by_key.get(claim["subject_id"])
    if name not in CHILDREN[root]:
        return None
    row = tables[name].by_key.get(claim["subject_id"])
    return tables[root].by_key.get(row[tables[root].key]) if row else None


def _spoken_of(claim: Row, row: Row, tables: Tables) -> tuple[str, str] | None:
    """The days that a claim speaks of: its own date, or the days of its event."""
    if claim["subject_field"] in ("start_date", "end_date"):
        return period(claim["value"])
    event = _record(claim, "exercises", tables)
    return (event["start_date"], event["end_date"]) if event else None


def _is_weak(claim: Row, tables: Tables) -> bool:
    source = tables["sources"].by_key.get(claim["source_id"])
    publisher = tables["organisations"].by_key.get(source["publisher_id"]) if source else None
    return bool(publisher and publisher["kind"] in WEAK_KINDS)


ERRORS = [
    claim_id_follows_from_claim,
    claim_has_subject,
    claim_value_fits_field,
    qualifier_goes_with_numbers,
    accepted_claim_agrees_with_cell,
    contrary_claim_differs_from_cell,
    rejected_claim_has_note,
    sourced_cell_has_accepted_claim,
    day_has_exact_claim,
    row_has_claim,
    plan_is_older_than_its_day,
    source_is_used,
    organisation_is_used,
    source_is_read_after_publication,
    address_has_its_kind,
]
WARNINGS = [
    report_is_not_older_than_event,
    event_has_two_origins,
    transfer_has_two_origins,
    nothing_rests_on_weak_pages,
]
