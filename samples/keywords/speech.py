# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Synthetic speech and its features: words spoken by espeak-ng become 49x10 MFCC matrices.

Does: speaks a word (one espeak-ng process per clip), resamples to 16 kHz, places it in one second of coloured noise, and
computes the features. Does not: train, quantize, or read recordings; nobody's voice is in the data.
Invariant: a clip depends only on its word, its take and its random generator, never on the clips made before it.
"""

import subprocess
from typing import NamedTuple

import numpy as np

SAMPLE_RATE = 16000
WINDOW, HOP, FFT_LENGTH = 640, 320, 1024  # 40 ms, 20 ms; one second gives (16000 - 640) / 320 + 1 = 49 frames
FRAMES, MEL_BINS, COEFFICIENTS = 49, 40, 10
MEL_LOW, MEL_HIGH = 20.0, 4000.0


class Take(NamedTuple):
    """One way to say a word: an espeak-ng voice such as `en-us+f2`, a pitch (0..99) and a speed (words per minute)."""

    voice: str
    pitch: int
    speed: int


def speak(word, take):
    """The word as float64 samples at 16 kHz with peak 1 and the silence around it removed."""
    command = ["espeak-ng", "-v", take.voice, "-p", str(take.pitch), "-s", str(take.speed), "--stdout", word]
    wave = subprocess.run(command, check=True, capture_output=True).stdout
    rate = int(np.frombuffer(wave, "<u4", 1, 24)[0])
    start = wave.index(b"data") + 8
    samples = np.frombuffer(wave, "<i2", (len(wave) - start) // 2, start) / 32768.0
    if not samples.any():
        raise ValueError(f"espeak-ng returned silence for '{word}' with {take}")
    samples = resample(samples, rate, SAMPLE_RATE)
    samples /= np.abs(samples).max()
    loud = np.flatnonzero(np.abs(samples) > 0.02)
    return samples[loud[0]:loud[-1] + 1]


def resample(samples, rate, new_rate):
    """Band-limited resampling in the frequency domain, exact for lengths that are a whole number of periods."""
    divisor = np.gcd(rate, new_rate)
    period, new_period = rate // divisor, new_rate // divisor
    periods = -(-len(samples) // period)
    spectrum = np.fft.rfft(samples, periods * period)[:periods * new_period // 2 + 1]
    return np.fft.irfft(spectrum, periods * new_period) * (new_rate / rate)


def record(speech, random, noise_db):
    """One second as a microphone would hear it: shifted, attenuated by up to 12 dB, in noise.

    `noise_db` is the range of the signal-to-noise ratio; the noise has a 1/f^a power spectrum, a between 0 (white) and 2."""
    clip = np.zeros(SAMPLE_RATE)
    speech = speech[:SAMPLE_RATE]
    centre = (SAMPLE_RATE - len(speech)) // 2
    start = int(np.clip(centre + random.integers(-1600, 1601), 0, SAMPLE_RATE - len(speech)))
    clip[start:start + len(speech)] = speech
    frequency = np.maximum(np.fft.rfftfreq(SAMPLE_RATE, 1.0 / SAMPLE_RATE), 50.0)
    noise = np.fft.rfft(random.standard_normal(SAMPLE_RATE)) * frequency ** (-random.uniform(0.0, 2.0) / 2)
    noise = np.fft.irfft(noise, SAMPLE_RATE)
    ratio = 10 ** (random.uniform(*noise_db) / 20)
    noise *= np.sqrt(np.mean(speech ** 2) / np.mean(noise ** 2)) / ratio
    return 0.5 * 10 ** (random.uniform(-12.0, 0.0) / 20) * (clip + noise)


def mel_filters():
    """Triangular filters [FFT_LENGTH / 2 + 1, MEL_BINS], equally spaced on the mel scale 1127 ln(1 + f / 700)."""
    mel = 1127.0 * np.log1p(np.arange(FFT_LENGTH // 2 + 1) * SAMPLE_RATE / FFT_LENGTH / 700.0)
    edges = np.linspace(1127.0 * np.log1p(MEL_LOW / 700.0), 1127.0 * np.log1p(MEL_HIGH / 700.0), MEL_BINS + 2)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (mel[:, None] - low) / (centre - low)
    falling = (high - mel[:, None]) / (high - centre)
    return np.maximum(0.0, np.minimum(rising, falling))


def cosine_basis():
    """DCT-II [MEL_BINS, COEFFICIENTS], scaled by sqrt(2 / MEL_BINS)."""
    angle = np.pi / MEL_BINS * np.outer(np.arange(MEL_BINS) + 0.5, np.arange(COEFFICIENTS))
    return np.cos(angle) * np.sqrt(2.0 / MEL_BINS)


def mfcc(clip):
    """Features float32 [49, 10] of one second: Hann window, magnitude spectrum, log mel energies, cosine transform."""
    frames = np.lib.stride_tricks.sliding_window_view(clip, WINDOW)[::HOP]
    hann = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(WINDOW) / WINDOW)
    magnitude = np.abs(np.fft.rfft(frames * hann, FFT_LENGTH))
    # The floor is far below any microphone's noise; it bounds the range that the int8 codes of the input have to cover.
    return (np.log(magnitude @ MEL_FILTERS + 1e-3) @ COSINE_BASIS).astype(np.float32)


MEL_FILTERS = mel_filters()
COSINE_BASIS = cosine_basis()
