"""Errors of checkpoints, data sets and exports. Each message names the file, the problem and what to do."""

from __future__ import annotations


class CheckpointError(Exception):
    """A checkpoint that cannot be used."""


class CheckpointMissing(CheckpointError):
    """The file does not exist: a normal state before training or installation."""


class CheckpointCorrupt(CheckpointError):
    """The file is damaged, truncated, or not a safetensors file."""


class CheckpointIncompatible(CheckpointError):
    """The file is intact, but another program wrote it, its format is newer, or it does not fit the network."""


class DatasetError(Exception):
    """A data set that is missing or malformed."""


class ExportFailed(Exception):
    """A network that could not be exported; no file was left behind."""
