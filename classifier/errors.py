"""What can be wrong with a checkpoint. Each message is a sentence: the file, what is wrong, what to do."""

from __future__ import annotations


class CheckpointError(Exception):
    """Base of everything that keeps a checkpoint from being used."""


class CheckpointMissing(CheckpointError):
    """There is no such file: a normal state before anything was trained or installed."""


class CheckpointCorrupt(CheckpointError):
    """The file is there but is damaged, cut short, or no safetensors file at all."""


class CheckpointIncompatible(CheckpointError):
    """A sound file that this program cannot use: foreign, of a later format, or not fitting the network."""


class DatasetError(Exception):
    """Training data that is missing or not in its documented form."""


class ExportFailed(Exception):
    """A network that could not be written for other programs; no file was left behind."""
