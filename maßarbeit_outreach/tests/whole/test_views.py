"""What every view of the addon keeps to."""

from lxml import etree

from odoo.tests import TransactionCase, tagged

from ..common import MODULE


@tagged('post_install', '-at_install')
class TestViews(TransactionCase):
    def test_who_is_asked_reads_what_the_button_does(self):
        """A button that asks first has a label of its own in the question; core would write "Ok"."""
        views = self.env['ir.model.data'].search([('module', '=', MODULE), ('model', '=', 'ir.ui.view')])
        asking = [
            (view.name, button.get('name'), button.get('confirm-label'))
            for view in self.env['ir.ui.view'].browse(views.mapped('res_id'))
            for button in etree.fromstring(view.arch).iterfind('.//button[@confirm]')
        ]
        self.assertGreater(len(asking), 10)
        self.assertFalse([(name, button) for name, button, label in asking if not label])
