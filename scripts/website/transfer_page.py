"""Transfers: the index, and a page per transfer on which every value unfolds into its claims."""

from __future__ import annotations

from typing import Any

from tables import Tables

from website.evidence import fact, sources_list, title_of
from website.markup import esc, page, raw, section, table
from website.releases import cite_record
from website.reliability import reading_of
from website.words import claimed, date, label, quantity, unit_of

Record = dict[str, Any]
FACTS = {
    "status": "Status", "signed_on": "Signed", "delivery_start": "Deliveries from", "delivery_end": "Deliveries to",
    "value_amount": "Value", "value_usd_millions": "Value in millions of US dollars",
}  # fmt: skip


def transfers_index(tables: Tables, records: list[Record]) -> str:
    """The list of all transfers, newest contract first."""
    rows = []
    for record in sorted(records, key=lambda r: (str(r.get("signed_on", "")), r["transfer_id"]), reverse=True):
        name = f'<a href="{esc(record["transfer_id"])}.html">{esc(record["name"])}</a>'
        items = "<br>".join(esc(f"{i['designation']}{_number(i)}") for i in record["transfer_items"])
        codes = [label(tables, "transfers", f, record[f]) for f in ("kind", "status")]
        signed = date(str(record.get("signed_on", ""))) or "not reported"
        value = f"{record['value_usd_millions']:,}" if "value_usd_millions" in record else ""
        rows.append([esc(signed), name, items, *map(esc, codes), esc(value)])
    head = ["signed", "transfer", "items", "kind", "status", "million US dollars"]
    words = "\nArms, licences and help with military technology between Russia and China, and who reported what.\n"
    return page("Transfers", words, raw(table(head, rows)), hide=("navigation",))


def transfer_page(tables: Tables, record: Record) -> str:
    """The page of one transfer."""
    key = record["transfer_id"]
    sides = [tables["countries"].by_key[record[c]]["name"] for c in ("supplier_code", "recipient_code")]
    kind = label(tables, "transfers", "kind", record["kind"])
    head = f'<p><span class="chip">{esc(kind)}</span><span class="chip">{esc(" to ".join(sides))}</span></p>'
    head += f'<p class="summary">{esc(record.get("summary", ""))}</p>'
    note = f"<p>{esc(record['coding_note'])}</p>" if "coding_note" in record else ""
    note += reading_of(tables, "transfers", key)
    items = "".join(_item(tables, i) for i in record["transfer_items"])
    parts = [
        raw(head),
        section("Facts", _facts(tables, record)),
        section("Items", f'<div class="lines">{items}</div>' if items else ""),
        section("What is contested, and what was not found", note),
        section(f"Sources ({len(record['references'].get('sources', []))})", sources_list(tables, record)),
        section("Cite this record", cite_record(tables.descriptor, key, record["name"])),
    ]
    return page(record["name"], *parts, hide=("navigation",))


def _facts(tables: Tables, record: Record) -> str:
    """All sourced values of the contract; those that nobody reported are left out, unless claims speak of them."""
    rows = []
    others = dict.fromkeys(c["field"] for c in record["claims"] if c["field"] not in FACTS)
    titles = FACTS | {name: title_of(tables, "transfers", name) for name in others}
    for name, title in titles.items():
        about = [c for c in record["claims"] if c["field"] == name]
        if name in record or about:
            rows.append((title, fact(tables, "transfers", record, esc(_value(tables, record, name)), (name,), name)))
    cells = "".join(f"<div><dt>{esc(title)}</dt><dd>{text}</dd></div>" for title, text in rows)
    return f'<dl class="facts">{cells}</dl>'


def _value(tables: Tables, record: Record, name: str) -> str:
    if name == "present":
        return "named as a whole"
    if name not in record:
        return "no credible report"
    if name == "value_amount":
        return f"{record[name]:,} million {record.get('value_currency', '')}".strip()
    if name == "value_usd_millions":
        return f"{record[name]:,}"
    return claimed(tables, "transfers", {"field": name, "value": record[name]})


def _item(tables: Tables, item: Record) -> str:
    """One item: what was ordered, and what came when; each part with its own claims."""
    best, space, rest = quantity(item).partition(" (")
    unit = unit_of(item) if best[-1].isdigit() else ""
    text = f"{esc(item['designation'])}: <b>{esc(best + unit)}</b>{esc(space + rest)}"
    out = fact(tables, "transfer_items", item, text, ("quantity", "present"), item["item"])
    for name in ("delivered_quantity", "delivered_from", "delivered_to"):
        if name in item or any(c["field"] == name for c in item.get("claims", [])):
            title = tables["transfer_items"].fields[name]["title"]
            known = quantity(item, name) if name == "delivered_quantity" else date(str(item.get(name, "")))
            words = f"{esc(title)}: <b>{esc(known or 'no credible report')}</b>"
            out += f'<div class="sub">{fact(tables, "transfer_items", item, words, (name,))}</div>'
    return out


def _number(item: Record) -> str:
    number = quantity(item)
    return "" if number == "number not reported" else f": {number}"
