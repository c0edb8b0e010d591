"""Length-checked frames on a stream socket: a JSON header, then an optional binary blob.

A frame is `magic, header length, blob length` (three little-endian 32-bit words), the header, the blob. Nothing is
unpickled. Whoever reads bounds both lengths before it allocates.
"""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

Header = dict[str, Any]
_PREFIX = struct.Struct("<4sII")
_MAGIC = b"GKF1"
# An encoder of our own, in C: a submission that replaces parts of `json` changes nothing here.
_encode = json.encoder.c_make_encoder(  # type: ignore[attr-defined]
    None, None, json.encoder.encode_basestring_ascii, None, ":", ",", False, False, True
)
# In a header, what comes before this is often the same as in another one.
_VARYING = b',"seconds":'
_ALONE = frozenset({"seconds", "token"})
_LONGEST_HEAD, _MOST_HEADS = 1 << 12, 1 << 10
_heads: dict[bytes, Header] = {}
MAX_HEADER = 8 << 20
MAX_BLOB = 256 << 20


class Known(dict[str, Any]):
    """A header of which all but its seconds and its token stands in `head`, as it came."""

    __slots__ = ("head",)

    def __init__(self, header: Header, head: bytes) -> None:
        super().__init__(header)
        self.head = head


class FrameError(Exception):
    """The bytes on the channel are not a frame."""


def encode(header: Header) -> bytes:
    """A header as JSON."""
    return "".join(_encode(header, 0)).encode()


def pack(header: Header, blob: bytes = b"") -> bytes:
    """The bytes of one frame."""
    text = encode(header)
    return _PREFIX.pack(_MAGIC, len(text), len(blob)) + text + blob


def send(channel: socket.socket, header: Header, blob: bytes = b"") -> None:
    """Write one frame, whole."""
    channel.sendall(pack(header, blob))


class FrameReader:
    """Collects bytes as they come and yields the frames that are complete."""

    def __init__(self, max_header: int = MAX_HEADER, max_blob: int = MAX_BLOB) -> None:
        self._buffer = bytearray()
        self._max_header = max_header
        self._max_blob = max_blob

    @property
    def pending(self) -> bool:
        """Whether part of a frame has come and the rest has not."""
        return bool(self._buffer)

    def feed(self, data: bytes) -> Iterator[tuple[Header, bytes]]:
        """Add bytes; yield `(header, blob)` for each frame that they complete.

        Raises:
            FrameError: the bytes cannot be the start of a frame, or one is larger than allowed.
        """
        self._buffer += data
        while len(self._buffer) >= _PREFIX.size:
            magic, header_size, blob_size = _PREFIX.unpack_from(self._buffer)
            if magic != _MAGIC:
                raise FrameError("bytes that are no frame")
            if header_size > self._max_header or blob_size > self._max_blob:
                raise FrameError("a frame larger than allowed")
            end = _PREFIX.size + header_size + blob_size
            if len(self._buffer) < end:
                return
            text = bytes(self._buffer[_PREFIX.size : _PREFIX.size + header_size])
            blob = bytes(self._buffer[_PREFIX.size + header_size : end])
            del self._buffer[:end]
            try:
                header = _decode(text)
            except (ValueError, RecursionError) as error:
                raise FrameError("a header that is no JSON") from error
            if not isinstance(header, dict):
                raise FrameError("a header that is no object")
            yield header, blob


def _decode(text: bytes) -> object:
    """What a header says. What many begin with is parsed once; nobody may change what lies in it."""
    head, found, rest = text.rpartition(_VARYING)
    if not found or len(head) > _LONGEST_HEAD:
        return json.loads(text)
    known = _heads.get(head)
    if known is None:
        try:
            known = json.loads(head + b"}")
        except ValueError:  # it is no beginning: the words stand inside of a text
            return json.loads(text)
        if not known:
            return json.loads(text)
        if len(_heads) >= _MOST_HEADS:
            _heads.clear()
        _heads[head] = known
    varying = json.loads(_VARYING.replace(b",", b"{") + rest)
    return Known(known | varying, head) if varying.keys() == _ALONE else known | varying


def receive(channel: socket.socket, reader: FrameReader) -> tuple[Header, bytes]:
    """Block until one frame is complete. For the side that answers one request at a time.

    Raises:
        EOFError: the other side has closed the channel.
    """
    data = b""  # a frame may be complete already: it came together with the one before
    while True:
        for frame in reader.feed(data):
            return frame
        data = channel.recv(1 << 16)
        if not data:
            raise EOFError


def receive_alone(channel: socket.socket) -> tuple[Header, bytes]:
    """Block until one frame is complete, and read nothing beyond it: descriptors may come with what follows.

    Raises:
        EOFError: the other side has closed the channel.
        FrameError: the bytes are no frame.
    """
    prefix = _exactly(channel, _PREFIX.size)
    _, header_size, blob_size = _PREFIX.unpack(prefix)
    for frame in FrameReader().feed(prefix + _exactly(channel, min(header_size + blob_size, MAX_HEADER + MAX_BLOB))):
        return frame
    raise FrameError("a frame larger than allowed")


def _exactly(channel: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = channel.recv(size - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)
