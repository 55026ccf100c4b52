"""Rules for what belongs to one event: its phases, its places, its countries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from problems import Problem
from tables import Tables

BOTH = ("CHN", "RUS")


def phase_lies_inside_event(tables: Tables) -> Iterator[Problem]:
    """A phase begins and ends within its event. What lies outside is deployment or return, not the event."""
    for row in tables["phases"].rows:
        event = tables["exercises"].by_key[row["exercise_id"]]
        for column in ("start_date", "end_date"):
            if row[column] and not event["start_date"] <= row[column] <= event["end_date"]:
                message = f"lies outside {event['start_date']} to {event['end_date']} ({event.key})"
                yield row.problem(column, message, "correct the phase or the event")


def one_place_is_main(tables: Tables) -> Iterator[Problem]:
    """Exactly one confirmed place of a held event is its main place, and at most one of each phase."""
    rows = [r for r in tables["exercise_locations"].rows if r["role"] == "main" and r["standing"] == "confirmed"]
    count = Counter((r["exercise_id"], r["phase_id"]) for r in rows)
    for event in tables["exercises"].rows:
        if event["status"] == "held" and count[event.key, ""] != 1:
            message = f"has {count[event.key, '']} confirmed main places"
            yield event.problem("exercise_id", message, "give one row of exercise_locations the role main")
    for row in rows:
        if row["phase_id"] and count[row["exercise_id"], row["phase_id"]] > 1:
            yield row.problem("role", f"{row['phase_id']} has more than one main place", "choose one")


def both_countries_take_part(tables: Tables) -> Iterator[Problem]:
    """China and Russia both take part in every held event, beyond observing. Otherwise it is a candidate."""
    acting = {
        (r["exercise_id"], r["country_code"])
        for r in tables["participants"].rows
        if r["standing"] == "confirmed" and r["role"] != "observer"
    }
    for event in tables["exercises"].rows:
        for country in BOTH:
            watched = event["interaction"] == "observer"
            if event["status"] == "held" and not watched and (event.key, country) not in acting:
                message = f"{country} does not take part"
                yield event.problem("exercise_id", message, "add the participant, or move the event to candidates")


def country_takes_part(tables: Tables) -> Iterator[Problem]:
    """A service, asset line or ship belongs to a country that takes part. Otherwise a participant is missing."""
    present = {(r["exercise_id"], r["country_code"]) for r in tables["participants"].rows}
    vessels = tables["vessels"].by_key
    for name in ("participant_services", "assets", "exercise_vessels"):
        for row in tables[name].rows:
            vessel = vessels.get(row.get("vessel_id", ""))
            country = vessel["country_code"] if vessel else row.get("country_code", "")
            if country and (row["exercise_id"], country) not in present:
                column = "vessel_id" if name == "exercise_vessels" else "country_code"
                message = f"{country} is no participant of {row['exercise_id']}"
                yield row.problem(column, message, "add the country to participants")


def participant_is_no_responder(tables: Tables) -> Iterator[Problem]:
    """A response comes from a state that did not act in the event itself."""
    acting = {
        (r["exercise_id"], r["country_code"])
        for r in tables["participants"].rows
        if r["role"] in ("organiser", "participant") and r["standing"] == "confirmed"
    }
    for row in tables["responses"].rows:
        if (row["exercise_id"], row["country_code"]) in acting:
            yield row.problem("country_code", "takes part in the event itself", "code it as an asset or drop the row")


ERRORS = [
    phase_lies_inside_event,
    one_place_is_main,
    both_countries_take_part,
    country_takes_part,
    participant_is_no_responder,
]
WARNINGS: list[object] = []
