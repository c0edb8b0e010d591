"""Each step of an interview: what it keeps, and what it refuses."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from gradkata.errors import UserError
from gradkata.interview.begin import begin
from gradkata.interview.desk import Desk, place_of
from gradkata.interview.plan import named
from gradkata.interview.record import State
from gradkata.interview.shelf import interview_of

RIGHT = "def scale(numbers, factor):\n    numbers[:] = [number * factor for number in numbers]\n"


def refused(call, *arguments, **named_arguments) -> str:
    with pytest.raises(UserError) as caught:
        call(*arguments, **named_arguments)
    return caught.value.message


def test_the_workspace_holds_the_question_and_a_stub_without_the_contract(desk):
    place = place_of(desk.look().interview)
    assert place.file.read_text().startswith('"""Scale a list.\n')
    assert "NotImplementedError" in place.file.read_text()
    question = (place.folder / "QUESTION.md").read_text()
    assert "Multiply every number by a factor." in question
    assert "You may use the standard library." in question
    assert "An empty list" not in question


def test_the_workspace_may_stand_where_the_candidate_wants_it(kit, shelf, clock, tmp_path):
    desk = begin(shelf, kit, named(kit, ["scale"]), minutes=30, seed=1, clock=clock, workspace=tmp_path / "here")
    file = place_of(desk.look().interview).file
    assert file == tmp_path / "here" / "interview-2027-01-15-0800" / "1-scale" / "scale.py"
    assert file.is_file()


def test_what_is_saved_is_noticed_with_the_lines_that_changed(desk, write, clock):
    clock.wait(60)
    write(RIGHT)
    (save,) = desk.look().interview.question.saves
    assert (save.at, save.source, save.added, save.removed, save.paused) == (60, RIGHT, 2, 16, False)
    assert desk.look().interview.question.saves == (save,)


def test_two_desks_notice_a_save_once(desk, write, clock):
    write(RIGHT)
    Desk(desk.log, clock).look()
    assert len(desk.look().interview.question.saves) == 1


def test_what_is_saved_during_a_pause_is_kept_and_marked(desk, write, clock):
    desk.pause()
    write(RIGHT)
    clock.wait(500)
    interview = desk.resume()
    assert [(save.at, save.paused) for save in interview.question.saves] == [(0, True)]


def test_a_lost_file_comes_back_as_it_was_last_saved(desk, write):
    file = write(RIGHT)
    desk.look()
    shutil.rmtree(file.parent)
    looked = desk.look()
    assert looked.restored == file
    assert file.read_text() == RIGHT


def test_a_lost_stub_comes_back_without_a_word(desk):
    file = place_of(desk.look().interview).file
    stub = file.read_text()
    file.unlink()
    assert desk.look().restored is None
    assert file.read_text() == stub


def test_a_file_that_is_no_text_is_kept_as_well_as_it_can_be(desk):
    place_of(desk.look().interview).file.write_bytes(b"\xff\xfe\0")
    assert desk.look().interview.question.source == "\ufffd\ufffd\0"


def test_a_check_is_counted_with_its_whole_report(desk, write, grader):
    write(RIGHT)
    check, new = desk.check(grader)
    assert new
    assert (check.counted, check.passed, check.report["points"]) == (True, True, 100)
    assert interview_of(desk.log).question.counted == 1


def test_an_answer_that_did_not_change_is_not_graded_or_counted_again(desk, write, grader):
    write(RIGHT)
    first, _ = desk.check(grader)
    again, new = desk.check(lambda *_: pytest.fail("graded again"))
    assert (again, new) == (first, False)
    assert interview_of(desk.log).question.counted == 1


def test_an_untouched_stub_is_not_graded_and_does_not_count(desk, grader):
    file = place_of(desk.look().interview).file
    file.write_text("# a comment\n" + file.read_text())
    message = refused(desk.check, grader)
    assert message == f"nothing is written yet: edit {file}, save it, and check then (this did not count)"


def test_a_check_that_ends_after_the_interview_does_not_count(desk, write, grader):
    def slow(exercise, submission):
        desk.finish(None)
        return grader(exercise, submission)

    write(RIGHT)
    assert refused(desk.check, slow) == "the interview was finished while this check ran; it does not count"


def test_hints_come_one_at_a_time_and_end(desk):
    assert [desk.hint() for _ in range(3)] == [
        (1, "Which operator?"),
        (2, "Assign to each index."),
        (3, "A loop over `range(len(numbers))`."),
    ]
    assert refused(desk.hint) == "you have had all 3 hints for this question"
    assert len(interview_of(desk.log).question.hints) == 3


def test_a_clarifying_question_is_answered_from_the_card_and_kept(desk):
    assert desk.ask("can the list be empty?") == ("Yes.", False)
    assert desk.ask("may  it be\nempty") == ("Yes.", True)
    assert desk.ask("how old is the universe?") == (None, False)
    assert refused(desk.ask, "  ").startswith("ask something: ")
    asked = interview_of(desk.log).question.asked
    assert [(one.text, one.answer) for one in asked] == [
        ("can the list be empty?", 0),
        ("may it be empty", 0),
        ("how old is the universe?", None),
    ]


def test_a_follow_up_waits_for_its_answer_and_then_for_its_ticks(desk):
    posed = desk.pose()
    assert desk.pose() == posed
    assert desk.answer(" others hold it \n").answer == "others hold it"
    assert desk.tick([1], "candidate").ticks == (0,)
    assert desk.tick([], "candidate").ticks == ()
    assert refused(desk.pose) == "there is no further follow-up question; `next` or `finish` goes on"


def test_ticks_need_an_answer_and_numbers_that_exist(desk):
    assert refused(desk.tick, [1], "candidate").startswith("no follow-up question has an answer yet; ")
    desk.answer("something")
    assert refused(desk.tick, [2], "candidate") == "there is no key point 2; they are numbered from 1 to 1"
    assert refused(desk.tick, [0], "candidate") == "there is no key point 0; they are numbered from 1 to 1"


def test_an_interviewer_ticks_what_was_said_aloud_and_can_take_it_back(desk):
    desk.tick_aloud(0, 0, [1])
    (follow_up,) = interview_of(desk.log).question.follow_ups
    assert (follow_up.answer, follow_up.ticks, follow_up.ticked) == ("(aloud)", (0,), True)
    desk.tick_aloud(0, 0, [])
    assert interview_of(desk.log).question.follow_ups == ()


def test_an_interviewers_ticks_on_a_written_answer_stay_with_it(desk):
    desk.answer("written")
    desk.tick_aloud(0, 0, [1])
    desk.tick_aloud(0, 0, [])
    (follow_up,) = interview_of(desk.log).question.follow_ups
    assert (follow_up.answer, follow_up.ticks, follow_up.ticked) == ("written", (), True)


def test_an_interviewers_marks_are_set_and_taken_back(desk):
    desk.mark(0, "red_flags", 1, on=True)
    desk.mark(0, "probing", 0, on=True)
    desk.mark(0, "probing", 0, on=False)
    desk.note(" talks  well ")
    question = interview_of(desk.log).question
    assert question.marks == {("red_flags", 1)}
    assert question.notes == ("talks well",)
    assert refused(desk.mark, 0, "magic", 0, on=True) == "there is no group `magic`"
    assert refused(desk.mark, 0, "probing", 9, on=True) == "there is no probing 10"
    assert refused(desk.mark, 9, "probing", 0, on=True) == "there is no question 10"


def test_the_next_question_opens_its_own_file_and_the_last_has_none_after_it(desk, clock):
    clock.wait(90)
    interview = desk.next()
    assert interview.current == 1
    assert interview.questions[0].used(200) == 90
    assert place_of(interview).file.is_file()
    assert refused(desk.next) == "this is the last question; `gradkata interview finish` ends the interview"


@pytest.mark.parametrize("step", ["hint", "pose", "next", "pause"])
def test_a_paused_interview_waits(desk, step):
    desk.pause()
    message = refused(getattr(desk, step))
    assert message == "the interview is paused; `gradkata interview resume` lets its clock run again"


def test_only_a_paused_interview_is_resumed(desk):
    assert refused(desk.resume) == "the interview is not paused"


def test_finishing_grades_what_was_not_checked_as_it_stands(desk, write, grader):
    write(RIGHT)
    interview = desk.finish(grader)
    assert interview.state is State.FINISHED
    (check,) = interview.questions[0].checks
    assert (check.counted, check.passed) == (False, True)
    assert interview.questions[1].checks == ()


def test_finishing_after_a_cut_goes_on_where_it_was(desk, write, grader):
    write(RIGHT)

    def cut(*_):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        desk.finish(cut)
    assert interview_of(desk.log).state is State.RUNNING
    assert desk.finish(grader).questions[0].final.passed


def test_a_finished_interview_takes_no_further_step(desk, write, grader):
    desk.finish(None)
    for step in (desk.hint, desk.pose, desk.next, desk.pause):
        assert refused(step) == "the interview is over; `gradkata interview scorecard` shows it"
    assert refused(desk.tick, [1], "candidate") == "the interview is over; its scorecard stands"
    assert refused(desk.mark, 0, "probing", 0, on=True) == "the interview is over; its scorecard stands"
    write(RIGHT)
    assert desk.look().interview.question.saves == ()


def test_a_second_interview_is_refused_while_one_runs(desk, shelf, kit, clock):
    message = refused(begin, shelf, kit, named(kit, ["add"]), minutes=30, seed=1, clock=clock)
    name = "2027-01-15-0800"
    assert message == f"interview {name} is running; go on with it (`status` shows it), or `finish` it first"
    desk.finish(None)
    shelf.release()
    assert interview_of(begin(shelf, kit, named(kit, ["add"]), minutes=30, seed=1, clock=clock).log).name == f"{name}-2"


def test_an_interview_that_was_cut_off_as_it_began_is_in_nobodys_way(shelf, kit, clock):
    name, _ = shelf.new(clock())
    shelf.claim(name)
    assert shelf.running() is None
    begin(shelf, kit, named(kit, ["add"]), minutes=30, seed=1, clock=clock)
    assert shelf.running() is not None


def test_a_pointer_without_a_name_is_in_nobodys_way(shelf, kit, clock):
    shelf.folder.mkdir(parents=True)
    (shelf.folder / "running").touch()
    assert begin(shelf, kit, named(kit, ["add"]), minutes=30, seed=1, clock=clock).log == shelf.running()


def test_a_kit_that_is_edited_meanwhile_changes_no_question_of_the_score(desk, kit):
    card = kit.exercise("scale").card_path
    card.write_text(card.read_text().replace("**May the list be empty?** Yes.", "**Other?** No."))
    assert desk.ask("may it be empty?") == ("Yes.", False)


def test_a_workspace_that_cannot_be_written_is_one_line(kit, shelf, clock, tmp_path):
    (tmp_path / "file").touch()
    message = refused(
        begin, shelf, kit, named(kit, ["scale"]), minutes=30, seed=1, clock=clock, workspace=tmp_path / "file"
    )
    assert message.endswith("cannot be written: Not a directory; mend that and do it again")
    assert Path(message.split(" cannot")[0]).is_relative_to(tmp_path / "file")
    assert shelf.running() is None
