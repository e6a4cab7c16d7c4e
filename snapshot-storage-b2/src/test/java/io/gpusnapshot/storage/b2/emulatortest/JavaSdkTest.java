package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.backblaze.b2.client.B2ClientConfig;
import com.backblaze.b2.client.B2StorageClient;
import com.backblaze.b2.client.contentHandlers.B2ContentMemoryWriter;
import com.backblaze.b2.client.contentSources.B2ByteArrayContentSource;
import com.backblaze.b2.client.exceptions.B2BadRequestException;
import com.backblaze.b2.client.exceptions.B2Exception;
import com.backblaze.b2.client.exceptions.B2NotFoundException;
import com.backblaze.b2.client.exceptions.B2UnauthorizedException;
import com.backblaze.b2.client.structures.B2CreateKeyRequest;
import com.backblaze.b2.client.structures.B2CreatedApplicationKey;
import com.backblaze.b2.client.structures.B2DownloadByNameRequest;
import com.backblaze.b2.client.structures.B2FileVersion;
import com.backblaze.b2.client.structures.B2GetDownloadAuthorizationRequest;
import com.backblaze.b2.client.structures.B2UploadFileRequest;
import com.backblaze.b2.client.webApiHttpClient.B2StorageHttpClientBuilder;
import com.backblaze.b2.client.webApiHttpClient.HttpClientFactoryImpl;
import com.backblaze.b2.util.B2ByteRange;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The emulator through Backblaze's own Java SDK. */
final class JavaSdkTest extends RunningEmulator {
    private static final String NAME = "a/file ü";

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    private B2StorageClient sdk;
    private String bucket;

    @BeforeEach
    void connect() throws B2Exception {
        sdk = connect(emulator.keyId(), emulator.applicationKey());
        bucket = sdk.createBucket("some-bucket", "allPrivate").getBucketId();
    }

    @AfterEach
    void disconnect() {
        sdk.close();
    }

    @Test
    void aFileComesBackAsItWasUploaded() throws Exception {
        byte[] content = random.nextBytes(100_000);
        B2FileVersion file = sdk.uploadSmallFile(request(NAME, content));
        assertThat(file.getContentSha1()).isEqualTo(RawClient.sha1(content));
        assertThat(file.getFileInfo()).containsEntry("colour", "light blue");
        assertThat(sdk.getFileInfo(file.getFileId()).getContentLength()).isEqualTo(content.length);
        assertThat(sdk.getFileInfoByName("some-bucket", NAME).getFileInfo()).containsEntry("colour", "light blue");
        assertThat(download(NAME, B2ByteRange.startAt(0))).isEqualTo(content);
    }

    @Test
    void aRangeIsPartOfTheFile() throws Exception {
        byte[] content = random.nextBytes(100_000);
        sdk.uploadSmallFile(request(NAME, content));
        assertThat(download(NAME, B2ByteRange.between(5_000, 69_999)))
                .isEqualTo(Arrays.copyOfRange(content, 5_000, 70_000));
    }

    @Test
    void aLargeFileIsUploadedByParts() throws Exception {
        byte[] content = random.nextBytes(300_000);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            B2FileVersion file = sdk.uploadLargeFile(request("large", content), threads);
            assertThat(file.getContentSha1()).isEqualTo("none");
        } finally {
            threads.shutdown();
        }
        assertThat(emulator.traffic().calls(Operation.UPLOAD_PART)).isGreaterThan(1);
        assertThat(download("large", B2ByteRange.startAt(0))).isEqualTo(content);
    }

    @Test
    void filesAreListedHiddenAndDeleted() throws Exception {
        B2FileVersion first = sdk.uploadSmallFile(request("first", bytes("1")));
        sdk.uploadSmallFile(request("second", bytes("2")));
        assertThat(names()).containsExactly("first", "second");
        sdk.hideFile(bucket, "second");
        sdk.deleteFileVersion(first);
        assertThat(names()).isEmpty();
        List<String> actions = new ArrayList<>();
        sdk.fileVersions(bucket).forEach(version -> actions.add(version.getAction()));
        assertThat(actions).containsExactly("hide", "upload");
        assertThatThrownBy(() -> sdk.deleteFileVersion(first)).isInstanceOf(B2BadRequestException.class);
        assertThatThrownBy(() -> download("first", B2ByteRange.startAt(0))).isInstanceOf(B2NotFoundException.class);
    }

    @Test
    void aDownloadTokenOpensFilesToOthers() throws Exception {
        sdk.uploadSmallFile(request(NAME, bytes("content")));
        String token = sdk.getDownloadAuthorization(B2GetDownloadAuthorizationRequest.builder(bucket, "a/", 60)
                        .build())
                .getAuthorizationToken();
        Answer answer = client.get("/file/some-bucket/" + RawClient.percentEncode(NAME), "Authorization", token);
        assertThat(answer.ok().bytes()).isEqualTo(bytes("content"));
    }

    @Test
    void aLimitedKeyWorksWithinItsLimits() throws Exception {
        B2CreatedApplicationKey key =
                sdk.createKey(B2CreateKeyRequest.builder(new TreeSet<>(List.of("readFiles", "listFiles")), "limited")
                        .setBucketId(bucket)
                        .setNamePrefix("a/")
                        .build());
        sdk.uploadSmallFile(request(NAME, bytes("content")));
        sdk.uploadSmallFile(request("b", bytes("content")));
        try (B2StorageClient limited = connect(key.getApplicationKeyId(), key.getApplicationKey())) {
            assertThat(limited.getFileInfoByName("some-bucket", NAME).getContentLength())
                    .isEqualTo(7);
            assertThatThrownBy(() -> limited.getFileInfoByName("some-bucket", "b"))
                    .isInstanceOf(B2UnauthorizedException.class);
        }
        assertThat(sdk.applicationKeys().iterator().next().getNamePrefix()).isEqualTo("a/");
    }

    @Test
    void expiredTokensAndBrokenUploadUrlsAreReplaced() throws Exception {
        sdk.uploadSmallFile(request("first", bytes("1")));
        clock.advance(Duration.ofDays(2));
        sdk.uploadSmallFile(request("second", bytes("2")));
        emulator.faults()
                .inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.UPLOAD_FILE)
                        .times(1));
        sdk.uploadSmallFile(request("third", bytes("3")));
        assertThat(names()).containsExactly("first", "second", "third");
    }

    private B2StorageClient connect(String keyId, String key) {
        B2ClientConfig config = B2ClientConfig.builder(keyId, key, "test")
                .setMasterUrl(emulator.endpoint().toString())
                .build();
        return B2StorageHttpClientBuilder.builder(config)
                .setHttpClientFactory(HttpClientFactoryImpl.builder()
                        .setSupportInsecureHttp(true)
                        .build())
                .build();
    }

    private B2UploadFileRequest request(String name, byte[] content) {
        return B2UploadFileRequest.builder(
                        bucket, name, "application/octet-stream", B2ByteArrayContentSource.build(content))
                .setCustomField("colour", "light blue")
                .build();
    }

    private byte[] download(String name, B2ByteRange range) throws B2Exception {
        B2ContentMemoryWriter content = B2ContentMemoryWriter.build();
        sdk.downloadByName(
                B2DownloadByNameRequest.builder("some-bucket", name)
                        .setRange(range)
                        .build(),
                content);
        return content.getBytes();
    }

    private List<String> names() throws B2Exception {
        List<String> names = new ArrayList<>();
        sdk.fileNames(bucket).forEach(version -> names.add(version.getFileName()));
        return names;
    }
}
