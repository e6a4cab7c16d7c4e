package io.gpusnapshot.stocktools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.internal.posix.RawNames;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.testing.DataSets;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Follows {@code docs/format.md} with two shell scripts: the data does not depend on this software to be read. */
class StockToolsReaderTest {
    private static final int CHUNK_BYTES = 64 << 10;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final Path folder;
    private final Path workspace;
    private final Path repository;

    StockToolsReaderTest(@TempDir Path folder) {
        this.folder = folder;
        this.workspace = folder.resolve("workspace");
        this.repository = folder.resolve("repository");
    }

    @BeforeAll
    static void requireTools() throws IOException, InterruptedException {
        StockTools.require("sh", "lz4", "zstd", "jq", "dd", "sha256sum", "truncate", "od", "mktemp");
    }

    @BeforeEach
    void fillWorkspace() throws IOException {
        for (int i = 0; i < 5; i++) {
            Workspaces.write(
                    workspace.resolve("small/" + i + ".txt"),
                    ("small file " + i + "\n").repeat(i + 1).getBytes(UTF_8));
        }
        Workspaces.write(workspace.resolve("text.log"), DataSets.TEXT.ofLength(5 * CHUNK_BYTES + 17, random));
        byte[] noise = random.nextBytes(2 * CHUNK_BYTES + 1);
        // Its third chunk is this byte alone, which would be a hole if it were zero.
        noise[2 * CHUNK_BYTES] |= 1;
        Workspaces.write(workspace.resolve("noise.bin"), noise);
        Workspaces.sparse(
                workspace.resolve("sparse"), 40 * CHUNK_BYTES + 5, random.nextBytes(100), 0, 30 * CHUNK_BYTES - 50);
        Workspaces.write(workspace.resolve("empty"), new byte[0]);
        Workspaces.write(workspace.resolve(" quotes ' \" and \\ newline \n $(x)"), "odd\n".getBytes(UTF_8));
        Workspaces.write(Workspaces.childOfBytes(workspace, "caf%E9-%FF%01"), "not UTF-8\n".getBytes(UTF_8));
    }

    private SnapshotInfo create(String codec) throws IOException {
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.file(repository))
                .build()) {
            return service.createSnapshot(CreateRequest.builder()
                    .workspace(workspace)
                    .instanceId("gpu-1")
                    .codec(codec)
                    .chunkBytes(CHUNK_BYTES)
                    .build());
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> tree = Files.walk(workspace)) {
            return tree.filter(Files::isRegularFile).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"lz4", "zstd"})
    void everyFileIsRebuiltFromManifestAndPacks(String codec) throws IOException, InterruptedException {
        SnapshotInfo snapshot = create(codec);
        assertEveryFileIsRebuilt(snapshot);
    }

    @Test
    void filesOfASnapshotWithAParentAreRebuiltFromThePacksOfBoth() throws IOException, InterruptedException {
        create("lz4");
        Workspaces.write(workspace.resolve("added"), random.nextBytes(CHUNK_BYTES));
        SnapshotInfo second = create("none");
        assertThat(second.summary().totals().packs()).isEqualTo(2);
        assertEveryFileIsRebuilt(second);
    }

    private void assertEveryFileIsRebuilt(SnapshotInfo snapshot) throws IOException, InterruptedException {
        String id = snapshot.summary().id().value();
        Path rebuilt = folder.resolve("rebuilt");
        for (Path file : files()) {
            byte[] path = RawNames.bytes(workspace.relativize(file));
            run("rebuild.sh", repository, id, Base64.getEncoder().encodeToString(path), rebuilt);
            assertThat(Files.mismatch(rebuilt, file)).as("%s", file).isEqualTo(-1);
        }
    }

    @Test
    void aPackIsSalvagedWithoutItsManifest() throws IOException, InterruptedException {
        Path pack = packOf(create("lz4"));
        Path chunks = folder.resolve("chunks");
        List<String> listing = run("salvage.sh", pack, chunks).lines().toList();

        assertThat(listing).anyMatch(line -> line.contains(" lz4 ")).anyMatch(line -> line.contains(" none "));
        // Two odd names and an empty file come first; what is in the former shares a chunk.
        ByteArrayOutputStream noise = new ByteArrayOutputStream();
        for (String line : listing.subList(1, 4)) {
            noise.write(Files.readAllBytes(chunks.resolve(line.substring(line.lastIndexOf(' ') + 1))));
        }
        assertThat(noise.toByteArray()).isEqualTo(Files.readAllBytes(workspace.resolve("noise.bin")));
    }

    private SnapshotInfo createDifference() throws IOException {
        byte[] noise = Files.readAllBytes(workspace.resolve("noise.bin"));
        for (int i = 0; i < 50; i++) {
            noise[random.nextInt(2 * CHUNK_BYTES)] ^= (byte) 0x55;
        }
        Files.write(workspace.resolve("noise.bin"), noise);
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(StorageConfig.file(repository))
                .build()) {
            return service.createSnapshot(CreateRequest.builder()
                    .workspace(workspace)
                    .instanceId("gpu-1")
                    .codec("zstd")
                    .delta(true)
                    .build());
        }
    }

    @Test
    void filesWithDifferencesAreRebuilt() throws IOException, InterruptedException {
        StockTools.require("perl");
        create("zstd");
        SnapshotInfo second = createDifference();
        assertThat(second.bytesStored()).isLessThan(CHUNK_BYTES);
        assertEveryFileIsRebuilt(second);
    }

    @Test
    void differencesAreSalvagedBehindTheirBases() throws IOException, InterruptedException {
        StockTools.require("perl");
        Path first = packOf(create("zstd"));
        Path second = packOf(createDifference());
        Path chunks = folder.resolve("chunks");

        Script early = start("salvage.sh", second, chunks);
        assertThat(early.exitCode()).isOne();
        assertThat(early.errors()).contains("salvage its pack first");

        run("salvage.sh", first, chunks);
        ByteArrayOutputStream noise = new ByteArrayOutputStream();
        for (String line : run("salvage.sh", second, chunks).lines().toList()) {
            noise.write(Files.readAllBytes(chunks.resolve(line.substring(line.lastIndexOf(' ') + 1))));
        }
        assertThat(noise.toByteArray())
                .startsWith(Arrays.copyOf(Files.readAllBytes(workspace.resolve("noise.bin")), 2 * CHUNK_BYTES));
    }

    @Test
    void bothScriptsNoticeDamage() throws IOException, InterruptedException {
        SnapshotInfo snapshot = create("lz4");
        Path pack = packOf(snapshot);
        byte[] bytes = Files.readAllBytes(pack);
        bytes[CHUNK_BYTES / 2] ^= 1;
        Files.write(pack, bytes);
        String path = Base64.getEncoder().encodeToString("noise.bin".getBytes(UTF_8));

        Script rebuild = start("rebuild.sh", repository, snapshot.summary().id(), path, folder.resolve("rebuilt"));
        Script salvage = start("salvage.sh", pack, folder.resolve("chunks"));

        assertThat(rebuild.exitCode()).isOne();
        assertThat(rebuild.errors()).contains("is damaged");
        assertThat(salvage.exitCode()).isOne();
        assertThat(salvage.errors()).contains("is damaged");
    }

    private Path packOf(SnapshotInfo snapshot) {
        return repository.resolve("packs/" + snapshot.summary().id() + "/000000.pack");
    }

    private record Script(int exitCode, String output, String errors) {}

    private String run(String name, Object... arguments) throws IOException, InterruptedException {
        Script script = start(name, arguments);
        assertThat(script.exitCode()).as(script.errors()).isZero();
        return script.output();
    }

    private Script start(String name, Object... arguments) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Path errors = folder.resolve("errors");
        List<String> command = new ArrayList<>(List.of("sh", script(name)));
        Stream.of(arguments).map(String::valueOf).forEach(command::add);
        Process process = new ProcessBuilder(command)
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile())
                .start();
        int exitCode = process.waitFor();
        return new Script(exitCode, Files.readString(output), Files.readString(errors));
    }

    private static String script(String name) {
        URL resource = Objects.requireNonNull(StockToolsReaderTest.class.getResource("/stocktools/" + name));
        return Path.of(URI.create(resource.toString())).toString();
    }
}
