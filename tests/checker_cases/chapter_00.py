"""Cases for the checkers of chapter 00."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import torch

from checker_cases import Case

CASES = {
    "check_weights_gigabytes": Case(
        secret="141.1",
        right=[
            70_553_706_496 * 2 / 1e9,
            141,
            141.1,
            Fraction(1411, 10),
            np.float64(141.1),
            torch.tensor(141.1),
        ],
        wrong=[
            (282, "float32"),
            (131.4, "GiB"),
            (262.8, "two slips"),
            (70.6, "1 byte"),
            (35.3, "4 bits"),
            (1129, "gigabits"),
            (141e9, "in bytes"),
            (141_107_412_992, "in bytes"),
            (141_107, "MB"),
            (0.141, "TB"),
            (70.55e9, "number of parameters"),
            (140.9, "too small"),
            (141.3, "too big"),
            (-141.1, "greater than zero"),
            ("141 GB", "text"),
            ("141.1", "text"),
            (True, "True or False"),
            (None, "return"),
            (math.nan, "nan"),
            (math.inf, "inf"),
            (10**400, "inf"),
            ([141.1], "list"),
            (np.array([141.1]), "ndarray"),
            (np.bool_(True), "bool"),
            (141.1 + 0j, "complex"),
            (lambda: 141.1, "Call it"),
        ],
    ),
}
