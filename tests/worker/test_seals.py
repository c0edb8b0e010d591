"""What a submission replaces is noticed, whatever the new object says of itself."""

import sys
import types

import pytest

from gradkata.worker import seals
from gradkata.worker.seals import Seals


class _Base:
    def inherited(self) -> int:
        return 1


class _Owner(_Base):
    limit = 3

    def method(self) -> int:
        return 2


class _Agreeable:
    """Equal to everything."""

    def __eq__(self, other: object) -> bool:
        return True

    def __call__(self) -> int:
        return 3

    __hash__ = None


@pytest.fixture
def module():
    made = types.ModuleType("ours")
    made.function, made.number = len, 1
    return made


@pytest.fixture
def owner():
    return type("Owner", (_Base,), dict(vars(_Owner)))


@pytest.fixture(params=["with stamps", "without stamps"], autouse=True)
def stamps(request, monkeypatch):
    """Whether this interpreter's dictionaries tell of changes: it must make no difference."""
    if request.param == "without stamps":
        monkeypatch.setattr(seals, "_stamps_tell", lambda: False)


def with_stamps(test):
    """Marks a test of what is done only where dictionaries have stamps."""
    lacks = sys.implementation.name != "cpython" or sys.version_info >= (3, 13)
    skip = pytest.mark.skipif(lacks, reason="dictionaries have no stamps here")
    return skip(pytest.mark.parametrize("stamps", ["with stamps"], indirect=True)(test))


def test_what_stands_as_it_was_is_whole(module, owner):
    assert Seals({"module": module, "class": owner}).broken() == ""


@pytest.mark.parametrize("new", [_Agreeable(), max, None])
def test_a_replaced_function_is_named(module, owner, new):
    sealed = Seals({"module": module, "class": owner})
    module.function = new
    assert sealed.broken() == "module.function"


def test_a_replaced_method_is_named_also_beside_new_names(module, owner):
    sealed = Seals({"module": module, "class": owner})
    module.mine = 1
    owner.method = _Agreeable()
    assert sealed.broken() == "class.method"


def test_a_function_that_was_taken_away_is_named(module):
    sealed = Seals({"module": module})
    del module.function
    assert sealed.broken() == "module.function"


def test_new_names_and_other_numbers_do_no_harm(module, owner):
    sealed = Seals({"module": module, "class": owner})
    module.mine, module.number, owner.mine, owner.limit = len, 2, len, 4
    assert sealed.broken() == ""


def test_a_name_that_hides_what_a_class_inherits_is_named(module, owner):
    sealed = Seals({"module": module, "class": owner})
    owner.inherited = len
    assert sealed.broken() == "class.inherited"


def test_names_that_change_places_are_the_same_names(module):
    sealed = Seals({"module": module})
    function = module.function
    del module.function
    module.function = function
    assert sealed.broken() == ""


def test_what_is_put_back_is_whole_and_what_is_then_replaced_is_named(module):
    sealed, function = Seals({"module": module}), module.function
    module.function = max
    assert sealed.broken() == "module.function"
    module.function = function
    assert sealed.broken() == ""
    module.function = max
    assert sealed.broken() == "module.function"


@with_stamps
def test_without_a_change_no_value_is_looked_at(module, owner):
    sealed = Seals({"module": module, "class": owner})
    sealed._values = []
    assert sealed.broken() == ""
    owner.mine = 1  # now they are, and there are fewer than there should be
    sealed._sealed.append(sealed._sealed[0]._replace(title="looked at", kept={"absent": len}))
    assert sealed.broken() == "looked at.absent"


@with_stamps
def test_what_did_no_harm_is_looked_at_once(module, owner):
    sealed = Seals({"module": module, "class": owner})
    module.mine = 1
    assert sealed.broken() == ""
    sealed._sealed.append(sealed._sealed[0]._replace(title="looked at", kept={"absent": len}))
    assert sealed.broken() == ""
    module.function = max
    assert sealed.broken() == "module.function"
