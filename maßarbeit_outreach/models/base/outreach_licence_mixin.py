from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.base import licences


class OutreachLicenceMixin(models.AbstractModel):
    """Classes of driving licence, written one way wherever they are noted: whoever asks for a class finds whoever has it.

    What is no class is refused, and the message does not repeat it: it may be anything that was typed about a person.
    """

    _name = 'outreach.licence.mixin'
    _description = "Driving licence"

    driving_licence = fields.Char(help="Classes, e.g. “B, CE”")

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._normalise_licence(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._normalise_licence(vals))

    @api.model
    def _normalise_licence(self, vals):
        if 'driving_licence' not in vals:
            return vals
        try:
            return {**vals, 'driving_licence': licences.normalise(vals['driving_licence'])}
        except ValueError:
            raise ValidationError(
                self.env._(
                    "Of the driving licence only the classes are noted, separated by commas, e.g. “B, CE”: %(classes)s.",
                    classes=', '.join(licences.CLASSES),
                )
            )

    @api.model
    def _tidy_licences(self):
        """What older versions took as it was typed: the classes stay, and a note says what else was there."""
        for record in self.with_context(active_test=False, tracking_disable=True).search([('driving_licence', '!=', False)]):
            text = record.driving_licence
            try:
                classes = licences.normalise(text)
            except ValueError:
                named = licences.parse(text)
                classes = ', '.join(name for name in licences.CLASSES if name in named) or False
                record._message_log(body=self.env._("Of the driving licence only classes are noted now. It said: %(text)s", text=text))
            if classes != text:
                record.driving_licence = classes

    @api.constrains('driving_licence')
    def _check_driving_licence(self):
        """What comes as a default gets here without having been written by anybody."""
        for record in self:
            self._normalise_licence({'driving_licence': record.driving_licence})
