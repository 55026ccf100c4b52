"""MkDocs hook: adds the pages of `website.pages` and the files of `website.downloads` to the site.

MkDocs calls it by the `hooks` of mkdocs.yml. Raw HTML of a page is taken out before Markdown and put back into the
finished page, as Markdown and the search index would read all of it.
"""

from __future__ import annotations

from typing import Any

from mkdocs.structure.files import File
from release.views import views
from tables import read_tables
from website.downloads import downloads
from website.markup import RAW
from website.pages import pages

BLOCK = "<!--block {}-->"
SEARCH = 'data-md-component="search" role="dialog"'
held_back: dict[str, list[str]] = {}


def on_files(files: Any, config: Any) -> Any:
    """Append the generated pages and files."""
    tables = read_tables()
    made = views(tables)
    for path, content in (pages(tables, made) | downloads(tables, made)).items():
        files.append(File.generated(config, path, content=content))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """Take out the raw HTML."""
    blocks: list[str] = []

    def keep(found: Any) -> str:
        blocks.append(found[1])
        return BLOCK.format(len(blocks) - 1)

    text = RAW.sub(keep, markdown)
    held_back[page.file.src_uri] = blocks
    return text


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Put it back; give the theme's search dialog the name that it lacks."""
    for number, block in enumerate(held_back.pop(page.file.src_uri, [])):
        output = output.replace(BLOCK.format(number), block, 1)
    return output.replace(SEARCH, f'{SEARCH} aria-label="Search"')
