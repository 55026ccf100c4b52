"""Markdown and HTML of generated pages: escaping, links, front matter, and raw HTML that Markdown need not read."""

from __future__ import annotations

import functools
import html
import json
import re

RAW = re.compile(r"<!--raw-->\n(.*?)\n<!--/raw-->", re.S)


def esc(text: object) -> str:
    """Text that HTML shows as it is, in elements and in quoted attributes."""
    return html.escape(str(text), quote=True)


def md(text: str) -> str:
    """Text that Markdown and HTML show as it is."""
    escaped = html.escape(text, quote=False).replace("\n", " ")
    for mark in "\\`*_[]|{}":
        escaped = escaped.replace(mark, "\\" + mark)
    return escaped


def code(text: object) -> str:
    """Text in the letters of code. Between backticks it could close them itself."""
    return f"<code>{md(str(text))}</code>"


def raw(text: str) -> str:
    """HTML as a block of a Markdown page. The hook takes it out before Markdown, which is slow on it."""
    return f"\n<!--raw-->\n{text}\n<!--/raw-->\n"


def page(title: str, *body: str, hide: tuple[str, ...] = (), searchable: bool = True) -> str:
    """The text of a page with its front matter. `hide` names sidebars: navigation, toc."""
    meta = [f"title: {json.dumps(html.escape(title, quote=False), ensure_ascii=False)}"]  # the theme escapes nothing
    meta += [f"hide: {json.dumps(list(hide))}"] if hide else []
    meta += [] if searchable else ["search: {exclude: true}"]
    return "\n".join(["---", *meta, "---", "", f"# {md(title)}", "", *body]) + "\n"


def section(title: str, body: str) -> str:
    """A part of a record's page under its heading; nothing if it has no body. The search finds records by name only."""
    return f"\n## {title} {{ data-search-exclude }}\n{raw(body)}" if body else ""


@functools.cache
def link(address: str, text: str) -> str:
    """A link to another site if the address is one of the web, else the text alone."""
    if not re.match(r"https?://", address, re.I):
        return esc(text)
    return f'<a href="{esc(address)}" rel="noopener noreferrer">{esc(text)}</a>'


def table(head: list[str], rows: list[list[str]], name: str = "") -> str:
    """An HTML table in a box that scrolls by itself; cells are HTML. Keyboard users can scroll it."""
    label = esc(name) or ", ".join(re.sub("<[^>]*>", "", h) for h in head)
    top = "".join(f'<th scope="col">{h}</th>' for h in head)
    body = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="Table: {label}"><table class="plain">'
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def json_in_html(value: object) -> str:
    """JSON that neither ends a script element nor a line of JavaScript."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for mark in "<>&\u2028\u2029":
        text = text.replace(mark, f"\\u{ord(mark):04x}")
    return text
