package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.storage.b2.emulator.B2Emulator;
import io.gpusnapshot.storage.b2.emulator.Fault;
import io.gpusnapshot.storage.b2.emulator.FaultEffect;
import io.gpusnapshot.storage.b2.emulator.InjectedFault;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

final class LifecycleTest extends RunningEmulator {
    @Test
    void aRestartFindsEverythingAgain() throws Exception {
        String bucket = client.createBucket("some-bucket");
        client.upload(bucket, "file", bytes("old"), "X-Bz-Info-colour", "blue").ok();
        client.upload(bucket, "file", bytes("new")).ok();
        client.upload(bucket, "hidden", bytes("x")).ok();
        client.call("b2_hide_file", "bucketId", bucket, "fileName", "hidden").ok();
        Answer key = client.call("b2_create_key", "keyName", "reader", "capabilities", List.of("readFiles"))
                .ok();
        String large = client.call("b2_start_large_file", "bucketId", bucket, "fileName", "large", "contentType", "a/b")
                .ok()
                .text("fileId");
        client.uploadPart(large, 1, bytes("0123456789")).ok();
        Answer before = client.call("b2_list_file_versions", "bucketId", bucket).ok();
        String token = client.token();
        restart();

        assertThat(client.call("b2_list_file_versions", "bucketId", bucket).ok().json())
                .isEqualTo(before.json());
        client.uploadPart(large, 2, bytes("end")).ok();
        client.call(
                        "b2_finish_large_file",
                        "fileId",
                        large,
                        "partSha1Array",
                        List.of(RawClient.sha1(bytes("0123456789")), RawClient.sha1(bytes("end"))))
                .ok();
        RawClient reader = RawClient.of(emulator, key.text("applicationKeyId"), key.text("applicationKey"));
        assertThat(reader.download("some-bucket", "file").ok().bytes()).isEqualTo(bytes("new"));
        restart();
        assertThat(client.download("some-bucket", "large").ok().bytes()).isEqualTo(bytes("0123456789end"));
        client.upload(bucket, "file", bytes("newest")).ok();
        assertThat(client.download("some-bucket", "file").ok().bytes()).isEqualTo(bytes("newest"));
        client.post("b2_list_buckets", token, "{}").isError(401, "bad_auth_token");
    }

    @Test
    void theMasterKeyBelongsToTheFolder() throws Exception {
        String keyId = emulator.keyId();
        String key = emulator.applicationKey();
        restart();
        assertThat(emulator.keyId()).isEqualTo(keyId);
        assertThat(emulator.applicationKey()).isEqualTo(key);
    }

    @Test
    void whatWasNeverAcknowledgedGoesAtTheStart() throws Exception {
        String bucket = client.createBucket("some-bucket");
        emulator.close();
        Files.createDirectories(root.resolve("buckets/" + bucket + "/files/half"));
        Files.writeString(root.resolve("buckets/" + bucket + "/files/half/1.data"), "x");
        Files.writeString(root.resolve("incoming/1.data"), "x");
        restart();
        assertThat(root.resolve("incoming")).isEmptyDirectory();
        assertThat(root.resolve("buckets/" + bucket + "/files")).isEmptyDirectory();
        client.call("b2_list_file_versions", "bucketId", bucket).ok();
    }

    @Test
    void damagedDataAreNotTakenForEmptyOnes() throws Exception {
        emulator.close();
        Files.writeString(root.resolve("account.json"), "{\"keyId\": 7}");
        assertThatThrownBy(() -> start().start())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void closingLeavesNoThreadAndNoOpenPort() throws Exception {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        B2Emulator other = B2Emulator.builder().root(root.resolve("other")).start();
        RawClient otherClient = RawClient.master(other);
        otherClient.createBucket("some-bucket");
        InjectedFault held = other.faults().inject(Fault.of(FaultEffect.hold()));
        FutureTask<Answer> call =
                new FutureTask<>(() -> otherClient.call("b2_list_buckets", "accountId", other.keyId()));
        Thread caller = new Thread(call);
        caller.start();
        held.awaitHits(1);
        other.close();
        caller.join();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (!before.contains(thread) && thread.getName().startsWith("HTTP-")) {
                // It may be at its very end.
                thread.join(Duration.ofSeconds(10).toMillis());
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
        assertThatThrownBy(() -> RawClient.master(other)).isInstanceOf(IOException.class);
    }

    @Test
    void itListensOnTheLoopbackAddressOnly() {
        assertThat(emulator.endpoint().getHost()).isEqualTo("127.0.0.1");
        assertThat(emulator.endpoint().getPort()).isPositive();
    }

    @Test
    void theRootIsRequired() {
        assertThatThrownBy(() -> B2Emulator.builder().start()).isInstanceOf(IllegalStateException.class);
    }

    private void restart() throws Exception {
        emulator.close();
        emulator = start().start();
        client = RawClient.master(emulator);
    }
}
