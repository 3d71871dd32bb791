from . import models
from . import imports
from . import wizard
from . import controllers
from . import report
from .tools.base import log_values
from .hooks import post_init_hook, pre_init_hook, uninstall_hook

log_values.install()
