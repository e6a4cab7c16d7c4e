package io.gpusnapshot.storage;

import static io.gpusnapshot.testing.Secrets.SECRET;
import static io.gpusnapshot.testing.Secrets.failureOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.testing.FakeClock;
import io.gpusnapshot.testing.FakeGrantIssuer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GrantsTest {
    private static final Map<String, String> HEADERS = Map.of("Authorization", SECRET);
    private static final Duration LIFETIME = Duration.ofMinutes(5);

    private FakeGrantIssuer issuer;

    @BeforeEach
    void start() throws IOException {
        issuer = new FakeGrantIssuer(new FakeClock(), 1000);
    }

    @AfterEach
    void stop() throws IOException {
        issuer.close();
    }

    private static DownloadGrant folder(String key) {
        return new DownloadGrant(key, true, URI.create("https://host/bucket/" + key), HEADERS, Instant.EPOCH);
    }

    private static DownloadGrant object(String key) {
        return new DownloadGrant(
                key, false, URI.create("https://host/" + key + "?token=" + SECRET), HEADERS, Instant.EPOCH);
    }

    @Test
    void aGrantForAFolderMakesRequestsForWhatIsInIt() {
        GrantedRequest request = folder("packs/").request("packs/ab/c");

        assertThat(request.uri()).hasToString("https://host/bucket/packs/ab/c");
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.headers()).isEqualTo(HEADERS);
        assertThat(request.expiresAt()).isEqualTo(Instant.EPOCH);
    }

    @Test
    void aGrantForAnObjectCoversNoOther() {
        assertThat(object("packs/a").covers("packs/a")).isTrue();
        assertThat(object("packs/a").covers("packs/ab")).isFalse();
        assertThat(failureOf(() -> object("packs/a").request("packs/ab"))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nothingThatIsPrintedTellsASecret() {
        for (Object printed : List.of(
                object("packs/a"),
                object("packs/a").request("packs/a"),
                folder("packs/").request("packs/a"))) {
            assertThat(printed.toString()).doesNotContain(SECRET).doesNotContain("?");
        }
    }

    @Test
    void headersCannotBeChangedAfterwards() {
        Map<String, String> headers = new HashMap<>(HEADERS);
        GrantedRequest request =
                new GrantedRequest("GET", URI.create("https://host/"), headers, Optional.empty(), Instant.MAX);
        headers.clear();

        assertThat(request.headers()).isEqualTo(HEADERS);
        assertThatThrownBy(() -> request.headers().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aPrefixedIssuerUploadsBelowItsPrefix() throws IOException {
        GrantIssuer prefixed = new PrefixedGrantIssuer(issuer, "team/");
        UploadTicket ticket = prefixed.openUpload("packs/a", 1500);
        GrantedRequest part = prefixed.grantPart(ticket, 2, LIFETIME);
        assertThat(ticket.key()).isEqualTo("packs/a");
        assertThat(ticket.parts()).containsExactly(new ByteRange(0, 1000), new ByteRange(1000, 500));
        assertThat(part.uri().getPath()).isEqualTo("/" + ticket.uploadId() + "/2");

        assertThat(failureOf(() -> prefixed.completeUpload(ticket, List.of(receipt(1), receipt(2)))))
                .hasMessageContaining("part 1");
        prefixed.abandonUpload(ticket);
        assertThat(issuer.openUploads()).isEmpty();
        assertThat(prefixed.minUploadBytes()).isEqualTo(issuer.minUploadBytes());
        assertThat(prefixed.providerId()).isEqualTo("fake");
    }

    private static UploadedPart receipt(int number) {
        return new UploadedPart(number, 1, Optional.empty(), Optional.empty());
    }

    @Test
    void aPrefixedIssuerTakesThePrefixOffItsGrants() throws IOException {
        DownloadGrant grant = new PrefixedGrantIssuer(issuer, "team/")
                .grantDownloads(List.of("packs/a"), LIFETIME)
                .get(0);

        assertThat(grant.key()).isEqualTo("packs/");
        assertThat(grant.request("packs/a").uri().getPath()).endsWith("/team/packs/a");
    }

    @Test
    void aGrantForMoreThanThePrefixCoversAllBelowIt() throws IOException {
        for (String wide : List.of("", "te", "team/", "team/pa")) {
            DownloadGrant grant = new PrefixedGrantIssuer(new OneGrantIssuer(folder(wide)), "team/")
                    .grantDownloads(List.of("packs/a"), LIFETIME)
                    .get(0);

            assertThat(grant.covers("packs/a")).isTrue();
            assertThat(grant.request("packs/a").uri()).hasToString("https://host/bucket/team/packs/a");
        }
    }

    @Test
    void aPrefixedIssuerPassesInvalidKeysToNobody() {
        GrantIssuer prefixed = new PrefixedGrantIssuer(issuer, "team/");

        assertThatThrownBy(() -> prefixed.grantDownloads(List.of("../other"), LIFETIME))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(issuer.downloadGrants()).isZero();
    }

    /** Has one grant for everybody. */
    private record OneGrantIssuer(DownloadGrant grant) implements GrantIssuer {
        @Override
        public String providerId() {
            return "one";
        }

        @Override
        public List<DownloadGrant> grantDownloads(Collection<String> keys, Duration lifetime) {
            return List.of(grant);
        }

        @Override
        public DownloadGrant grantDownload(String key, Duration lifetime) {
            return grant;
        }

        @Override
        public UploadTicket openUpload(String key, long lengthBytes) {
            throw new IllegalStateException("only downloads are granted here");
        }

        @Override
        public GrantedRequest grantPart(UploadTicket ticket, int number, Duration lifetime) {
            throw new IllegalStateException("only downloads are granted here");
        }

        @Override
        public StorageReceipt completeUpload(UploadTicket ticket, List<UploadedPart> parts) {
            throw new IllegalStateException("only downloads are granted here");
        }

        @Override
        public void abandonUpload(UploadTicket ticket) {
            throw new IllegalStateException("only downloads are granted here");
        }

        @Override
        public int abandonUploads(String keyPrefix, Instant openedBefore) {
            throw new IllegalStateException("only downloads are granted here");
        }

        @Override
        public long minUploadBytes() {
            return 0;
        }
    }
}
