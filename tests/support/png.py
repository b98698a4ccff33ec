"""Reads the PNG files that browsers write (8 bits, RGB or RGBA, not interlaced), without a library."""
import struct
import zlib


def pixels(data):
    """(width, height, rows): each row is a list of (red, green, blue)."""
    width, height, depth, colour = struct.unpack(">IIBB", data[16:26])
    assert depth == 8 and colour in (2, 6), (depth, colour)
    size = 3 if colour == 2 else 4
    raw = zlib.decompress(b"".join(content for kind, content in chunks(data) if kind == b"IDAT"))
    before, rows = bytes(width * size), []
    for at in range(0, len(raw), width * size + 1):
        before = unfiltered(raw[at], raw[at + 1:at + 1 + width * size], before, size)
        rows.append([tuple(before[i:i + 3]) for i in range(0, len(before), size)])
    return width, height, rows


def chunks(data):
    at = 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        yield kind, data[at + 8:at + 8 + length]
        at += length + 12


def unfiltered(kind, line, before, size):
    line = bytearray(line)
    for i in range(len(line)):
        left = line[i - size] if i >= size else 0
        corner = before[i - size] if i >= size else 0
        line[i] = (line[i] + (0, left, before[i], (left + before[i]) // 2, paeth(left, before[i], corner))[kind]) & 255
    return bytes(line)


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda one: abs(guess - one))
