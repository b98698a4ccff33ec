"""A conda that takes the calls an image build makes and solves and installs with py-rattler."""

VERSION = "25.5.1"
