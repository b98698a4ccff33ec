"""Prices of the shop."""


def with_tax(net: float) -> float:
    return round(net * 1.19, 2)
