"""An existing register is taken over by the tool: killed and run again, in either encoding and format, then signed."""
import csv
import io
import json
import os
import random
import signal
import subprocess
import time
import unittest

from harness import REGISTRYCTL, Registry, ctl, get_licence, run, wait_for

ROWS, KILLS = 2200, 2
BAD = {"name": "宿州市示例有限公司", "type": "1130", "established": "2020-01-02"}


def generate(rows, seed):
    done = subprocess.run([REGISTRYCTL, "generate", "--rows", str(rows), "--seed", str(seed)], capture_output=True, check=True)
    return done.stdout.decode()


class Importing(unittest.TestCase):
    make = Registry

    def setUp(self):
        self.registry = self.make("intl")
        self.addCleanup(self.registry.close)
        self.random = random.Random(341300)

    def write(self, name, text, encoding="utf-8"):
        path = os.path.join(self.registry.root, name)
        with open(path, "wb") as file:
            file.write(text.encode(encoding))
        return path

    def one(self, statement):
        return self.registry.sql(statement)[0][0]

    def kill(self, statement, *arguments):
        """kill -9 a little after the first of what it commits is to be seen; did it end before that?"""
        before = self.one(statement)
        with subprocess.Popen([REGISTRYCTL, "--dir", self.registry.dir, *arguments], stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            wait_for(lambda: process.poll() is not None or self.one(statement) > before, "a commit")
            time.sleep(self.random.random() / 5)
            process.send_signal(signal.SIGKILL)
            return process.wait() == 0

    def run_import(self, path, status=0, **counts):
        done = self.registry.ctl("--format", "json", "import", "register", path)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        answer = json.loads(done.stdout)
        self.assertEqual({name: answer[name] for name in counts}, counts)
        self.assertTrue(answer["complete"])

    def check(self):
        done = self.registry.ctl("ledger", "check", "--all")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_killed(self):
        text = generate(ROWS, 1)
        self.assertEqual(generate(ROWS, 1), text)
        self.assertNotEqual(generate(ROWS, 2), text)
        done = run(REGISTRYCTL, "generate", "--first", 20, "--rows", ROWS - 20)
        self.assertEqual(done.stdout.splitlines()[1:], text.splitlines()[21:])
        path = self.write("rows.csv", text)
        licences = "SELECT count(*) FROM licence"
        for _ in range(KILLS):
            self.kill(licences, "import", "register", path)
        self.kill("SELECT count(*) FROM licence_term", "import", "register", path)  # while indexes are built
        before = self.one(licences)
        self.assertGreater(before, 0)
        self.run_import(path, rows=ROWS, known=before, imported=ROWS - before, refused=0)
        self.assertEqual(self.one(licences), ROWS)
        self.assertEqual(self.one("SELECT count(DISTINCT code) FROM licence"), ROWS)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.run_import(self.write("rows.txt", text, "gb18030"), rows=ROWS, known=ROWS)
        self.run_import(self.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows)), rows=ROWS, known=ROWS)
        self.check()

        signed = "SELECT count(*) FROM licence WHERE version = 1"
        live = self.one("SELECT count(*) FROM licence WHERE state IN (1, 2)")
        self.assertEqual(self.one(signed), 0)
        for _ in range(KILLS):
            self.kill(signed, "licence", "sign", "--pending")
        before = self.one(signed)
        done = self.registry.ctl("--format", "json", "licence", "sign", "--pending")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(json.loads(done.stdout)["signed"], live - before)
        self.assertEqual(self.one(signed), live)
        self.assertEqual(self.one("SELECT count(*) FROM serial"), live)
        self.check()

    def test_refused(self):
        """What is wrong is in a file of its owner's; the rest is taken over; what is put right follows. Look-ups say what is."""
        rows = list(csv.DictReader(io.StringIO(generate(40, 3))))
        legacy = next(row for row in rows if not row["credit_code"] and row["state"] in ("", "existing"))
        wrong = [dict(BAD, credit_code="91341300MAX00001X0"), dict(BAD, credit_code=rows[0]["credit_code"], type="0" + "类" * 30),
                 {"x" + "名" * 20: ""}]
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in wrong + rows)
        path = self.write("rows.jsonl", text)
        self.run_import(path, status=1, rows=43, imported=40, refused=3)
        self.assertEqual(os.stat(path + ".errors.jsonl").st_mode & 0o777, 0o600)
        with open(path + ".errors.jsonl", encoding="utf-8") as file:
            refused = [json.loads(line) for line in file]
        self.assertEqual([(row["line"], row["findings"][0]["rule"]) for row in refused], [(1, "A03"), (2, "ROW"), (3, "ROW")])
        self.assertTrue(refused[0]["findings"][0]["zh"] and refused[0]["findings"][0]["en"])
        self.assertEqual(refused[0]["code"], wrong[0]["credit_code"])
        self.run_import(self.write("rows.jsonl", "".join(json.dumps(row) + "\n" for row in rows)), known=40)
        self.assertFalse(os.path.exists(path + ".errors.jsonl"), "it would speak of rows that were put right")

        code, = (code for code, name in self.registry.sql("SELECT code, name FROM licence") if name == legacy["name"])
        self.assertEqual(code[8:11], "MAY", "from the registry's pool")
        allotted = self.registry.ctl("export", "codes").stdout
        self.assertIn(code, allotted)
        self.registry.start()
        window = self.registry.channel("window")
        status = get_licence(window, code).status
        self.assertTrue(status.credential_pending)
        self.assertEqual((status.version, status.revision), (0, 1))
        self.assertIn("尚未签发凭证", status.note_zh)
        self.assertIn("no credential", status.note_en)
        done = self.registry.ctl("licence", "sign", "--pending")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        wait_for(lambda: not get_licence(window, code).status.credential_pending, "the daemon to see what the tool signed")
        status = get_licence(window, code).status
        self.assertEqual((status.version, status.revision), (1, 2))
        self.check()

    def leave(self, *statements):
        """What an import that was killed before its end leaves."""
        for statement in ("UPDATE meta SET state = 3", *statements):
            self.registry.sql(statement)
        for refused in (("ledger", "check"), ("licence", "sign", "--pending")):
            done = self.registry.ctl(*refused)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn("run registryctl import register again", done.stderr)
        with self.assertRaisesRegex(AssertionError, "run registryctl import register again"):
            self.registry.start()

    def test_not_ended(self):
        """An import that did not come to its end: nobody opens the registry but the next one, or who makes the views anew."""
        path = self.write("rows.csv", generate(40, 4))
        self.run_import(path, imported=40)
        names = self.one("SELECT count(*) FROM name")
        gone = [f"DELETE FROM {table}" for table in ("licence_term", "name_gram", "name")]
        self.leave()
        self.run_import(path, known=40)
        self.leave(*gone)
        self.run_import(path, known=40)
        self.check()
        self.leave(*gone)
        done = self.registry.ctl("ledger", "check", "--repair-views")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertEqual(self.one("SELECT count(*) FROM name"), names)
        self.registry.start()

    def test_beside(self):
        """Beside a daemon everything is written at once: what was taken over is found while the import goes on."""
        self.registry.start()
        self.run_import(self.write("rows.csv", generate(40, 5)), imported=40, refused=0)
        self.assertGreater(self.one("SELECT count(*) FROM name"), 0)
        self.check()

    def test_usage(self):
        """A file that is not there, a column that nobody knows, an encoding that it has not: nothing is taken over."""
        before = self.registry.head()
        for path, told in ((os.path.join(self.registry.root, "none.csv"), "none.csv"),
                           (self.write("column.csv", "credit_code,nmae\n"), "nmae"),
                           (self.write("bytes.csv", "credit_code,name\n"), None)):
            arguments = () if told else ("--encoding", "latin1")
            done = self.registry.ctl("import", "register", path, *arguments)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn(told or "gb18030", done.stderr)
        self.assertEqual(self.registry.head(), before)
        self.assertEqual(ctl("generate", "--rows", "many").returncode, 2)

    def test_errors_file(self):
        """The file of refused rows is never the input nor what a link points at, and none of an earlier run stays."""
        path = self.write("rows.jsonl", json.dumps(BAD) + "\n")
        kept, link = self.write("kept", "kept"), os.path.join(self.registry.root, "link")
        os.symlink(kept, link)
        for errors in (path, link):
            done = self.registry.ctl("import", "register", path, "--errors", errors)
            self.assertEqual(done.returncode, 2, done.stdout + done.stderr)
            self.assertIn("--errors", done.stderr)
        for name, text in ((path, json.dumps(BAD) + "\n"), (kept, "kept")):
            with open(name, encoding="utf-8") as file:
                self.assertEqual(file.read(), text)
        os.chmod(kept, 0o644)
        done = self.registry.ctl("import", "register", path, "--errors", kept)
        self.assertEqual(done.returncode, 1, done.stdout + done.stderr)
        self.assertEqual(os.stat(kept).st_mode & 0o777, 0o600)
        self.registry.ctl("import", "register", self.write("empty.jsonl", ""), "--errors", kept)
        self.assertFalse(os.path.exists(kept))


if __name__ == "__main__":
    unittest.main()
