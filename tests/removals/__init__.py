"""Each guard taken out once, to see its test fail: `make removals`, or `python -m tests.removals F36 F47`.

`care`, `tracks`, `practice`, `returning`, `governing`, `evidence`: the removals, by part of the product.
`table`   what a removal is; what was seen of each (seen.json, shown in docs/features.md).
`watch`   a pytest plugin that tells how each test failed.
"""
