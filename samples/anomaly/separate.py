# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Says how well a threshold on the reconstruction loss tells faulty windows from normal ones.

Does: read the windows and what the network made of them (`--predictions` of simulate and emulate). Needs numpy only.

    separate.py NORMAL.npy FAULTY.npy     reconstructions of x_test of normal.npz and of faulty.npz
"""

import pathlib
import sys

import numpy as np

FAULTS = "bearing", "imbalance", "loose"  # of faulty.npz, in turn


def losses(windows, reconstructions):
    return ((windows - reconstructions.reshape(windows.shape)) ** 2).mean(1)


def area(normal, faulty):
    """The area under the ROC curve: how often a faulty window has the larger loss of a pair."""
    return float((faulty[:, None] > normal[None]).mean() + 0.5 * (faulty[:, None] == normal[None]).mean())


def describe(normal, faulty):
    """One line of mean losses and areas, from the losses of both."""
    alarm = np.quantile(normal, 0.99)
    kinds = ", ".join(f"{name} {area(normal, faulty[i::len(FAULTS)]):.3f}" for i, name in enumerate(FAULTS))
    return (f"mean loss {normal.mean():.5f} normal, {faulty.mean():.5f} faulty; AUC {area(normal, faulty):.3f} ({kinds}); "
            f"a threshold that passes 99 % of normal windows finds {(faulty > alarm).mean():.1%} of faulty ones")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    here = pathlib.Path(__file__).resolve().parent
    normal, faulty = (losses(np.load(here / f"{kind}.npz")["x_test"], np.load(path))
                      for kind, path in zip(("normal", "faulty"), sys.argv[1:]))
    print(describe(normal, faulty))


if __name__ == "__main__":
    main()
