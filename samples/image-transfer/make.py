# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Makes the sample: shapes.onnx (pretrained int8 network) and the folder pictures/ (six signs).

Does: draw the pretrained figures, pretrain, quantize, write; draw the example folder. Does not: train on the signs; that is
what the device is for. Invariant: the signs are never drawn for pretraining; everything follows from SEED.
"""

import pathlib

import torch

import draw
import network
from export import classifier

PRETRAIN_PICTURES, PRETRAIN_EPOCHS = 300, 10


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    here = pathlib.Path(__file__).resolve().parent
    draw.write_folder(here / "pictures")

    print("drawing", flush=True)
    x, y = draw.pictures(draw.PRETRAINED, PRETRAIN_PICTURES, 3)
    x = network.real(x)
    print("pretraining", flush=True)
    torch.manual_seed(draw.SEED)
    net = network.ImageNet(len(draw.PRETRAINED)).to(memory_format=torch.channels_last)
    classifier.pretrain(net, x, torch.from_numpy(y).long(), PRETRAIN_EPOCHS)
    network.write_qdq(net, x[::len(x) // 1000], here / "shapes.onnx")


if __name__ == "__main__":
    main()
