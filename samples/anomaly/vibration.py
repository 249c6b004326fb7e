# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""The vibration of rotating machines, healthy and faulty, and its features.

Does: invent machines, simulate what an accelerometer on them measures under changing load, reduce it to 64 numbers.
Does not: train. Invariant: a fault changes nothing but what it adds to the signal: load, speed and noise are drawn alike.
"""

import dataclasses

import numpy as np

RATE, WINDOW, BANDS = 8192, 2048, 64
TIME = np.arange(WINDOW) / RATE
FREQUENCIES = np.fft.rfftfreq(WINDOW, 1 / RATE)
FAULTS = "bearing", "imbalance", "loose"


@dataclasses.dataclass
class Machine:
    shaft: float  # revolutions a second without load
    harmonics: np.ndarray  # amplitudes of 1, 2, .. times the shaft
    teeth: int  # of the gear
    mesh: np.ndarray  # amplitudes of the gear's mesh and its harmonics
    noise: float  # of the bearings, broad-band
    slope: float  # how the noise falls with frequency
    path: np.ndarray  # what the housing passes on of each frequency
    rolling: float  # passages over a point of the bearing's outer ring a revolution


def machine(random):
    """A machine of a fleet: no two are alike."""
    path = np.full(len(FREQUENCIES), 0.3)
    for _ in range(4):
        centre, damping = np.exp(random.uniform(np.log(200), np.log(3500))), random.uniform(0.04, 0.15)
        ratio = FREQUENCIES / centre
        path = path + random.uniform(0.3, 1.5) * damping / np.sqrt((1 - ratio ** 2) ** 2 + (2 * damping * ratio) ** 2)
    return Machine(random.uniform(18, 48), np.exp(random.normal(-0.6, 0.6, 6)) / np.arange(1, 7) ** 0.7,
                   int(random.integers(15, 42)), np.exp(random.normal(-1.2, 0.6, 3)), np.exp(random.normal(-1.2, 0.35)),
                   random.uniform(0.1, 0.5), path, random.uniform(3.1, 5.4))


def tone(random, frequency, amplitude):
    return amplitude * np.cos(2 * np.pi * frequency * TIME + random.uniform(0, 2 * np.pi))


def impacts(random, times, strength):
    """Short blows at given times, each a little different."""
    signal = np.zeros(WINDOW)
    places = np.rint(np.asarray(times) * RATE).astype(int)
    places = places[(places >= 0) & (places < WINDOW)]
    np.add.at(signal, places, strength * random.uniform(0.7, 1.3, len(places)))
    return signal


def window(m, random, fault=None):
    """A quarter of a second of vibration, float64 [2048]; `fault` is None or one of FAULTS, of random severity."""
    load = random.uniform(0.2, 1.0)
    speed = m.shaft * (1 - 0.04 * load) * random.normal(1, 0.003)
    harmonics = m.harmonics * np.exp(random.normal(0, 0.12, len(m.harmonics)))
    severity = random.uniform(0.6, 1.6)
    shaken = np.zeros(WINDOW)  # passes the housing on its way to the sensor
    if fault == "imbalance":
        harmonics[0] *= 1 + 1.8 * severity
    if fault == "bearing":
        period = 1 / (speed * m.rolling * random.normal(1, 0.01))
        times = np.arange(random.uniform(-period, 0), TIME[-1], period)
        shaken += impacts(random, times + random.normal(0, 0.02 * period, len(times)), 2.2 * severity * m.noise / 0.3)
    if fault == "loose":
        shaken += impacts(random, random.uniform(0, TIME[-1], random.integers(3, 9)), 3.5 * severity * m.noise / 0.3)
    signal = sum(tone(random, speed * (k + 1), a) for k, a in enumerate(harmonics))
    if fault == "loose":
        signal += sum(tone(random, speed * k, 0.35 * severity * m.harmonics[0]) for k in (0.5, 1.5, 2.5))

    for k, amplitude in enumerate(m.mesh * (0.4 + 0.8 * load)):
        mesh = m.teeth * speed * (k + 1)
        shaken += tone(random, mesh, amplitude) + sum(tone(random, mesh + side * speed, 0.3 * amplitude) for side in (-1, 1))
    hiss = np.fft.rfft(random.normal(0, m.noise * (0.7 + 0.5 * load), WINDOW))
    hiss *= (np.maximum(FREQUENCIES, 20) / 500) ** -m.slope
    return signal + np.fft.irfft((np.fft.rfft(shaken) + hiss) * m.path, WINDOW) + random.normal(0, 0.01, WINDOW)


def bands():
    """Weights [64, bins] of overlapping triangles: equally wide up to 100 Hz, then ever wider, up to 4 kHz."""
    edges = 100 * np.expm1(np.arange(BANDS + 2) * np.log1p(40.0) / (BANDS + 1))
    low, centre, high = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    weights = np.minimum((FREQUENCIES - low) / (centre - low), (high - FREQUENCIES) / (high - centre)).clip(0)
    return weights / weights.sum(1, keepdims=True)


def features(signal, weights=bands()):
    """The logarithm of the power in 64 bands, float32; about -2 to 2."""
    power = np.abs(np.fft.rfft(signal * np.hanning(WINDOW))) ** 2
    return (0.5 * np.log10(weights @ power + 1e-3) - 1).astype(np.float32)
