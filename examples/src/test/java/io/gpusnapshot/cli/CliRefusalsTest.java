package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wrong input is refused in words that name it and say what to do, before anything is changed. */
class CliRefusalsTest {
    private static final String UNKNOWN = "20200101T000000Z-gpu-1-aaaaaaaa";

    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);

    @BeforeEach
    void makeWorkspace() throws IOException {
        folder = CliFolder.withWorkspace(home);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --chunk-size=5M        | chunkBytes must be a power of two
            --pack-size=7M         | packBytes must be 8388608 to 268435456, but is 7340032
            --pack-size=999G       | packBytes must be 8388608 to 268435456
            --chunk-size=big       | Not a size: "big"; write bytes, or a number with K, M or G
            --codec=zip            | There is no codec "zip" on the class path; there are auto and
            --exclude=[a           | [a
            --label=x              | --label
            --parent=yesterday     | Not a snapshot id: "yesterday"
            --memory=1K            | memoryBytes must be at least
            --memory=9999999999G   | Not a size: "9999999999G"
            --parallelism=0        | parallelism must be 1 to 256, but is 0
            --parallelism=many     | 'many' is not an int
            --connections=0        | maxConnections must be 1 to 1000, but is 0
            --min-connections=201  | minConnections must be 1 to maxConnections (200), but is 201
            --hedge-percent=101    | hedgePercent must be 0 to 100, but is 101
            --instance-id=         | instanceId is blank; name the host, or leave it out
            --workspace=           | The path is empty; name a directory
            --no-such-option       | Unknown option: '--no-such-option'
            """)
    void aWrongOptionOfCreateIsAUsageError(String option, String message) throws IOException {
        CliRun run = option.startsWith("--workspace")
                ? folder.json("create", option)
                : folder.json("create", "--workspace", folder.workspace().toString(), option);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).startsWith("gpu-snapshot: ").contains(message).hasLineCount(1);
        assertThat(run.error()).containsEntry("type", "UsageException").containsEntry("transient", false);
        assertThat(folder.repository()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --port=65536           | --port must be 0 to 65535, but is 65536
            --delay=-1             | --delay must not be negative, but is -1
            --stall-every=0        | --stall-every must be more than 0, but is 0
            --key-store=/no/store  | --key-store /no/store cannot be used
            --connection-rate=fast | Not a size: "fast"
            """)
    void aWrongOptionOfTheEmulatorIsAUsageError(String option, String message) {
        String root = folder.path("b2").toString();

        CliRun run = option.startsWith("--port")
                ? CliRun.of("emulate-b2", "--root", root, option)
                : CliRun.of("emulate-b2", "--root", root, "--port=0", option);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).startsWith("gpu-snapshot: ").contains(message).hasLineCount(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            --snapshot=nonsense    | Not a snapshot id: "nonsense"
            --verify-restore=md5   | expected one of [SHA256, CRC32C]
            --sync=always          | expected one of [NONE, FILES]
            --only=[a              | [a
            --first=[a             | [a
            --range-size=1023K     | rangeBytes must be 1048576 to 268435456, but is 1047552
            --range-size=9G        | rangeBytes must be 1048576 to 268435456
            --only=zzz             | matches what is to be restored; show --files lists its paths
            """)
    void aWrongOptionOfRestoreIsAUsageError(String option, String message) throws IOException {
        String id = folder.create();
        String target = folder.path("out").toString();

        CliRun run = option.startsWith("--snapshot")
                ? folder.json("restore", "--workspace", target, option)
                : folder.json("restore", "--workspace", target, "--snapshot", id, option);

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).startsWith("gpu-snapshot: ").contains(message).hasLineCount(1);
        assertThat(folder.path("out")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /a/path                | there is no scheme here
            ftp://host/path        | Unknown storage provider "ftp"; use one of b2, file
            file:relative          | is relative; write its absolute path behind three slashes
            s3://key:secret@bucket | secrets do not belong in a storage address
            """)
    void aWrongStoreIsAUsageError(String store, String message) {
        CliRun run = CliRun.of("list", "--store", store);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err())
                .contains("--store")
                .contains(message)
                .hasLineCount(1)
                .doesNotContain("key:secret");
    }

    @Test
    void everythingIsNotSelectedAndDeletedAtOnce() throws IOException {
        CliRun run = folder.restore(folder.create(), "out", "--only", "*.py", "--delete-extraneous");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("deleteExtraneous cannot go with only");
    }

    @Test
    void aMissingWorkspaceFailsBeforeARepositoryIsMade() throws IOException {
        CliRun run = folder.json("create", "--workspace", folder.path("nowhere").toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "WorkspaceException");
        assertThat(run.err()).contains(folder.path("nowhere").toString()).hasLineCount(1);
        assertThat(folder.repository()).doesNotExist();
    }

    @Test
    void aWorkspaceThatIsAFileFailsBeforeARepositoryIsMade() throws IOException {
        CliRun run = folder.json(
                "create", "--workspace", folder.workspace().resolve("notes.txt").toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "WorkspaceException");
        assertThat(run.err()).contains("notes.txt").contains("director");
        assertThat(folder.repository()).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "show", "verify", "delete", "prune"})
    void aStoreThatIsNoRepositoryIsSaidToBeNone(String command) throws IOException {
        String[] arguments = command.equals("list") || command.equals("prune")
                ? new String[0]
                : new String[] {"--snapshot", UNKNOWN};

        CliRun run = folder.json(command, arguments);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "SnapshotNotFoundException");
        assertThat(run.err()).contains("There is no repository in " + "file://");
        assertThat(folder.repository()).doesNotExist();
    }

    @Test
    void anUnknownSnapshotIsNamed() throws IOException {
        folder.create();

        CliRun restore = folder.restore(UNKNOWN, "out");
        CliRun create = folder.json("create", "--workspace", folder.workspace().toString(), "--parent", UNKNOWN);
        CliRun delete = folder.json("delete", "--snapshot", UNKNOWN);

        for (CliRun run : new CliRun[] {restore, create, delete}) {
            assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.error())
                    .containsEntry("type", "SnapshotNotFoundException")
                    .containsEntry("subject", UNKNOWN)
                    .containsEntry("transient", false);
            assertThat(run.err()).contains(UNKNOWN);
        }
        assertThat(folder.path("out")).doesNotExist();
        assertThat(folder.json("list").objects("snapshots")).hasSize(1);
    }

    @Test
    void aFileInPlaceOfTheTargetIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.path("out"), "precious");

        CliRun run = folder.restore(folder.create(), "out");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("type", "WorkspaceException");
        assertThat(run.err()).contains("not a directory; name a directory to restore into");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aDirectoryInPlaceOfAFileIsNamedAndNothingIsTouched() throws IOException {
        Path inTheWay = Files.createDirectories(folder.path("out/notes.txt"));

        CliRun run = folder.restore(folder.create(), "out");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error()).containsEntry("subject", "notes.txt");
        assertThat(run.err()).contains("\"notes.txt\" is a directory, but the snapshot has a file there");
        assertThat(inTheWay).isEmptyDirectory();
        try (var children = Files.list(folder.path("out"))) {
            assertThat(children).containsExactly(inTheWay);
        }
    }

    @Test
    void latestOfAnEmptyRepositoryIsRefusedWithTheRemedy() throws IOException {
        folder.json("delete", "--snapshot", folder.create());

        CliRun run = folder.restore("latest", "out");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.error())
                .containsEntry("type", "SnapshotNotFoundException")
                .containsEntry("subject", "latest");
        assertThat(run.err()).contains("has no snapshots").contains("create one first");
    }

    @Test
    void deleteWantsAnIdAndNotLatest() throws IOException {
        folder.create();

        CliRun run = folder.json("delete", "--snapshot", "latest");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("not \"latest\"").contains("list shows the ids");
        assertThat(folder.json("list").objects("snapshots")).hasSize(1);
    }

    @Test
    void aCommandIsRequiredAndTheOnesThereAreAreNamed() {
        assertThat(CliRun.of().exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(CliRun.of().err()).contains("Missing command; there are create, restore, list");
        assertThat(CliRun.of("frobnicate").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(CliRun.of("create").err()).contains("Missing required option: '--workspace=DIR'");
        assertThat(CliRun.of("restore", "--workspace=x").err()).contains("--snapshot=ID|latest");
    }

    @Test
    void aStackIsPrintedOnlyForDebugging() {
        CliRun plain = folder.run("list");
        CliRun debug = folder.run("list", "--debug");

        assertThat(plain.err()).hasLineCount(1);
        assertThat(debug.err()).contains("SnapshotNotFoundException", "\tat io.gpusnapshot");
    }
}
