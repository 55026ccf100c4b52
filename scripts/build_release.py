"""Checks the package and builds a release of it in dist/.

Reads the package; writes dist/china-russia-exercises-VERSION/ and a zip of it, first aside, then renamed, so that a
failure leaves what was there. Equal packages give equal bytes. With a previous version (folder, zip or git revision)
the release holds changes.csv: every cell that differs. Run: python scripts/build_release.py [--out DIR] [--previous X]
Exit: 0 built, 1 the check found errors or the version number promises too little, 2 something cannot be read.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from change.report import as_csv, compare, verdict
from change.versions import read_version
from check import check, summary
from command import run
from problems import plain, render_text
from release.build import build
from rich.console import Console
from rich.table import Table as Grid
from tables import ROOT, Tables, UnusablePackage


def main(argv: list[str] | None = None) -> int:
    """Check, build, report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--package", type=Path, default=ROOT, help="folder of the package")
    parser.add_argument("--out", type=Path, default=ROOT / "dist", help="folder for the release")
    parser.add_argument("--previous", help="folder, zip or git revision of the version before: adds changes.csv")
    args = parser.parse_args(argv)
    console = Console()
    began = time.monotonic()
    try:
        result = check(args.package)
        if result.errors:
            print(render_text(result.errors))
            print(summary(result, time.monotonic() - began))
            print("nothing was built", file=sys.stderr)
            return 1
        console.print(summary(result, time.monotonic() - began), highlight=False, soft_wrap=True)
        changes = compare(read_version(args.previous), read_version(str(args.package))) if args.previous else None
        if changes:
            print(verdict(changes))
            if not changes.kept:
                print("nothing was built", file=sys.stderr)
                return 1
        release = build(result.tables, args.out, console, as_csv(changes) if changes else "")
    except UnusablePackage as error:
        print(plain(error), file=sys.stderr)
        return 2
    console.print(_closing_table(result.tables, release))
    return 0


def _closing_table(tables: Tables, release: Path) -> Grid:
    grid = Grid("part", "files", "kB", title=f"{release.name} in {release.parent}", title_justify="left")
    parts: dict[str, list[int]] = {}
    for path in sorted(p for p in release.rglob("*") if p.is_file()):
        parts.setdefault(path.relative_to(release).parts[0], []).append(path.stat().st_size)
    for part, sizes in parts.items():
        grid.add_row(part, str(len(sizes)), f"{sum(sizes) / 1000:,.0f}")
    grid.add_row(f"{release.name}.zip", "1", f"{release.with_name(release.name + '.zip').stat().st_size / 1000:,.0f}")
    counts = ", ".join(f"{len(t.rows):,} {t.name}" for t in tables.values() if t.rows)
    grid.caption, grid.caption_justify = counts, "left"
    return grid


if __name__ == "__main__":
    run(main)
