"""Writes down the headers and types of a version that is about to be published, and holds the schemas against them.

Reads datapackage.json and the schemas; appends to schemas/published.csv, in which each published version is listed.
Run: python scripts/publish_headers.py [--check | --unpublished] [--package DIR]
Exit: 0 listed, 1 the headers break what is listed or, with --check, are not listed as they are, 2 unreadable.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator
from pathlib import Path

from change.versions import Version, read_version
from command import run
from format_csv import write_atomically
from problems import plain
from tables import ROOT, UnusablePackage, write_csv

COLUMNS = ["version", "table", "position", "column", "type"]
Headers = dict[str, list[tuple[str, str]]]  # name and type of the columns in order, by table


def main(argv: list[str] | None = None) -> int:
    """Check what is listed, then append or compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--check", action="store_true", help="only say whether this version is listed as it is")
    how.add_argument("--unpublished", action="store_true", help="replace this version: nobody has it yet")
    args = parser.parse_args(argv)
    try:
        version, listed = read_version(str(args.package)), read_listed(args.package)
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    if args.unpublished:
        listed.pop(version.number, None)
    own = listed.get(version.number)
    problems = list(broken(version, listed))
    if own is None and args.check:
        problems.append(f"{version.number} is not listed; run: python scripts/publish_headers.py")
    elif own is not None and own != headers(version):
        problems.append(f"{version.number} is listed with other headers; raise the version, or use --unpublished")
    for problem in problems:
        print(plain(f"schemas/published.csv: {problem}"), file=sys.stderr)
    if problems:
        return 1
    if own is None:
        listed[version.number] = headers(version)
        write_atomically({_place(args.package): _text(listed)})
        print(f"schemas/published.csv: listed {version.number}")
    return 0


def headers(version: Version) -> Headers:
    """The headers of a version, those of the views among them."""
    return {t: [(f["name"], f.get("type", "string")) for f in s["fields"]] for t, s in version.schemas.items()}


def read_listed(package: Path) -> dict[str, Headers]:
    """The headers of every listed version. Raises UnusablePackage."""
    path = _place(package)
    listed: dict[str, Headers] = {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                columns = listed.setdefault(row["version"], {}).setdefault(row["table"], [])
                columns.append((row["column"], row["type"]))
    except (OSError, UnicodeDecodeError, csv.Error, KeyError) as error:
        raise UnusablePackage(f"{path}: cannot be read ({error})") from error
    return listed


def broken(version: Version, listed: dict[str, Headers]) -> Iterator[str]:
    """Every promise that a version breaks: within a major version, columns are only appended and tables only added."""
    now = headers(version)
    for number, published in listed.items():
        if number.split(".")[0] != version.number.split(".")[0]:
            continue
        for table, columns in published.items():
            if table not in now:
                yield f"the table {table} of version {number} is gone; that needs a major version"
            elif now[table][: len(columns)] != columns:
                place = next(n for n, c in enumerate(columns) if now[table][n : n + 1] != [c])
                name, kind = columns[place]
                found = " ".join(now[table][place]) if place < len(now[table]) else "nothing"
                yield (
                    f"column {place + 1} of {table} was {name} {kind} in version {number} and is {found}; "
                    "that needs a major version"
                )


def _place(package: Path) -> Path:
    return (package if package.is_dir() else package.parent) / "schemas" / "published.csv"


def _text(listed: dict[str, Headers]) -> str:
    rows = [
        dict(zip(COLUMNS, (number, table, str(place), name, kind), strict=True))
        for number, published in listed.items()
        for table, columns in published.items()
        for place, (name, kind) in enumerate(columns, start=1)
    ]
    return write_csv(COLUMNS, rows)


if __name__ == "__main__":
    run(main)
