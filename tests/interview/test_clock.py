"""The clock is right whatever happens to the machine and to its clock."""

from __future__ import annotations

from gradkata.interview.clock import Instant, jump, now, seconds_between
from gradkata.interview.desk import Desk
from gradkata.interview.fold import read


def test_within_one_start_of_the_machine_its_own_time_counts():
    assert seconds_between(Instant(1000, "a", 10), Instant(1060, "a", 70)) == 60
    assert jump(Instant(1000, "a", 10), Instant(1060, "a", 70)) == 0


def test_a_clock_set_back_gives_the_right_time_and_is_noticed():
    assert seconds_between(Instant(5000, "a", 10), Instant(1400, "a", 40)) == 30
    assert jump(Instant(5000, "a", 10), Instant(1400, "a", 40)) == -3630


def test_a_clock_set_forward_does_not_use_up_the_time():
    assert seconds_between(Instant(5000, "a", 10), Instant(8630, "a", 40)) == 30
    assert jump(Instant(5000, "a", 10), Instant(8630, "a", 40)) == 3600


def test_after_a_restart_of_the_machine_the_wall_clock_counts():
    assert seconds_between(Instant(1000, "a", 999), Instant(1060, "b", 5)) == 60


def test_after_a_restart_with_the_clock_set_back_no_time_is_negative():
    assert seconds_between(Instant(1000, "a", 999), Instant(400, "b", 5)) == 0
    assert jump(Instant(1000, "a", 999), Instant(400, "b", 5)) == -600


def test_where_a_machine_names_no_start_the_wall_clock_counts():
    assert seconds_between(Instant(1000), Instant(1030)) == 30
    assert seconds_between(Instant(1000), Instant(970)) == 0


def test_the_machines_clock_goes_forward():
    first, second = now(), now()
    assert 0 <= seconds_between(first, second) < 5
    assert jump(first, second) == 0


def test_an_interview_goes_on_with_the_right_clock_in_another_process(desk, clock):
    clock.wait(125)
    assert Desk(desk.log, clock).look().interview.elapsed_at(clock()) == 125


def test_an_interview_notes_that_the_clock_was_set_back(desk, clock):
    clock.wait(60)
    clock.wall -= 7200
    desk.hint()
    interview = read(desk.log.events())
    assert interview.elapsed == 60
    assert interview.notices == ("1:00: the machine's clock was set back by 2.0 h",)


def test_a_pause_stops_the_clock_and_a_restart_meanwhile_changes_nothing(desk, clock):
    clock.wait(10)
    desk.pause()
    clock.wait(3600)
    clock.boot, clock.up = "second", 3.0
    desk.resume()
    clock.wait(5)
    assert desk.look().interview.elapsed_at(clock()) == 15
