"""Exercise checkers: each says whether an answer is right, and if not, why it went wrong.

Every exercise ends in ``check_<name>(answer)``. A checker takes anything, never
raises, and answers with a `Verdict`: right, wrong with the likely slip, or not
answered yet (the three dots are still there).
"""

from __future__ import annotations

from llama_explore.checks.chapter_00 import *
from llama_explore.checks.chapter_01 import *
from llama_explore.checks.chapter_02 import *
from llama_explore.checks.chapter_03 import *
from llama_explore.checks.chapter_04 import *
from llama_explore.checks.chapter_05 import *
from llama_explore.checks.chapter_06 import *
from llama_explore.checks.verdict import Slip, Verdict, is_unanswered

__all__ = ["Slip", "Verdict", "is_unanswered"]
