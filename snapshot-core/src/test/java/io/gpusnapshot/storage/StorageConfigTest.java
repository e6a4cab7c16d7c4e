package io.gpusnapshot.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageConfigTest {
    private static final String SECRET = "K005hunter2";

    @Test
    void bucketUrisNameBucketPrefixEndpointAndRegion() {
        StorageConfig config = StorageConfig.parse(
                "s3://my-bucket/team/gpu/?region=eu-central-1&endpoint=https%3A%2F%2Fs3.example.com%3A8443");

        assertThat(config)
                .isEqualTo(StorageConfig.bucket("s3", "my-bucket")
                        .withPrefix("team/gpu")
                        .withRegion("eu-central-1")
                        .withEndpoint("https://s3.example.com:8443"));
    }

    @Test
    void endpointsNeedNoEscapes() {
        assertThat(StorageConfig.parse("b2://bucket?endpoint=http://127.0.0.1:4711")
                        .endpoint())
                .contains("http://127.0.0.1:4711");
    }

    @ParameterizedTest
    @ValueSource(strings = {"b2://bucket", "s3://bucket_x/p", "r2://bucket/a/b/", "wasabi://bucket.x/", "B2://bucket"})
    void allBucketSchemesParse(String uri) {
        StorageConfig config = StorageConfig.parse(uri);

        assertThat(config.providerId()).isLowerCase();
        assertThat(config.bucket()).startsWith("bucket");
        assertThat(config.folder()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b2://bucket",
                "b2://bucket/a/b?endpoint=http%3A%2F%2Flocalhost%3A1",
                "s3://bucket/a?endpoint=https%3A%2F%2Fh&region=r-1",
                "file:///a/b%20c/%25",
                "file:///"
            })
    void theTextFormParsesToTheSame(String uri) {
        StorageConfig config = StorageConfig.parse(uri);

        assertThat(config).hasToString(uri);
        assertThat(StorageConfig.parse(config.toString())).isEqualTo(config).hasSameHashCodeAs(config);
    }

    @Test
    void filePathsAreDecoded() {
        assertThat(StorageConfig.parse("file:///tmp/a%20b/100%25%3F%23").folder())
                .contains(Path.of("/tmp/a b/100%?#"));
        assertThat(StorageConfig.parse("file:/tmp/x")).isEqualTo(StorageConfig.file(Path.of("/tmp/x")));
        assertThat(StorageConfig.file(Path.of("/tmp/a b"))).hasToString("file:///tmp/a%20b");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "file://store/here | store/here | file:///absolute/path",
                "file:store | store | file:///absolute/path",
                "store/here | no scheme | file:///absolute/path",
                "gs://bucket | \"gs\" | b2, file, r2, s3, wasabi",
                "b2:///prefix | \"\" | b2://bucket/prefix",
                "b2:bucket | \"\" | b2://bucket/prefix",
                "s3://b | \"b\" | s3://bucket/prefix",
                "s3://bucket:80/a | \"bucket:80\" | s3://bucket/prefix",
                "s3://bucket/a//b | \"a//b\" | segments",
                "s3://bucket/a/../b | \"a/../b\" | segments",
                "s3://bucket?regoin=x | \"regoin\" | endpoint and region",
                "s3://bucket?region=a&region=b | \"region\" | once",
                "s3://bucket?region=a_b | \"a_b\" | eu-central-003",
                "s3://bucket?endpoint=s3.example.com | \"s3.example.com\" | https://host",
                "s3://bucket?endpoint=ftp://h | \"ftp://h\" | https://host",
                "s3://bucket#x | # | %23",
                "file:///a?mode=fast | \"mode\" | %3F",
                "s3://bucket/a b | Illegal character | %20",
            })
    void whatIsWrongIsNamedWithARemedy(String uri, String named, String remedy) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.parse(uri))
                .withMessageContaining(named)
                .withMessageContaining(remedy);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "b2://id:" + SECRET + "@bucket/prefix",
                "b2://" + SECRET + "@bucket",
                "s3://bucket?secretAccessKey=" + SECRET,
                "s3://bucket?region=x&AWS_SESSION_TOKEN=" + SECRET,
                "s3://bucket?X-Amz-Signature=" + SECRET,
                "s3://bucket?%6Bey=" + SECRET,
                "b2://bucket?applicationKey=" + SECRET,
                "b2://bucket?password=" + SECRET,
                "file:///a?token=" + SECRET,
                "s3://bucket?endpoint=https://me:" + SECRET + "@host",
                "s3://bucket?endpoint=https%3A%2F%2F" + SECRET + "%40host",
                "s3://bucket?endpoint=https://host/?k%3D" + SECRET,
                "s3://bucket/p#" + SECRET,
                "s3://bucket/p ?key=" + SECRET,
                "s3://bucket?unknown=" + SECRET
            })
    void secretsAreRefusedAndNotRepeated(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.parse(uri))
                .satisfies(e -> assertThat(e)
                        .hasNoCause()
                        .message()
                        .doesNotContain(SECRET)
                        .isNotBlank());
    }

    @Test
    void relativeFoldersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.file(Path.of("store")))
                .withMessageContaining("\"store\"")
                .withMessageContaining(Path.of("store").toAbsolutePath().toString());
    }

    @Test
    void aFolderTakesNoBucketSettings() {
        StorageConfig folder = StorageConfig.file(Path.of("/a"));

        assertThatIllegalArgumentException().isThrownBy(() -> folder.withPrefix("b"));
        assertThatIllegalArgumentException().isThrownBy(() -> folder.withEndpoint("https://h"));
        assertThatIllegalArgumentException().isThrownBy(() -> StorageConfig.bucket("file", "bucket"));
    }

    @Test
    void theEnvironmentDefaultsToB2() {
        assertThat(StorageConfig.fromEnvironment(Map.of("STORAGE_BUCKET", "bucket", "STORAGE_REGION", " ")))
                .isEqualTo(StorageConfig.bucket("b2", "bucket"));
    }

    @Test
    void theEnvironmentNamesEverything() {
        StorageConfig config = StorageConfig.fromEnvironment(Map.of(
                "STORAGE_PROVIDER", "wasabi",
                "STORAGE_BUCKET", "bucket",
                "STORAGE_PREFIX", "/a/b/",
                "STORAGE_ENDPOINT", "https://h",
                "STORAGE_REGION", "eu-1"));

        assertThat(config).hasToString("wasabi://bucket/a/b?endpoint=https%3A%2F%2Fh&region=eu-1");
        assertThat(StorageConfig.fromEnvironment(Map.of("STORAGE_PROVIDER", "file", "STORAGE_PATH", "/a b")))
                .isEqualTo(StorageConfig.file(Path.of("/a b")));
    }

    @Test
    void theEnvironmentIsRefusedByTheNameOfTheVariable() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.fromEnvironment(Map.of()))
                .withMessageContaining("STORAGE_BUCKET");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.fromEnvironment(Map.of("STORAGE_PROVIDER", "file")))
                .withMessageContaining("STORAGE_PATH");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StorageConfig.fromEnvironment(Map.of("STORAGE_PROVIDER", "gcs")))
                .withMessageContaining("\"gcs\"")
                .withMessageContaining("b2, file, r2, s3, wasabi");
    }
}
