"""Confidence in an exercise, computed from its claims alone. docs/views.md explains the formula to readers."""

from __future__ import annotations

from rules.evidence import WEAK_KINDS
from tables import Row, Tables, canonical_number

from release.views.shared import Cells, claims_of_exercise, supporting_origins

# What an exercise needs to reach a level: origins, sides that speak, and at most this share of disputed claims.
LEVELS = {"high": (4, 3, 0.1), "medium": (2, 2, 0.25)}


def confidence(tables: Tables, exercise: Row) -> Cells:
    """The level of confidence, and the figures that it follows from."""
    evidence = _evidence(tables, exercise)
    origins = supporting_origins(evidence)
    sides = {side: sum(_side(tables, o) == side for o in origins) for side in ("chinese", "russian", "third_party")}
    share = _disputed_share(tables, evidence)
    return {
        "independent_origins": str(len(origins)),
        **{f"{side}_origins": str(count) for side, count in sides.items()},
        "disputed_share": canonical_number(f"{share:.3f}"),
        "confidence": level(len(origins), sum(map(bool, sides.values())), share),
    }


def level(origins: int, sides: int, disputed_share: float) -> str:
    """The highest level of which all three demands are met."""
    for name, (least_origins, least_sides, most_disputed) in LEVELS.items():
        if origins >= least_origins and sides >= least_sides and disputed_share <= most_disputed:
            return name
    return "low"


def _evidence(tables: Tables, exercise: Row) -> list[Row]:
    """The claims that count: none from weak pages, and for a held event none that was made as a plan."""
    claims = claims_of_exercise(tables, exercise.key)
    held = exercise["status"] == "held"
    return [c for c in claims if not (held and c["basis"] == "planned") and not _is_weak(tables, c)]


def _is_weak(tables: Tables, claim: Row) -> bool:
    publisher = tables["sources"].by_key[claim["source_id"]]["publisher_id"]
    return tables["organisations"].by_key[publisher]["kind"] in WEAK_KINDS


def _side(tables: Tables, origin: str) -> str:
    """Whose voice an origin is; a body of unknown country is nobody's, an international one a third party's."""
    body = tables["organisations"].by_key[origin]
    if body["country_code"] in ("CHN", "RUS"):
        return {"CHN": "chinese", "RUS": "russian"}[body["country_code"]]
    return "third_party" if body["country_code"] or body["kind"] == "international-body" else ""


def _disputed_share(tables: Tables, evidence: list[Row]) -> float:
    """Disputed claims among the standing claims on sourced cells."""
    cells = [c for c in evidence if c["subject_field"] in tables[c["subject_table"]].sourced_fields]
    disputed = sum(c["verdict"] == "disputed" for c in cells)
    standing = disputed + sum(c["verdict"] in ("accepted", "compatible") for c in cells)
    return disputed / standing if standing else 0.0
