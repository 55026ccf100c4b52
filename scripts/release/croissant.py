"""The release as Croissant 1.0 JSON-LD: tools for machine learning find and load every table by it.

Records come from the Parquet files: they alone keep numbers, dates and hull numbers apart for readers that guess types.
"""

from __future__ import annotations

from typing import Any

from release.citation import Descriptor, bibtex
from release.schema_org import core

Json = dict[str, Any]
TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "date": "sc:Date"}
# The context that the specification prescribes.
CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant(descriptor: Descriptor, files: list[Json]) -> Json:
    """The metadata of a release. Schemas of the resources must be in place of their paths."""
    by_path = {f["path"]: f for f in files}
    objects = [_file(by_path[path]) for r in descriptor["resources"] for path in (_parquet(r), r["path"])]
    return {
        "@context": CONTEXT,
        **core(descriptor),
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "citeAs": bibtex(descriptor),
        "distribution": objects,
        "recordSet": [_record_set(r) for r in descriptor["resources"]],
    }


def _parquet(resource: Json) -> str:
    return f"parquet/{resource['name']}.parquet"


def _file(file: Json) -> Json:
    parquet = file["path"].endswith(".parquet")
    return {
        "@type": "cr:FileObject",
        "@id": file["path"],
        "name": file["path"],
        "contentUrl": file["path"],
        "contentSize": f"{file['bytes']} B",
        "encodingFormat": "application/x-parquet" if parquet else file["mediatype"],
        "sha256": file["sha256"],
    }


def _record_set(resource: Json) -> Json:
    """One table; every field is a column of its Parquet file."""
    table, schema = resource["name"], resource["schema"]
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": schema["description"],
        "key": {"@id": f"{table}/{schema['primaryKey'][0]}"},
        "field": [_field(resource, f) for f in schema["fields"]],
    }


def _field(resource: Json, field: Json) -> Json:
    return {
        "@type": "cr:Field",
        "@id": f"{resource['name']}/{field['name']}",
        "name": field["name"],
        "description": field["description"],
        "dataType": TYPES[field["type"]],
        "source": {"fileObject": {"@id": _parquet(resource)}, "extract": {"column": field["name"]}},
    }
