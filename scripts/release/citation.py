"""How the dataset is cited, made from datapackage.json: CITATION.cff, .zenodo.json, BibTeX and DataCite JSON.

A DOI that is empty leaves its property out; no identifier, publisher or homepage is made up.
"""

from __future__ import annotations

import json
from typing import Any

Descriptor = dict[str, Any]

TO_BE_ANNOUNCED = "(:tba)"  # DataCite's own code for a value that is announced later


def citation_cff(descriptor: Descriptor) -> str:
    """The text of CITATION.cff."""
    lines = [
        "# Made from datapackage.json by scripts/build_citation.py; do not edit.",
        "cff-version: 1.2.0",
        "message: Please cite this dataset as below.",
        "type: dataset",
        f"title: {_quoted(descriptor['title'])}",
        f"abstract: {_quoted(descriptor['description'])}",
        "authors:",
        *(line for c in creators(descriptor) for line in _cff_author(c)),
        f"version: {descriptor['version']}",
        f"date-released: {descriptor['created'][:10]}",
        f"license: {descriptor['licenses'][0]['name']}",
        "keywords:",
        *(f"  - {_quoted(k)}" for k in descriptor["keywords"]),
    ]
    if descriptor["doi"]:
        lines.append(f"doi: {descriptor['doi']}")
    if descriptor.get("homepage"):
        lines.append(f"url: {_quoted(descriptor['homepage'])}")
    return "\n".join(lines) + "\n"


def zenodo_json(descriptor: Descriptor) -> str:
    """The text of .zenodo.json. It holds no DOI: Zenodo mints one for each version."""
    record = {
        "title": descriptor["title"],
        "description": descriptor["description"],
        "upload_type": "dataset",
        "version": descriptor["version"],
        "publication_date": descriptor["created"][:10],
        "license": descriptor["licenses"][0]["name"].lower(),
        "access_right": "open",
        "creators": [{"name": name(c)} for c in creators(descriptor)],
        "keywords": descriptor["keywords"],
        "dates": [{"type": "Collected", **descriptor["temporal"]}],
    }
    return json.dumps(record, ensure_ascii=False, indent=2) + "\n"


def citation(descriptor: Descriptor) -> str:
    """The dataset as a line of a bibliography."""
    names = ", ".join(name(c) for c in creators(descriptor))
    names = names[:1].upper() + names[1:]
    doi = f" {doi_url(descriptor)}" if descriptor["doi"] else ""
    year = descriptor["created"][:4]
    return f"{names} ({year}). {descriptor['title']}. Version {descriptor['version']}.{doi}"


def bibtex(descriptor: Descriptor, record: str = "", title: str = "") -> str:
    """The dataset as a BibTeX entry, or one record of it by its identifier and title."""
    fields = {
        "title": "{" + _tex(title or descriptor["title"]) + "}",
        "booktitle": "{" + _tex(descriptor["title"]) + "}" if record else "",
        "author": " and ".join(_tex(name(c)) if is_person(c) else f"{{{_tex(name(c))}}}" for c in creators(descriptor)),
        "year": descriptor["created"][:4],
        "version": descriptor["version"],
        "doi": descriptor["doi"],
        "url": descriptor.get("homepage", ""),
        "note": f"Record {record}" if record else "",
    }
    lines = [f"  {key} = {{{value}}}," for key, value in fields.items() if value]
    entry = f"@{'incollection' if record else 'misc'}{{{record or descriptor['name']}-{descriptor['version']},"
    return "\n".join([entry, *lines, "}"])


def datacite(descriptor: Descriptor) -> dict[str, Any]:
    """The record as DataCite JSON (schemas 4.5 and 4.6)."""
    temporal = f"{descriptor['temporal']['start']}/{descriptor['temporal']['end']}"
    west, south, east, north = descriptor["spatial"]["bbox"]
    box = {
        "westBoundLongitude": west,
        "eastBoundLongitude": east,
        "southBoundLatitude": south,
        "northBoundLatitude": north,
    }
    publishers = with_role(descriptor, "publisher")
    record: dict[str, Any] = {
        "creators": [_datacite_creator(c) for c in creators(descriptor)],
        "titles": [{"title": descriptor["title"], "lang": "en"}],
        "publisher": {"name": name(publishers[0]) if publishers else TO_BE_ANNOUNCED},
        "publicationYear": descriptor["created"][:4],
        "types": {"resourceType": "Dataset", "resourceTypeGeneral": "Dataset"},
        "subjects": [{"subject": k} for k in descriptor["keywords"]],
        "dates": [
            {"date": descriptor["created"][:10], "dateType": "Issued"},
            {"date": temporal, "dateType": "Other", "dateInformation": "Time that the data cover"},
        ],
        "language": "en",
        "version": descriptor["version"],
        "rightsList": [_datacite_rights(licence) for licence in descriptor["licenses"]],
        "descriptions": [{"description": descriptor["description"], "descriptionType": "Abstract", "lang": "en"}],
        "geoLocations": [{"geoLocationPlace": descriptor["spatial"]["description"], "geoLocationBox": box}],
        "formats": sorted({r["mediatype"] for r in descriptor["resources"]}),
        "schemaVersion": "http://datacite.org/schema/kernel-4",
    }
    if descriptor["doi"]:
        record["doi"] = descriptor["doi"]
    if descriptor.get("homepage"):
        record["url"] = descriptor["homepage"]
    return record


def creators(descriptor: Descriptor) -> list[Descriptor]:
    """Who is cited: the contributors with the role of an author."""
    return with_role(descriptor, "author")


def with_role(descriptor: Descriptor, role: str) -> list[Descriptor]:
    """The contributors with a role."""
    return [c for c in descriptor["contributors"] if c["role"] == role]


def is_person(contributor: Descriptor) -> bool:
    """Whether a contributor is one person: it then has a family name of its own."""
    return "familyName" in contributor


def name(contributor: Descriptor) -> str:
    """A contributor as bibliographies name it: family name first, or the title of a group."""
    if not is_person(contributor):
        return str(contributor["title"])
    return ", ".join(contributor[part] for part in ("familyName", "givenName") if contributor.get(part))


def doi_url(descriptor: Descriptor) -> str:
    """The DOI as an address, or nothing as long as there is none."""
    return f"https://doi.org/{descriptor['doi']}" if descriptor["doi"] else ""


def _cff_author(contributor: Descriptor) -> list[str]:
    if not is_person(contributor):
        return [f"  - name: {_quoted(contributor['title'])}"]
    lines = [f"  - family-names: {_quoted(contributor['familyName'])}"]
    given = contributor.get("givenName")
    return [*lines, f"    given-names: {_quoted(given)}"] if given else lines


def _datacite_creator(contributor: Descriptor) -> dict[str, str]:
    if not is_person(contributor):
        return {"name": name(contributor), "nameType": "Organizational"}
    parts = {p: contributor[p] for p in ("givenName", "familyName") if contributor.get(p)}
    return {"name": name(contributor), "nameType": "Personal", **parts}


def _datacite_rights(licence: Descriptor) -> dict[str, str]:
    return {
        "rights": licence["title"],
        "rightsUri": licence["path"],
        "rightsIdentifier": licence["name"].lower(),
        "rightsIdentifierScheme": "SPDX",
        "schemeUri": "https://spdx.org/licenses/",
    }


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _tex(text: str) -> str:
    """Text that BibTeX takes as it is."""
    for mark in "\\{}":
        text = text.replace(mark, "")
    for mark in "&%$#_":
        text = text.replace(mark, "\\" + mark)
    return text
