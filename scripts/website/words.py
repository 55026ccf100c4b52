"""Values of the tables in words: dates with their precision, quantities with what is reported beside them."""

from __future__ import annotations

import functools
from typing import Any

from claims import STANDING_VERDICTS, period
from tables import Tables

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
LANGUAGES = {
    "ar": "Arabic", "be": "Belarusian", "bs": "Bosnian", "de": "German", "en": "English", "es": "Spanish",
    "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French", "hi": "Hindi", "hr": "Croatian",
    "id": "Indonesian", "it": "Italian", "ja": "Japanese", "kk": "Kazakh", "ko": "Korean", "mn": "Mongolian",
    "pl": "Polish", "pt": "Portuguese", "ru": "Russian", "tr": "Turkish", "uk": "Ukrainian", "uz": "Uzbek",
    "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
WHOLE_PERIOD = ("day", "month", "year")
QUALIFIED = {"exact": "{}", "about": "about {}", "at-least": "at least {}", "at-most": "up to {}", "order": "{} or so"}
Record = dict[str, Any]


def language(code: str) -> str:
    """The English name of a language."""
    return LANGUAGES.get(code, code)


def label(tables: Tables, table: str, field: str, code: str) -> str:
    """The label of a code of a vocabulary."""
    categories = tables[table].fields[field].get("categories", [])
    return next((str(c["label"]) for c in categories if c["value"] == code), code)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """A share in full per cent; a dash if there is no whole."""
    return f"{100 * part / whole:.0f} %" if whole else "–"


def joined(parts: list[str]) -> str:
    """Parts as a list in a sentence."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


@functools.cache
def date(value: str) -> str:
    """A reduced ISO date, or an interval of two, in words: 20 May 2014, May 2014, 2014."""
    first, slash, last = value.partition("/")
    if slash:
        return f"{date(first)} to {date(last)}"
    if not period(value):
        return value
    parts = value.split("-")
    words = [str(int(parts[2]))] if len(parts) == 3 else []
    return " ".join([*words, *([MONTHS[int(parts[1]) - 1]] if len(parts) > 1 else []), parts[0]])


def when(record: Record) -> str:
    """The time of an event or phase in words, no more precise than it is known."""
    start, end = str(record.get("start_date", "")), str(record.get("end_date", ""))
    known = record.get("start_precision", ""), record.get("end_precision", "")
    if start and end and known[0] in WHOLE_PERIOD and known[1] == known[0]:
        length = {"day": 10, "month": 7, "year": 4}[known[0]]
        return span(start[:length], end[:length])
    return ", ".join(filter(None, [_began(start, known[0]), _ended(end, known[1])])) or "not reported"


def span(start: str, end: str) -> str:
    """Two reduced dates of one form as a span that says nothing twice: 20 to 26 May 2014."""
    if start == end:
        return date(start)
    if len(start) == 10 and start[:7] == end[:7]:
        return f"{int(start[8:])} to {date(end)}"
    if len(start) > 4 and start[:4] == end[:4]:
        return f"{date(start).removesuffix(start[:4]).strip()} to {date(end)}"
    return f"{date(start)} to {date(end)}"


def _began(day: str, known: str) -> str:
    phrases = {"at-latest": "had begun by {}", "at-earliest": "began on {} or later", "day": "from {}"}
    return _phrase(day, known, phrases.get(known, "from {}"))


def _ended(day: str, known: str) -> str:
    phrases = {"at-latest": "over by {}", "at-earliest": "still going on on {}", "day": "to {}"}
    return _phrase(day, known, phrases.get(known, "to {}"))


def _phrase(day: str, known: str, words: str) -> str:
    length = {"month": 7, "year": 4}.get(known, 10)
    return words.format(date(day[:length])) if day else ""


def quantity(record: Record, field: str = "quantity") -> str:
    """The best number as its source means it, with the range of reports where they differ.

    Reads the claims, as `quantity_high` is empty where the highest report is a lower bound. Of what was delivered,
    lower reports speak of an earlier day, so there the range is shown only where a report differs.
    """
    claims = [c for c in record.get("claims", []) if c["field"] == field and str(c["value"]).isdigit()]
    standing = [c for c in claims if c["verdict"] in STANDING_VERDICTS]
    best = record.get(field)
    if best is None:
        return f"no credible number (reported: {_range(standing)})" if standing else "number not reported"
    own = {c.get("qualifier", "exact") for c in standing if int(c["value"]) == best and c["verdict"] == "accepted"}
    shown = QUALIFIED[own.pop() if len(own) == 1 else "exact"].format(f"{best:,}")
    values = {int(c["value"]) for c in standing}
    differ = field == "quantity" or any(c["verdict"] == "disputed" for c in standing)
    return shown if values <= {best} or not differ else f"{shown} (reports: {_range(standing)})"


def unit_of(record: Record) -> str:
    """The unit of a quantity where what is counted does not say it: two battalions of air defence systems."""
    unit = str(record.get("unit", ""))
    if unit in ("", "persons", "ships", "aircraft", "vehicles", "items"):
        return ""
    one = {"companies": "company"}.get(unit, unit.removesuffix("s"))
    return f" {one if record.get('quantity') == 1 else unit}"


def _range(claims: list[Record]) -> str:
    """The span of reported numbers; an open end is said."""
    values = sorted(int(c["value"]) for c in claims)
    lowest = {c.get("qualifier") for c in claims if int(c["value"]) == values[0]}
    highest = {c.get("qualifier") for c in claims if int(c["value"]) == values[-1]}
    if values[0] == values[-1]:
        return QUALIFIED[str(next(iter(highest)) or "exact") if len(highest) == 1 else "exact"].format(f"{values[0]:,}")
    first = f"up to {values[0]:,}, " if lowest == {"at-most"} else f"{values[0]:,} to "
    return first + f"{values[-1]:,}" + (" or more" if "at-least" in highest else "")


def claimed(tables: Tables, table: str, claim: Record) -> str:
    """The value of a claim in words."""
    value, name = str(claim["value"]), str(claim["field"])
    if name == "present":
        return "says so" if value == "true" else "says the contrary"
    field = tables[table].fields.get(name, {})
    if "vocabulary" in field:
        return label(tables, table, name, value)
    if value.isdigit() and field.get("type") == "integer":
        return QUALIFIED[str(claim.get("qualifier", "exact"))].format(f"{int(value):,}")
    if field.get("type") == "number":
        return f"{float(value):,.10g}"
    return date(value) if period(value) else value
