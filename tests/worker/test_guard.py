"""What a submission replaces is noticed, whatever the new object says of itself."""

import types

import pytest

from gradkata.worker.guard import Seals


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


def test_what_stands_as_it_was_is_whole(module, owner):
    assert Seals({"module": module, "class": owner}).broken() == ""


@pytest.mark.parametrize("new", [_Agreeable(), max, None])
def test_a_replaced_function_is_named(module, owner, new):
    seals = Seals({"module": module, "class": owner})
    module.function = new
    assert seals.broken() == "module.function"


def test_a_replaced_method_is_named_also_beside_new_names(module, owner):
    seals = Seals({"module": module, "class": owner})
    module.mine = 1
    owner.method = _Agreeable()
    assert seals.broken() == "class.method"


def test_a_function_that_was_taken_away_is_named(module):
    seals = Seals({"module": module})
    del module.function
    assert seals.broken() == "module.function"


def test_new_names_and_other_numbers_do_no_harm(module, owner):
    seals = Seals({"module": module, "class": owner})
    module.mine, module.number, owner.mine, owner.limit = len, 2, len, 4
    assert seals.broken() == ""


def test_a_name_that_hides_what_a_class_inherits_is_named(module, owner):
    seals = Seals({"module": module, "class": owner})
    owner.inherited = len
    assert seals.broken() == "class.inherited"


def test_names_that_change_places_are_the_same_names(module):
    seals = Seals({"module": module})
    function = module.function
    del module.function
    module.function = function
    assert seals.broken() == ""
