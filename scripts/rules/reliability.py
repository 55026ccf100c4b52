"""Rules for what second coders found."""

from __future__ import annotations

from collections.abc import Iterator

from problems import Problem
from tables import Tables

OUTCOMES = ("confirmed", "mended", "outside_excerpt", "not_found_again")


def reading_is_of_a_record(tables: Tables) -> Iterator[Problem]:
    """A second reading is of an event or transfer that exists."""
    for row in tables["second_readings"].rows:
        if row["subject_id"] not in tables[row["subject_table"]].by_key:
            yield row.problem("subject_id", f"is no row of {row['subject_table']}", "correct the id")


def reading_adds_up(tables: Tables) -> Iterator[Problem]:
    """The outcomes of a second reading add up to the claims that were read. A claim has one outcome."""
    for row in tables["second_readings"].rows:
        total = sum(int(row[o]) for o in OUTCOMES)
        if total != int(row["claims_read"]):
            yield row.problem("claims_read", f"but {' + '.join(OUTCOMES)} is {total}", "count again")


def record_is_read_again(tables: Tables) -> Iterator[Problem]:
    """Somebody who did not code it has held every claim of an event or transfer against its page."""
    read = {(r["subject_table"], r["subject_id"]) for r in tables["second_readings"].rows}
    for name in ("exercises", "transfers"):
        for row in tables[name].rows:
            if (name, row.key) not in read:
                message = "nobody has read its claims a second time"
                yield row.problem(tables[name].key, message, "have it read and add a row to second_readings")


ERRORS = [reading_is_of_a_record, reading_adds_up]
WARNINGS = [record_is_read_again]
