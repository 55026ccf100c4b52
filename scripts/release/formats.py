"""Writes tables in the formats of a release. Equal input gives equal bytes: no times, no places of the machine."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import sqlite3
import unicodedata
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from tables import Table, Tables

Kinds = dict[str, Callable[[str], Any]]  # what makes a value of the text of a cell, by type
ZIP_TIME = (1980, 1, 1, 0, 0, 0)
ARROW_TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "date": pa.date32()}
NUMBERS: Kinds = {"integer": int, "number": float}
DATES: Kinds = {"date": dt.date.fromisoformat}
SQL_TYPES = {"string": "TEXT", "integer": "INTEGER", "number": "REAL", "date": "TEXT"}
SQL_VIEWS = {
    "claims_with_sources": """SELECT c.*, s.title, s.published_on, s.language, s.url, p.name AS publisher,
        o.name AS origin FROM claims c JOIN sources s USING (source_id)
        JOIN organisations p ON p.organisation_id = s.publisher_id
        JOIN organisations o ON o.organisation_id = c.origin_id""",
    "confirmed_assets": "SELECT * FROM assets WHERE standing = 'confirmed'",
    "confirmed_vessels": """SELECT e.*, v.name, v.native_name, v.platform_id, v.ship_type, v.country_code
        FROM exercise_vessels e JOIN vessels v USING (vessel_id) WHERE e.standing = 'confirmed'""",
}


def write_parquet(table: Table, written: Path, path: Path) -> None:
    """One Parquet file of the CSV `written`, with the types of the schema and its descriptions as column metadata."""
    fields = [
        pa.field(name, ARROW_TYPES[f["type"]], metadata={"description": f["description"]})
        for name, f in table.fields.items()
    ]
    schema = pa.schema(fields, metadata={"title": table.schema["title"], "description": table.schema["description"]})
    content = pa.csv.read_csv(
        written,
        pa.csv.ReadOptions(use_threads=False),
        pa.csv.ParseOptions(newlines_in_values=True),
        pa.csv.ConvertOptions(
            column_types=schema, include_columns=schema.names, null_values=[""], strings_can_be_null=True
        ),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(content.cast(schema), path, compression="zstd")


def write_sqlite(tables: Iterable[Table], path: Path) -> None:
    """One SQLite file: every table with its primary and foreign keys, and the views of SQL_VIEWS."""
    path.unlink(missing_ok=True)
    with sqlite3.connect(path) as db:
        for table in tables:
            db.execute(_create(table))
            marks = ", ".join("?" for _ in table.columns)
            columns = [_column(table, name, NUMBERS) for name in table.columns]
            db.executemany(f'INSERT INTO "{table.name}" VALUES ({marks})', zip(*columns, strict=True))
        for name, query in SQL_VIEWS.items():
            db.execute(f"CREATE VIEW {name} AS {' '.join(query.split())}")
    db.close()


def write_xlsx(table: Table, path: Path) -> None:
    """One spreadsheet with a frozen, bold header; numbers and dates are such, text is never a formula."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = table.name
    sheet.append(table.columns)
    columns = [_column(table, name, NUMBERS | DATES) for name in table.columns]
    for values in zip(*columns, strict=True):
        sheet.append(values)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for line in sheet.iter_rows(min_row=2):
        for cell in line:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    for number, name in enumerate(table.columns, start=1):
        longest = max([len(name), *(_width(r[name]) for r in table.rows)])
        sheet.column_dimensions[get_column_letter(number)].width = min(longest + 2, 50)
    sheet.freeze_panes = "B2"
    sheet.auto_filter.ref = sheet.dimensions
    buffer = io.BytesIO()
    book.save(buffer)
    path.write_bytes(_without_times(buffer.getvalue()))


def write_jsonl(records: Iterable[dict[str, Any]], path: Path) -> None:
    """One JSON document per line."""
    lines = [json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in records]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8", newline="")


def write_geojson(tables: Tables, path: Path) -> None:
    """Every confirmed use of a place in an exercise as a point with its radius."""
    features = []
    for use in tables["exercise_locations"].rows:
        if use["standing"] != "confirmed":
            continue
        place = tables["locations"].by_key[use["location_id"]]
        event = tables["exercises"].by_key[use["exercise_id"]]
        properties: dict[str, Any] = {
            c: use[c] for c in ("exercise_location_id", "exercise_id", "location_id", "role", "phase_id")
        }
        properties |= {
            "exercise": event["name"],
            "start_date": event["start_date"],
            "end_date": event["end_date"],
        }
        properties |= {
            "location": place["name"],
            "location_kind": place["kind"],
            "radius_km": int(place["radius_km"]),
        }
        point = {"type": "Point", "coordinates": [float(place["longitude"]), float(place["latitude"])]}
        kept = {k: v for k, v in properties.items() if v != ""}
        features.append({"type": "Feature", "properties": kept, "geometry": point})
    text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="")


def write_zip(folder: Path, path: Path) -> None:
    """The folder as a zip with fixed times and modes, names sorted."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(p for p in folder.rglob("*") if p.is_file()):
            info = zipfile.ZipInfo(f"{folder.name}/{file.relative_to(folder).as_posix()}", ZIP_TIME)
            info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            info.create_system = 3
            archive.writestr(info, file.read_bytes())


def _column(table: Table, name: str, kinds: Kinds) -> list[Any]:
    """The values of a column; text unless `kinds` makes something of its type, None where the cell is empty."""
    kind = kinds.get(table.fields[name]["type"], str)
    return [kind(row[name]) if row[name] else None for row in table.rows]


def _width(text: str) -> int:
    """How many columns a text takes: Chinese characters are twice as wide."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _create(table: Table) -> str:
    lines = []
    for name, field in table.fields.items():
        required = " NOT NULL" if field["constraints"].get("required") else ""
        lines.append(f'"{name}" {SQL_TYPES[field["type"]]}{required}')
    lines.append(f'PRIMARY KEY ("{table.key}")')
    for link in table.schema.get("foreignKeys", []):
        target = link["reference"]
        lines.append(
            f'FOREIGN KEY ("{link["fields"][0]}") REFERENCES "{target["resource"] or table.name}" '
            f'("{target["fields"][0]}")'
        )
    return f'CREATE TABLE "{table.name}" ({", ".join(lines)})'


def _without_times(data: bytes) -> bytes:
    """A spreadsheet file with fixed times inside and out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in sorted(old.namelist()):
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(created|modified)[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            info = zipfile.ZipInfo(name, ZIP_TIME)
            info.compress_type, info.create_system = zipfile.ZIP_DEFLATED, 3
            new.writestr(info, content)
    return out.getvalue()
