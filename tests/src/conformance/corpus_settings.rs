//! What the tests of the corpora set in their code, which is not in the data.

/// Settings of one test.
pub(super) struct Setting {
    /// The test.
    pub(super) test: &'static str,
    /// Flags of its builds.
    pub(super) flags: &'static [&'static str],
    /// Files beside those of the data, as path and text.
    pub(super) files: &'static [(&'static str, &'static str)],
    /// Whether its builds are to succeed, where the data do not tell.
    pub(super) succeeds: Option<bool>,
}

const NOTHING: Setting = Setting { test: "", flags: &[], files: &[], succeeds: None };

/// The tests that set something.
pub(super) const SETTINGS: &[Setting] = &[
    Setting {
        test: "TestBuildBuildTimeArgEnv",
        flags: &[
            "--build-arg=FOO1=fromcmd",
            "--build-arg=FOO2=",
            "--build-arg=FOO3=fromenv",
            "--build-arg=FOO5=fromcmd",
        ],
        ..NOTHING
    },
    Setting { test: "TestBuildDockerignoringWildTopDir", files: &[(".dockerignore", "**\n")], ..NOTHING },
    Setting {
        test: "TestBuildWithUTF8BOMDockerignore",
        files: &[(".dockerignore", "\u{feff}Dockerfile\n")],
        ..NOTHING
    },
    fails("TestBuildForceRm"),
    fails("TestBuildIidFileCleanupOnFail"),
    fails("TestBuildRUNErrMsg"),
    fails("TestBuildSpaces"),
    fails("TestBuildWithFailure"),
    Setting { test: "TestBuildInvalidTag", flags: &["--tag=abcd:!"], ..NOTHING },
    Setting { test: "TestBuildLabel", flags: &["--label=foo"], ..NOTHING },
    Setting { test: "TestBuildLabelCacheCommit", flags: &["--label=foo"], ..NOTHING },
    Setting { test: "TestBuildMultiStageGlobalArg", flags: &["--build-arg=tag=latest"], ..NOTHING },
    Setting { test: "testCopyChmod", flags: &["--build-arg=mode=755"], ..NOTHING },
    Setting { test: "testCopyChownCreateDest", flags: &["--build-arg=group=user"], ..NOTHING },
    Setting { test: "testDockerfileAddChownExpand", flags: &["--build-arg=group=nobody"], ..NOTHING },
    Setting {
        test: "testDockerfileCheckHostname",
        flags: &["--build-arg=BUILDKIT_SANDBOX_HOSTNAME=foo", "--build-arg=HOSTNAME=foo"],
        ..NOTHING
    },
    fails("testCacheMountSourceEscape"),
    fails("testDockerfileInvalidCommand"),
    fails("testDockerignoreInvalid"),
    fails("testInvalidDefaultArgInFrom"),
    fails("testWarningsBeforeError"),
    Setting { test: "testGlobalArg", flags: &["--build-arg=tag=latest"], ..NOTHING },
    Setting { test: "testMountDuplicate", files: &[("a.txt", "foo"), ("b.txt", "bar")], ..NOTHING },
    Setting { test: "testSecretAsEnviron", flags: &["--secret=id=mysecret,env=PW"], ..NOTHING },
    Setting { test: "testSecretAsEnvironWithFileMount", flags: &["--secret=id=mysecret,env=PW"], ..NOTHING },
    Setting { test: "testSecretFileParams", flags: &["--secret=id=mysecret,env=PW"], ..NOTHING },
];

const fn fails(test: &'static str) -> Setting {
    Setting { test, succeeds: Some(false), ..NOTHING }
}

/// Tests that cannot be played with the data alone, with the reason.
pub(super) const UNPLAYABLE: &[(&str, &str)] = &[
    ("TestBuildMultiStageImplicitFrom", "the file is one of Windows"),
    ("TestBuildMultiStageMultipleBuilds", "an image that its code builds"),
    ("testDockerignoreOverride", "ignore files made by its code"),
    ("testRuleCheckOption", "which of its builds are to fail"),
    ("TestBuildNetContainer", "a container beside the build"),
    ("TestBuildContainerWithCgroupParent", "control groups of the machine"),
    ("testContextChangeDirToFile", "two contexts one after the other"),
    ("testGatewayProvenancePlainLLBInputFallback", "a graph made by its code"),
    ("testLinuxResources", "limits of the machine"),
    ("testLocalCustomSessionID", "contexts made by its code"),
    ("testNamedFilteredContext", "contexts made by its code"),
    ("testNamedImageContext", "contexts made by its code"),
    ("testNamedInputContext", "contexts made by its code"),
    ("testNamedOCILayoutContext", "contexts made by its code"),
    ("testNamedOCILayoutContextExport", "contexts made by its code"),
    ("testOnBuildNamedContext", "contexts made by its code"),
    ("testOnBuildNewDeps", "an image that its code pushes to a registry"),
    ("testOutlineArgs", "a base that does not exist; only its outline is looked at"),
    ("testRunSecurityInsecure", "entitlements"),
    ("testSourcePolicyWithNamedContext", "contexts made by its code"),
];
