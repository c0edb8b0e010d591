"""The report and its faces.

`model` is the data, which the judge fills in; `terminal` draws it. Import them by name: the model needs pydantic
alone, the faces need more.
"""
