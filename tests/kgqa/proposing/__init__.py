"""Tests of kgqa.proposing."""
