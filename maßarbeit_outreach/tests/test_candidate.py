from .common import OutreachCommon


class TestCandidate(OutreachCommon):
    def test_x(self):
        c = self.env['outreach.candidate'].with_user(self.user_job).create({})
        self.assertTrue(c.name)
