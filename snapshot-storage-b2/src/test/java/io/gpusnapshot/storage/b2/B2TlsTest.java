package io.gpusnapshot.storage.b2;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.CreateRequest;
import io.gpusnapshot.GPUSnapshotService;
import io.gpusnapshot.RestoreRequest;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.internal.http.ApacheHttpTransport;
import io.gpusnapshot.internal.http.BodyTarget;
import io.gpusnapshot.internal.http.HttpAnswer;
import io.gpusnapshot.internal.http.HttpHandle;
import io.gpusnapshot.internal.http.HttpTransport;
import io.gpusnapshot.model.SnapshotInfo;
import io.gpusnapshot.storage.ByteRange;
import io.gpusnapshot.storage.GrantedRequest;
import io.gpusnapshot.storage.PutOptions;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.StorageProviders;
import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.BackgroundCall;
import io.gpusnapshot.testing.SeededRandom;
import io.gpusnapshot.testing.TreeListing;
import io.gpusnapshot.testing.Workspaces;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Everything over TLS, as with the real B2. The server is known as {@code localhost}, and by no other name. */
@Timeout(60)
class B2TlsTest {
    private static final byte[] BYTES = "object".getBytes(UTF_8);

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path identityFolder;

    @SuppressWarnings("NullAway.Init")
    private static ServerIdentity identity;

    @SuppressWarnings("NullAway.Init")
    private SSLContext usual;

    @SuppressWarnings("NullAway.Init")
    private EmulatedBucket bucket;

    @SuppressWarnings("NullAway.Init")
    private StorageProvider store;

    @BeforeAll
    static void makeIdentity() throws Exception {
        identity = new ServerIdentity(identityFolder, "dns:localhost");
    }

    @BeforeEach
    void open(@TempDir Path folder) throws Exception {
        usual = SSLContext.getDefault();
        SSLContext.setDefault(identity.clientContext());
        B2Emulator.Builder builder =
                B2Emulator.builder().root(folder.resolve("bucket")).encryption(identity.serverContext());
        bucket = new EmulatedBucket(builder, Clock.systemUTC(), "localhost");
        store = bucket.open();
        StorageProviders.putBytes(store, "packs/a/object", BYTES, PutOptions.REPLACE);
    }

    @AfterEach
    void close() throws IOException {
        SSLContext.setDefault(usual);
        store.close();
        bucket.close();
    }

    @Test
    void aSnapshotGoesIntoTheBucketAndComesBack(@TempDir Path folder) throws IOException {
        assertThat(bucket.config().endpoint().orElseThrow()).startsWith("https://localhost:");
        Path source = Workspaces.mixed(Files.createDirectory(folder.resolve("source")), random);
        Workspaces.write(source.resolve("weights.bin"), random.nextBytes(20 << 20));
        Path target = folder.resolve("target");
        try (GPUSnapshotService service =
                GPUSnapshotService.builder().storage(store).build()) {
            SnapshotInfo snapshot = service.createSnapshot(CreateRequest.builder()
                    .workspace(source)
                    .instanceId("gpu-1")
                    .build());
            service.restoreSnapshot(RestoreRequest.of(snapshot.id(), target));
        }
        assertThat(TreeListing.of(target)).isEqualTo(TreeListing.of(source));
    }

    @Test
    void aServerOfAnotherNameGetsNoKey() {
        StorageConfig other = bucket.config()
                .withEndpoint(bucket.emulator.endpoint().toString().replace("localhost", "127.0.0.1"));
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> bucket.open(other, bucket.credentials()))
                .withMessageContaining("127.0.0.1");
    }

    @Test
    void aServerThatNobodyVouchesForGetsNoKey() {
        SSLContext.setDefault(usual);
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(bucket::open)
                .withMessageContaining("PKIX");
    }

    private HttpAnswer download(HttpTransport transport, String host) throws IOException {
        GrantedRequest granted = store.grants()
                .orElseThrow()
                .grantDownloads(List.of("packs/a/object"), Duration.ofMinutes(1))
                .get(0)
                .request("packs/a/object");
        GrantedRequest request = new GrantedRequest(
                granted.method(),
                URI.create(granted.uri().toString().replace("localhost", host)),
                granted.headers(),
                Optional.empty(),
                granted.expiresAt());
        ByteBuffer target = ByteBuffer.allocate(BYTES.length);
        return transport.download(
                request, new ByteRange(0, BYTES.length), BodyTarget.of(target, count -> {}), new HttpHandle());
    }

    private static HttpTransport newTransport() {
        return new ApacheHttpTransport(2, Duration.ofHours(1));
    }

    @Test
    void aServerOfAnotherNameGetsNoGrant() {
        try (HttpTransport transport = newTransport()) {
            assertThatThrownBy(() -> download(transport, "127.0.0.1")).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void aServerThatNobodyVouchesForGetsNoGrant() {
        SSLContext.setDefault(usual);
        try (HttpTransport transport = newTransport()) {
            assertThatThrownBy(() -> download(transport, "localhost")).isInstanceOf(SSLException.class);
        }
    }

    @Test
    void anInterruptEndsAWaitForTheBody() throws Exception {
        InjectedFault stall = stallBodies();
        try (HttpTransport transport = newTransport()) {
            BackgroundCall call = BackgroundCall.start(() -> download(transport, "localhost"));
            stall.awaitHits(1);
            call.interrupt();

            assertThat(call.failure()).isInstanceOf(InterruptedIOException.class);
            assertThat(call.endedInterrupted()).isTrue();
        } finally {
            stall.lift();
        }
    }

    @Test
    void aBodyThatStandsStillIsBrokenOff() {
        InjectedFault stall = stallBodies();
        try (HttpTransport transport = new ApacheHttpTransport(1, Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> download(transport, "localhost")).isInstanceOf(SocketTimeoutException.class);
        } finally {
            stall.lift();
        }
    }

    private InjectedFault stallBodies() {
        return bucket.emulator.faults().inject(Fault.of(FaultEffect.stallBody(), Operation.DOWNLOAD_BY_NAME));
    }

    @Test
    @EnabledForJreRange(max = JRE.JAVA_21, disabledReason = "Java 25 has been seen to begin a new session each time")
    void newConnectionsGoOnWithOldSessions() throws IOException {
        int before = identity.timesShown();
        for (int connection = 0; connection < 5; connection++) {
            try (HttpTransport transport = newTransport()) {
                assertThat(download(transport, "localhost").isSuccess()).isTrue();
            }
        }
        assertThat(identity.timesShown() - before).isLessThanOrEqualTo(1);
    }
}
