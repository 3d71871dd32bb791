from odoo import fields, models
from odoo.tools import format_date


class OutreachDueDismissal(models.Model):
    """A company that somebody put aside for a while: it is not in the list of who is due, and everybody sees why.

    It ends by itself, by one click, or as soon as something new comes up; see `tools/visit/due.py`. Lines are made and ended by
    the methods of the company only, so that nobody puts a company aside in somebody else's name.
    """

    _name = 'outreach.due.dismissal'
    _description = "Company Put Aside"
    _order = 'date_until desc, id desc'
    _rec_name = 'reason'
    _check_company_auto = True

    partner_id = fields.Many2one('res.partner', "Company", required=True, readonly=True, ondelete='cascade', check_company=True)
    reason = fields.Char(required=True, readonly=True)
    date_until = fields.Date("Put Aside Until", required=True, readonly=True)
    date_undone = fields.Date("Brought Back On", readonly=True)
    user_id = fields.Many2one('res.users', "Put Aside By", required=True, readonly=True, index=True, ondelete='restrict')
    company_id = fields.Many2one('res.company', "Organisation", required=True, readonly=True, index=True)

    _partner_uniq = models.UniqueIndex(
        '(partner_id, company_id) WHERE date_undone IS NULL', "This company has just been put aside. Please reload the page."
    )

    def _get_text(self):
        """Until when, by whom and why, in one line."""
        self.ensure_one()
        return self.env._(
            "Put aside until %(day)s by %(name)s: %(reason)s",
            day=format_date(self.env, self.date_until),
            name=self.user_id.name,
            reason=self.reason,
        )
