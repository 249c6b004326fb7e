# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Makes the sample: anomaly.onnx (autoencoder of a fleet), normal.npz and faulty.npz (a machine that is not of it).

Does: simulate, pretrain, write. Does not: adapt to the new machine; that is what the device is for.
Invariant: no fault is ever trained on, here or on the device; everything follows from SEED.
"""

import pathlib

import numpy as np
import torch
from onnx import helper, numpy_helper
from torch import nn

import vibration
from export import qdq

SEED = 7
FLEET, FLEET_WINDOWS, EPOCHS = 80, 60, 60
TRAIN_WINDOWS, TEST_WINDOWS = 400, 150
WIDTHS = vibration.BANDS, 32, 8, 32, vibration.BANDS


def windows(machine, random, count, *faults):
    """float32 [count, 64]; the faults take turns."""
    faults = faults or (None,)
    return np.stack([vibration.features(vibration.window(machine, random, faults[i % len(faults)])) for i in range(count)])


def autoencoder():
    layers = [layer for sizes in zip(WIDTHS, WIDTHS[1:]) for layer in (nn.Linear(*sizes), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def pretrain(net, x):
    """Adam with a one-cycle learning rate, target = input."""
    batch, steps = 64, len(x) // 64
    optimizer = torch.optim.AdamW(net.parameters(), 1e-3, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, EPOCHS * steps)
    for epoch in range(EPOCHS):
        order, total = torch.randperm(len(x)), 0.0
        for i in range(steps):
            rows = x[order[i * batch:(i + 1) * batch]]
            loss = nn.functional.mse_loss(net(rows), rows)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        if (epoch + 1) % 10 == 0:
            print(f"  epoch {epoch + 1} of {EPOCHS}: loss {total / steps:.5f}", flush=True)


def write(net, path):
    """The float network as it is: Gemm and Relu."""
    nodes, constants, value = [], [], "input"
    layers = [layer for layer in net if isinstance(layer, nn.Linear)]
    for number, layer in enumerate(layers):
        last = layer is layers[-1]
        for kind, tensor in (("weight", layer.weight), ("bias", layer.bias)):
            constants.append(numpy_helper.from_array(tensor.detach().numpy(), f"fc{number}_{kind}"))
        result = "output" if last else f"fc{number}"
        nodes.append(helper.make_node("Gemm", [value, f"fc{number}_weight", f"fc{number}_bias"], [result], f"fc{number}", transB=1))
        if not last:
            nodes.append(helper.make_node("Relu", [result], [f"relu{number}"], f"relu{number}"))
        value = f"relu{number}"
    qdq.save(path, nodes, constants, ("input", [1, WIDTHS[0]]), ("output", [1, WIDTHS[-1]]))


def main():
    torch.set_num_threads(1)
    here = pathlib.Path(__file__).resolve().parent
    random = np.random.default_rng(SEED)
    fleet = np.concatenate([windows(vibration.machine(random), random, FLEET_WINDOWS) for _ in range(FLEET)])
    torch.manual_seed(SEED)
    net = autoencoder()
    pretrain(net, torch.from_numpy(fleet))
    write(net, here / "anomaly.onnx")

    machine = vibration.machine(random)
    np.savez_compressed(here / "normal.npz", x_train=windows(machine, random, TRAIN_WINDOWS), x_test=windows(machine, random, TEST_WINDOWS))
    np.savez_compressed(here / "faulty.npz", x_test=windows(machine, random, TEST_WINDOWS, *vibration.FAULTS))


if __name__ == "__main__":
    main()
