from odoo import models


class OutreachHandOverLine(models.TransientModel):
    _inherit = 'outreach.hand.over.line'

    def _drop_doubles(self, kind, records, user):
        """Who is in the team of a visit anyway, cannot join it again: the other one's place goes."""
        if kind.key != 'visit':
            return super()._drop_doubles(kind, records, user)
        double = records.filtered(lambda member: user in member.visit_id.member_ids.user_id)
        double.unlink()
        return records - double

    def _get_refusals(self, kind, records, user):
        if kind.key in ('visit', 'promise') and not user._get_outreach_agency():
            return dict.fromkeys(records, self.env._("%(person)s belongs to no agency.", person=user.name))
        return super()._get_refusals(kind, records, user)

    def _foresee_refusals(self, user):
        """Planned visits for which the guard will ask for a decision, or refuse, once this person goes in place of the other."""
        reasons = super()._foresee_refusals(user)
        kind = self._origin._get_kind()
        if reasons or not kind or kind.key != 'visit':
            return reasons
        members = self.env[kind.model].search(self._get_domain(kind))
        members = members.filtered(lambda member: user not in member.visit_id.member_ids.user_id)
        plans = members.visit_id._prepare_guard_plans()
        agency = user._get_outreach_agency()
        for member, plan in zip(members, plans, strict=True):
            others = member.visit_id.member_ids - member
            plan |= {'user_ids': [*others.user_id.ids, user.id], 'agency_ids': [*others.agency_id.ids, agency.id]}
        for found in self.env['outreach.visit']._get_guard_reasons(plans):
            if any(reason['severity'] in ('stop', 'decide') for reason in found):
                reason = self.env._("Others have been or go there: open the visit, and decide there.")
                reasons[reason] = reasons.get(reason, 0) + 1
        return reasons
