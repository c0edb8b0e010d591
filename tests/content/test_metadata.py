"""exercise.toml: each fault is one line that names the file, the key and the mend."""

from __future__ import annotations

import pytest

from gradkata.content.metadata import read_metadata
from gradkata.errors import ContentError

GOOD = {
    "title": '"T"',
    "category": '"coding"',
    "difficulty": "2",
    "tags": '["a"]',
    "track": '"t"',
    "order": "10",
    "entry_points": '["f"]',
}


def write(path, **changes):
    values = {**GOOD, **changes}
    path.write_text("".join(f"{key} = {value}\n" for key, value in values.items() if value is not None))
    return path


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"titel": '"T"'}, "`titel` is no key; remove it; did you mean title?"),
        ({"order": None}, "`order` is missing; add it"),
        ({"title": '" "'}, "`title` is ' '; write a text in quotes"),
        ({"difficulty": "6"}, "`difficulty` is 6; write a whole number from 1 to 5"),
        ({"difficulty": "true"}, "`difficulty` is True; write a whole number from 1 to 5"),
        ({"difficulty": "1.5"}, "`difficulty` is 1.5; write a whole number from 1 to 5"),
        ({"tags": '"a"'}, '`tags` is \'a\'; write a list of texts such as ["a", "b"]'),
        ({"tags": '["a", "a"]'}, "`tags` is ['a', 'a']; name each once"),
        ({"entry_points": "[]"}, "`entry_points` is []; name at least one"),
        ({"entry_points": '["f()"]'}, "`entry_points` is 'f()'; write names as they stand in Python"),
        ({"imports": '["torch.nn"]'}, "`imports` is 'torch.nn'; write names as they stand in Python"),
        ({"time_limit": "0"}, "`time_limit` is 0; write a number of seconds, more than 0 and at most 3600"),
        ({"time_limit": "nan"}, "`time_limit` is nan; write a number of seconds, more than 0 and at most 3600"),
    ],
)
def test_a_fault_is_named_with_its_mend(tmp_path, changes, message):
    path = write(tmp_path / "exercise.toml", **changes)
    with pytest.raises(ContentError) as caught:
        read_metadata(path)
    assert caught.value.message == f"{path}: {message}"


def test_a_syntax_error_is_one_line(tmp_path):
    path = tmp_path / "exercise.toml"
    path.write_text("title = \n")
    with pytest.raises(ContentError) as caught:
        read_metadata(path)
    assert caught.value.message.startswith(f"{path}: is not valid TOML: ")
    assert "\n" not in caught.value.message


def test_bytes_that_are_no_text_are_one_line(tmp_path):
    path = tmp_path / "exercise.toml"
    path.write_bytes(b'title = "\xff"')
    with pytest.raises(ContentError) as caught:
        read_metadata(path)
    assert caught.value.message == f"{path}: byte 9 is not UTF-8; save it as UTF-8"


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(ContentError) as caught:
        read_metadata(tmp_path / "exercise.toml")
    assert caught.value.message == f"{tmp_path / 'exercise.toml'}: the file is missing; add it"


def test_limits_may_be_given(tmp_path):
    path = write(tmp_path / "exercise.toml", time_limit="3", imports="[]", prerequisites='["g"]')
    metadata = read_metadata(path)
    assert (metadata.time_limit, metadata.imports, metadata.prerequisites) == (3.0, (), ("g",))
