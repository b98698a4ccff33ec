"""Runs the tests of the scripts that work in the image, as `python3 -m unittest discover tests/templates` does."""
import os
import sys
import unittest

if __name__ == "__main__":
    suite = unittest.defaultTestLoader.discover(os.path.dirname(os.path.abspath(__file__)))
    sys.exit(not unittest.TextTestRunner(buffer=True).run(suite).wasSuccessful())
