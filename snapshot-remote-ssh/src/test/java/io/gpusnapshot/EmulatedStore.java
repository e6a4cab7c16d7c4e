package io.gpusnapshot;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.codec.CodecRegistry;
import io.gpusnapshot.internal.format.RepositoryLayout;
import io.gpusnapshot.internal.repository.Repository;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.storage.b2.B2Credentials;
import io.gpusnapshot.storage.b2.B2StorageProvider;
import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An emulator with one bucket, and a provider that has its keys. */
public final class EmulatedStore implements AutoCloseable {
    private static final long SLOW = 500_000;
    private static final String BUCKET = "snapshots";

    public final B2Emulator emulator;
    public final StorageProvider provider;

    public EmulatedStore(Path root) throws IOException {
        this(root, Clock.systemUTC());
    }

    /**
     * @param clock what tokens age by
     */
    EmulatedStore(Path root, Clock clock) throws IOException {
        emulator = B2Emulator.builder().root(root).clock(clock).start();
        makeBucket();
        provider = open(emulator.endpoint().toString(), emulator.keyId(), emulator.applicationKey());
    }

    /** Opens the bucket of an emulator. */
    static StorageProvider open(String endpoint, String keyId, String applicationKey) throws IOException {
        return B2StorageProvider.open(
                StorageConfig.bucket(StorageConfig.B2, BUCKET).withEndpoint(endpoint),
                new B2Credentials(keyId, applicationKey));
    }

    private void makeBucket() throws IOException {
        String login = emulator.keyId() + ":" + emulator.applicationKey();
        String session = send(HttpRequest.newBuilder(emulator.endpoint().resolve("/b2api/v2/b2_authorize_account"))
                .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8))));
        String body = "{\"accountId\":\"" + field(session, "accountId") + "\",\"bucketName\":\"" + BUCKET
                + "\",\"bucketType\":\"allPrivate\"}";
        send(HttpRequest.newBuilder(URI.create(field(session, "apiUrl") + "/b2api/v2/b2_create_bucket"))
                .header("Authorization", field(session, "authorizationToken"))
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private static String send(HttpRequest.Builder request) throws IOException {
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped");
        }
    }

    private static String field(String json, String name) {
        Matcher matcher =
                Pattern.compile("\"" + name + "\"\\s*:\\s*\"([^\"]*)\"").matcher(json);
        assertThat(matcher.find()).as(name).isTrue();
        return matcher.group(1);
    }

    /** Fails unless a create that failed has left neither snapshot nor lease nor open upload. */
    void requireNothingLeft() throws IOException {
        Repository repository = Repository.open(provider, CodecRegistry.fromClassPath());
        assertThat(repository.snapshots()).isEmpty();
        assertThat(repository.liveLeases(Clock.systemUTC())).isEmpty();
        int left = provider.grants().orElseThrow().abandonUploads(RepositoryLayout.PACKS, Instant.MAX);
        assertThat(left).as("open uploads").isZero();
    }

    /** Has packs pass at half a megabyte a second, so that jobs can be met at work. */
    InjectedFault slow(Operation operation) {
        return emulator.faults()
                .inject(Fault.of(FaultEffect.throttle(SLOW), operation).named(RepositoryLayout.PACKS));
    }

    @Override
    public void close() throws IOException {
        provider.close();
        emulator.close();
    }
}
