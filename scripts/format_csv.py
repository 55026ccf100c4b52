"""Brings every table into its one canonical form and fills what follows from other cells.

Reads the CSV files of the package; writes those that change: keys that are empty, ids of claims, lowest and highest
quantities, stray blanks, order of rows, quoting, line ends. Run: python scripts/format_csv.py [--check] [--package DIR]
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
from pathlib import Path

from check import readable_tables
from claims import NUMBER_TYPES, bounds, claim_id, claims_on
from command import run
from problems import plain
from rules.quantities import TABLES_WITH_QUANTITIES
from tables import ROOT, Tables, UnusablePackage, canonical_number, derived_key, sort_key, write_csv


def canonical(tables: Tables) -> dict[str, str]:
    """The canonical text of every table by its path. Changes the rows of `tables`."""
    for table in tables.values():
        numbers = [name for name, field in table.fields.items() if field["type"] in NUMBER_TYPES]
        for row in table.rows:
            _clean(row, numbers)
            if not row[table.key] and table.schema.get("keyTemplate"):
                row[table.key] = row.key = derived_key(table.schema["keyTemplate"], row)
    for claim in tables["claims"].rows:
        claim["claim_id"] = claim.key = claim_id(claim)
    tables.__dict__.pop("claims_about", None)
    for name in TABLES_WITH_QUANTITIES:
        for row in tables[name].rows:
            row["quantity_low"], row["quantity_high"] = bounds(claims_on(tables, name, row.key, "quantity"))
    return {t.path: write_csv(t.columns, sorted(t.rows, key=lambda r: _order(t.schema, r))) for t in tables.values()}


def write_atomically(texts: dict[Path, str]) -> None:
    """Write all files beside their places first, then put each in its place by renaming."""
    ready = []
    try:
        for path, text in texts.items():
            with tempfile.NamedTemporaryFile(
                "w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8", newline=""
            ) as file:
                ready.append((Path(file.name), path))
                file.write(text)
            os.chmod(file.name, 0o644)
        for temporary, path in ready:
            temporary.replace(path)
    finally:
        for temporary, _ in ready:
            temporary.unlink(missing_ok=True)


def main(argv: list[str] | None = None) -> int:
    """Format the package; with --check only say what would change. Exit 0, 1 (would change) or 2 (cannot read)."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file would change")
    args = parser.parse_args(argv)
    try:
        tables = readable_tables(args.package)
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    texts = {tables.folder / path: text for path, text in canonical(tables).items()}
    changed = {path: text for path, text in texts.items() if path.read_bytes() != text.encode("utf-8")}
    for path in changed:
        print(f"{path.relative_to(tables.folder)} {'would change' if args.check else 'formatted'}")
    if not args.check:
        write_atomically(changed)
    return 1 if args.check and changed else 0


def _clean(row: dict[str, str], numbers: list[str]) -> None:
    for name, value in row.items():
        row[name] = re.sub(r"\s+", " ", value).strip()
    for name in numbers:
        row[name] = canonical_number(row[name])


def _order(schema: dict[str, object], row: dict[str, str]) -> list[str]:
    return [row[name] for name in sort_key(schema)]


if __name__ == "__main__":
    run(main)
