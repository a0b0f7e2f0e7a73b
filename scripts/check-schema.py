#!/usr/bin/env python3
"""Validates definitions against the language's JSON Schema with a validator that is not ours (jsonschema, of PyPI).

check-schema.py SCHEMA DEFINITION…   Exit code 1 when one does not fit, or when an obvious mistake does.
"""

import sys

from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

# YAML 1.2: `on` and `yes` are strings; so are dates here.
reader = YAML(typ="safe", pure=True)
reader.constructor.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: node.value)

MISTAKES = [
    {"workflow": "w", "states": {"a": {"onn": {}}}},
    {"workflow": "W", "states": {"a": {}}},
    {"workflow": "w", "states": {"a": {"invoke": {"src": "human", "topic": "t"}}}},
    {"workflow": "w", "states": {"a": {"entry": {"log": {"message": "x", "level": "loud"}}}}},
]


def main(schema_file, *files):
    with open(schema_file, encoding="utf-8") as file:
        schema = reader.load(file)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    failed = False
    for name in files:
        with open(name, encoding="utf-8") as file:
            definition = reader.load(file)
        for error in validator.iter_errors(definition):
            failed = True
            print(f"{name}: {error.json_path}: {error.message[:200]}", file=sys.stderr)
    for mistake in MISTAKES:
        if validator.is_valid(mistake):
            failed = True
            print(f"{schema_file}: {mistake} fits", file=sys.stderr)
    if failed or not files:
        sys.exit(1)
    print(f"{len(files)} definition(s) fit {schema_file}")


if __name__ == "__main__":
    main(*sys.argv[1:])
