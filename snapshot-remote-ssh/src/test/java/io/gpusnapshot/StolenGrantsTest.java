package io.gpusnapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.model.SnapshotId;
import io.gpusnapshot.remote.LocalProcessExecutor;
import io.gpusnapshot.remote.SshTarget;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A host that keeps what it was granted, and tries afterwards what can be done with it. */
class StolenGrantsTest {
    private static final int WEIGHTS_BYTES = 12 << 20;
    private static final SshTarget HOST =
            SshTarget.of("host", 22).withPassword(() -> "none".toCharArray()).withHostKey("SHA256:" + "A".repeat(43));

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final HttpClient http = HttpClient.newHttpClient();
    private final FakeClock clock = new FakeClock(Instant.now());

    @SuppressWarnings("NullAway.Init")
    private EmulatedStore store;

    @SuppressWarnings("NullAway.Init")
    private RecordingStore recorded;

    @SuppressWarnings("NullAway.Init")
    private SnapshotId own;

    @SuppressWarnings("NullAway.Init")
    private SnapshotId other;

    @BeforeEach
    void recordASession(@TempDir Path folder) throws IOException {
        store = new EmulatedStore(folder.resolve("bucket"), clock);
        recorded = new RecordingStore(store.provider);
        Path source = Files.createDirectory(folder.resolve("source"));
        try (GPUSnapshotService service = GPUSnapshotService.builder()
                .storage(recorded)
                .remoteExecutors(ignored -> LocalProcessExecutor.in(folder))
                .agentInstaller(new ClassPathAgent())
                .build()) {
            Workspaces.write(source.resolve("weights.bin"), random.nextBytes(WEIGHTS_BYTES));
            other = service.createSnapshot(CreateRequest.builder()
                            .workspace(source)
                            .instanceId("gpu-2")
                            .build())
                    .id();
            recorded.parts.clear();
            recorded.downloads.clear();
            own = service.createSnapshot(CreateRequest.builder()
                            .target(HOST)
                            .workspace(source)
                            .instanceId("gpu-1")
                            .parent(new CreateRequest.ParentChoice.None())
                            .build())
                    .id();
            service.restoreSnapshot(
                    RestoreRequest.of(own, HOST, folder.resolve("target").toString()));
        }
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private int status(String method, URI uri, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).method(method, HttpRequest.BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private int read(DownloadGrant grant, String address) throws IOException, InterruptedException {
        return status("GET", URI.create(address), grant.headers(), new byte[0]);
    }

    @Test
    void partsOfAFinishedPackAreTakenNoMore() throws Exception {
        assertThat(recorded.parts).isNotEmpty();
        byte[] forged = random.nextBytes(5_000_000);
        String sha1 =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(forged));
        for (GrantedRequest part : recorded.parts) {
            Map<String, String> headers = new HashMap<>(part.headers());
            headers.put(part.digestHeader().orElseThrow(), sha1);
            assertThat(status(part.method(), part.uri(), headers, forged)).isBetween(400, 499);
        }
    }

    @Test
    void downloadsEndWithTheirGrants() throws Exception {
        assertThat(recorded.downloads).isNotEmpty();
        for (DownloadGrant grant : recorded.downloads) {
            String key = grant.isPrefix() ? "000000.pack" : "";
            assertThat(read(grant, grant.uri() + key)).isIn(200, 206);
        }
        clock.advance(Duration.ofMinutes(15).plusSeconds(1));
        for (DownloadGrant grant : recorded.downloads) {
            String key = grant.isPrefix() ? "000000.pack" : "";
            assertThat(read(grant, grant.uri() + key)).isEqualTo(401);
        }
    }

    @Test
    void nothingElseCanBeRead() throws Exception {
        for (DownloadGrant grant : recorded.downloads) {
            String address = grant.uri().toString();
            assertThat(address).contains(own.value());
            assertThat(read(
                            grant,
                            address.replace(own.value(), other.value()) + (grant.isPrefix() ? "000000.pack" : "")))
                    .isIn(401, 403);
            assertThat(read(grant, address.replaceFirst("(snapshots/)(packs|snapshots)/.*", "$1repository.json")))
                    .isIn(401, 403);
        }
    }

    @Test
    void nothingCanBeListedWrittenOrDeleted() throws Exception {
        for (String token : List.of(
                recorded.downloads.get(0).headers().get("Authorization"),
                recorded.parts.get(0).headers().get("Authorization"))) {
            for (String call : List.of(
                    "b2_list_buckets",
                    "b2_list_file_names",
                    "b2_list_file_versions",
                    "b2_list_unfinished_large_files",
                    "b2_get_upload_url",
                    "b2_start_large_file",
                    "b2_hide_file",
                    "b2_delete_file_version",
                    "b2_delete_bucket",
                    "b2_get_download_authorization",
                    "b2_create_key")) {
                URI uri = store.emulator.endpoint().resolve("/b2api/v2/" + call);
                assertThat(status(
                                "POST",
                                uri,
                                Map.of("Authorization", token),
                                "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .as(call)
                        .isEqualTo(401);
            }
        }
    }
}
