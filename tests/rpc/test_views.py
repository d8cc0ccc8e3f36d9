"""A department sees its items and its classes, digests of the rest; what it may not see is not in the bytes it got."""
import unittest

from google.protobuf.descriptor import FieldDescriptor
from harness import (Registry, filing, get_licence, get_licence_raw, ledger_pb, licence_pb, record_of, submit,
                     variant)
from proofs import body_digest, root, section_digest

PUBLIC, IDENTITY, CONTACT = 0, 1026, 1027
# a second department that sees one item and no class
POLICE = "\n[caller police]\nuri = registry:department:police\nkind = department\nitems = 8\n"


def leaves(message):
    """Every text and byte string of a message, however deep."""
    for field, value in message.ListFields():
        for each in value if field.label == FieldDescriptor.LABEL_REPEATED else [value]:
            if field.type == FieldDescriptor.TYPE_MESSAGE:
                yield from leaves(each)
            elif field.type in (FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES):
                yield each.encode() if isinstance(each, str) else each


class Views:
    """For one suite; the classes below name it."""
    suite = None

    @classmethod
    def setUpClass(cls):
        cls.registry = Registry(cls.suite, POLICE).start()
        cls.addClassCleanup(cls.registry.close)
        cls.registry.certificate("police", "URI:registry:department:police")
        cls.filing = filing("01")
        cls.code = submit(cls.registry.channel("window"), cls.filing, "views").filed_case.credit_code
        cls.whole = get_licence(cls.registry.channel("operator"), cls.code).entry
        assert len(cls.whole.sections) > 5 and not cls.whole.digests

    def view(self, caller, opened):
        """What the caller got, checked against the header and against what it may see."""
        data = get_licence_raw(self.registry.channel(caller), self.code)
        entry = licence_pb.GetLicenceResponse.FromString(data).entry
        self.assertEqual([section.id for section in entry.sections], opened)
        ids = sorted([section.id for section in entry.sections] + [closed.id for closed in entry.digests])
        self.assertEqual(ids, [section.id for section in self.whole.sections], "every section is accounted for")
        self.assertEqual(entry.header, self.whole.header)
        header = ledger_pb.EntryHeader.FromString(entry.header)
        self.assertEqual(body_digest(self.suite, entry), header.body_digest)
        whole = {section.id: section for section in self.whole.sections}
        for closed in entry.digests:
            self.assertEqual(closed.digest, section_digest(self.suite, whole[closed.id]))
        self.nothing_more(data, entry)
        return record_of(entry)

    def nothing_more(self, data, entry):
        """No salt and no text of a closed section is in the bytes; but for texts that an open section holds too."""
        seen = set(leaves(record_of(entry)))
        closed = {closed.id for closed in entry.digests}
        hidden = 0
        for section in self.whole.sections:
            if section.id not in closed:
                continue
            self.assertNotIn(section.salt, data)
            self.assertNotIn(section.bytes, data)
            for text in leaves(ledger_pb.Record.FromString(section.bytes)):
                if len(text) > 3 and not any(text in shown for shown in seen):
                    self.assertNotIn(text, data)
                    hidden += 1
        self.assertGreater(hidden, 3, "the filing has what is to be hidden")

    def test_tax(self):
        record = self.view("tax", [PUBLIC, 3, IDENTITY, CONTACT])
        self.assertEqual(record.licence.credit_code, self.code)
        self.assertEqual([item.item for item in record.items], [3])
        self.assertIn("finance_head_mobile", [fact.key for fact in record.items[0].facts])
        self.assertEqual({identity.id.number for identity in record.identities},
                         {person.id.number for person in self.filing.persons if person.HasField("id")})
        self.assertTrue(record.contact.persons)
        for absent in ("administration", "liaison", "beneficial"):
            self.assertFalse(record.HasField(absent))
        self.assertFalse(record.residences)

    def test_police(self):
        record = self.view("police", [PUBLIC, 8])
        self.assertEqual([item.item for item in record.items], [8])
        self.assertFalse(record.identities or record.HasField("contact"))

    def test_auditor(self):
        record = self.view("auditor", [PUBLIC])
        self.assertEqual(record.licence.name.full, self.filing.entity.name.full)
        data = get_licence_raw(self.registry.channel("auditor"), self.code)
        for person in self.filing.persons:
            for secret in (person.id.number, person.contact.mobile, person.residence):
                if secret:
                    self.assertNotIn(secret.encode(), data)
        self.assertNotIn(self.filing.actor.staff_number.encode(), data)

    def test_root(self):
        """The ledger's root is RFC 6962's over the headers."""
        for number in range(5):
            submit(self.registry.channel("window"), variant(number), f"root {number}")
            headers = [header for header, in self.registry.sql("SELECT header FROM entry ORDER BY position")]
            head = self.registry.head()
            self.assertEqual((head["size"], head["root"]), (str(len(headers)), root(self.suite, headers).hex()))

    def test_sealed_at_rest(self):
        """The store holds no identity document and no telephone number in the clear."""
        self.registry.sql("PRAGMA wal_checkpoint")
        for name in ("registry.db", "registry.db-wal"):
            try:
                data = self.registry.read(name)
            except FileNotFoundError:
                continue
            for person in self.filing.persons:
                for secret in filter(None, (person.id.number, person.contact.mobile)):
                    self.assertNotIn(secret.encode(), data, name)


class Gm(Views, unittest.TestCase):
    suite = "gm"


class Intl(Views, unittest.TestCase):
    suite = "intl"
