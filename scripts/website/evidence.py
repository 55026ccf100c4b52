"""A value with its claims: one line that unfolds into who said what, where, and what the coder made of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from tables import Tables

from website.markup import esc, link
from website.words import claimed, count, date, label, language

VERDICTS = ["accepted", "compatible", "disputed", "superseded", "rejected"]
Record = dict[str, Any]


def fact(tables: Tables, table: str, record: Record, text: str, fields: tuple[str, ...], anchor: str = "") -> str:
    """HTML of a value that unfolds into the claims about `fields` of a row; `text` is HTML without links."""
    claims = [c for c in record.get("claims", []) if c["field"] in fields]
    mark = f' id="{esc(anchor)}"' if anchor else ""
    if not claims:
        return f'<div class="fact"{mark}>{text}</div>'
    items = "".join(claim_lines(tables, table, claims, len(fields) > 1))
    return (
        f'<details class="fact"{mark}><summary><span>{text}</span> {_badge(claims)}</summary>'
        f'<ul class="claims">{items}</ul></details>'
    )


def claim_lines(tables: Tables, table: str, claims: list[Record], with_field: bool) -> list[str]:
    """HTML of every claim, those that the value rests on first. `with_field` names the field each is about."""
    order = sorted(claims, key=lambda c: (VERDICTS.index(c["verdict"]), c["field"], str(c["value"]), c["claim_id"]))
    return [_line(tables, table, c, with_field) for c in order]


def _line(tables: Tables, table: str, claim: Record, with_field: bool) -> str:
    name = "as such" if claim["field"] == "present" else tables[table].fields[claim["field"]]["title"].lower()
    about = f"{esc(name)}: " if with_field else ""
    how = [label(tables, "claims", c, claim[c]).lower() for c in ("verdict", "basis") if c in claim]
    note = f' <span class="note">{esc(claim["note"])}</span>' if "note" in claim else ""
    return (
        f'<li class="{esc(claim["verdict"])}"><b>{about}{esc(claimed(tables, table, claim))}</b> '
        f'{source_line(tables, claim)} <span class="how">{esc(" · ".join(how))}</span>{note}</li>'
    )


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
    parts += [f'<strong class="differ">{count(differ, "differs", "differ")}</strong>'] if differ else []
    parts += [f"{aside} set aside"] if aside else []
    return f'<span class="badge">{", ".join(parts)}</span>'


def sources_list(tables: Tables, record: Record) -> str:
    """HTML of all sources of a record with their titles, oldest first."""
    keys = [s["source_id"] for s in record["references"].get("sources", [])]
    rows = sorted((tables["sources"].by_key[k] for k in keys), key=lambda r: (r["published_on"] or "9", r.key))
    items = "".join(f"<li>{esc(r['title'])}. {cited(tables, r.key)}. {_read(tables, r)}</li>" for r in rows)
    return f'<ol class="sources">{items}</ol>'


def _read(tables: Tables, source: dict[str, str]) -> str:
    read = label(tables, "sources", "read", source["read"])
    kind = label(tables, "sources", "url_kind", source["url_kind"]) if source["url_kind"] else "no address"
    return f'<span class="how">{esc(f"{kind} · {read} read".lower())}</span>'
