from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class OutreachIndustryChange(models.TransientModel):
    """Give companies their industry in the other version of the classification, where the crosswalk leaves no doubt.

    The way back is this wizard with the other direction: it takes back all those changes whose crosswalk is
    unambiguous that way too, and lists the others. No second industry is kept at the company for it, since nobody
    would keep that one true; what it was before is in the chatter of the company.
    """

    _name = 'outreach.industry.change'
    _description = "Change of Industries to Another Version"

    version = fields.Selection(
        [('2025', "From WZ 2008 to WZ 2025"), ('2008', "From WZ 2025 back to WZ 2008")], "Change", default='2025', required=True
    )
    clear_count = fields.Integer("Will Be Changed", compute='_compute_counts')
    return_count = fields.Integer("… of Which Can Be Changed Back", compute='_compute_counts')
    doubtful_count = fields.Integer("To Be Decided by a Person", compute='_compute_counts')
    unknown_count = fields.Integer("Not in the Crosswalk", compute='_compute_counts')

    @api.depends('version')
    def _compute_counts(self):
        for change in self:
            found, counts = change._sort_industries()
            back = self.env['outreach.industry'].union(*found['clear'].values())._get_counterparts()
            change.clear_count = sum(counts[industry] for industry in found['clear'])
            change.return_count = sum(counts[industry] for industry, target in found['clear'].items() if len(back[target]) == 1)
            change.doubtful_count = sum(counts[industry] for industry in found['doubtful'])
            change.unknown_count = sum(counts[industry] for industry in found['unknown'])

    def _get_company_domain(self):
        return Domain('is_company', '=', True) & Domain('outreach_industry_id.version', '=', {'2025': '2008', '2008': '2025'}[self.version])

    def _sort_industries(self):
        """The industries of companies in the version to leave: `clear` with their one counterpart, `doubtful` with
        several, `unknown` with none, as `{name: {industry: counterparts}}`, and `{industry: number of companies}`."""
        counts = dict(
            self.env['res.partner']
            .with_context(active_test=False)
            ._read_group(self._get_company_domain(), ['outreach_industry_id'], ['__count'])
        )
        found = {'clear': {}, 'doubtful': {}, 'unknown': {}}
        for industry, targets in self.env['outreach.industry'].union(*counts)._get_counterparts().items():
            found['clear' if len(targets) == 1 else 'doubtful' if targets else 'unknown'][industry] = targets
        return found, counts

    def action_change(self):
        """One write for each new industry; each company notes the change in its chatter."""
        self.ensure_one()
        targets = self._sort_industries()[0]['clear']
        if not targets:
            raise UserError(self.env._("There is no company whose industry could be changed without a doubt."))
        companies = (
            self.env['res.partner']
            .with_context(active_test=False, tracking_disable=True)
            .search(Domain('is_company', '=', True) & Domain('outreach_industry_id', 'in', [industry.id for industry in targets]))
        )
        # what tracking would say, in one statement instead of several for each company
        notes = {
            company.id: self.env._(
                "Industry: %(old)s → %(new)s, by the crosswalk of the Federal Statistical Office",
                old=company.outreach_industry_id.display_name,
                new=targets[company.outreach_industry_id].display_name,
            )
            for company in companies
        }
        for target, group in companies.grouped(lambda company: targets[company.outreach_industry_id]).items():
            group.outreach_industry_id = target
        companies._message_log_batch(bodies=notes)
        return self._open_companies(self.env._("Changed Companies"), Domain('id', 'in', companies.ids))

    def action_open_doubtful(self):
        self.ensure_one()
        found = self._sort_industries()[0]['doubtful']
        return self._open_companies(
            self.env._("Industry to Be Decided"), Domain('outreach_industry_id', 'in', [industry.id for industry in found])
        )

    def action_open_unknown(self):
        self.ensure_one()
        found = self._sort_industries()[0]['unknown']
        return self._open_companies(
            self.env._("Industry Not in the Crosswalk"), Domain('outreach_industry_id', 'in', [industry.id for industry in found])
        )

    def _open_companies(self, name, domain):
        action = self.env['ir.actions.act_window']._for_xml_id('maßarbeit_outreach.res_partner_action')
        return action | {
            'name': name,
            'domain': list(Domain('is_company', '=', True) & domain),
            'path': False,
            'context': {'active_test': False, 'outreach_show_2025': True},
        }
