from odoo import fields, models

from ...models.matching.outreach_figure import BREAKDOWNS


class OutreachFigureAsk(models.TransientModel):
    """Which breakdown of supply and demand to show to those who may not see candidates."""

    _name = 'outreach.figure.ask'
    _description = "Ask for Published Figures"

    breakdown = fields.Selection(BREAKDOWNS, "Break Down By", required=True, default='occupation')
    questions_left = fields.Integer(
        "Questions Left Today", default=lambda self: self.env['outreach.figure']._get_questions_left(), readonly=True
    )

    def action_show(self):
        self.ensure_one()
        self.env['outreach.figure']._ask(breakdown=self.breakdown)
        labels = dict(self._fields['breakdown']._description_selection(self.env))
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.outreach_figure_action')
        return action | {
            'display_name': self.env._("Supply and Demand: %(breakdown)s", breakdown=labels[self.breakdown]),
            'domain': [('breakdown', '=', self.breakdown), ('is_asked', '=', True)],
            'context': {'outreach_breakdown': self.breakdown},
        }
