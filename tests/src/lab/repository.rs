//! A package repository inside a machine, and the small packages that the tests publish in it.

use super::machine::Machine;

/// An apt repository in a folder of the machine, trusted, known to its apt. Publishing a newer version makes the machine outdated.
pub struct Repository<'a> {
    machine: &'a Machine,
    folder: String,
    /// Release fields: origin, label, suite.
    release: [&'static str; 3],
}

impl<'a> Repository<'a> {
    /// An ordinary repository.
    #[must_use]
    pub fn new(machine: &'a Machine) -> Self {
        Self::named(machine, "lab", ["Potion Lab", "Potion Lab", "stable"])
    }

    /// One that apt takes for Debian's security updates, by its origin and label.
    #[must_use]
    pub fn security(machine: &'a Machine) -> Self {
        let release = ["Debian", "Debian-Security", "stable-security"];
        Self::named(machine, "lab-security", release)
    }

    fn named(machine: &'a Machine, name: &str, release: [&'static str; 3]) -> Self {
        let folder = format!("/srv/{name}");
        let source = format!("deb [trusted=yes] file:{folder} ./\n");
        machine.write(&format!("/etc/apt/sources.list.d/{name}.list"), source);
        Repository {
            machine,
            folder,
            release,
        }
    }

    /// Builds the package and puts it into the repository's index. The machine's own lists stay as they are until somebody runs
    /// `apt-get update` ([`Repository::refresh`], or the agent).
    ///
    /// # Panics
    /// When it cannot be built.
    #[track_caller]
    pub fn publish(&self, fixture: &Fixture) -> &Self {
        let tree = format!("/var/tmp/fixture-{}", fixture.name);
        let _ = self.machine.run(["rm", "-rf", &tree]).ok();
        fixture.lay_out(self.machine, &tree);
        let build = format!(
            "mkdir -p {folder} && dpkg-deb --root-owner-group --build {tree} {folder}",
            folder = self.folder
        );
        let _ = self.machine.shell(&build).ok();
        self.index();
        self
    }

    /// Publishes a .deb that is in the machine already.
    #[track_caller]
    pub fn publish_file(&self, path: &str) -> &Self {
        let _ = self.machine.run(["mkdir", "-p", &self.folder]).ok();
        let _ = self.machine.run(["cp", path, &self.folder]).ok();
        self.index();
        self
    }

    /// `apt-get update`.
    #[track_caller]
    pub fn refresh(&self) -> &Self {
        let _ = self.machine.run(["apt-get", "-qq", "update"]).ok();
        self
    }

    fn index(&self) {
        let [origin, label, suite] = self.release;
        let field = |name, value| format!("-o 'APT::FTPArchive::Release::{name}={value}'");
        let script = format!(
            "cd {} && apt-ftparchive packages . > Packages && rm -f Release && apt-ftparchive {} {} {} release . > /run/release && mv /run/release Release",
            self.folder,
            field("Origin", origin),
            field("Label", label),
            field("Suite", suite),
        );
        let _ = self.machine.shell(&script).ok();
    }
}

/// A small package: an empty one installs a folder under /usr/share/doc and nothing else.
#[derive(Clone, Debug)]
pub struct Fixture {
    name: String,
    version: String,
    depends: Option<String>,
    files: Vec<(String, String)>,
    conffiles: Vec<String>,
    scripts: Vec<(&'static str, String)>,
}

impl Fixture {
    /// `Fixture::new("potion-fixture", "1.0")`.
    #[must_use]
    pub fn new(name: &str, version: &str) -> Self {
        let changelog = format!(
            "{name} ({version}) stable; urgency=medium\n\n  * What changed in {version}.\n\n -- Potion Lab <lab@localhost>  Thu, 01 Jan 2026 00:00:00 +0000\n"
        );
        let document = format!("/usr/share/doc/{name}/changelog.Debian");
        Fixture {
            name: name.to_owned(),
            version: version.to_owned(),
            depends: None,
            files: vec![(document, changelog)],
            conffiles: Vec::new(),
            scripts: Vec::new(),
        }
    }

    /// Adds a file (0644; 0755 under a `bin` folder).
    #[must_use]
    pub fn file(mut self, path: &str, content: &str) -> Self {
        self.files.push((path.to_owned(), content.to_owned()));
        self
    }

    /// Adds a configuration file, which dpkg asks about when both sides changed it.
    #[must_use]
    pub fn conffile(mut self, path: &str, content: &str) -> Self {
        self.conffiles.push(path.to_owned());
        self.file(path, content)
    }

    /// Sets `Depends:`.
    #[must_use]
    pub fn depends(mut self, field: &str) -> Self {
        self.depends = Some(field.to_owned());
        self
    }

    /// Sets what runs after unpacking (shell).
    #[must_use]
    pub fn postinst(self, script: &str) -> Self {
        self.script("postinst", script)
    }

    /// Sets what runs before removal (shell).
    #[must_use]
    pub fn prerm(self, script: &str) -> Self {
        self.script("prerm", script)
    }

    /// Its postinst fails with a line on standard error: dpkg leaves it half configured.
    #[must_use]
    pub fn failing(self) -> Self {
        self.postinst("echo 'fixture: the postinst fails as told' >&2; exit 1")
    }

    /// Its postinst touches `gate`.waiting, then waits until the file `gate` is there, so that a test decides how long an upgrade runs.
    #[must_use]
    pub fn held_until(self, gate: &str) -> Self {
        self.postinst(&format!(
            "touch {gate}.waiting; until [ -e {gate} ]; do sleep 0.05; done"
        ))
    }

    fn script(mut self, name: &'static str, body: &str) -> Self {
        self.scripts
            .push((name, format!("#!/bin/sh\nset -e\n{body}\n")));
        self
    }

    fn control(&self) -> String {
        let depends = self.depends.iter();
        let depends: String = depends.map(|field| format!("Depends: {field}\n")).collect();
        format!(
            "Package: {}\nVersion: {}\nArchitecture: all\nMaintainer: Potion Lab <lab@localhost>\nSection: misc\nPriority: optional\n{depends}Description: fixture of the tests\n Nothing of use.\n",
            self.name, self.version
        )
    }

    fn lay_out(&self, machine: &Machine, tree: &str) {
        for (path, content) in &self.files {
            machine.write(&format!("{tree}{path}"), content);
        }
        machine.write(&format!("{tree}/DEBIAN/control"), self.control());
        let conffiles: String = self
            .conffiles
            .iter()
            .map(|path| format!("{path}\n"))
            .collect();
        machine.write(&format!("{tree}/DEBIAN/conffiles"), conffiles);
        for (name, script) in &self.scripts {
            machine.write(&format!("{tree}/DEBIAN/{name}"), script);
        }
        let modes = format!(
            "cd {tree} && find . -type d -exec chmod 755 {{}} + && find . -path '*bin/*' -type f -exec chmod 755 {{}} + && for s in postinst prerm; do [ ! -e DEBIAN/$s ] || chmod 755 DEBIAN/$s; done"
        );
        let _ = machine.shell(&modes).ok();
    }
}
