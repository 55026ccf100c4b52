"""The dataset as schema.org JSON-LD: what search engines for data read on a page or in a release."""

from __future__ import annotations

from typing import Any

from release.citation import Descriptor, citation, creators, doi_url, is_person, name, with_role

Json = dict[str, Any]


def dataset(descriptor: Descriptor) -> Json:
    """What a Dataset says of itself, without its files. Schemas of the resources must be in place of their paths."""
    return {"@context": "https://schema.org/", **core(descriptor), "hasPart": [_table(r) for r in _tables(descriptor)]}


def dataset_with_files(descriptor: Descriptor, files: list[Json]) -> Json:
    """The same with every file of a release."""
    return dataset(descriptor) | {"distribution": [_download(f) for f in files]}


def core(descriptor: Descriptor) -> Json:
    """The properties that every description of the dataset shares."""
    west, south, east, north = descriptor["spatial"]["bbox"]
    shape = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    out: Json = {
        "@type": "Dataset",
        "name": descriptor["title"],
        "alternateName": descriptor["name"],
        "description": descriptor["description"],
        "version": descriptor["version"],
        "datePublished": descriptor["created"][:10],
        "license": descriptor["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "inLanguage": "en",
        "keywords": descriptor["keywords"],
        "creator": [agent(c) for c in creators(descriptor)],
        "creditText": citation(descriptor),
        "temporalCoverage": f"{descriptor['temporal']['start']}/{descriptor['temporal']['end']}",
        "spatialCoverage": {"@type": "Place", "name": descriptor["spatial"]["description"], "geo": shape},
    }
    publishers = with_role(descriptor, "publisher")
    if publishers:
        out["publisher"] = agent(publishers[0])
    if descriptor["doi"]:
        out |= {"@id": doi_url(descriptor), "identifier": doi_url(descriptor)}
    if descriptor["doi"] or descriptor.get("homepage"):
        out["url"] = descriptor.get("homepage") or doi_url(descriptor)
    return out


def agent(contributor: Descriptor) -> Json:
    """A contributor as a person or a group."""
    out = {"@type": "Person" if is_person(contributor) else "Organization", "name": name(contributor)}
    return out | ({"url": contributor["path"]} if contributor.get("path") else {})


def _tables(descriptor: Descriptor) -> list[Json]:
    return [r for r in descriptor["resources"] if isinstance(r["schema"], dict)]


def _table(resource: Json) -> Json:
    """One table as a part of the dataset, with its columns as what is measured."""
    return {
        "@type": "Dataset",
        "@id": f"#{resource['name']}",
        "name": resource["title"],
        "description": resource["schema"]["description"],
        "variableMeasured": [_column(f) for f in resource["schema"]["fields"]],
    }


def _column(field: Json) -> Json:
    out = {"@type": "PropertyValue", "name": field["name"], "description": field["description"]}
    return out | ({"unitText": field["unit"]} if "unit" in field else {})


def _download(file: Json) -> Json:
    return {
        "@type": "DataDownload",
        "name": file["path"],
        "contentUrl": file["path"],
        "encodingFormat": file["mediatype"],
        "contentSize": f"{file['bytes']} B",
        "sha256": file["sha256"],
    }
