"""Writes the coding sheet of one event or transfer as YAML.

Reads the tables; writes to standard output, or to a file with --out. Run: python scripts/sheet.py ID [--out FILE]
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from check import readable_tables
from command import run
from format_csv import write_atomically
from problems import plain
from records import ROOTS, to_record
from sheet_text import write_sheet
from tables import ROOT, UnusablePackage


def main(argv: list[str] | None = None) -> int:
    """Write one sheet. Exit 0, or 2 if there is no such event or the package cannot be read."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("id", help="exercise_id or transfer_id")
    parser.add_argument("--out", type=Path, help="file to write; standard output without it")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package")
    args = parser.parse_args(argv)
    try:
        tables = readable_tables(args.package)
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    root = next((name for name in ROOTS if args.id in tables[name].by_key), None)
    if root is None:
        known = [key for name in ROOTS for key in tables[name].by_key]
        near = ", ".join(difflib.get_close_matches(args.id, known, 3, 0.4))
        print(f"there is no event or transfer {args.id!r}; nearest are {near or 'none'}", file=sys.stderr)
        return 2
    text = write_sheet(to_record(tables, root, args.id))
    if args.out:
        write_atomically({args.out: text})
    else:
        print(text, end="")
    return 0


if __name__ == "__main__":
    run(main)
