"""Frames survive any cut of the stream, and nothing else is taken for one."""

from __future__ import annotations

import json
import socket
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradkata.protocol import frames
from gradkata.protocol.frames import FrameError, FrameReader, Known

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8")),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
FRAMES = st.lists(st.tuples(st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.binary(max_size=40)), max_size=5)


@settings(max_examples=60, deadline=None)
@given(sent=FRAMES, data=st.data())
def test_any_split_of_the_bytes_gives_the_same_frames(sent, data):
    stream = b"".join(frames.pack(header, blob) for header, blob in sent)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    reader, got = FrameReader(), []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        got += reader.feed(stream[start:end])
    assert got == sent
    assert not reader.pending


@settings(max_examples=100, deadline=None)
@given(garbage=st.binary(max_size=60))
def test_garbage_is_refused_or_waits_for_more_and_never_raises_anything_else(garbage):
    try:
        got = list(FrameReader().feed(garbage))
    except FrameError:
        return
    assert got == []


def bytes_of(magic: bytes, header: int, blob: int, rest: bytes = b"") -> bytes:
    return struct.pack("<4sII", magic, header, blob) + rest


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (bytes_of(b"GKF0", 2, 0, b"{}"), "bytes that are no frame"),
        (bytes_of(b"GKF1", 101, 0), "a frame larger than allowed"),
        (bytes_of(b"GKF1", 2, 51), "a frame larger than allowed"),
        (bytes_of(b"GKF1", 2, 0, b"{]"), "a header that is no JSON"),
        (bytes_of(b"GKF1", 2, 0, b"\xff\xfe"), "a header that is no JSON"),
        (bytes_of(b"GKF1", 2, 0, b"[]"), "a header that is no object"),
    ],
)
def test_what_is_no_frame_is_refused_with_the_reason(data, why):
    with pytest.raises(FrameError, match=f"^{why}$"):
        list(FrameReader(max_header=100, max_blob=50).feed(data))


def test_a_size_is_refused_before_its_bytes_have_come():
    reader = FrameReader()
    with pytest.raises(FrameError):
        list(reader.feed(bytes_of(b"GKF1", frames.MAX_HEADER + 1, 0)))
    assert list(FrameReader().feed(bytes_of(b"GKF1", frames.MAX_HEADER, frames.MAX_BLOB))) == []


def test_deep_nesting_is_no_way_to_end_the_reader():
    deep = b"[" * 200_000
    with pytest.raises(FrameError, match="no JSON"):
        list(FrameReader().feed(bytes_of(b"GKF1", len(deep), 0, deep)))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":[1],"seconds":2.5,"token":"t"}',
        '{"a":[1],"seconds":2.5,"token":"t","a":2}',
        '{"a":[1],"seconds":2.5,"more":{"seconds":3,"b":4}}',
        '{"a":{"b":1,"seconds":2}}',
        '{"a":"text,\\"seconds\\":2","b":1}',
        '{"a":",\\"seconds","seconds":NaN}',
        '{"seconds":1,"a":2}',
        '{,"seconds":1}',
        '{"a":1},"seconds":1}',
        '{"a":1,,"seconds":1}',
        '{"a":1,"seconds":}',
        '{"a":1,"seconds":1}}',
        '[1,"seconds":2}',
        '"{,"seconds":2}',
    ],
)
def test_what_is_parsed_in_two_parts_says_what_it_says_as_a_whole(text):
    data = bytes_of(b"GKF1", len(text), 0, text.encode())
    try:
        whole = json.loads(text)
    except ValueError:
        for _ in range(2):
            with pytest.raises(FrameError, match="no JSON"):
                list(FrameReader().feed(data))
        return
    for _ in range(2):
        ((header, _),) = FrameReader().feed(data)
        assert repr(header) == repr(whole)  # NaN is not equal to itself


def test_a_header_is_known_by_its_beginning_if_nothing_but_seconds_and_a_token_follows():
    def read(text: str):
        ((header, _),) = FrameReader().feed(bytes_of(b"GKF1", len(text), 0, text.encode()))
        return header

    first, second = (read(f'{{"a":[1],"seconds":{seconds},"token":"{seconds}"}}') for seconds in (1, 2))
    assert isinstance(first, Known)
    assert isinstance(second, Known)
    assert first.head == second.head == b'{"a":[1]'
    assert (first["token"], second["token"]) == ("1", "2")
    for more in ('"token":"t","a":[2]', '"b":3', '"token":"t","b":3'):
        assert not isinstance(read(f'{{"a":[1],"seconds":1,{more}}}'), Known)


def test_only_so_many_beginnings_are_kept(monkeypatch):
    monkeypatch.setattr(frames, "_heads", {})
    monkeypatch.setattr(frames, "_MOST_HEADS", 3)
    for number in range(10):
        ((header, _),) = FrameReader().feed(frames.pack({"a": number, "seconds": 1.0, "token": "t"}))
        assert header == {"a": number, "seconds": 1.0, "token": "t"}
        assert len(frames._heads) <= 3
    list(FrameReader().feed(frames.pack({"a": "x" * (1 << 13), "seconds": 1.0, "token": "t"})))
    assert all(len(head) < 1 << 13 for head in frames._heads)


def test_part_of_a_frame_is_pending():
    reader = FrameReader()
    assert not reader.pending
    assert list(reader.feed(frames.pack({})[:-1])) == []
    assert reader.pending


def test_receive_gives_one_frame_at_a_time_and_tells_of_the_end():
    ours, theirs = socket.socketpair()
    frames.send(theirs, {"number": 1}, b"blob")
    frames.send(theirs, {"number": 2})
    theirs.close()
    reader = FrameReader()
    assert frames.receive(ours, reader) == ({"number": 1}, b"blob")
    assert frames.receive(ours, reader) == ({"number": 2}, b"")
    with pytest.raises(EOFError):
        frames.receive(ours, reader)
    ours.close()


def test_one_frame_alone_is_read_and_nothing_of_what_follows():
    ours, theirs = socket.socketpair()
    frames.send(theirs, {"number": 1}, b"blob")
    theirs.sendall(b"next")
    with ours, theirs:
        assert frames.receive_alone(ours) == ({"number": 1}, b"blob")
        assert ours.recv(16) == b"next"
        theirs.sendall(bytes_of(b"GKF2", 2, 0, b"{}"))
        with pytest.raises(FrameError, match="no frame"):
            frames.receive_alone(ours)
        theirs.sendall(frames.pack({})[:-1])
        theirs.close()
        with pytest.raises(EOFError):
            frames.receive_alone(ours)
