"""The page of one exercise: every value with its claims, forces by side, places on a map, neighbours, citation."""

from __future__ import annotations

from typing import Any

from tables import Row, Tables

from website import maps
from website.evidence import fact, sources_list, title_of
from website.markup import esc, md, page, raw, section
from website.releases import cite_record
from website.reliability import reading_of
from website.words import count, date, joined, label, language, quantity, unit_of, when

Record = dict[str, Any]
SCRIPT = '<script defer src="../assets/unfold.js"></script>'


def exercise_page(tables: Tables, record: Record, editions: list[Row]) -> str:
    """The text of the page; `editions` are the events of its series in order of time."""
    parts = [
        _head(tables, record),
        section("Facts", _facts(tables, record) + _neighbours(tables, record, editions)),
        section("Who took part", _participants(tables, record)),
        section("Forces", _forces(tables, record)),
        section("Named ships", _vessels(tables, record)),
        section("Where", _places(tables, record)),
        section("Stages", _phases(tables, record)),
        section("What was practised", _activities(tables, record)),
        section("Reactions of other states", _responses(tables, record)),
        section("Names", _names(tables, record)),
        section("How it is counted", _numbering(tables, record)),
        section("What is contested, and what was not found", _note(tables, record)),
        section(f"Sources ({len(record['references'].get('sources', []))})", sources_list(tables, record)),
        section("Cite this record", cite_record(tables.descriptor, record["exercise_id"], record["name"])),
    ]
    return page(record["name"], *parts, hide=("navigation",))


def _head(tables: Tables, record: Record) -> str:
    """Names in the scripts of both sides, what sort of event it is, and what happened."""
    official = [n for n in record["exercise_names"] if n["language"] in ("zh", "ru") and n["kind"] == "official"]
    names = {n["language"]: n["name"] for n in reversed(official)}
    line = " · ".join(md(names[code]) for code in ("zh", "ru") if code in names)
    codes = [label(tables, "exercises", f, record[f]) for f in ("kind", "domain", "framework")]
    codes += [label(tables, "exercises", "status", record["status"])] if record["status"] != "held" else []
    chips = "".join(f'<span class="chip">{esc(c)}</span>' for c in codes)
    summary = f'<p class="summary">{esc(record.get("summary", ""))}</p>'
    hint = (
        '<p class="hint">Every line with a number of reports unfolds: who said it, where, and what differs. '
        '<button type="button" id="unfold" hidden>Unfold all</button></p>'
    )
    return f"{line}\n{raw(f'<p>{chips}</p>{summary}{hint}{SCRIPT}')}"


def _facts(tables: Tables, record: Record) -> str:
    main = [u for u in record["exercise_locations"] if u["role"] == "main" and "phase_id" not in u]
    rows = [("When", fact(tables, "exercises", record, esc(when(record)), ("start_date", "end_date"), "when"))]
    rows += [("Where", _place(tables, use)) for use in main]
    status = label(tables, "exercises", "status", record["status"])
    rows.append(("Status", fact(tables, "exercises", record, esc(status), ("status",), "status")))
    text = _definition(tables, "interaction", record["interaction"]) if "interaction" in record else "Not reported"
    rows.append(("Interaction", fact(tables, "exercises", record, text, ("interaction",), "interaction")))
    shown = {"start_date", "end_date", "status", "interaction"}
    for name in dict.fromkeys(c["field"] for c in record["claims"] if c["field"] not in shown):
        known = "named as a whole" if name == "present" else str(record.get(name, "not reported"))
        text = esc(known if name == "present" else label(tables, "exercises", name, known))
        rows.append((esc(title_of(tables, "exercises", name)), fact(tables, "exercises", record, text, (name,))))
    cells = "".join(f"<div><dt>{name}</dt><dd>{text}</dd></div>" for name, text in rows)
    return f'<dl class="facts">{cells}</dl>'


def _definition(tables: Tables, field: str, code: str) -> str:
    categories = tables["exercises"].fields[field]["categories"]
    meaning = next(c["description"] for c in categories if c["value"] == code)
    return f"{esc(label(tables, 'exercises', field, code))}: {esc(meaning[0].lower() + meaning[1:])}"


def _neighbours(tables: Tables, record: Record, editions: list[Row]) -> str:
    """Links to the series, to the editions before and after, and to the events this one belongs to."""
    links = []
    if "series_id" in record:
        name = tables["series"].by_key[record["series_id"]]["name"]
        links.append(f'Series: <a href="../series/{esc(record["series_id"])}.html">{esc(name)}</a>')
        at = next(i for i, e in enumerate(editions) if e.key == record["exercise_id"])
        links += [f"Before: {_event(tables, editions[at - 1].key)}"] if at else []
        links += [f"After: {_event(tables, editions[at + 1].key)}"] if at + 1 < len(editions) else []
    for field, words in (("part_of_id", "Part of"), ("follows_id", "The same forces came from")):
        links += [f"{words}: {_event(tables, record[field])}"] if field in record else []
    return f'<p class="neighbours">{"<br>".join(links)}</p>' if links else ""


def _event(tables: Tables, key: str) -> str:
    return f'<a href="{esc(key)}.html">{esc(tables["exercises"].by_key[key]["name"])}</a>'


def _participants(tables: Tables, record: Record) -> str:
    """Countries by role, each with the services that a report names."""
    order = [c["value"] for c in tables["participants"].fields["role"]["categories"]]
    rows = sorted(record["participants"], key=lambda r: (order.index(r["role"]), r["country_code"]))
    out = []
    for row in rows:
        country = esc(_country(tables, row["country_code"]))
        role = esc(label(tables, "participants", "role", row["role"]).lower())
        text = f"<b>{country}</b> {role}{_standing(tables, row)}"
        own = [s for s in record["participant_services"] if s["country_code"] == row["country_code"]]
        out.append(fact(tables, "participants", row, text, anchor=f"participant-{row['country_code']}"))
        out.append("".join(f'<div class="sub">{_service(tables, s)}</div>' for s in own))
    return f'<div class="lines">{"".join(out)}</div>' if rows else ""


def _service(tables: Tables, row: Record) -> str:
    text = esc(label(tables, "participant_services", "service", row["service"])) + _standing(tables, row)
    return fact(tables, "participant_services", row, text)


def _forces(tables: Tables, record: Record) -> str:
    """Count lines by side: China and Russia first, then other contingents, groups and the whole exercise."""
    sides: dict[str, list[Record]] = {"CHN": [], "RUS": []}
    for row in record["assets"]:
        sides.setdefault(row.get("country_code", row["scope"]), []).append(row)
    order = sorted(sides, key=lambda s: (s in ("whole-exercise", "group"), s == "group", s not in ("CHN", "RUS"), s))
    boxes = "".join(_side(tables, record, side, sides[side]) for side in order if sides[side])
    note = (
        '<p class="hint">Numbers stand as reported. Only totals of contingents may be added, within one category '
        'and when every country has one: <a href="../codebook.html#assets">how to add up</a>.</p>'
    )
    return f'<div class="sides">{boxes}</div>{note}' if boxes else ""


def _side(tables: Tables, record: Record, side: str, rows: list[Record]) -> str:
    names = {"whole-exercise": "All countries together", "group": "Several countries in one number"}
    categories = [c["value"] for c in tables["assets"].fields["category"]["categories"]]
    lines = ["total", "component", "subset"]
    ordered = sorted(rows, key=lambda r: (categories.index(r["category"]), lines.index(r["line"]), r["asset_id"]))
    items = "".join(_asset(tables, record, row) for row in ordered)
    title = esc(names.get(side) or _country(tables, side))
    return f'<section><h3 id="forces-{esc(side.lower())}">{title}</h3><div class="lines">{items}</div></section>'


def _asset(tables: Tables, record: Record, row: Record) -> str:
    """One count line: what is counted, the number, at which stage."""
    about = [row["description"]] if "description" in row else []
    about += [f"stage: {_phase(record, row['phase_id'])}"] if "phase_id" in row else []
    small = f' <span class="about">{esc(" · ".join(about))}</span>' if about else ""
    text = f"{_amount(tables, 'assets', row)}{_standing(tables, row)}{small}"
    anchor = row["asset_id"].removeprefix(f"{record['exercise_id']}.")
    return f'<div class="{esc(row["line"])}">{fact(tables, "assets", row, text, anchor=anchor)}</div>'


def _amount(tables: Tables, table: str, row: Record) -> str:
    """HTML of what is counted with its number: Surface ships: 3 (reports: 3 to 20 or more)."""
    best, space, rest = quantity(row).partition(" (")
    if best == "number not reported":
        return f'{esc(_what(tables, table, row))} <span class="how">{best}</span>'
    unit = unit_of(row) if best[-1].isdigit() else ""
    return f"{esc(_what(tables, table, row))}: <b>{esc(best + unit)}</b>{esc(space + rest)}"


def _what(tables: Tables, table: str, row: Record) -> str:
    """What is counted, as narrowly as the row says: class or type, else type, else category."""
    if "platform_id" in row:
        return tables["platforms"].by_key[row["platform_id"]]["name"]
    field = "subcategory" if "subcategory" in row else "category"
    return label(tables, table, field, row[field]) if field in row else ""


def _vessels(tables: Tables, record: Record) -> str:
    """Named ships by country."""
    ships = [(tables["vessels"].by_key[r["vessel_id"]], r) for r in record["exercise_vessels"]]
    countries = list(dict.fromkeys(ship["country_code"] for ship, _ in ships))
    boxes = []
    for country in countries:
        items = "".join(_vessel(tables, record, ship, row) for ship, row in ships if ship["country_code"] == country)
        boxes.append(f'<section><h3>{esc(_country(tables, country))}</h3><div class="lines">{items}</div></section>')
    return f'<div class="sides">{"".join(boxes)}</div>' if boxes else ""


def _vessel(tables: Tables, record: Record, ship: Row, row: Record) -> str:
    about = [label(tables, "vessels", "ship_type", ship["ship_type"]).lower()] if ship["ship_type"] else []
    about += [tables["platforms"].by_key[ship["platform_id"]]["name"]] if ship["platform_id"] else []
    about += [f"hull number {row['hull_number']}"] if "hull_number" in row else []
    about += [f"stage: {_phase(record, row['phase_id'])}"] if "phase_id" in row else []
    if "replaced_by" in row:
        about.append(f"its place took {tables['vessels'].by_key[row['replaced_by']]['name']}")
    native = f' <span lang="{_script(ship)}">{esc(ship["native_name"])}</span>' if ship["native_name"] else ""
    text = f"<b>{esc(ship['name'])}</b>{native}{_standing(tables, row)} "
    text += f'<span class="about">{esc(" · ".join(about))}</span>'
    return fact(tables, "exercise_vessels", row, text, anchor=row["vessel_id"])


def _script(ship: Row) -> str:
    return {"CHN": "zh", "RUS": "ru", "JPN": "ja", "KOR": "ko"}.get(ship["country_code"], "und")


def _places(tables: Tables, record: Record) -> str:
    """A map of the confirmed places and the list of all."""
    uses = record["exercise_locations"]
    rows = [(tables["locations"].by_key[u["location_id"]], u) for u in uses if u["standing"] == "confirmed"]
    found: dict[str, maps.Place] = {}
    for row, use in rows:
        main = (use["role"] == "main" and "phase_id" not in use) or (row.key in found and found[row.key].main)
        spot = (float(row["latitude"]), float(row["longitude"]), float(row["radius_km"]))
        found[row.key] = maps.Place(row["name"], *spot, main)
    names = joined([p.name for p in found.values()])
    drawn = maps.local_map(list(found.values()), f"Map: {names}. The list below has the same places.") if found else ""
    items = "".join(_place(tables, use, record) for use in uses)
    hint = '<p class="hint">A circle shows how closely a place is known, not where ships or troops moved.</p>'
    return f'{drawn}{hint}<div class="lines">{items}</div>' if uses else ""


def _place(tables: Tables, use: Record, record: Record | None = None) -> str:
    """One use of a place; with `record` its role and stage are named too."""
    place = tables["locations"].by_key[use["location_id"]]
    about = [f"within {int(place['radius_km']):,} km of {_degrees(place)}"]
    if record:
        about.insert(0, label(tables, "exercise_locations", "role", use["role"]).lower())
        about += [f"stage: {_phase(record, use['phase_id'])}"] if "phase_id" in use else []
    text = f"<b>{esc(place['name'])}</b>{_standing(tables, use)} "
    text += f'<span class="about">{esc(" · ".join(about))}</span>'
    return fact(tables, "exercise_locations", use, text)


def _degrees(place: Row) -> str:
    latitude, longitude = float(place["latitude"]), float(place["longitude"])
    north, east = "N" if latitude >= 0 else "S", "E" if longitude >= 0 else "W"
    return f"{abs(latitude):.1f}° {north}, {abs(longitude):.1f}° {east}"


def _phases(tables: Tables, record: Record) -> str:
    out = []
    for row in sorted(record["phases"], key=lambda r: r["sequence"]):
        known = when(row)
        time = f' <span class="about">{esc(known)}</span>' if known != "not reported" else ""
        text = f"{row['sequence']}. <b>{esc(row['name'])}</b> {esc(label(tables, 'phases', 'kind', row['kind']))}{time}"
        out.append(fact(tables, "phases", row, text))
    return f'<div class="lines">{"".join(out)}</div>' if out else ""


def _activities(tables: Tables, record: Record) -> str:
    out = []
    for row in record["activities"]:
        text = esc(label(tables, "activities", "activity", row["activity"])) + _standing(tables, row)
        if "phase_id" in row:
            text += f' <span class="about">stage: {esc(_phase(record, row["phase_id"]))}</span>'
        out.append(fact(tables, "activities", row, text))
    return f'<div class="lines columns">{"".join(out)}</div>' if out else ""


def _responses(tables: Tables, record: Record) -> str:
    """What third states saw or did, in order of time."""
    rows = sorted(record["responses"], key=lambda r: (r.get("date", ""), r["country_code"], r["response_id"]))
    return f'<div class="lines">{"".join(_response(tables, r) for r in rows)}</div>' if rows else ""


def _response(tables: Tables, row: Record) -> str:
    of = f"of {_country(tables, row['of_country'])}" if "of_country" in row else ""
    where = tables["locations"].by_key[row["location_id"]]["name"] if "location_id" in row else ""
    about = " · ".join(filter(None, [date(str(row.get("date", ""))), where, row.get("description", "")]))
    kind = label(tables, "responses", "kind", row["kind"]).lower()
    text = f"<b>{esc(_country(tables, row['country_code']))}</b> {esc(kind)}"
    if "category" in row or "platform_id" in row:
        text += f" · {_amount(tables, 'responses', row)} {esc(of)}"
    text += f' <span class="about">{esc(about)}</span>'
    return fact(tables, "responses", row, text)


def _names(tables: Tables, record: Record) -> str:
    out = []
    for row in record["exercise_names"]:
        kind = label(tables, "exercise_names", "kind", row["kind"]).lower()
        text = f'<b lang="{esc(row["language"])}">{esc(row["name"])}</b> '
        text += f'<span class="about">{esc(language(row["language"]))} · {esc(kind)}</span>'
        out.append(fact(tables, "exercise_names", row, text))
    return f'<div class="lines">{"".join(out)}</div>' if out else ""


def _numbering(tables: Tables, record: Record) -> str:
    out = []
    for row in record["numbering"]:
        by = label(tables, "numbering", "counted_by", row["counted_by"])
        number = f"number {row['ordinal']}" if "ordinal" in row else "left out of the count, or the number is wrong"
        text = f'<b>{esc(by)}</b>: {esc(number)} <span class="about">of {esc(row["counted_what"])}</span>'
        out.append(fact(tables, "numbering", row, text))
    return f'<div class="lines">{"".join(out)}</div>' if out else ""


def _note(tables: Tables, record: Record) -> str:
    """The coder's note, how many values reports differ on, and what a second reading found."""
    differ = _disputed(record)
    words = f"<p>Reports differ on {count(differ, 'value')} of this record.</p>" if differ else ""
    note = f"<p>{esc(record['coding_note'])}</p>" if "coding_note" in record else ""
    return words + note + reading_of(tables, "exercises", record["exercise_id"])


def _disputed(record: Record) -> int:
    """Number of values of a record with a disputed claim."""
    rows = [record, *(r for value in record.values() if isinstance(value, list) for r in value)]
    return sum(len({c["field"] for c in r.get("claims", []) if c["verdict"] == "disputed"}) for r in rows)


def _standing(tables: Tables, row: Record) -> str:
    """A mark on rows that are not certain."""
    if row["standing"] == "confirmed":
        return ""
    name = label(tables, "assets", "standing", row["standing"]).lower()
    return f' <strong class="standing {esc(row["standing"])}">{esc(name)}</strong>'


def _phase(record: Record, key: str) -> str:
    return str(next(p["name"] for p in record["phases"] if p["phase_id"] == key))


def _country(tables: Tables, code: str) -> str:
    return str(tables["countries"].by_key[code]["name"])
