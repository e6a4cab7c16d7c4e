package io.gpusnapshot.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CreateCommandTest {
    @TempDir
    private Path home = Path.of("");

    private CliFolder folder = new CliFolder(home);

    @BeforeEach
    void makeWorkspace() throws IOException {
        folder = CliFolder.withWorkspace(home);
    }

    @Test
    void theSummaryIsOneJsonObjectAndNothingElseIsOnStandardOutput() throws IOException {
        CliRun run = folder.json("create", "--workspace", folder.workspace().toString(), "--instance-id", "gpu-1");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out().lines()).hasSize(1);
        assertThat(run.err()).isEmpty();
        assertThat(run.text("snapshotId")).matches("\\d{8}T\\d{6}Z-gpu-1-[a-z2-7]{8}");
        assertThat(run.text("parent")).isEqualTo("null");
        assertThat(run.number("files")).isEqualTo(3);
        assertThat(run.number("bytes")).isEqualTo(304_518);
        assertThat(run.number("bytesRead")).isEqualTo(304_518);
        assertThat(run.number("bytesStored")).isGreaterThan(300_000);
        assertThat(run.number("bytesReused")).isZero();
        assertThat(run.number("filesUnchanged")).isZero();
        assertThat(run.number("filesSkipped")).isZero();
        assertThat(run.json().get("seconds")).isInstanceOf(Double.class);
        assertThat(run.objects("warnings")).isEmpty();
    }

    @Test
    void aSecondSnapshotBuildsUponTheFirstAndStoresNoContentAgain() throws IOException {
        String first = folder.create();

        CliRun run = folder.json("create", "--workspace", folder.workspace().toString(), "--instance-id", "gpu-1");

        assertThat(run.text("parent")).isEqualTo(first);
        assertThat(run.number("bytesStored")).isLessThan(10_000);
        assertThat(run.number("bytesReused")).isEqualTo(304_518);
    }

    @Test
    void aLaterStateIsStoredAsItsDifferenceWhereAskedTo() throws IOException {
        folder.create();
        Path weights = folder.workspace().resolve("weights.bin");
        byte[] later = Files.readAllBytes(weights);
        for (int i = 0; i < later.length; i += 100) {
            later[i] ^= (byte) 1;
        }
        Files.write(weights, later);

        CliRun run = createWith("--delta", "parent", "--chunking", "auto");

        assertThat(run.number("bytesFetched")).isEqualTo(300_000);
        assertThat(run.number("bytesStored")).isLessThan(100_000);
        folder.restore(run.text("snapshotId"), "out");
        assertThat(folder.path("out/weights.bin")).hasBinaryContent(later);
    }

    @Test
    void differencesWithoutACodecAreRefused() {
        CliRun run = createWith("--delta", "parent", "--codec", "none");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("codec is none");
    }

    @Test
    void aNamedParentOrNoneIsTakenAsGiven() throws IOException {
        String first = folder.create();
        folder.create();

        CliRun named = createWith("--parent", first);
        CliRun none = createWith("--parent", "none");

        assertThat(named.text("parent")).isEqualTo(first);
        assertThat(none.text("parent")).isEqualTo("null");
        assertThat(none.number("bytesRead")).isEqualTo(304_518);
    }

    @Test
    void whatAnExclusionMatchesIsLeftOut() throws IOException {
        CliRun run = createWith("--exclude", "*.bin", "--exclude", "src/");

        assertThat(run.number("files")).isEqualTo(1);
        assertThat(run.number("filesSkipped")).isZero();
    }

    @Test
    void labelsAndInstanceAreKept() throws IOException {
        String id = folder.create("--label", "run=42", "--label", "note=a=b");

        Map<String, Object> snapshot = folder.json("list").objects("snapshots").get(0);

        assertThat(snapshot)
                .containsEntry("id", id)
                .containsEntry("instanceId", "gpu-1")
                .containsEntry("labels", Map.of("run", "42", "note", "a=b"));
    }

    @Test
    void theCodecMakesADifference() throws IOException {
        Files.write(folder.workspace().resolve("zeros.txt"), new byte[500_000]);
        Files.writeString(folder.workspace().resolve("text.txt"), "the same over and over\n".repeat(20_000));

        long none = createWith("--codec", "none", "--parent", "none").number("bytesStored");
        long lz4 = createWith("--codec", "lz4", "--parent", "none").number("bytesStored");
        long auto = createWith("--codec", "auto", "--parent", "none").number("bytesStored");

        assertThat(lz4).isLessThan(none - 400_000);
        assertThat(auto).isLessThan(none - 400_000);
    }

    @Test
    void theChunkSizeIsRecorded() throws IOException {
        String id = folder.create("--chunk-size", "128K", "--memory", "64M", "--parallelism", "1");

        assertThat(folder.json("show", "--snapshot", id).number("chunkBytes")).isEqualTo(128 << 10);
    }

    @Test
    void directoriesTaggedAsCachesAreLeftOutUnlessAskedFor() throws IOException {
        Path cache = Files.createDirectory(folder.workspace().resolve("cache"));
        Files.writeString(cache.resolve("CACHEDIR.TAG"), "Signature: 8a477f597d28d172789f06886806bc55\n");
        Files.writeString(cache.resolve("blob"), "cached");

        long without = createWith("--parent", "none").number("files");
        long with = createWith("--parent", "none", "--no-cachedir-tags", "--all-file-systems")
                .number("files");

        assertThat(with - without).isBetween(1L, 2L);
    }

    @Test
    void aSocketIsSkippedWithAWarningAndExitCodeThree() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.workspace().resolve("s")));

            CliRun run = createWith();

            assertThat(run.exitCode()).isEqualTo(ExitCodes.WARNED);
            assertThat(run.number("filesSkipped")).isEqualTo(1);
            assertThat(run.objects("warnings"))
                    .singleElement()
                    .satisfies(warning ->
                            assertThat(warning).containsEntry("path", "s").containsKey("problem"));
            assertThat(run.err()).contains("gpu-snapshot: warning: s: ");
        }
    }

    @Test
    void aSkippedFileFailsTheSnapshotWhenAskedTo() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.workspace().resolve("s")));

            CliRun run = createWith("--fail-on-skipped");

            assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
            assertThat(run.error()).containsEntry("type", "WorkspaceException");
            assertThat(folder.json("list").objects("snapshots")).isEmpty();
        }
    }

    @Test
    void quietPrintsTheIdAlone() {
        CliRun run = folder.run("create", "--workspace", folder.workspace().toString(), "--quiet");

        assertThat(run.out()).matches("\\d{8}T\\d{6}Z-\\S+\\R");
    }

    @Test
    void peopleReadSizesRatesAndWhatWasReused() throws IOException {
        folder.create();

        CliRun run = folder.run("create", "--workspace", folder.workspace().toString(), "--instance-id", "gpu-1");

        assertThat(run.out()).contains("Created 2", "  upon ", "3 files, 297.4 KiB", "MB/s", "  reused  297.4 KiB");
    }

    @Test
    void aFileUriNamesAWorkspaceToo() throws IOException {
        CliRun run =
                folder.json("create", "--workspace", folder.workspace().toUri().toString());

        assertThat(run.number("files")).isEqualTo(3);
    }

    private CliRun createWith(String... arguments) {
        List<String> all =
                new ArrayList<>(List.of("--workspace", folder.workspace().toString()));
        all.addAll(List.of(arguments));
        return folder.json("create", all.toArray(String[]::new));
    }
}
