from odoo import api, fields, models
from odoo.tools import SQL


class OutreachVisit(models.Model):
    """The report starts from the last visit: what was answered then is there, and only what changed is to be tapped."""

    _inherit = 'outreach.visit'  # pylint: disable=consider-merging-classes-inherited

    report_source_id = fields.Many2one(
        'outreach.visit', "Answers Taken From", readonly=True, copy=False, ondelete='set null', index='btree_not_null')
    report_changes = fields.Text("What Changed", compute='_compute_report_changes')

    @api.depends('write_date', 'report_source_id')  # not the answers: a form would ask the server after every tap
    def _compute_report_changes(self):
        for visit in self:
            visit.report_changes = '\n'.join(visit._get_report_changes())

    def _get_report_changes(self):
        """Lines as "Staff needed: 1 to 2 → 3 to 5" for each answer that differs from the visit it was taken from."""
        self.ensure_one()
        if not self.report_source_id:
            return []

        def words(visit, question):
            answer = dict(visit.report_properties or {}).get(question['name'])  # in words already
            if question['type'] == 'boolean':
                return self.env._("yes") if answer else self.env._("no")
            return str(answer or self.env._("no answer"))
        return [
            f"{question['string']}: {before} → {now}"
            for question in self.kind_id.report_definition or []
            if (before := words(self.report_source_id, question)) != (now := words(self, question))]

    @api.onchange('partner_id')
    def _onchange_partner_contacts(self):
        """Whom one talked to last time is whom one will most likely meet."""
        if self.partner_id and not self.contact_ids & self.partner_id.child_ids:
            self.contact_ids = self._get_last_visits(self.partner_id)[self.partner_id._origin].contact_ids

    @api.model
    def _get_last_visits(self, partners):
        """`{company: its last visit done}`, without an entry an empty recordset."""
        last = dict.fromkeys(partners._origin, self.browse())
        if last:
            self.flush_model(['partner_id', 'stage', 'start'])
            ids = [row[0] for row in self.env.execute_query(SQL(
                "SELECT DISTINCT ON (partner_id) id FROM outreach_visit WHERE partner_id IN %s AND stage = 'done'"
                " ORDER BY partner_id, start DESC", tuple(partners._origin.ids)))]
            last.update((visit.partner_id, visit) for visit in self.browse(ids)._filtered_access('read'))
        return last

    @api.model_create_multi
    def create(self, vals_list):
        visits = super().create(vals_list)
        visits.browse([
            visit.id for visit, vals in zip(visits, vals_list, strict=True)
            if visit.stage != 'done' and not vals.get('report_properties')])._prefill_report()
        return visits

    def _prefill_report(self):
        """Take over the answers of the last visit to the same questions; a question keeps its key over all kinds."""
        last = self._get_last_visits(self.partner_id)
        answers = {
            row['id']: {answer['name']: answer.get('value') for answer in row['report_properties']}
            for row in self.union(*last.values()).read(['report_properties'])}
        for visit in self:
            source = last[visit.partner_id]
            asked = {question['name'] for question in visit.kind_id.report_definition or []}
            known = {name: value for name, value in answers.get(source.id, {}).items() if name in asked and value}
            if known:
                visit.write({'report_properties': known, 'report_source_id': source.id})
