# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Checks shapes.onnx without the compiler: accuracy on pretrained figures, drawn anew."""

import pathlib

import draw
import network
from export.reference import QdqModel, accuracy, codes

TEST_PICTURES = 20


def main():
    here = pathlib.Path(__file__).resolve().parent
    model = QdqModel(here / "shapes.onnx")
    images, labels = draw.pictures(draw.PRETRAINED, TEST_PICTURES, 5)
    real = network.real(images).permute(0, 2, 3, 1).numpy()
    after = accuracy(model.run(codes(real, model), "logits"), labels)
    print(f"int8 accuracy, {len(draw.PRETRAINED)} pretrained figures, {len(labels)} pictures not seen: {after:.3f}")


if __name__ == "__main__":
    main()
