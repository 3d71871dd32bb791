from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import clean_context

from ...tools.base.reason import is_reason


class OutreachContactLine(models.AbstractModel):
    """A company of a wizard that contacts several: what speaks against it, what to do, and what happened.

    The guard (`outreach.visit._get_guard_reasons`) is asked for all lines at once. Its answer is a preview: it is asked
    again when the contact is made, so a conflict that came up in between is reported for that company alone.

    Models add `decision`: plan, join (if they can), anyway or leave.
    """

    _name = 'outreach.contact.line'
    _inherit = ['outreach.site.mixin']
    _description = "Company to Contact"

    partner_id = fields.Many2one('res.partner', "Company", required=True, ondelete='cascade', domain="[('is_company', '=', True)]")
    # OVERRIDE: without history, and gone with the site
    site_id = fields.Many2one(tracking=False, index=False, ondelete='cascade', check_company=False)
    reasons = fields.Text("Conflicts", compute='_compute_reasons', store=True)
    severity = fields.Selection(
        [('none', "Nothing"), ('note', "Note"), ('warn', "Left out unless chosen"), ('decide', "Decide"), ('stop', "Not possible")],
        compute='_compute_reasons',
        store=True,
    )
    join_visit_id = fields.Many2one('outreach.visit', "Appointment to Join", compute='_compute_reasons', store=True, ondelete='set null')
    anyway_reason = fields.Char("Reason to Go Anyway")
    outcome = fields.Selection([('done', "Done"), ('left', "Left out")], readonly=True)
    result = fields.Text("What Happened", readonly=True)
    visit_id = fields.Many2one('outreach.visit', "Contact", readonly=True, ondelete='set null')

    @api.depends('partner_id')
    def _compute_site_id(self):
        """As the form of a visit proposes it; here lines are also made without a form."""
        res = super()._compute_site_id()
        for line in self.filtered(lambda line: line.partner_id and not line.site_id):
            line.site_id = self._propose_site(line.partner_id._origin)
        return res

    def _get_guard_plan(self):
        """What the guard is to check for this line, or None while something is missing."""
        raise NotImplementedError

    def _contact(self):
        """Do it, for one line, and return what happened in words; UserError if it cannot be done."""
        raise NotImplementedError

    def _get_own_reasons(self):
        """`{line: reasons}`: what speaks against these lines beside the guard, as the guard says it."""
        return {}

    def _compute_reasons(self):
        lines = self.filtered(lambda line: line.outcome != 'done')
        plans = {line: line._get_guard_plan() for line in lines}
        plans = {line: plan for line, plan in plans.items() if plan}
        own = lines._get_own_reasons()
        answers = dict(zip(plans, self.env['outreach.visit']._get_guard_reasons(list(plans.values())), strict=True))
        for line in lines:
            reasons = own.get(line, []) + answers.get(line, [])
            severities = {reason['severity'] for reason in reasons}
            line.reasons = '\n'.join(reason['text'] for reason in reasons) or False
            line.severity = next((severity for severity in ('stop', 'decide', 'warn', 'note') if severity in severities), 'none')
            line.join_visit_id = next((reason['visit_id'] for reason in reasons if reason.get('visit_id')), False)
        for line in self - lines:  # it is settled: what spoke against it before stays
            line.reasons, line.severity, line.join_visit_id = line.reasons, line.severity, line.join_visit_id

    @api.depends('severity', 'join_visit_id')
    def _compute_decision(self):
        """What is usual: nothing that it is warned of. What an officer decided about a conflict stays as long as there is one."""
        for line in self:
            if line.severity in ('stop', 'warn'):
                line.decision = 'leave'
            elif line.severity != 'decide':
                line.decision = 'plan'
            elif line.decision not in ('anyway', 'leave') or (line.decision == 'leave' and not line._origin.severity):
                line.decision = 'join' if line.join_visit_id and line._may_join() else 'leave'

    def _may_join(self):
        return 'join' in dict(self._fields['decision'].selection)

    def _carry_out(self):
        """Contact each company that is not left out; what is refused for one does not keep the others from it.

        In the order of the companies, so that two officers at once wait for each other instead of locking each other out.
        """
        self._check_explained()
        # `default_*` keys meant for a wizard would land in visits and messages
        lines = self.with_context(clean_context(self.env.context))  # pylint: disable=context-overridden
        for line in lines.sorted(lambda line: line.partner_id.id):
            if line.decision == 'leave':
                line._leave_out(line._get_why())
                continue
            try:
                with self.env.cr.savepoint():
                    result = line._contact()
            except UserError as error:
                line._compute_reasons()  # it may have come up meanwhile
                line._leave_out(line._get_why() if line.severity in ('stop', 'decide') else str(error))
            else:
                line.write({'outcome': 'done', 'result': result})

    def _check_explained(self):
        if unexplained := self.filtered(lambda line: line.decision == 'anyway' and not is_reason(line.anyway_reason)):
            raise UserError(self.env._("Say why you go anyway: %(companies)s.", companies=', '.join(unexplained.partner_id.mapped('name'))))

    def _leave_out(self, why):
        self.write({'outcome': 'left', 'result': self.env._("Left out: %(why)s", why=why)})

    def _get_why(self):
        return ' '.join((self.reasons or '').split('\n')) or self.env._("not chosen")
