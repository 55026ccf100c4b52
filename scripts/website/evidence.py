"""A value with its claims: one line that unfolds into who said what, where, and what the coder made of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tables import Tables

from website.markup import esc, link
from website.words import claimed, count, date, label, language

VERDICTS = ["accepted", "compatible", "disputed", "superseded", "rejected"]
Record = dict[str, Any]


def fact(tables: Tables, table: str, record: Record, text: str, fields: tuple[str, ...] = (), anchor: str = "") -> str:
    """HTML of a value that unfolds into the claims about `fields` of a row; `text` is HTML without links.

    Without `fields` all claims about the row and its cells are there.
    """
    fields = fields or ("present", *tables[table].columns)
    claims = [c for c in record.get("claims", []) if c["field"] in fields]
    mark = f' id="{esc(anchor)}"' if anchor else ""
    if not claims:
        return f'<div class="fact"{mark}>{text}</div>'
    items = "".join(claim_lines(tables, table, claims, fields))
    return (
        f'<details class="fact"{mark}><summary><span>{text}</span> {_badge(claims)}</summary>'
        f'<ul class="claims">{items}</ul></details>'
    )


def title_of(tables: Tables, table: str, field: str) -> str:
    """The title of a field; claims about a row as such have none of their own."""
    return "As such" if field == "present" else str(tables[table].fields[field]["title"])


def claim_lines(tables: Tables, table: str, claims: list[Record], fields: tuple[str, ...]) -> list[str]:
    """HTML of every value that was claimed with those who say so, those that the cell rests on first."""
    groups: dict[tuple[int, int, str], list[Record]] = {}
    for claim in sorted(claims, key=lambda c: str(c["value"])):
        key = (VERDICTS.index(claim["verdict"]), fields.index(claim["field"]), claimed(tables, table, claim))
        groups.setdefault(key, []).append(claim)
    order = sorted(groups, key=lambda k: (k[0], k[1], -len(groups[k])))
    several = len({c["field"] for c in claims}) > 1
    return [_group(tables, table, key[2], groups[key], several) for key in order]


def _group(tables: Tables, table: str, value: str, claims: list[Record], with_field: bool) -> str:
    """One value with everybody who gives it."""
    verdict, field = claims[0]["verdict"], claims[0]["field"]
    title = "" if field == "present" or not with_field else f"{tables[table].fields[field]['title']}: "
    name = label(tables, "claims", "verdict", verdict).lower()
    said = "".join(f"<li>{_said(tables, c)}</li>" for c in claims)
    return (
        f'<li class="{esc(verdict)}"><b>{esc(title)}{esc(value)}</b> '
        f'<span class="how">{esc(name)}</span><ul>{said}</ul></li>'
    )


def _said(tables: Tables, claim: Record) -> str:
    basis = label(tables, "claims", "basis", claim["basis"]).lower() if "basis" in claim else ""
    how = f' <span class="how">({esc(basis)})</span>' if basis not in ("", "reported") else ""
    note = f' <span class="note">{esc(claim["note"])}</span>' if "note" in claim else ""
    return f"{source_line(tables, claim)}{how}{note}"


def source_line(tables: Tables, claim: Record) -> str:
    """HTML of who said it and where it stands, linked to the page that was read."""
    source = tables["sources"].by_key[claim["source_id"]]
    origin = tables["organisations"].by_key[claim["origin_id"]]["name"]
    where = cited(tables, claim["source_id"])
    return where if source["publisher_id"] == claim["origin_id"] else f"{esc(origin)}, in {where}"


def cited(tables: Tables, source_id: str) -> str:
    """HTML of a source in short: publisher, date and language, linked to its address."""
    source = tables["sources"].by_key[source_id]
    publisher = tables["organisations"].by_key[source["publisher_id"]]["name"]
    text = ", ".join(filter(None, [publisher, date(source["published_on"])]))
    foreign = f" (in {language(source['language'])})" if source["language"] not in ("", "en") else ""
    copies = f" [{link(source['archive_url'], 'archived copy')}]" if source["archive_url"] else ""
    return link(source["url"], text) + esc(foreign) + copies


def _badge(claims: list[Record]) -> str:
    """How many reports stand behind a value, and how many differ from it."""
    found = Counter(c["verdict"] for c in claims)
    differ = found["disputed"]
    aside = found["superseded"] + found["rejected"]
    parts = [count(len(claims), "report")]
    words = count(differ, "differs", "differ") if found["accepted"] + found["compatible"] else "none accepted"
    parts += [f'<strong class="differ">{words}</strong>'] if differ else []
    parts += [f"{aside} set aside"] if aside else []
    return f'<span class="badge">{", ".join(parts)}</span>'


def sources_list(tables: Tables, record: Record) -> str:
    """HTML of all sources of a record with their titles, oldest first."""
    keys = [s["source_id"] for s in record["references"].get("sources", [])]
    rows = sorted((tables["sources"].by_key[k] for k in keys), key=lambda r: (r["published_on"] or "9", r.key))
    items = "".join(f"<li>{esc(r['title'])}. {cited(tables, r.key)}. {_read(tables, r)}</li>" for r in rows)
    title = f"{count(len(rows), 'source')} with their titles"
    return f'<details class="fact"><summary><span>{title}</span></summary><ol class="sources">{items}</ol></details>'


def _read(tables: Tables, source: dict[str, str]) -> str:
    read = label(tables, "sources", "read", source["read"])
    kind = label(tables, "sources", "url_kind", source["url_kind"]) if source["url_kind"] else "no address"
    return f'<span class="how">{esc(f"{kind} · {read} read".lower())}</span>'
