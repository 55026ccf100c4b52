"""Which files the site offers for download: the release of the tables that it shows."""

from __future__ import annotations

import tempfile
from pathlib import Path

from release.build import build
from release.views import Views
from tables import Tables


def downloads(tables: Tables, made: Views | None = None) -> dict[str, bytes]:
    """The release whole as a zip, and file by file by path, so that the site is a data package too.

    Its Markdown files are in the zip only: MkDocs would make pages of them.
    """
    with tempfile.TemporaryDirectory(prefix="site-") as temporary:
        folder = build(tables, Path(temporary), made=made)
        archive = folder.with_name(f"{folder.name}.zip")
        files = [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix != ".md" and p.name != "SHA256SUMS"]
        return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files} | {archive.name: archive.read_bytes()}
