from odoo import api, fields, models
from odoo.exceptions import ValidationError

# Kinds that the migration centre does not need to know.
JOB_CENTRE_KINDS = ('health', 'debts')


class OutreachInstrument(models.Model):
    _name = 'outreach.instrument'
    _description = "Support Instrument"
    _order = 'sequence, name'

    name = fields.Char(required=True, translate=True)
    law = fields.Char("Legal Basis", help="e.g. “§ 45 SGB III”")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)


class OutreachBarrier(models.Model):
    """What keeps somebody from work, and who lifts it until when. Of health only that help is needed (Art. 9 GDPR)."""

    _name = 'outreach.barrier'
    _description = "Barrier"
    _inherit = ['mail.activity.mixin']
    _order = 'candidate_id, date_until, id'
    _rec_name = 'kind'
    _check_company_auto = True

    candidate_id = fields.Many2one('outreach.candidate', required=True, ondelete='cascade', index=True)
    kind = fields.Selection([
        ('language', "Language"),
        ('recognition', "Recognition"),
        ('childcare', "Childcare"),
        ('mobility', "Mobility"),
        ('permit', "Residence or work permit"),
        ('housing', "Housing"),
        ('health', "Health"),
        ('debts', "Debts"),
        ('digital', "Digital"),
        ('documents', "Documents and authorities"),
        ('care', "Care of relatives"),
        ('hours', "Working hours"),
        ('basic_education', "Basic education"),
    ], required=True)
    state = fields.Selection([
        ('open', "Open"),
        ('in_work', "In work"),
        ('lifted', "Lifted"),
        ('not_relevant', "Not relevant"),
    ], required=True, default='open', index=True)
    agency_id = fields.Many2one('outreach.agency', "Lifted By", index='btree_not_null', check_company=True,
                                default=lambda self: self.env.user._get_outreach_agency())
    user_id = fields.Many2one('res.users', "Person", index='btree_not_null', default=lambda self: self.env.user)
    date_until = fields.Date("Until")
    instrument_id = fields.Many2one('outreach.instrument', index='btree_not_null', ondelete='restrict')
    note = fields.Char()
    company_id = fields.Many2one(related='candidate_id.company_id', store=True, precompute=True)

    _live_kind_uniq = models.UniqueIndex(
        "(candidate_id, kind) WHERE state IN ('open', 'in_work')", "The candidate has an open barrier of this kind already.")

    @api.constrains('kind', 'note', 'instrument_id')
    def _check_health(self):
        for barrier in self:
            if barrier.kind == 'health' and (barrier.note or barrier.instrument_id):
                raise ValidationError(self.env._(
                    "Of health only that help is needed may be noted, no words and no instrument (Art. 9 GDPR)."))
