from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import clean_context


class OutreachContactLog(models.TransientModel):
    """Log a call or another contact that just took place, with one company or with several at once.

    What took place is logged whatever the guard would have said before; from then on the guard counts it.
    """

    _name = 'outreach.contact.log'
    _description = "Log a Contact"

    partner_ids = fields.Many2many(
        'res.partner',
        string="Companies",
        required=True,
        domain="[('is_company', '=', True), ('outreach_vetting', '!=', 'blocked')]",
        default=lambda self: self.env['res.partner']._get_outreach_context_companies(),
    )
    kind_id = fields.Many2one(
        'outreach.visit.kind',
        required=True,
        ondelete='cascade',
        domain="[('is_mass', '=', False)]",
        default=lambda self: self.env['outreach.visit.kind'].search([('channel', '=', 'phone'), ('is_mass', '=', False)], limit=1),
    )
    start = fields.Datetime("When", required=True, default=fields.Datetime.now)
    result = fields.Selection(
        selection=lambda self: self.env['outreach.visit']._fields['result']._description_selection(self.env),
        required=True,
        compute='_compute_result',
        store=True,
        readonly=False,
        precompute=True,
    )
    note = fields.Char(help="Goes into the report of each of these contacts. For colleagues only.")
    next_step = fields.Char(help="You are reminded of it in 14 days.")

    @api.depends('kind_id')
    def _compute_result(self):
        for log in self:
            log.result = log.result or ('informed' if log.kind_id.channel == 'email' else 'call_back')

    @api.model
    def _open(self):
        """Make the dialog for the companies in the context, and show it."""
        log = self.create({})
        return {
            'name': self.env._("Log a Contact"),
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': log.id,
            'view_mode': 'form',
            'target': 'new',
        }

    def action_log(self):
        """Make a contact that is done for each company, and say which ones were left out."""
        self.ensure_one()
        visits, blocked = self._log()
        message = (
            self.env._("Logged with %(companies)s.", companies=', '.join(visits.partner_id.mapped('name')))
            if len(visits) < 4
            else self.env._("Logged with %(count)s companies.", count=len(visits))
        )
        if blocked:
            message += ' ' + self.env._("Left out, since blocked by vetting: %(companies)s.", companies=', '.join(blocked.mapped('name')))
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {
                'type': 'warning' if blocked else 'success',
                'message': message,
                'sticky': bool(blocked),
                'next': {'type': 'ir.actions.act_window_close'},
            },
        }

    def _log(self):
        """:return: `(contacts, companies that were left out since vetting blocks them)`"""
        companies = self.partner_ids.commercial_partner_id
        blocked = companies.filtered(lambda company: company.outreach_vetting == 'blocked')
        if not companies - blocked:
            raise UserError(self.env._("All of these companies are blocked by vetting, so no contact can be logged."))
        if self.next_step and not self.env.user._get_outreach_agency():
            raise UserError(
                self.env._("A next step needs an agency, and you belong to none. Leave it out, or ask a manager to add you to one.")
            )
        # `default_*` keys meant for this dialog would land in visits and messages
        Visit = self.env['outreach.visit'].with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        return Visit.create([self._prepare_visit_values(company) for company in companies - blocked]), blocked

    def _prepare_visit_values(self, company):
        user = self.env.user
        return {
            'partner_id': company.id,
            'kind_id': self.kind_id.id,
            'start': self.start,
            'stop': self.start + timedelta(minutes=15),
            'stage': 'done',
            'result': self.result,
            'report_text': self.note,
            'promise_ids': [Command.create({'name': self.next_step, 'partner_id': company.id})] if self.next_step else [],
            'member_ids': [Command.create({'user_id': user.id})] if user._get_outreach_agency() else [],
        }
