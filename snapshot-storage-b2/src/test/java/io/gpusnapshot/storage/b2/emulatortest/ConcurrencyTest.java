package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.Operation;
import io.gpusnapshot.testing.SeededRandom;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

final class ConcurrencyTest extends RunningEmulator {
    private static final int DOWNLOADS = 200;
    private static final int UPLOADS = 100;

    @RegisterExtension
    final SeededRandom random = new SeededRandom();

    /** All have their first bytes before any reads on, so that all are open at once. */
    @Test
    void twoHundredDownloadAtOnce() throws Exception {
        byte[] content = random.nextBytes(500_000);
        client.upload(client.createBucket("some-bucket"), "file", content).ok();
        CyclicBarrier allOpen = new CyclicBarrier(DOWNLOADS);
        List<byte[]> downloads = together(DOWNLOADS, ignored -> {
            HttpURLConnection connection = (HttpURLConnection) emulator.endpoint()
                    .resolve("/file/some-bucket/file")
                    .toURL()
                    .openConnection();
            connection.setRequestProperty("Authorization", client.token());
            try (InputStream body = connection.getInputStream()) {
                int first = body.read();
                allOpen.await();
                byte[] all = new byte[content.length];
                all[0] = (byte) first;
                body.readNBytes(all, 1, all.length - 1);
                return all;
            }
        });
        assertThat(downloads).hasSize(DOWNLOADS).allMatch(download -> Arrays.equals(download, content));
        assertThat(emulator.traffic().calls(Operation.DOWNLOAD_BY_NAME)).isEqualTo(DOWNLOADS);
    }

    @Test
    void aHundredUploadAtOnce() throws Exception {
        String bucket = client.createBucket("some-bucket");
        List<byte[]> contents = new ArrayList<>();
        for (int i = 0; i < UPLOADS; i++) {
            contents.add(random.nextBytes(50_000));
        }
        CyclicBarrier allHaveBegun = new CyclicBarrier(UPLOADS);
        together(UPLOADS, i -> {
            Answer url = client.call("b2_get_upload_url", "bucketId", bucket).ok();
            allHaveBegun.await();
            upload(url, "file-" + i, contents.get(i), allHaveBegun);
            return i;
        });
        for (int i = 0; i < UPLOADS; i++) {
            assertThat(client.download("some-bucket", "file-" + i).ok().bytes()).isEqualTo(contents.get(i));
        }
    }

    /** Sends half the content, waits for the others to have done so, and sends the rest. */
    private static void upload(Answer url, String name, byte[] content, CyclicBarrier half) throws Exception {
        HttpURLConnection connection =
                (HttpURLConnection) URI.create(url.text("uploadUrl")).toURL().openConnection();
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(content.length);
        connection.setRequestProperty("Authorization", url.text("authorizationToken"));
        connection.setRequestProperty("X-Bz-File-Name", name);
        connection.setRequestProperty("Content-Type", "a/b");
        connection.setRequestProperty("X-Bz-Content-Sha1", RawClient.sha1(content));
        connection.getOutputStream().write(content, 0, content.length / 2);
        half.await();
        connection.getOutputStream().write(content, content.length / 2, content.length - content.length / 2);
        assertThat(connection.getResponseCode()).isEqualTo(200);
        connection.getInputStream().readAllBytes();
    }

    private interface Task<T> {
        T run(int index) throws Exception;
    }

    private static <T> List<T> together(int count, Task<T> task) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(count);
        try {
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int index = i;
                calls.add(() -> task.run(index));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdown();
        }
    }
}
