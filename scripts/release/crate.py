"""The release as an RO-Crate 1.1: every file with its type, size and hash, beside authors and licence."""

from __future__ import annotations

from typing import Any

from release.citation import Descriptor, creators, with_role
from release.schema_org import agent, core

Json = dict[str, Any]
FILE = "ro-crate-metadata.json"
# RO-Crate 1.1 is older than schema.org's sha256.
CONTEXT = ["https://w3id.org/ro/crate/1.1/context", {"sha256": "https://schema.org/sha256"}]


def crate(descriptor: Descriptor, files: list[Json]) -> Json:
    """The metadata file: a flat list of entities that name each other."""
    licence = descriptor["licenses"][0]
    people = {f"#{role}-{n}": c for role in ("author", "publisher") for n, c in _numbered(descriptor, role)}
    described = core(descriptor)
    place = {**described["spatialCoverage"], "@id": "#place", "geo": {"@id": "#box"}}
    root: Json = {
        **described,
        "@id": "./",
        "license": {"@id": licence["path"]},
        "spatialCoverage": {"@id": "#place"},
        "hasPart": [{"@id": f["path"]} for f in files],
        "author": [{"@id": i} for i in people if i.startswith("#author")],
    }
    root.pop("creator")
    if with_role(descriptor, "publisher"):
        root["publisher"] = {"@id": "#publisher-1"}
    graph = [
        {
            "@id": FILE,
            "@type": "CreativeWork",
            "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
            "about": {"@id": "./"},
        },
        root,
        {"@id": licence["path"], "@type": "CreativeWork", "name": licence["title"], "identifier": licence["name"]},
        place,
        {**described["spatialCoverage"]["geo"], "@id": "#box"},
        *({"@id": i, **agent(c)} for i, c in people.items()),
        *(_file(f) for f in files),
    ]
    return {"@context": CONTEXT, "@graph": graph}


def _numbered(descriptor: Descriptor, role: str) -> list[tuple[int, Descriptor]]:
    found = creators(descriptor) if role == "author" else with_role(descriptor, role)
    return list(enumerate(found, start=1))


def _file(file: Json) -> Json:
    return {
        "@id": file["path"],
        "@type": "File",
        "name": file["path"].rpartition("/")[2],
        "encodingFormat": file["mediatype"],
        "contentSize": str(file["bytes"]),
        "sha256": file["sha256"],
    }
