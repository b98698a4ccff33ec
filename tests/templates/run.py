"""Runs the unit tests of the scripts that work in the image."""
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent
suite = unittest.defaultTestLoader.discover(str(HERE), pattern="*_test.py")
if suite.countTestCases() == 0:
    sys.exit("no tests were found")
sys.exit(0 if unittest.TextTestRunner(verbosity=1).run(suite).wasSuccessful() else 1)
