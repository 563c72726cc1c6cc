"""What Python tells by a warning, kept for the trial to judge."""

import re
import warnings
from typing import Any


def overhear(pattern: str, kept: list[str]) -> None:
    """From now on each RuntimeWarning whose text begins with the pattern goes to the list, and is not shown.

    All other warnings go on as before.
    """
    belongs = re.compile(pattern).match
    show = warnings.showwarning

    def keep_or_show(message: Warning | str, category: type[Warning], *where: Any, **how: Any) -> None:
        if issubclass(category, RuntimeWarning) and belongs(str(message)):
            kept.append(str(message))
        else:
            show(message, category, *where, **how)

    warnings.filterwarnings("always", message=pattern, category=RuntimeWarning)
    warnings.showwarning = keep_or_show
