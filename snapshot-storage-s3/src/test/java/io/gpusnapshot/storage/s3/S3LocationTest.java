package io.gpusnapshot.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gpusnapshot.storage.StorageConfig;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the presets lead. */
class S3LocationTest {
    private static S3Location location(String uri, Map<String, String> variables) {
        return S3Location.of(S3StorageProviderFactory.completed(StorageConfig.parse(uri), variables));
    }

    private static S3Location location(String uri) {
        return location(uri, Map.of());
    }

    @Test
    void amazonNeedsNothingButTheBucket() {
        S3Location guessed = location("s3://bucket/prefix");
        assertThat(guessed.endpoint()).isEmpty();
        assertThat(guessed.regionMayBeWrong()).isTrue();
        assertThat(guessed.pathStyle()).isFalse();
        assertThat(guessed.conditionalPuts()).isTrue();

        S3Location given = location("s3://bucket?region=eu-central-1");
        assertThat(given.region()).isEqualTo("eu-central-1");
        assertThat(given.regionMayBeWrong()).isFalse();
    }

    @Test
    void r2IsFoundByTheAccount() {
        S3Location r2 = location("r2://bucket", Map.of("R2_ACCOUNT_ID", " 0123abcd "));
        assertThat(r2.endpoint()).contains(URI.create("https://0123abcd.r2.cloudflarestorage.com"));
        assertThat(r2.region()).isEqualTo("auto");
        assertThat(r2.conditionalPuts()).isTrue();
        assertThat(r2.place()).isEqualTo("r2://bucket");

        String europe = "https://0123abcd.eu.r2.cloudflarestorage.com";
        assertThat(location("r2://bucket?endpoint=" + europe, Map.of("R2_ACCOUNT_ID", "other"))
                        .endpoint())
                .contains(URI.create(europe));
    }

    @Test
    void wasabiIsFoundByTheRegion() {
        S3Location wasabi = location("wasabi://bucket?region=eu-central-2", Map.of("WASABI_REGION", "us-east-1"));
        assertThat(wasabi.endpoint()).contains(URI.create("https://s3.eu-central-2.wasabisys.com"));
        assertThat(wasabi.region()).isEqualTo("eu-central-2");
        assertThat(wasabi.conditionalPuts()).isFalse();
        assertThat(location("wasabi://bucket", Map.of("WASABI_REGION", "us-east-1"))
                        .endpoint())
                .contains(URI.create("https://s3.us-east-1.wasabisys.com"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://s3.example.com, true, https://s3.example.com",
        "http://127.0.0.1:9000, true, http://127.0.0.1:9000",
        "https://bucket.s3.example.com:8443, false, https://s3.example.com:8443",
        "https://buckets.example.com, true, https://buckets.example.com"
    })
    void anEndpointThatBeginsWithTheBucketStandsForVirtualHosts(String given, boolean pathStyle, String endpoint) {
        S3Location other = location("s3://bucket?endpoint=" + given);
        assertThat(other.pathStyle()).isEqualTo(pathStyle);
        assertThat(other.endpoint()).contains(URI.create(endpoint));
        assertThat(other.region()).isEqualTo("us-east-1");
        assertThat(other.conditionalPuts()).isFalse();
    }

    @Test
    void amazonsToolsMayBePointedElsewhere() {
        Map<String, String> variables =
                Map.of("AWS_ENDPOINT_URL", "https://all.example.com", "AWS_ENDPOINT_URL_S3", "https://s3.example.com");
        assertThat(location("s3://bucket", variables).endpoint()).contains(URI.create("https://s3.example.com"));
        assertThat(location("s3://bucket?endpoint=https://h", variables).endpoint())
                .contains(URI.create("https://h"));
    }

    @Test
    void amazonsOtherAddressesHeedConditions() {
        assertThat(location("s3://bucket?endpoint=https://bucket.vpce-1.s3.eu-west-1.vpce.amazonaws.com")
                        .conditionalPuts())
                .isTrue();
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location("r2://bucket"))
                .withMessageContaining("r2://bucket")
                .withMessageContaining("R2_ACCOUNT_ID");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location("wasabi://bucket"))
                .withMessageContaining("wasabi://bucket")
                .withMessageContaining("WASABI_REGION");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> location("b2://bucket"))
                .withMessageContaining("b2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a.b", "a/b", "a b", "evil.example.com#"})
    void whatIsNoAccountOrRegionIsRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> S3Endpoints.r2(value));
        assertThatIllegalArgumentException().isThrownBy(() -> S3Endpoints.wasabi(value));
    }
}
