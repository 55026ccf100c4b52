"""Charts as static SVG, made of Vega-Lite without a browser. Colours are variables: they follow the style sheet."""

from __future__ import annotations

import re
from typing import Any

import vl_convert

from website.markup import esc

Spec = dict[str, Any]
DOMAINS = ["sea", "air", "land", "air-missile-defence", "multi-domain", "cyber"]
VEGA_LITE = "https://vega.github.io/schema/vega-lite/v6.4.1.json"
WIDTH = 440  # small, so that the text of a chart can be read on a phone
TEXT, LINE = "var(--md-default-fg-color--light)", "var(--md-default-fg-color--lightest)"


def colour(domain: str) -> str:
    """The colour of a domain as a variable of docs/assets/extra.css."""
    return f"var(--{domain})"


def bars_by_domain(rows: list[dict[str, Any]], labels: dict[str, str], title: str, years: tuple[int, int]) -> str:
    """Stacked bars per year: `rows` have year, domain and events."""
    shown = [d for d in DOMAINS if any(r["domain"] == d for r in rows)]
    data = [r | {"domain": labels[r["domain"]], "order": DOMAINS.index(r["domain"])} for r in rows]
    numbers = [sum(r["events"] for r in rows if r["year"] == y) for y in range(years[0], years[1] + 1)]
    colours = {
        "field": "domain",
        "type": "nominal",
        "scale": {"domain": [labels[d] for d in shown], "range": [colour(d) for d in shown]},
        "legend": {"title": None, "orient": "top", "symbolType": "square", "columns": 3},
    }
    order = {"field": "order", "type": "quantitative"}
    chart = {
        "width": WIDTH,
        "height": 190,
        "mark": {"type": "bar", "size": WIDTH / (years[1] - years[0] + 1) * 0.8},
        "encoding": {"x": _years(years), "y": _events(numbers), "color": colours, "order": order},
    }
    return _svg(chart, data, title)


def panels_by_rule(rows: list[dict[str, Any]], title: str, years: tuple[int, int]) -> str:
    """One small panel per counting rule, all with one scale: `rows` have year, rule and events."""
    panel = {
        "width": 280,
        "height": 90,
        "mark": {"type": "bar", "color": colour("sea")},
        "encoding": {"x": _years(years), "y": _events([r["events"] for r in rows])},
    }
    facet = {
        "field": "rule",
        "type": "nominal",
        "title": None,
        "sort": list(dict.fromkeys(r["rule"] for r in rows)),
        "header": {"labelColor": TEXT, "labelFontSize": 12},
    }
    return _svg({"facet": facet, "columns": 2, "spec": panel}, rows, title)


def _events(numbers: list[int]) -> Spec:
    """An axis with whole numbers only."""
    most = max([1, *numbers])
    step = max(1, -(-most // 5))
    ticks = list(range(0, most + step, step))
    scale = {"domain": [0, max(most, ticks[-1] if ticks[-1] - most < step / 2 else most)], "nice": False}
    axis = {"values": ticks, "format": "d", "domain": False}
    return {"field": "events", "type": "quantitative", "title": None, "scale": scale, "axis": axis}


def _years(years: tuple[int, int]) -> Spec:
    scale = {"domain": [years[0] - 0.5, years[1] + 0.5], "nice": False}
    axis = {"format": "d", "grid": False, "tickCount": 8}
    return {"field": "year", "type": "quantitative", "title": None, "scale": scale, "axis": axis}


def _svg(chart: Spec, rows: list[dict[str, Any]], title: str) -> str:
    """The chart as SVG that scales with the page and has `title` as its text alternative."""
    axis = {"labelColor": TEXT, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "labelFontSize": 11}
    config = {"background": "transparent", "view": {"stroke": None}, "axis": axis, "font": "sans-serif"}
    config["legend"] = {"labelColor": TEXT, "labelFontSize": 11}
    spec = chart | {"$schema": VEGA_LITE, "data": {"values": rows}, "padding": 0, "config": config}
    svg = str(vl_convert.vegalite_to_svg(spec))
    svg = re.sub(r' class="marks"| aria-[a-z]+="[^"]*"| role="[^"]*"', "", svg)
    attributes = f'class="chart" role="img" aria-label="{esc(title)}"'
    return re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', rf"<svg \1 {attributes}", svg, count=1)
