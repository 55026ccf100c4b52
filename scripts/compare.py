"""Compares two versions of the package: rows, schemas, and whether the version number promises enough.

Reads OLD and NEW, each a folder of a package, a zip of one, or a git revision of this repository; writes what is asked
for. Prints Markdown for the changelog. Run: python scripts/compare.py OLD NEW [--csv FILE] [--markdown FILE]
Exit: 0 the version number of NEW promises enough, 1 it promises too little, 2 OLD or NEW cannot be read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from change.report import as_csv, as_markdown, compare, verdict
from change.versions import read_version
from command import run
from format_csv import write_atomically
from problems import plain
from tables import ROOT, UnusablePackage


def main(argv: list[str] | None = None) -> int:
    """Compare, write, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("old", help="folder, zip or git revision")
    parser.add_argument("new", nargs="?", default=str(ROOT), help="the same; without it, the package as it lies here")
    parser.add_argument("--csv", type=Path, help="write every changed cell to this file")
    parser.add_argument("--markdown", type=Path, help="write the Markdown to this file instead of printing it")
    args = parser.parse_args(argv)
    try:
        found = compare(read_version(args.old), read_version(args.new))
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    files = {args.csv: as_csv(found), args.markdown: as_markdown(found)}
    try:
        write_atomically({path: text for path, text in files.items() if path})
    except OSError as error:
        print(plain(f"{error.filename}: cannot be written ({error.strerror})"), file=sys.stderr)
        return 2
    if not args.markdown:
        print(as_markdown(found))
    print(verdict(found), file=sys.stderr)
    return 0 if found.kept else 1


if __name__ == "__main__":
    run(main)
