from odoo import api, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class OutreachHolding(models.Model):
    _inherit = 'outreach.holding'

    @api.model
    def _get_kinds(self):
        kinds = [
            self._make_kind(
                'visit',
                _lt("Planned visits"),
                'outreach.visit.member',
                domain=Domain('visit_id', 'any', self.env['outreach.visit']._get_open_domain()),
                place='visit_id.municipality_id',
                shown='visit_id',
            ),
            self._make_kind(
                'promise',
                _lt("Promises"),
                'outreach.promise',
                domain=self.env['outreach.promise']._get_open_domain(),
                place='partner_id.outreach_municipality_id',
            ),
        ]
        return super()._get_kinds() + [kind for kind in kinds if kind]

    @api.model
    def _get_to_do_domain(self):
        """Those of promises follow them; those of referrals are for each of an agency's staff."""
        answers = [
            name
            for name, model in self.env.registry.items()
            if issubclass(model, self.env.registry['outreach.answer.mixin']) and not model._abstract
        ]
        follows = Domain('res_model', 'in', ['outreach.promise', *answers]) & Domain('automated', '=', True)
        return super()._get_to_do_domain() & ~follows
