# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Checks the sample without the compiler: what adapting to the new machine should reach.

Does: evaluates anomaly.onnx and trains all of it on the normal windows with plain SGD, one window at a time.
Does not: match the device bit for bit; `tinyengine emulate` is the product, this is an independent estimate.
Invariant: test windows only ever meet the network in `losses`.
"""

import pathlib

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch.nn import functional

import separate

EPOCHS, RATE = 10, 0.2


def reconstruct(layers, x):
    for weight, bias in layers[:-1]:
        x = torch.relu(functional.linear(x, weight, bias))
    return functional.linear(x, *layers[-1])


def adapt(layers, x, seed):
    """The layers after some epochs in random order; the rate falls along half a cosine."""
    torch.manual_seed(seed)
    layers = [tuple(p.clone().requires_grad_() for p in layer) for layer in layers]
    parameters = [p for layer in layers for p in layer]
    order = torch.cat([torch.randperm(len(x)) for _ in range(EPOCHS)])
    for number, i in enumerate(order):
        rate = RATE * 0.5 * (1.0 + np.cos(np.pi * number / len(order)))
        gradients = torch.autograd.grad(functional.mse_loss(reconstruct(layers, x[i]), x[i]), parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter -= rate * gradient
    return [tuple(p.detach() for p in layer) for layer in layers]


def main():
    torch.set_num_threads(1)
    here = pathlib.Path(__file__).resolve().parent
    constants = [torch.from_numpy(numpy_helper.to_array(c).copy()) for c in onnx.load(here / "anomaly.onnx").graph.initializer]
    layers = list(zip(constants[::2], constants[1::2]))
    normal, faulty = np.load(here / "normal.npz"), np.load(here / "faulty.npz")["x_test"]

    def show(title, layers):
        both = (separate.losses(x, reconstruct(layers, torch.from_numpy(x)).numpy()) for x in (normal["x_test"], faulty))
        print(f"{title}: {separate.describe(*both)}", flush=True)

    show("fleet", layers)
    for seed in range(2):
        show(f"adapted, {EPOCHS} epochs, seed {seed}", adapt(layers, torch.from_numpy(normal["x_train"]), seed))


if __name__ == "__main__":
    main()
