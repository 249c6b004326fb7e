# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Draws pictures: flat figures in random colours on random backgrounds, and the example folder of six signs.

Does: say what each figure is made of, draw it as a bad camera would see it, write PNG files. Does not: need more than numpy.
Invariant: colours, backgrounds, size, place, tilt, noise and blur are random and alike for all figures, so only the form
tells the classes apart; everything follows from SEED.

    draw.py DIR     writes DIR/train/CLASS/*.png and DIR/test/CLASS/*.png
"""

import pathlib
import struct
import sys
import zlib

import numpy as np

SEED = 4
SIDE = 32
TRAIN_PICTURES, TEST_PICTURES = 30, 15

# A figure is a list of parts painted one over the other: True adds, False cuts out. x goes right, y down, both from -1 to 1.


def ellipse(x, y, width, height=None):
    return lambda u, v: ((u - x) / width) ** 2 + ((v - y) / (height or width)) ** 2 < 1


def box(left, top, right, bottom):
    return lambda u, v: (u > left) & (u < right) & (v > top) & (v < bottom)


def polygon(*points):
    def inside(u, v):
        odd = np.zeros(u.shape, bool)
        for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1]):
            if y0 != y1:
                odd ^= ((v < y0) != (v < y1)) & (u < x0 + (v - y0) * (x1 - x0) / (y1 - y0))
        return odd
    return inside


def star(points, inner, outer=1.0):
    angles = np.pi * np.arange(2 * points) / points
    radii = np.where(np.arange(2 * points) % 2, inner, outer)
    return polygon(*zip(radii * np.sin(angles), -radii * np.cos(angles)))


def waves(u, v):
    return np.abs(((v + 0.18 * np.sin(u * 6)) * 1.6) % 1 - 0.5) < 0.25


PRETRAINED = {
    "arrow": [(True, polygon((0, -1), (0.8, 0), (-0.8, 0))), (True, box(-0.3, -0.1, 0.3, 1))],
    "bars": [(True, box(-0.9, -0.9, -0.5, 0.9)), (True, box(-0.2, -0.9, 0.2, 0.9)), (True, box(0.5, -0.9, 0.9, 0.9))],
    "blades": [(True, polygon((0, 0), (-0.5, -1), (0.5, -1))), (True, polygon((0, 0), (1, 0.1), (0.55, 0.95))),
               (True, polygon((0, 0), (-1, 0.1), (-0.55, 0.95)))],
    "bottle": [(True, box(-0.22, -1, 0.22, -0.2)), (True, ellipse(0, 0, 0.5, 0.45)), (True, box(-0.5, 0, 0.5, 1))],
    "cross": [(True, box(-0.3, -1, 0.3, 1)), (True, box(-1, -0.3, 1, 0.3))],
    "crown": [(True, polygon((-1, -0.7), (-0.5, 0), (0, -0.8), (0.5, 0), (1, -0.7), (0.85, 0.8), (-0.85, 0.8)))],
    "diamond": [(True, polygon((0, -1), (0.65, 0), (0, 1), (-0.65, 0)))],
    "disc": [(True, ellipse(0, 0, 0.9))],
    "dots": [(True, ellipse(x, y, 0.34)) for x in (-0.55, 0.55) for y in (-0.55, 0.55)],
    "drop": [(True, ellipse(0, 0.3, 0.65)), (True, polygon((0, -1), (0.55, 0), (-0.55, 0)))],
    "eye": [(True, ellipse(0, 0, 1, 0.6)), (False, ellipse(0, 0, 0.4)), (True, ellipse(0, 0, 0.2))],
    "frame": [(True, box(-0.9, -0.9, 0.9, 0.9)), (False, box(-0.5, -0.5, 0.5, 0.5))],
    "glass": [(True, polygon((-0.8, -1), (0.8, -1), (0, 0.1))), (True, box(-0.12, 0, 0.12, 0.9)), (True, box(-0.5, 0.78, 0.5, 1))],
    "hammer": [(True, box(-0.8, -1, 0.6, -0.4)), (True, box(-0.16, -0.5, 0.16, 1))],
    "heart": [(True, ellipse(-0.42, -0.35, 0.46)), (True, ellipse(0.42, -0.35, 0.46)), (True, polygon((-0.84, -0.15), (0.84, -0.15), (0, 0.95)))],
    "hexagon": [(True, polygon((-0.5, -0.87), (0.5, -0.87), (1, 0), (0.5, 0.87), (-0.5, 0.87), (-1, 0)))],
    "hourglass": [(True, polygon((-0.8, -1), (0.8, -1), (0, 0))), (True, polygon((-0.8, 1), (0.8, 1), (0, 0)))],
    "letter L": [(True, box(-0.65, -1, -0.15, 1)), (True, box(-0.65, 0.5, 0.75, 1))],
    "letter T": [(True, box(-0.85, -1, 0.85, -0.5)), (True, box(-0.25, -1, 0.25, 1))],
    "letter X": [(True, polygon((-0.9, -0.6), (-0.6, -0.9), (0.9, 0.6), (0.6, 0.9))), (True, polygon((0.9, -0.6), (0.6, -0.9), (-0.9, 0.6), (-0.6, 0.9)))],
    "moon": [(True, ellipse(0, 0, 0.95)), (False, ellipse(0.45, -0.1, 0.75))],
    "mouth": [(True, ellipse(0, 0, 0.95)), (False, polygon((0, 0), (1.2, -0.8), (1.2, 0.8)))],
    "ring": [(True, ellipse(0, 0, 0.95)), (False, ellipse(0, 0, 0.55))],
    "smile": [(True, ellipse(0, 0, 0.95)), (False, ellipse(-0.35, -0.3, 0.16)), (False, ellipse(0.35, -0.3, 0.16)),
              (False, polygon((-0.55, 0.2), (0.55, 0.2), (0.2, 0.62), (-0.2, 0.62)))],
    "square": [(True, box(-0.8, -0.8, 0.8, 0.8))],
    "stairs": [(True, box(-0.95, 0.35, 0.95, 0.95)), (True, box(-0.3, -0.3, 0.95, 0.95)), (True, box(0.35, -0.95, 0.95, 0.95))],
    "star": [(True, star(5, 0.42))],
    "sun": [(True, star(10, 0.6))],
    "target": [(True, ellipse(0, 0, 0.98)), (False, ellipse(0, 0, 0.7)), (True, ellipse(0, 0, 0.42))],
    "triangle": [(True, polygon((0, -0.9), (0.95, 0.8), (-0.95, 0.8)))],
    "umbrella": [(True, ellipse(0, -0.1, 0.95, 0.85)), (False, box(-1, -0.1, 1, 1)), (True, box(-0.09, -0.2, 0.09, 1)), (True, box(-0.4, 0.8, 0, 1))],
    "waves": [(True, waves)],
}

NEW = {
    "left": [(True, polygon((-1, 0), (-0.1, -0.8), (-0.1, 0.8))), (True, box(-0.2, -0.3, 1, 0.3))],
    "no-entry": [(True, ellipse(0, 0, 0.98)), (False, box(-0.65, -0.2, 0.65, 0.2))],
    "pause": [(True, ellipse(0, 0, 0.98)), (False, box(-0.42, -0.5, -0.1, 0.5)), (False, box(0.1, -0.5, 0.42, 0.5))],
    "play": [(True, ellipse(0, 0, 0.98)), (False, polygon((-0.35, -0.6), (-0.35, 0.6), (0.65, 0)))],
    "right": [(True, polygon((1, 0), (0.1, -0.8), (0.1, 0.8))), (True, box(-1, -0.3, 0.2, 0.3))],
    "socket": [(True, ellipse(0, 0, 0.98)), (False, ellipse(-0.36, 0, 0.2)), (False, ellipse(0.36, 0, 0.2))],
}


def blurred(image, times):
    for _ in range(times):
        padded = np.pad(image, ((1, 1), (1, 1), (0, 0)), "edge")
        image = (padded[:-2, 1:-1] + padded[2:, 1:-1] + padded[1:-1, :-2] + padded[1:-1, 2:] + 2 * image) / 6
    return image


def background(random, side):
    """Two colours that run into each other, as a slope, stripes or patches; and how far the lighter of them goes."""
    first = random.uniform(0, 255, 3)
    second = np.clip(first + random.uniform(-70, 70, 3), 0, 255)
    y, x = np.mgrid[0:side, 0:side] / side
    angle = random.uniform(0, 2 * np.pi)
    along = x * np.cos(angle) + y * np.sin(angle)
    kind = random.integers(3)
    if kind == 0:
        share = np.clip(0.5 + 0.7 * (along - along.mean()), 0, 1)
    elif kind == 1:
        share = 0.5 + 0.5 * np.sin(along * random.uniform(15, 45))
    else:
        share = np.kron(random.uniform(0, 1, (6, 6)), np.ones((-(-side // 6),) * 2))[:side, :side]
    return first + share[..., None] * (second - first), first


def picture(parts, random, side=SIDE):
    """One picture of a figure, uint8 [side, side, 3]: the figure is drawn at twice the size and averaged."""
    fine = 2 * side
    y, x = (np.mgrid[0:fine, 0:fine] + 0.5) / side - 1
    tilt, size = random.uniform(-0.4, 0.4), random.uniform(0.5, 0.85)
    x, y = x - random.uniform(-0.2, 0.2), y - random.uniform(-0.2, 0.2)
    u = (x * np.cos(tilt) + y * np.sin(tilt)) / (size * random.uniform(0.85, 1.15))
    v = (y * np.cos(tilt) - x * np.sin(tilt)) / size
    inside = np.zeros(u.shape, bool)
    for adds, part in parts:
        inside = inside | part(u, v) if adds else inside & ~part(u, v)
    share = inside.reshape(side, 2, side, 2).mean((1, 3))[..., None]

    behind, colour_behind = background(random, side)
    colour = random.uniform(0, 255, 3)
    while np.abs(colour - colour_behind).sum() < 170:  # a figure of the colour of its background cannot be seen
        colour = random.uniform(0, 255, 3)
    light = 1 + random.uniform(-0.25, 0.25) * (np.mgrid[0:side, 0:side][0] / side - 0.5)[..., None]
    image = (behind + share * (colour - behind)) * light
    for _ in range(random.integers(3)):  # something lies in front of it
        top, left = random.integers(0, side, 2)
        image[top:top + random.integers(3, side // 5), left:left + random.integers(3, side // 5)] = random.uniform(0, 255, 3)
    image = blurred(image, random.integers(0, 3)) + random.normal(0, random.uniform(2, 16), image.shape)
    return (np.floor(image / 8) * 8 + 4).clip(4, 252).astype(np.uint8)  # five bits a colour, as small cameras give


def pictures(figures, each, stream, side=SIDE):
    """uint8 [n, side, side, 3] and labels uint8 [n]: `each` pictures of every figure, in the order of their names."""
    random = np.random.default_rng([SEED, stream])
    images = [picture(figures[name], random, side) for name in sorted(figures) for _ in range(each)]
    return np.stack(images), np.repeat(np.arange(len(figures), dtype=np.uint8), each)


def write_png(path, image):
    """An RGB image as PNG (ISO 15948): each row the difference to the row above."""
    height, width, _ = image.shape
    above = np.vstack([np.zeros_like(image[:1]), image[:-1]])
    rows = np.hstack([np.full((height, 1), 2, np.uint8), (image - above).reshape(height, -1)])

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9)) + chunk(b"IEND", b""))


def write_folder(folder):
    """The signs as a user would keep photos: one folder a class, apart for training and test."""
    for part, each, stream in (("train", TRAIN_PICTURES, 1), ("test", TEST_PICTURES, 2)):
        images, labels = pictures(NEW, each, stream)
        for number, (image, label) in enumerate(zip(images, labels)):
            place = folder / part / sorted(NEW)[label]
            place.mkdir(parents=True, exist_ok=True)
            write_png(place / f"{number % each:02}.png", image)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    write_folder(pathlib.Path(sys.argv[1]))
