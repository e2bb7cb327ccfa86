"""What follows from incident reports: patterns over several reports, to facts of a scenario.

    reports, as public by a day        derivations (policy data)
              |                               |
              v                               v
            scene  ---->  chaining (durable-rules)  ---->  findings  ---->  units  ---->  settled  ---->  case
                          reference (plain Python)                       (one fact each)  (formulas)   (a book of its own)

A finding is a set of reports that meets a derivation, for sure or perhaps. What it gives is settled for each issuer by
rewriting the conditions of its rules, so no engine knows of reports.
"""
