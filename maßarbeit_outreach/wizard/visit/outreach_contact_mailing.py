from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import email_normalize, formataddr, is_html_empty

MAX_COMPANIES = 500


class OutreachContactMailing(models.TransientModel):
    """Write to several companies at once: one e-mail each.

    SPECIFICATION
     * The guard is asked for each company; those that refused e-mail, or have no address, get none, and it is said why.
     * Each company that is written to gets a contact of this kind that is done. It is planned first, for an instant:
       so the guard decides about it as about every other plan.
     * Each e-mail goes to one company and names no other one. It waits in Odoo's queue, and cannot be taken back.
    """

    _name = 'outreach.contact.mailing'
    _description = "Write to Companies"

    kind_id = fields.Many2one(
        'outreach.visit.kind',
        required=True,
        ondelete='cascade',
        domain="[('is_mass', '=', True)]",
        compute='_compute_kind_id',
        store=True,
        readonly=False,
        precompute=True,
    )
    subject = fields.Char(compute='_compute_text', store=True, readonly=False)
    body = fields.Html("Text", compute='_compute_text', store=True, readonly=False)
    line_ids = fields.One2many('outreach.contact.mailing.line', 'mailing_id', "Companies")
    state = fields.Selection([('draft', "Write"), ('confirm', "Confirm"), ('done', "Sent")], required=True, default='draft', readonly=True)
    send_count = fields.Integer("To Be Sent", compute='_compute_counts')
    anyway_count = fields.Integer("To Be Sent Although Something Speaks Against It", compute='_compute_counts')
    leave_count = fields.Integer("Left Out", compute='_compute_counts')
    done_count = fields.Integer("Sent", compute='_compute_counts')
    any_sites = fields.Boolean(compute='_compute_any_sites', export_string_translation=False)

    @api.model
    def default_get(self, fields_list):
        values = super().default_get(fields_list)
        if 'line_ids' in fields_list and 'line_ids' not in values:
            companies = self.env['res.partner']._get_outreach_context_companies()
            if len(companies) > MAX_COMPANIES:
                raise UserError(self.env._("Please choose at most %(count)s companies at once.", count=MAX_COMPANIES))
            values['line_ids'] = [Command.create({'partner_id': company.id}) for company in companies]
        return values

    def _compute_kind_id(self):
        """Not an invitation to a fair, unless there is nothing else."""
        kinds = self.env['outreach.visit.kind'].search([('is_mass', '=', True)])
        invitation = kinds & self._get_invitation_kind()
        for mailing in self:
            mailing.kind_id = mailing.kind_id or (kinds - invitation)[:1] or kinds[:1]

    @api.model
    def _get_invitation_kind(self):
        return self.env.ref('maßarbeit_outreach.visit_kind_fair_invitation', raise_if_not_found=False) or (self.env['outreach.visit.kind'])

    def _compute_text(self):
        """A text to start from, for occasions that have one."""
        for mailing in self:
            mailing.subject, mailing.body = mailing.subject, mailing.body

    @api.depends('line_ids.decision', 'line_ids.outcome')
    def _compute_counts(self):
        for mailing in self:
            mailing.done_count = len(mailing.line_ids.filtered(lambda line: line.outcome == 'done'))
            to_do = mailing.line_ids.filtered(lambda line: line.outcome != 'done')
            mailing.anyway_count = len(to_do.filtered(lambda line: line.decision == 'anyway'))
            mailing.leave_count = len(to_do.filtered(lambda line: line.decision == 'leave'))
            mailing.send_count = len(to_do) - mailing.leave_count

    @api.depends('line_ids.has_sites')
    def _compute_any_sites(self):
        for mailing in self:
            mailing.any_sites = any(mailing.line_ids.mapped('has_sites'))

    # ------------------------------------------------------------
    # ACTIONS
    # ------------------------------------------------------------

    @api.model
    def _open(self):
        """Make the dialog for the companies in the context, and show it."""
        return self.create({})._show()

    def _show(self):
        return {
            'name': self.env._("Write to Companies"),
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'target': 'new',
            'context': {'dialog_size': 'extra-large'},
        }

    def action_check(self):
        """Show the numbers before anything is sent."""
        self.ensure_one()
        self._check_ready()
        self.state = 'confirm'
        return self._show()

    def action_back(self):
        self.ensure_one()
        self.state = 'draft'
        return self._show()

    def action_send(self):
        """Contact the companies and queue the e-mails. Only after `action_check`: it cannot be taken back."""
        self.ensure_one()
        if self.state != 'confirm':
            raise UserError(self.env._("Look at the numbers first."))
        self._check_ready()
        self.line_ids.filtered(lambda line: line.outcome != 'done')._carry_out()
        self.env.ref('mail.ir_cron_mail_scheduler_action').sudo()._trigger()
        self.state = 'done'
        return self._show()

    def _check_ready(self):
        if not (self.subject or '').strip() or is_html_empty(self.body):
            raise UserError(self.env._("Enter a subject and a text first."))
        if not self.send_count:
            raise UserError(self.env._("Nobody is left to write to: every company is left out."))
        if not self.env.user.email:
            raise UserError(self.env._("Enter your own e-mail address in your preferences first: the answers go there."))
        self.line_ids._check_explained()

    def _prepare_mail_values(self, line):
        return {
            'subject': self.subject,
            'body': self.body,
            'body_html': self.body,
            'email_from': self.env.user.email_formatted,
            'reply_to': self.env.user.email_formatted,
            'author_id': self.env.user.partner_id.id,
            'email_to': formataddr((line._get_recipient().name, line.email)),
            # what was sent stays with the contact, in its chatter
            'model': 'outreach.visit',
            'res_id': line.visit_id.id,
            'is_notification': True,
            'auto_delete': True,
        }


class OutreachContactMailingLine(models.TransientModel):
    _name = 'outreach.contact.mailing.line'
    _description = "Company to Write To"
    _inherit = ['outreach.contact.line']
    _order = 'id'

    mailing_id = fields.Many2one('outreach.contact.mailing', required=True, index=True, ondelete='cascade')
    contact_id = fields.Many2one(
        'res.partner',
        "Contact Person",
        ondelete='cascade',
        domain="[('commercial_partner_id', '=', partner_id), ('is_company', '=', False), ('type', '!=', 'site'), ('email', '!=', False)]",
    )
    email = fields.Char("Goes To", compute='_compute_email', store=True)
    decision = fields.Selection(
        [('plan', "Send"), ('anyway', "Send anyway"), ('leave', "Leave out")],
        "What to Do",
        compute='_compute_decision',
        store=True,
        readonly=False,
    )

    @api.depends('partner_id', 'site_id', 'contact_id')
    def _compute_email(self):
        for line in self:
            line.email = email_normalize(line._get_recipient().email)

    def _get_recipient(self):
        """The person, else the site if it has an address of its own, else the company."""
        return self.contact_id or self.site_id.filtered('email') or self.partner_id

    @api.depends('partner_id', 'email', 'mailing_id.kind_id')
    def _compute_reasons(self):
        return super()._compute_reasons()

    def _get_own_reasons(self):
        missing = [{'severity': 'stop', 'text': self.env._("There is no e-mail address.")}]
        return {line: missing for line in self if line.partner_id and not line.email}

    def _get_guard_plan(self):
        if not (self.partner_id and self.mailing_id.kind_id):
            return None
        return {
            'partner_id': self.partner_id._origin.id,
            'kind_id': self.mailing_id.kind_id._origin.id,
            'start': fields.Datetime.now(),
            'user_ids': self.env.user.ids,
            'agency_ids': self.env.user._get_outreach_agency().ids,
        }

    def _contact(self):
        if not self.email:
            raise UserError(self.env._("There is no e-mail address."))
        visit = self.env['outreach.visit'].create(self._prepare_visit_values())
        visit.write({'stage': 'done', 'result': 'informed'})
        self.visit_id = visit
        # officers may not write to the queue themselves; this is all that goes there
        self.env['mail.mail'].sudo().create(self.mailing_id._prepare_mail_values(self))
        return self.env._("E-mail to %(address)s", address=self.email)

    def _prepare_visit_values(self):
        now = fields.Datetime.now()
        return {
            'partner_id': self.partner_id.id,
            'site_id': self.site_id.id,
            'kind_id': self.mailing_id.kind_id.id,
            'contact_ids': [Command.set(self.contact_id.ids)],
            'start': now,
            'stop': now + timedelta(minutes=5),
            'member_ids': [Command.create({'user_id': self.env.user.id})] if self.env.user._get_outreach_agency() else [],
            **({'anyway_reason': self.anyway_reason} if self.decision == 'anyway' else {}),
        }
