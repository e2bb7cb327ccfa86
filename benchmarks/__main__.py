"""`python -m benchmarks`: one decision beside other engines; then, unless sizes or engines are named, a process and a watch.

`python -m benchmarks watch` measures the watch alone.
"""

import sys

from benchmarks import decision, process, watch

if sys.argv[1:2] == ["watch"]:
    sys.exit(watch.main(sys.argv[2:]))
code = decision.main()
if code == 0 and len(sys.argv) == 1:
    process.main()
    watch.main([])
sys.exit(code)
