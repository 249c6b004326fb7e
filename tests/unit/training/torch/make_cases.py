#!/usr/bin/env python3
"""Writes cases.json: small networks with inputs, weights and the gradients of PyTorch's autograd.

Run it with a Python that has torch and numpy (Debian: python3-torch, python3-numpy). The tests read cases.json only and
need no Python. Weights are fp32 numbers; gradients are computed in double precision. Layouts are PyTorch's: NCHW, OIHW.
"""

import json
import pathlib

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def parameter(generator, *shape):
    """Random fp32 numbers, as doubles that gradients are wanted of."""
    fan_in = max(1, int(torch.tensor(shape[1:]).prod()) if len(shape) > 1 else 4)
    return (torch.randn(*shape, generator=generator) / fan_in**0.5).float().double().requires_grad_()


def residual(p, x):
    """Convolution, depthwise layer, projection added to the trunk, overlapping and global average pools, head."""
    trunk = F.relu6(F.conv2d(x, p["stem.w"], p["stem.b"], stride=2, padding=1))
    y = F.relu(F.conv2d(trunk, p["dw.w"], p["dw.b"], padding=1, groups=4))
    y = trunk + F.conv2d(y, p["project.w"], p["project.b"])
    y = F.avg_pool2d(y, 3, stride=2, padding=1, count_include_pad=True)
    return F.linear(y.mean((2, 3)), p["head.w"], p["head.b"])


def windows(p, x):
    """Uneven padding, dilation, groups, and a pool that leaves padding out."""
    y = F.conv2d(F.pad(x, (0, 2, 1, 0)), p["uneven.w"], p["uneven.b"], stride=(1, 2))
    y = F.relu(F.conv2d(y, p["dilated.w"], p["dilated.b"], padding=2, dilation=2, groups=2))
    y = F.avg_pool2d(y, 2, stride=2, padding=1, count_include_pad=False)
    return F.linear(y.mean((2, 3)), p["head.w"], p["head.b"])


def dense(p, x):
    """Two dense layers."""
    return F.linear(F.relu(F.linear(x, p["hidden.w"], p["hidden.b"])), p["head.w"], p["head.b"])


def concat(p, x):
    """Two branches joined over channels, the wider one cut."""
    trunk = F.relu(F.conv2d(x, p["stem.w"], p["stem.b"]))
    left = F.relu(F.conv2d(trunk, p["left.w"], p["left.b"]))
    right = F.conv2d(trunk, p["right.w"], p["right.b"], padding=1)
    y = torch.cat([left, right[:, 1:], trunk], 1)
    return F.linear(y.mean((2, 3)), p["head.w"], p["head.b"])


def separable(p, x):
    """Depthwise layers with a channel multiplier and strides, each before a pointwise one."""
    y = F.relu(F.conv2d(x, p["dw1.w"], p["dw1.b"], padding=1, groups=2))
    y = F.relu(F.conv2d(y, p["pw1.w"], p["pw1.b"]))
    y = F.relu(F.conv2d(y, p["dw2.w"], p["dw2.b"], stride=2, padding=1, groups=3))
    y = F.relu(F.conv2d(y, p["pw2.w"], p["pw2.b"]))
    return F.linear(y.mean((2, 3)), p["head.w"], p["head.b"])


def maxpool(p, x):
    """Overlapping and padded max pools. Behind the clamp ties are common: the first maximum counts."""
    y = F.max_pool2d(F.relu(F.conv2d(x, p["stem.w"], p["stem.b"], padding=1)), 2)
    y = F.max_pool2d(F.conv2d(y, p["next.w"], p["next.b"]), 3, stride=2, padding=1)
    return F.linear(y.mean((2, 3)), p["head.w"], p["head.b"])


def norm(p, x):
    """Layer normalization between dense layers."""
    y = F.layer_norm(F.linear(x, p["hidden.w"], p["hidden.b"]), (8,))
    y = F.layer_norm(F.relu(F.linear(y, p["next.w"], p["next.b"])), (6,), eps=1e-3)
    return F.linear(y, p["head.w"], p["head.b"])


def upsample(p, x):
    """A transposed convolution behind a convolution, group normalization between them."""
    y = F.group_norm(F.conv2d(x, p["stem.w"], p["stem.b"], stride=2, padding=1), 2)
    y = F.relu(F.conv_transpose2d(y, p["up.w"], p["up.b"], stride=2, padding=1, output_padding=1))
    return F.linear(y.mean((2, 3)), p["head.w"], p["head.b"])


def gate(p, x):
    """SiLU, squeeze-excite over channels, a learned offset of the map's mean, hard swish and tanh."""
    y = F.silu(F.conv2d(x, p["stem.w"], p["stem.b"], padding=1))
    s = F.leaky_relu(F.conv2d(y.mean((2, 3), keepdim=True), p["squeeze.w"], p["squeeze.b"]), 0.25)
    y = y * torch.sigmoid(F.conv2d(s, p["excite.w"], p["excite.b"]))
    y = F.hardswish(y - y.mean((2, 3), keepdim=True) / (1 + s.sum((1, 2, 3), keepdim=True)))
    y = torch.tanh(F.linear(F.gelu(y).mean((2, 3)), p["hidden.w"], p["hidden.b"]))
    return F.linear(y, p["head.w"], p["head.b"])


# Layers are (name, extents of the weights); a bias has as many elements as the first, but for transposed convolutions the second.
NETS = {
    "residual": (residual, (1, 3, 8, 7), [("stem", 4, 3, 3, 3), ("dw", 4, 1, 3, 3), ("project", 4, 4, 1, 1), ("head", 5, 4)]),
    "windows": (windows, (1, 2, 7, 6), [("uneven", 4, 2, 3, 2), ("dilated", 6, 2, 3, 3), ("head", 3, 6)]),
    "concat": (concat, (1, 2, 5, 6), [("stem", 3, 2, 1, 1), ("left", 2, 3, 1, 1), ("right", 4, 3, 3, 3), ("head", 4, 8)]),
    "separable": (separable, (1, 2, 7, 6), [("dw1", 4, 1, 3, 3), ("pw1", 3, 4, 1, 1), ("dw2", 3, 1, 3, 3), ("pw2", 5, 3, 1, 1), ("head", 3, 5)]),
    "maxpool": (maxpool, (1, 2, 9, 8), [("stem", 4, 2, 3, 3), ("next", 3, 4, 1, 1), ("head", 3, 3)]),
    "norm": (norm, (1, 9), [("hidden", 8, 9), ("next", 6, 8), ("head", 3, 6)]),
    "upsample": (upsample, (1, 2, 7, 6), [("stem", 4, 2, 3, 3), ("up", 4, 3, 3, 3), ("head", 3, 3)]),
    "gate": (gate, (1, 2, 5, 6), [("stem", 6, 2, 3, 3), ("squeeze", 3, 6, 1, 1), ("excite", 6, 3, 1, 1), ("hidden", 7, 6), ("head", 4, 7)]),
    "dense": (dense, (1, 9), [("hidden", 7, 9), ("head", 4, 7)]),
}


def tensor(t):
    return {"shape": list(t.shape), "data": [float(f"{v:.9g}") for v in t.detach().flatten().tolist()]}


def case(name, seed):
    net, shape, layers = NETS[name]
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(*shape, generator=generator).float().double()
    p = {}
    for layer, *extents in layers:
        p[layer + ".w"] = parameter(generator, *extents)
        p[layer + ".b"] = parameter(generator, extents[1 if layer == "up" else 0])
    target = seed % layers[-1][1]
    logits = net(p, x)
    loss = F.cross_entropy(logits, torch.tensor([target]))
    loss.backward()
    return {
        "net": name,
        "seed": seed,
        "target": target,
        "input": tensor(x),
        "logits": tensor(logits),
        "loss": loss.item(),
        "parameters": {k: tensor(v) for k, v in p.items()},
        "gradients": {k: tensor(v.grad) for k, v in p.items()},
    }


if __name__ == "__main__":
    cases = [case(name, seed) for name in NETS for seed in (1, 2, 3)]
    path = pathlib.Path(__file__).with_name("cases.json")
    path.write_text("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
