"""`gradkata schema`."""

from __future__ import annotations

import json


def command() -> None:
    """Print the JSON Schema of a report."""
    from gradkata.report.model import Report

    print(json.dumps(Report.model_json_schema(by_alias=True, mode="serialization"), indent=2))
