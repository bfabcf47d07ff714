from .exemptions import exempt as exempt
from .policy import Policy as Policy
from .rules import HostRule as HostRule
from .values import Mode as Mode
