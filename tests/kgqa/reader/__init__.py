"""Tests of kgqa.reader."""
