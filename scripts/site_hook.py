"""MkDocs hook: adds the pages of `pages` to the site. MkDocs calls it by the `hooks` of mkdocs.yml."""

from __future__ import annotations

from typing import Any

from mkdocs.structure.files import File
from pages import pages
from tables import read_tables


def on_files(files: Any, config: Any) -> Any:
    """Append the generated pages."""
    for path, text in pages(read_tables()).items():
        files.append(File.generated(config, path, content=text))
    return files
