"""`python -m benchmarks`: the comparison of decisions."""

import sys

from benchmarks.decision import main

sys.exit(main())
