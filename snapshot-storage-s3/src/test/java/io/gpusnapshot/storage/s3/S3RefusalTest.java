package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.gpusnapshot.error.StorageAccessException;
import io.gpusnapshot.error.StorageException;
import io.gpusnapshot.error.StorageRequestException;
import io.gpusnapshot.error.StorageUnavailableException;
import io.gpusnapshot.storage.StorageConfig;
import io.gpusnapshot.testing.HttpReply;
import io.gpusnapshot.testing.ScriptedHttpServer;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores that cannot be opened, each with the remedy. */
class S3RefusalTest {
    @SuppressWarnings("NullAway.Init")
    private ScriptedHttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = ScriptedHttpServer.start(S3Replies.emptyListing());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    private void open(String providerId) throws IOException {
        StorageConfig config = StorageConfig.bucket(providerId, "bucket")
                .withEndpoint(server.uri("").toString());
        ServedBucket.open(S3Location.of(config), "team", ServedBucket.credentials())
                .close();
    }

    private StorageException refusal(HttpReply... replies) {
        server.next(replies);
        StorageException[] refusal = new StorageException[1];
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> open(StorageConfig.S3))
                .withMessageContaining("s3://bucket")
                .satisfies(failure -> refusal[0] = failure);
        return refusal[0];
    }

    @ParameterizedTest
    @CsvSource({
        "403, InvalidAccessKeyId, AWS_ACCESS_KEY_ID",
        "403, SignatureDoesNotMatch, AWS_SECRET_ACCESS_KEY",
        "403, RequestTimeTooSkewed, clock",
        "400, ExpiredToken, session",
        "400, TokenRefreshRequired, session",
        "400, InvalidToken, AWS_ACCESS_KEY_ID",
        "403, AllAccessDisabled, s3:ListBucket"
    })
    void keysThatAreRefusedSayWhy(int status, String code, String remedy) {
        assertThat(refusal(S3Replies.toAllAttempts(S3Replies.error(status, code))))
                .isInstanceOf(StorageAccessException.class)
                .hasMessageContaining(code)
                .hasMessageContaining("told by the store")
                .hasMessageContaining(remedy);
    }

    @Test
    void eachProviderNamesItsOwnVariables() {
        server.next(S3Replies.error(403, "InvalidAccessKeyId"), S3Replies.error(403, "InvalidAccessKeyId"));
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> open(StorageConfig.R2))
                .withMessageContaining("R2_SECRET_ACCESS_KEY");
        assertThatExceptionOfType(StorageAccessException.class)
                .isThrownBy(() -> open(StorageConfig.WASABI))
                .withMessageContaining("WASABI_SECRET_ACCESS_KEY");
    }

    @Test
    void aBucketThatIsNotThereIsNamed() {
        assertThat(refusal(S3Replies.error(404, "NoSuchBucket")))
                .isInstanceOf(StorageRequestException.class)
                .hasMessageContaining("create the bucket");
    }

    @Test
    void aRegionThatIsWrongIsCorrected() {
        HttpReply moved = S3Replies.error(301, "PermanentRedirect", "x-amz-bucket-region: eu-west-1");
        assertThat(refusal(moved))
                .isInstanceOf(StorageRequestException.class)
                .hasMessageContaining("write region=eu-west-1");
        assertThat(refusal(S3Replies.error(400, "AuthorizationHeaderMalformed")))
                .isInstanceOf(StorageRequestException.class)
                .hasMessageContaining("region=NAME");
    }

    @Test
    void aRegionThatNobodyNamedIsFoundOut() throws IOException {
        server.next(S3Replies.error(301, "PermanentRedirect", "x-amz-bucket-region: eu-west-1"));
        S3Location guessed = new S3Location(
                StorageConfig.S3,
                "bucket",
                Optional.of(URI.create(server.uri("").toString())),
                "us-east-1",
                true,
                true,
                true);
        ServedBucket.open(guessed, "", ServedBucket.credentials()).close();
        assertThat(server.requests().get(0).header("authorization").orElseThrow())
                .contains("/us-east-1/");
        assertThat(server.requests().get(1).header("authorization").orElseThrow())
                .contains("/eu-west-1/");
    }

    @Test
    void aServerThatIsNotS3IsFoundOut() {
        String page = "<html><body>hello</body></html>";
        for (HttpReply reply : new HttpReply[] {
            HttpReply.error(200, page, "Content-Type: text/html"),
            HttpReply.error(200, "hello"),
            HttpReply.error(404, page),
            HttpReply.error(400, page),
            HttpReply.error(405, page)
        }) {
            assertThat(refusal(reply))
                    .isInstanceOf(StorageRequestException.class)
                    .hasMessageContaining("check the endpoint");
        }
    }

    @Test
    void aServerThatDoesNotListenIsUnavailable() throws IOException {
        String address = server.uri("").toString();
        server.close();
        StorageConfig config = StorageConfig.bucket(StorageConfig.S3, "bucket").withEndpoint(address);
        assertThatExceptionOfType(StorageUnavailableException.class)
                .isThrownBy(() -> ServedBucket.open(S3Location.of(config), "", ServedBucket.credentials()))
                .withMessageContaining("the network failed");
    }

    @Test
    void theClockIsSetByWhatTheStoreSays() throws IOException {
        server.next(S3Replies.error(403, "RequestTimeTooSkewed", "Date: Fri, 02 Jan 2032 03:04:05 GMT"));
        open(StorageConfig.S3);
        assertThat(server.requests().get(1).header("x-amz-date").orElseThrow()).startsWith("20320102T0304");
    }
}
