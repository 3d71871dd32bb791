from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.misc import clean_context

from ...models.base.outreach_personal_words import warn_of_personal_words


class OutreachContactLog(models.TransientModel):
    """Log a call or another contact that just took place, with one company or with several at once.

    What took place is logged whatever the guard would have said before; from then on the guard counts it.
    """

    _name = 'outreach.contact.log'
    _inherit = ['outreach.site.mixin']
    _description = "Log a Contact"

    partner_ids = fields.Many2many(
        'res.partner',
        string="Companies",
        required=True,
        domain="[('is_company', '=', True), ('outreach_vetting', '!=', 'blocked')]",
        default=lambda self: self.env['res.partner']._get_outreach_context_companies(),
    )
    # with one company the site is asked for
    partner_id = fields.Many2one(
        'res.partner', compute='_compute_partner_id', store=True, precompute=True, ondelete='cascade', export_string_translation=False
    )
    # OVERRIDE: without history, and gone with the site
    site_id = fields.Many2one(tracking=False, index=False, ondelete='cascade', check_company=False)
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
        help="What came of it. Nothing is chosen beforehand, so that nothing is logged by mistake.",
    )
    contact_id = fields.Many2one(
        'res.partner',
        "Spoken To",
        ondelete='cascade',
        domain="[('commercial_partner_id', 'in', partner_ids), ('is_company', '=', False)]",
        help="Who at the company; kept at the contact of that company.",
    )
    call_back_date = fields.Date("Call Back Until", help="Becomes a to-do of yours.")
    note = fields.Char(help="Goes into the report of each of these contacts. For colleagues only.")
    next_step = fields.Char(help="You are reminded of it in 14 days.")

    _onchange_note_words = warn_of_personal_words('note')

    @api.depends('partner_ids')
    def _compute_partner_id(self):
        for log in self:
            companies = log.partner_ids.commercial_partner_id._origin
            log.partner_id = companies if len(companies) == 1 else False

    @api.depends('partner_id')
    def _compute_site_id(self):
        """As the form of a visit proposes it."""
        res = super()._compute_site_id()
        for log in self.filtered(lambda log: log.partner_id and not log.site_id):
            log.site_id = self._propose_site(log.partner_id._origin)
        return res

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
        if not self.result:
            raise UserError(self.env._("Choose what came of it."))
        if self.result == 'call_back' and not self.call_back_date:
            raise UserError(self.env._("Say until when you call back."))
        companies = self.partner_ids.commercial_partner_id
        if self.contact_id and self.contact_id.commercial_partner_id not in companies:
            raise UserError(
                self.env._("%(person)s does not work at a company that is chosen here. Choose somebody else.", person=self.contact_id.name)
            )
        blocked = companies.filtered(lambda company: company.outreach_vetting == 'blocked')
        if not companies - blocked:
            raise UserError(self.env._("All of these companies are blocked by vetting, so no contact can be logged."))
        if (self.next_step or self.result == 'call_back') and not self.env.user._get_outreach_agency():
            raise UserError(
                self.env._("A next step and a call back need an agency, and you belong to none. Ask a manager to add you to one.")
            )
        # `default_*` keys meant for this dialog would land in visits and messages
        Visit = self.env['outreach.visit'].with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        return Visit.create([self._prepare_visit_values(company) for company in companies - blocked]), blocked

    def _prepare_visit_values(self, company):
        user = self.env.user
        return {
            'partner_id': company.id,
            'site_id': self.site_id.id if self.site_id.parent_id == company else False,
            'kind_id': self.kind_id.id,
            'start': self.start,
            'stop': self.start + timedelta(minutes=15),
            'stage': 'done',
            'result': self.result,
            'call_back_date': self.result == 'call_back' and self.call_back_date,
            'contact_ids': [Command.set(self.contact_id.ids)] if self.contact_id.commercial_partner_id == company else [],
            'report_text': self.note,
            'promise_ids': [Command.create({'name': self.next_step, 'partner_id': company.id})] if self.next_step else [],
            'member_ids': [Command.create({'user_id': user.id})] if user._get_outreach_agency() else [],
        }
