package io.gpusnapshot.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.testing.SeededRandom;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.checksums.DefaultChecksumAlgorithm;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Signs as the vendor's signer does. */
class S3SignerTest {
    private static final int ROUNDS = 200;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final AwsCredentialsIdentity KEYS = AwsCredentialsIdentity.create(" AKIATEST", "s3cr3t+key/ ");
    private static final AwsCredentialsIdentity SESSION =
            AwsSessionCredentialsIdentity.create("ASIATEST", "s3cr3t+key/", "t0ken/with+signs=");
    private static final String ODD_CHARACTERS = "aZ09-._~ /+*%&=?:;,'\"!()@$#[]{}|\\^`<>\u00e9\u4e2d";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private final S3Signer signer = new S3Signer();

    private String text(int maxLength) {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(maxLength) + 1; left > 0; left--) {
            text.append(ODD_CHARACTERS.charAt(random.nextInt(ODD_CHARACTERS.length())));
        }
        return text.toString();
    }

    private SdkHttpRequest request(String endpoint) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(random.nextInt(2) == 0 ? SdkHttpMethod.GET : SdkHttpMethod.PUT)
                .uri(URI.create(endpoint))
                .encodedPath(random.nextInt(9) == 0 ? "" : "/bucket/" + encoded(text(20)));
        for (int left = random.nextInt(4); left > 0; left--) {
            request.putRawQueryParameter(text(6), random.nextInt(3) == 0 ? "" : text(12));
        }
        for (int left = random.nextInt(3); left > 0; left--) {
            request.putHeader("X-Amz-Meta-" + left, List.of(" two  words\t", "and " + left));
        }
        return request.putHeader("User-Agent", "tests").build();
    }

    private static String encoded(String path) {
        return java.net.URLEncoder.encode(path, UTF_8).replace("+", "%20").replace("*", "%2A");
    }

    private SignRequest<AwsCredentialsIdentity> toSign(SdkHttpRequest request, AwsCredentialsIdentity keys) {
        SignRequest.Builder<AwsCredentialsIdentity> sign = SignRequest.builder(keys)
                .request(request)
                .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-west-1")
                .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK);
        if (request.method() == SdkHttpMethod.PUT) {
            sign.payload(ContentStreamProvider.fromUtf8String(text(50_000)));
        }
        if (random.nextInt(2) == 0) {
            sign.putProperty(AwsV4FamilyHttpSigner.CHECKSUM_ALGORITHM, DefaultChecksumAlgorithm.CRC32);
        }
        return sign.build();
    }

    private static Map<String, List<String>> headers(SdkHttpRequest request) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(request.headers());
        return headers;
    }

    @Test
    void headersAreThoseOfTheVendor() {
        for (int round = 0; round < ROUNDS; round++) {
            for (String endpoint : List.of("http://127.0.0.1:9000", "https://s3.example.com")) {
                SignRequest<AwsCredentialsIdentity> request =
                        toSign(request(endpoint), random.nextInt(2) == 0 ? KEYS : SESSION);
                SdkHttpRequest expected = AwsV4HttpSigner.create().sign(request).request();
                SdkHttpRequest signed = signer.sign(request).request();
                assertThat(headers(signed)).isEqualTo(headers(expected));
                assertThat(signed.getUri()).isEqualTo(expected.getUri());
            }
        }
    }

    @Test
    void presignedAddressesAreThoseOfTheVendor() {
        for (int round = 0; round < ROUNDS; round++) {
            SdkHttpRequest request = request("https://s3.example.com");
            AwsCredentialsIdentity keys = random.nextInt(2) == 0 ? KEYS : SESSION;
            SdkHttpRequest expected = AwsV4HttpSigner.create()
                    .sign(SignRequest.builder(keys)
                            .request(request)
                            .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "s3")
                            .putProperty(AwsV4HttpSigner.REGION_NAME, "auto")
                            .putProperty(AwsV4FamilyHttpSigner.DOUBLE_URL_ENCODE, false)
                            .putProperty(AwsV4FamilyHttpSigner.NORMALIZE_PATH, false)
                            .putProperty(AwsV4FamilyHttpSigner.PAYLOAD_SIGNING_ENABLED, false)
                            .putProperty(
                                    AwsV4FamilyHttpSigner.AUTH_LOCATION,
                                    AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                            .putProperty(AwsV4FamilyHttpSigner.EXPIRATION_DURATION, Duration.ofMinutes(15))
                            .putProperty(HttpSigner.SIGNING_CLOCK, CLOCK)
                            .build())
                    .request();
            SdkHttpRequest signed =
                    S3Signer.presign(request, new S3Signature(keys, "auto", CLOCK.instant()), Duration.ofMinutes(15));
            assertThat(signed.rawQueryParameters()).isEqualTo(expected.rawQueryParameters());
            assertThat(headers(signed)).isEqualTo(headers(expected));
        }
    }
}
