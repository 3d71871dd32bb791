from odoo import api, fields, models

from ..base.outreach_personal_words import warn_of_personal_words


class OutreachJobPermit(models.Model):
    """A work permission that was granted or refused for one job (§ 61 (2) AsylG, § 4a (2) AufenthG). Of other jobs it says nothing.

    It names an employer, an occupation, or both; what it does not name may be any.
    """

    _name = 'outreach.job.permit'
    _inherit = ['outreach.person.mixin']
    _person_field = 'candidate_id'
    _description = "Work Permission for a Job"
    _order = 'candidate_id, date_from desc, id desc'
    _rec_name = 'state'

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade', index=True)
    state = fields.Selection([('granted', "Granted"), ('refused', "Refused")], "Answer", required=True, default='granted')
    partner_id = fields.Many2one(
        'res.partner', "Employer", index='btree_not_null', ondelete='restrict', domain="[('is_company', '=', True)]"
    )
    occupation_id = fields.Many2one('outreach.occupation', index='btree_not_null', ondelete='restrict')
    date_from = fields.Date("From", required=True, default=fields.Date.context_today)
    date_until = fields.Date("Valid Until")
    note = fields.Char("Condition", help="e.g. “20 hours a week at most”")

    _job_check = models.Constraint(
        'CHECK(partner_id IS NOT NULL OR occupation_id IS NOT NULL)', "A permission for a job names the employer or the occupation."
    )
    _dates_check = models.Constraint('CHECK(date_until IS NULL OR date_until >= date_from)', "The permission would end before it begins.")

    _onchange_note_words = warn_of_personal_words('note')

    @api.constrains('partner_id')
    def _check_partner_is_kept(self):
        self.sudo().partner_id._check_outreach_kept()
