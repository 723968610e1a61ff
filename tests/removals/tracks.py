"""Removals."""

REMOVALS: list = []
