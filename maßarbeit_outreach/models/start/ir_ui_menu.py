from odoo import models

from ..base.groups import ADMINISTRATOR, OFFICER, OUTREACH

# Apps of core that every employee gets, and the roles of ours that have business there; administrators see them all.
APPS = {
    'mail.menu_root_discuss': OUTREACH,
    'calendar.mail_menu_calendar': OUTREACH,
    'contacts.menu_contacts': OFFICER,
    'crm.crm_menu_root': OFFICER,
    'utm.menu_link_tracker_root': ADMINISTRATOR,
    'base.menu_management': ADMINISTRATOR,
}


class IrUiMenu(models.Model):
    """Who works in employer outreach and nowhere else sees the apps that the role uses. Menus are no lock: what somebody
    may read is decided by rights and rules."""

    _inherit = 'ir.ui.menu'

    def _load_menus_blacklist(self):
        hidden = super()._load_menus_blacklist()
        user = self.env.user
        unused = {xmlid for xmlid, group in APPS.items() if not user.has_group(group)} if user._is_outreach_only() else set()
        if user.has_group(OUTREACH):  # they have it under “Visits”
            unused.add('maßarbeit_outreach.outreach_referral_menu_partner')
        # core keeps menus by groups, not by organisation
        if not self.env['res.company'].sudo().search_count([('outreach_setup_dismissed', '=', False)], limit=1):
            unused.add('maßarbeit_outreach.outreach_setup_menu')
        menus = [self.env.ref(xmlid, raise_if_not_found=False) for xmlid in unused]
        return hidden + [menu.id for menu in menus if menu]
