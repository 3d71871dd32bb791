from odoo import api, fields, models
from odoo.exceptions import ValidationError

PAGES = ('outreach_imprint', 'outreach_privacy_notice', 'outreach_accessibility')


class ResCompany(models.Model):
    _inherit = 'res.company'

    # pages of the organisation that the law wants on each of the portal: § 5 DDG, Art. 13 GDPR, § 9b NBGG
    outreach_imprint = fields.Char("Imprint", help="Address of the page, e.g. https://www.musterkreis.example/impressum")
    outreach_privacy_notice = fields.Char("Privacy Notice", help="Address of the page, e.g. https://www.musterkreis.example/datenschutz")
    outreach_accessibility = fields.Char(
        "Accessibility Statement", help="Address of the page, e.g. https://www.musterkreis.example/barrierefreiheit"
    )

    @api.constrains(*PAGES)
    def _check_outreach_pages(self):
        """Whatever an administrator pastes becomes a link for everybody who opens the portal."""
        for company in self:
            for name in PAGES:
                address = company[name] or ''
                if address and not address.startswith(('https://', 'http://')) and not (address[0] == '/' and address[1:2] != '/'):
                    raise ValidationError(
                        self.env._("“%(address)s” is no address of a page: it begins with https:// or /.", address=address)
                    )
