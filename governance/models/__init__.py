from governance.models.closure import Closure, ClosureSecond, Reopening
from governance.models.due import Chase, DueItem
from governance.models.effectiveness import EffectCheck, EffectVerdict, Measure, MeasurePoint, Verdict
from governance.models.pack import Pack, PackRelease, Reader

__all__ = [
    "Chase",
    "Closure",
    "ClosureSecond",
    "DueItem",
    "EffectCheck",
    "EffectVerdict",
    "Measure",
    "MeasurePoint",
    "Pack",
    "PackRelease",
    "Reader",
    "Reopening",
    "Verdict",
]
