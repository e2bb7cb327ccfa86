"""`python -m benchmarks`: one decision beside other engines; then, unless sizes or engines are named, a whole process."""

import sys

from benchmarks import decision, process

code = decision.main()
if code == 0 and len(sys.argv) == 1:
    process.main()
sys.exit(code)
