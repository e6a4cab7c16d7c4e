package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.DownloadGrant;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.storage.StorageProvider;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ScriptedHttpServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which hosts are spoken to, as a proxy sees it. */
@Isolated("it sets system properties")
class S3AddressTest {
    private static final List<String> PROPERTIES =
            List.of("http.proxyHost", "http.proxyPort", "https.proxyHost", "https.proxyPort");

    @SuppressWarnings("NullAway.Init")
    private ScriptedHttpServer proxy;

    @BeforeEach
    void start() throws IOException {
        proxy = ScriptedHttpServer.start(S3Replies.emptyListing());
        for (String name : PROPERTIES) {
            boolean port = name.endsWith("Port");
            System.setProperty(name, port ? Integer.toString(proxy.uri("").getPort()) : "127.0.0.1");
        }
    }

    @AfterEach
    void stop() throws IOException {
        PROPERTIES.forEach(System::clearProperty);
        proxy.close();
    }

    private static StorageProvider open(String uri) throws IOException {
        StorageConfig config = S3StorageProviderFactory.completed(
                StorageConfig.parse(uri), Map.of("R2_ACCOUNT_ID", "0123abcd", "WASABI_REGION", "eu-central-1"));
        return ServedBucket.open(S3Location.of(config), config.prefix(), ServedBucket.credentials());
    }

    @ParameterizedTest
    @CsvSource({
        "s3://bucket?region=eu-west-1, bucket.s3.eu-west-1.amazonaws.com:443",
        "r2://bucket, 0123abcd.r2.cloudflarestorage.com:443",
        "wasabi://bucket, s3.eu-central-1.wasabisys.com:443"
    })
    void presetsLeadToTheVendors(String uri, String address) {
        proxy.next(S3Replies.toAllAttempts(HttpReply.status(502)));
        assertThatExceptionOfType(StorageUnavailableException.class).isThrownBy(() -> open(uri));
        assertThat(proxy.requests().get(0).method()).isEqualTo("CONNECT");
        assertThat(proxy.requests().get(0).target()).isEqualTo(address);
    }

    @Test
    void theBucketGoesIntoThePathOrStaysInTheHost() throws IOException {
        for (String host : List.of("s3.example.com", "bucket.s3.example.com")) {
            String path =
                    host.startsWith("bucket") ? "http://" + host + "/team/a?" : "http://" + host + "/bucket/team/a?";
            try (StorageProvider store = open("s3://bucket/team?endpoint=http://" + host)) {
                DownloadGrant grant = store.grants()
                        .orElseThrow()
                        .grantDownloads(List.of("a"), Duration.ofMinutes(1))
                        .get(0);
                assertThat(grant.uri().toString()).startsWith(path);
            }
            assertThat(proxy.requests().get(proxy.requests().size() - 1).header("host"))
                    .contains(host);
        }
    }
}
