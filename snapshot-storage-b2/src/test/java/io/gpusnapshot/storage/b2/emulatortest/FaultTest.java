package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.storage.b2.emulator.RecordedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultTest extends RunningEmulator {
    private static final byte[] CONTENT = new byte[300_000];

    private String bucket = "";

    @BeforeEach
    void upload() throws Exception {
        bucket = client.createBucket("some-bucket");
        client.upload(bucket, "file", CONTENT).ok();
        emulator.traffic().reset();
    }

    @Test
    void aFaultStrikesTheCallsItIsMeantFor() throws Exception {
        InjectedFault fault = inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.DOWNLOAD_BY_NAME)
                .named("fil")
                .skipping(1)
                .times(2));
        download().ok();
        client.call("b2_list_file_names", "bucketId", bucket).ok();
        client.download("some-bucket", "other").isError(404, "not_found");
        download().isError(503, "service_unavailable");
        download().isError(503, "service_unavailable");
        download().ok();
        assertThat(fault.hits()).isEqualTo(2);
    }

    @Test
    void aFaultCanStrikeAShareOfTheCalls() throws Exception {
        InjectedFault fault = inject(Fault.of(FaultEffect.serviceUnavailable(), Operation.DOWNLOAD_BY_NAME)
                .every(3)
                .skipping(1)
                .times(1));
        for (int passing = 0; passing < 3; passing++) {
            download().ok();
        }
        download().isError(503, "service_unavailable");
        for (int passing = 0; passing < 3; passing++) {
            download().ok();
        }
        assertThat(fault.hits()).isEqualTo(1);
        assertThatThrownBy(() -> Fault.of(FaultEffect.serviceUnavailable()).every(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusalsMaySayWhenToComeBack() throws Exception {
        inject(Fault.of(FaultEffect.tooManyRequests(Duration.ofSeconds(7))).times(1));
        Answer answer = client.call("b2_list_file_names", "bucketId", bucket);
        answer.isError(429, "too_many_requests");
        assertThat(answer.header("Retry-After")).isEqualTo("7");
    }

    @Test
    void anUploadUrlThatFailedHasToBeReplaced() throws Exception {
        for (FaultEffect effect :
                new FaultEffect[] {FaultEffect.serviceUnavailable(), FaultEffect.fail(408, "request_timeout")}) {
            Answer url = client.call("b2_get_upload_url", "bucketId", bucket).ok();
            inject(Fault.of(effect, Operation.UPLOAD_FILE).times(1));
            assertThat(RawClient.upload(url, "other", CONTENT).status()).isIn(408, 503);
            RawClient.upload(url, "other", CONTENT).isError(503, "service_unavailable");
            client.upload(bucket, "other", CONTENT).ok();
        }
    }

    @Test
    void capsComeOnDemand() throws Exception {
        inject(Fault.of(FaultEffect.storageCapExceeded(), Operation.UPLOAD_FILE));
        inject(Fault.of(FaultEffect.downloadCapExceeded(), Operation.DOWNLOAD_BY_NAME));
        client.upload(bucket, "other", CONTENT).isError(403, "cap_exceeded");
        download().isError(403, "download_cap_exceeded");
        emulator.faults().clear();
        download().ok();
    }

    @Test
    void aHeldCallGoesOnWhenTheFaultIsLifted() throws Exception {
        InjectedFault fault = inject(Fault.of(FaultEffect.hold(), Operation.DOWNLOAD_BY_NAME));
        FutureTask<Answer> call = new FutureTask<>(this::download);
        Thread thread = new Thread(call);
        thread.start();
        fault.awaitHits(1);
        assertThat(emulator.traffic().calls(Operation.DOWNLOAD_BY_NAME)).isZero();
        fault.lift();
        call.get().ok();
        thread.join();
    }

    @Test
    void aStalledBodyFollowsItsHeadersLater() throws Exception {
        InjectedFault fault = inject(Fault.of(FaultEffect.stallBody(), Operation.DOWNLOAD_BY_NAME));
        HttpURLConnection connection = open();
        assertThat(connection.getResponseCode()).isEqualTo(200);
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)).isZero();
        CompletableFuture.runAsync(fault::lift).join();
        assertThat(connection.getInputStream().readAllBytes()).isEqualTo(CONTENT);
    }

    @Test
    void aClosedDownloadGivesJustSoManyBytes() throws Exception {
        inject(Fault.of(FaultEffect.closeAfter(1000), Operation.DOWNLOAD_BY_NAME));
        try (InputStream body = open().getInputStream()) {
            assertThat(body.readNBytes(1000)).hasSize(1000);
            assertThat(isAtEnd(body)).isTrue();
        }
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)).isEqualTo(1000);
    }

    /** From Java 25 on, a body that ends early is an error. */
    private static boolean isAtEnd(InputStream body) {
        try {
            return body.read() < 0;
        } catch (IOException early) {
            return true;
        }
    }

    @Test
    void aResetDownloadFails() throws Exception {
        inject(Fault.of(FaultEffect.resetAfter(1000), Operation.DOWNLOAD_BY_NAME));
        assertThatThrownBy(() -> open().getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
    }

    @Test
    void aCutUploadLeavesNothing() throws Exception {
        inject(Fault.of(FaultEffect.resetAfter(1000), Operation.UPLOAD_FILE).times(1));
        assertThatThrownBy(() -> client.upload(bucket, "other", CONTENT)).isInstanceOf(IOException.class);
        client.download("some-bucket", "other").isError(404, "not_found");
        assertThat(root.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void aDroppedReplyHidesASuccess() throws Exception {
        Answer url = client.call("b2_get_upload_url", "bucketId", bucket).ok();
        inject(Fault.of(FaultEffect.dropReply(), Operation.HIDE_FILE, Operation.UPLOAD_FILE));
        assertThatThrownBy(() -> RawClient.upload(url, "other", CONTENT)).isInstanceOf(IOException.class);
        client.download("some-bucket", "other").ok();
    }

    @Test
    void aLyingDownloadDiffersInOneByte() throws Exception {
        inject(Fault.of(FaultEffect.flipByte(200_000), Operation.DOWNLOAD_BY_NAME));
        byte[] lie = download().ok().bytes();
        assertThat(Arrays.mismatch(lie, CONTENT)).isEqualTo(200_000);
        lie[200_000] ^= 1;
        assertThat(lie).isEqualTo(CONTENT);
    }

    @Test
    void throttledBodiesArriveWhole() throws Exception {
        inject(Fault.of(FaultEffect.throttle(3_000_000), Operation.DOWNLOAD_BY_NAME, Operation.UPLOAD_FILE));
        client.upload(bucket, "other", CONTENT).ok();
        assertThat(client.download("some-bucket", "other").ok().bytes()).isEqualTo(CONTENT);
    }

    @Test
    void trafficIsCountedAndRecordedWithoutSecrets() throws Exception {
        client.download("some-bucket", "file", "Range", "bytes=0-99").ok();
        client.upload(bucket, "other", CONTENT).ok();
        assertThat(emulator.traffic().calls(Operation.DOWNLOAD_BY_NAME)).isEqualTo(1);
        assertThat(emulator.traffic().bytesSent(Operation.DOWNLOAD_BY_NAME)).isEqualTo(100);
        assertThat(emulator.traffic().bytesReceived(Operation.UPLOAD_FILE)).isEqualTo(CONTENT.length);
        RecordedRequest request =
                emulator.traffic().requests(Operation.DOWNLOAD_BY_NAME).get(0);
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.path()).isEqualTo("/file/some-bucket/file");
        assertThat(request.name()).isEqualTo("file");
        assertThat(request.status()).isEqualTo(206);
        assertThat(request.headers())
                .containsEntry("Range", "bytes=0-99")
                .doesNotContainKeys("Authorization", "authorization");
        assertThat(emulator.traffic().requests().toString())
                .doesNotContain(client.token())
                .doesNotContain(emulator.applicationKey());
    }

    private InjectedFault inject(Fault fault) {
        return emulator.faults().inject(fault);
    }

    private Answer download() throws Exception {
        return client.download("some-bucket", "file");
    }

    private HttpURLConnection open() throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                emulator.endpoint().resolve("/file/some-bucket/file").toURL().openConnection();
        connection.setRequestProperty("Authorization", client.token());
        return connection;
    }
}
