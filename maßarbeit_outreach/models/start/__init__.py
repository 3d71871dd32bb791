"""The way in: start page, first steps, menus."""

from . import outreach_setup
from . import res_config_settings
from . import outreach_today_frame
from . import mail_activity
from . import outreach_today_work
from . import outreach_today_people
from . import outreach_today_figures
from . import outreach_today
from . import ir_ui_menu
