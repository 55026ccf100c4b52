"""Charts as static SVG, made by Altair without a browser. Colours are variables of the style sheet: they follow it."""

from __future__ import annotations

import re
from typing import Any

import altair as alt
import vl_convert

from website.markup import esc

DOMAINS = ["sea", "air", "land", "air-missile-defence", "multi-domain", "cyber"]
WIDTH = 440  # small, so that the text of a chart can be read on a phone
TEXT, LINE = "var(--md-default-fg-color--light)", "var(--md-default-fg-color--lightest)"


def colour(domain: str) -> str:
    """The colour of a domain as a variable of docs/assets/extra.css."""
    return f"var(--{domain})"


def bars_by_domain(rows: list[dict[str, Any]], labels: dict[str, str], title: str, years: tuple[int, int]) -> str:
    """Stacked bars per year: `rows` have year, domain and events."""
    shown = [d for d in DOMAINS if any(r["domain"] == d for r in rows)]
    data = [r | {"domain": labels[r["domain"]], "order": DOMAINS.index(r["domain"])} for r in rows]
    scale = alt.Scale(domain=[labels[d] for d in shown], range=[colour(d) for d in shown])
    legend = alt.Legend(title=None, orient="top", symbolType="square", columns=3)
    chart = (
        alt.Chart(alt.InlineData(data), width=WIDTH, height=190)
        .mark_bar(size=WIDTH / (years[1] - years[0] + 1) * 0.8)
        .encode(
            x=_years(years),
            y=_events([sum(r["events"] for r in rows if r["year"] == y) for y in range(years[0], years[1] + 1)]),
            color=alt.Color("domain:N", scale=scale, legend=legend),
            order="order:Q",
        )
    )
    return _svg(chart, title)


def panels_by_rule(rows: list[dict[str, Any]], title: str, years: tuple[int, int]) -> str:
    """One small panel per counting rule, all with one scale: `rows` have year, rule and events."""
    names = list(dict.fromkeys(r["rule"] for r in rows))
    chart = (
        alt.Chart(alt.InlineData(rows), width=280, height=90)
        .mark_bar(color=colour("sea"))
        .encode(x=_years(years), y=_events([r["events"] for r in rows]))
        .facet(alt.Facet("rule:N", title=None, sort=names, header=alt.Header(labelColor=TEXT, labelFontSize=12)))
    )
    chart.columns = 2
    return _svg(chart, title)


def _events(numbers: list[int]) -> alt.Y:
    """An axis with whole numbers only."""
    most = max([1, *numbers])
    step = max(1, -(-most // 5))
    ticks = list(range(0, most + step, step))
    scale = alt.Scale(domain=[0, max(most, ticks[-1] if ticks[-1] - most < step / 2 else most)], nice=False)
    return alt.Y("events:Q", title=None, scale=scale, axis=alt.Axis(values=ticks, format="d", domain=False))


def _years(years: tuple[int, int]) -> alt.X:
    scale = alt.Scale(domain=[years[0] - 0.5, years[1] + 0.5], nice=False)
    return alt.X("year:Q", title=None, scale=scale, axis=alt.Axis(format="d", grid=False, tickCount=8))


def _svg(chart: Any, title: str) -> str:
    """The chart as SVG that scales with the page and has `title` as its text alternative."""
    axis = {"labelColor": TEXT, "gridColor": LINE, "domainColor": LINE, "tickColor": LINE, "labelFontSize": 11}
    config = {"background": "transparent", "view": {"stroke": None}, "axis": axis, "font": "sans-serif"}
    config["legend"] = {"labelColor": TEXT, "labelFontSize": 11}
    spec = chart.properties(padding=0).to_dict() | {"config": config}
    svg = str(vl_convert.vegalite_to_svg(spec))
    svg = re.sub(r' class="marks"| aria-[a-z]+="[^"]*"| role="[^"]*"', "", svg)
    attributes = f'class="chart" role="img" aria-label="{esc(title)}"'
    return re.sub(r'<svg([^>]*?) width="[^"]*" height="[^"]*"', rf"<svg \1 {attributes}", svg, count=1)
