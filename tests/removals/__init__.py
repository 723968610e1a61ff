"""Each guard taken out once, to see its test fail: `make removals`, or `python -m tests.removals F36 F47`.

The removals, by part of the product: `logged`, `protection`, `outside` (what happened and who is told); `tracks`,
`practice`, `copied`, `separation`, `returning` (putting it right); `governing`, `withdrawn`, `packs` (showing it); `access`,
`sealed`, `compartments`, `signing_in`, `attacks` (who may see what); `files`, `history` (how it is kept).
`table`   what a removal is; what was seen of each (seen.json, shown in docs/features.md).
`watch`   a pytest plugin that tells how each test failed.
"""
