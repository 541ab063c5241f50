//! `[files]` and `[[files.extra]]`

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::findings::Findings;
use crate::key::{Applies, Key, Kind, Scope};
use crate::sections::Section;
use crate::value::rule::{AbsolutePath, RelativePath, ShortName};
use crate::value::{List, Mib, Text};

type Root = Text<AbsolutePath>;
type Hidden = List<RelativePath>;
type Reserve = Mib<16, 1_048_576>;

/// The folders that the bot may reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Files {
    root: Root,
    hidden: Hidden,
    reserve_mib: Reserve,
    extra: Vec<ExtraRoot>,
}

impl Default for Files {
    fn default() -> Self {
        Self {
            root: Root::given("/mnt/dre"),
            hidden: Hidden::given([]),
            reserve_mib: Reserve::given(1_024),
            extra: Vec::new(),
        }
    }
}

impl Files {
    /// The main folder, absolute.
    pub fn root(&self) -> &Path {
        Path::new(self.root.get())
    }

    /// Paths below a root that cannot be named.
    pub fn hidden(&self) -> &[String] {
        self.hidden.get()
    }

    /// Bytes that an upload has to leave free.
    pub fn reserve_bytes(&self) -> u64 {
        self.reserve_mib.get()
    }

    /// Further folders, each a root of its own.
    pub fn extra(&self) -> &[ExtraRoot] {
        &self.extra
    }

    /// A name means one root, and a root has one name.
    pub(crate) fn check(&self, findings: &mut Findings<'_, '_>) {
        for (index, root) in self.extra.iter().enumerate() {
            let earlier = &self.extra[..index];
            if earlier.iter().any(|other| other.name() == root.name()) {
                findings.item(
                    "files.extra",
                    index,
                    "name",
                    format!(
                        "files.extra[{}].name is `{}` again; give each folder a name of its own",
                        index + 1,
                        root.name(),
                    ),
                );
            }
            if self.root() == root.path() || earlier.iter().any(|other| other.path() == root.path())
            {
                findings.item(
                    "files.extra",
                    index,
                    "path",
                    format!(
                        "files.extra[{}].path is {} again; remove one of the entries",
                        index + 1,
                        root.path().display(),
                    ),
                );
            }
        }
    }

    pub(crate) const SECTION: Section = Section {
        table: "files",
        doc: " The folders that the bot may reach. Only root on the machine changes these keys.",
        keys: &[
            local(
                "files.root",
                " The main folder. Its filesystem is recorded by `potionctl setup`; with the disk not mounted, files are refused.",
                Root::KIND,
            ),
            local(
                "files.hidden",
                " Paths below the root that the bot never shows.",
                Hidden::KIND,
            ),
            local(
                "files.reserve-mib",
                " Space that an upload has to leave free on the disk.",
                Reserve::KIND,
            ),
            local(
                "files.extra",
                " Further folders, one [[files.extra]] entry each: name (a-z, 0-9, -) and path.",
                Kind::Tables {
                    instead: "edit the [[files.extra]] entries of the file",
                    example: "# [[files.extra]]\n# name = \"photos\"\n# path = \"/srv/photos\"\n",
                },
            ),
        ],
    };
}

const fn local(name: &'static str, doc: &'static str, kind: Kind) -> Key {
    Key {
        name,
        doc,
        kind,
        applies: Applies::LIVE,
        scope: Scope::Local,
    }
}

/// A further folder that the bot may reach.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtraRoot {
    name: Text<ShortName>,
    path: Text<AbsolutePath>,
}

impl ExtraRoot {
    /// The name people see and type.
    pub fn name(&self) -> &str {
        self.name.get()
    }

    /// The folder, absolute.
    pub fn path(&self) -> &Path {
        Path::new(self.path.get())
    }
}
