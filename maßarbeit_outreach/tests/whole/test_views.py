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

    def test_cards(self):
        """On a phone each card has a name that stands out, and one colour for each stage, wherever it is shown."""
        technical = {'outreach.health', 'outreach.privacy.check', 'outreach.catalogue.import'}  # their states are no stages of work
        views = self.env['ir.ui.view'].search([('type', '=', 'kanban'), ('model', '=like', 'outreach.%'), ('mode', '=', 'primary')])
        self.assertTrue(views)
        for view in views.filtered(lambda view: view.model not in technical):
            with self.subTest(view=view.name):
                card = etree.fromstring(view.get_combined_arch()).find(".//t[@t-name='card']")
                self.assertTrue(card.xpath(".//field[contains(@class, 'fw-bold') or contains(../@class, 'fw-bold')]"), "a bold name")
                stages = card.xpath(".//field[@name='stage' or @name='state' or @name='status' or @name='fit']")
                self.assertLessEqual({field.get('widget') for field in stages}, {'outreach_stage'})
