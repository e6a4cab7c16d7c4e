package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gpusnapshot.storage.b2.emulator.Operation;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UploadTest extends RunningEmulator {
    private static final byte[] CONTENT = bytes("some content");

    private String bucket = "";

    @BeforeEach
    void createBucket() throws Exception {
        bucket = client.createBucket("some-bucket");
    }

    @Test
    void anUploadIsAnsweredWithAllThatIsKnownOfTheFile() throws Exception {
        Answer file = client.upload(
                        bucket, "a b/ü", CONTENT, "X-Bz-Info-Colour", "light%20blue", "Content-Type", "text/plain")
                .ok();
        assertThat(file.text("action")).isEqualTo("upload");
        assertThat(file.text("accountId")).isEqualTo(client.accountId());
        assertThat(file.text("bucketId")).isEqualTo(bucket);
        assertThat(file.text("fileName")).isEqualTo("a b/ü");
        assertThat(file.at("contentLength")).isEqualTo((long) CONTENT.length);
        assertThat(file.text("contentSha1")).isEqualTo(RawClient.sha1(CONTENT));
        assertThat(file.text("contentType")).isEqualTo("text/plain");
        assertThat(file.at("fileInfo", "colour")).isEqualTo("light blue");
        assertThat(file.at("uploadTimestamp")).isEqualTo(clock.instant().toEpochMilli());
        assertThat(client.call("b2_get_file_info", "fileId", file.text("fileId"))
                        .json())
                .isEqualTo(file.json());
    }

    @Test
    void theTypeIsGuessedOnRequest() throws Exception {
        assertThat(upload("page.html", "Content-Type", "b2/x-auto").text("contentType"))
                .isEqualTo("text/html");
        assertThat(upload("unknown", "Content-Type", "b2/x-auto").text("contentType"))
                .isEqualTo("application/octet-stream");
    }

    @Test
    void aWrongDigestIsRefusedAndLeavesNothing() throws Exception {
        client.upload(bucket, "file", CONTENT, "X-Bz-Content-Sha1", RawClient.sha1(bytes("other")))
                .isError(400, "bad_request");
        client.upload(bucket, "file", CONTENT, "X-Bz-Content-Sha1", "rubbish").isError(400, "bad_request");
        assertThat(names()).isEmpty();
        assertThat(incoming()).isEmpty();
    }

    @Test
    void theDigestMayFollowTheContent() throws Exception {
        byte[] withDigits = bytes("some content" + RawClient.sha1(CONTENT));
        Answer file = client.upload(bucket, "file", withDigits, "X-Bz-Content-Sha1", "hex_digits_at_end")
                .ok();
        assertThat(file.at("contentLength")).isEqualTo((long) CONTENT.length);
        assertThat(file.text("contentSha1")).isEqualTo(RawClient.sha1(CONTENT));
        assertThat(client.download("some-bucket", "file").ok().bytes()).isEqualTo(CONTENT);
        byte[] wrongDigits = bytes("some content" + RawClient.sha1(bytes("other")));
        client.upload(bucket, "file", wrongDigits, "X-Bz-Content-Sha1", "hex_digits_at_end")
                .isError(400, "bad_request");
        client.upload(bucket, "file", bytes("short"), "X-Bz-Content-Sha1", "hex_digits_at_end")
                .isError(400, "bad_request");
    }

    @Test
    void withoutVerificationTheDigestIsMarked() throws Exception {
        assertThat(upload("file", "X-Bz-Content-Sha1", "do_not_verify").text("contentSha1"))
                .isEqualTo("unverified:" + RawClient.sha1(CONTENT));
    }

    @Test
    void anEmptyFileIsAFile() throws Exception {
        client.upload(bucket, "empty", new byte[0]).ok();
        assertThat(client.download("some-bucket", "empty").ok().bytes()).isEmpty();
    }

    @Test
    void chunkedTransferIsRefused() throws Exception {
        Answer url = uploadUrl();
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.text("uploadUrl")))
                .header("Authorization", url.text("authorizationToken"))
                .header("X-Bz-File-Name", "file")
                .header("Content-Type", "text/plain")
                .header("X-Bz-Content-Sha1", RawClient.sha1(CONTENT))
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(CONTENT)))
                .build();
        RawClient.send(request).isError(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a\u0001b", "a\nb", "a\u007fb"})
    void oddNamesAreRefused(String name) throws Exception {
        client.upload(bucket, name, CONTENT).isError(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a", "a/", "a//b", "a\\b", "a+b", "a%b", "自由.txt", "😀", " "})
    void strangeNamesAreTaken(String name) throws Exception {
        client.upload(bucket, name, CONTENT).ok();
        assertThat(client.download("some-bucket", name).ok().bytes()).isEqualTo(CONTENT);
        assertThat(names()).containsExactly(name);
    }

    @Test
    void namesHave1024BytesAtMost() throws Exception {
        client.upload(bucket, "ü".repeat(512), CONTENT).ok();
        client.upload(bucket, "ü".repeat(512) + "x", CONTENT).isError(400, "bad_request");
    }

    @Test
    void namesThatAreNotUtf8AreRefused() throws Exception {
        client.upload(bucket, "x", CONTENT, "X-Bz-File-Name", "%ff").isError(400, "bad_request");
        client.upload(bucket, "x", CONTENT, "X-Bz-File-Name", "%zz").isError(400, "bad_request");
    }

    @Test
    void tooMuchInformationIsRefused() throws Exception {
        client.upload(bucket, "file", CONTENT, "X-Bz-Info-much", "x".repeat(7000))
                .isError(400, "bad_request");
        client.upload(bucket, "file", CONTENT, "Content-Encoding", "gzip").isError(400, "bad_request");
    }

    @Test
    void anUploadUrlServesOneAfterTheOther() throws Exception {
        Answer url = uploadUrl();
        RawClient.upload(url, "first", CONTENT).ok();
        RawClient.upload(url, "second", CONTENT).ok();
    }

    @Test
    void anUploadUrlServesOneAtATime() throws Exception {
        Answer url = uploadUrl();
        try (Socket socket = beginUpload(url)) {
            RawClient.upload(url, "second", CONTENT).isError(400, "auth_token_limit");
            socket.getOutputStream().write(CONTENT, 1, CONTENT.length - 1);
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
                    .isEqualTo("HTTP/1.1 200");
        }
        RawClient.upload(url, "third", CONTENT).ok();
        assertThat(names()).containsExactly("first", "third");
    }

    @Test
    void aTokenBelongsToItsUrlAndLastsADay() throws Exception {
        Answer url = uploadUrl();
        RawClient.send(HttpRequest.newBuilder(URI.create(url.text("uploadUrl") + "x"))
                        .header("Authorization", url.text("authorizationToken"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build())
                .isError(401, "bad_auth_token");
        clock.advance(Duration.ofHours(24));
        RawClient.upload(url, "file", CONTENT).isError(401, "expired_auth_token");
    }

    @Test
    void aCapCanBeTried() throws Exception {
        client.upload(bucket, "file", CONTENT, "X-Bz-Test-Mode", "force_cap_exceeded")
                .isError(403, "cap_exceeded");
    }

    @Test
    void anUploadThatBreaksOffLeavesNothing() throws Exception {
        Answer url = uploadUrl();
        try (Socket socket = beginUpload(url)) {
            socket.shutdownOutput();
            InputStream answer = socket.getInputStream();
            assertThatThrownBy(answer::read).isInstanceOf(SocketException.class);
        }
        RawClient.upload(url, "other", CONTENT).ok();
        assertThat(names()).containsExactly("other");
        assertThat(incoming()).isEmpty();
    }

    /** Sends the headers of an upload and the first byte, and waits until the emulator reads the body. */
    private Socket beginUpload(Answer url) throws Exception {
        URI uri = URI.create(url.text("uploadUrl"));
        Socket socket = new Socket(uri.getHost(), uri.getPort());
        OutputStream request = socket.getOutputStream();
        request.write(bytes("POST " + uri.getPath() + " HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nAuthorization: "
                + url.text("authorizationToken") + "\r\nX-Bz-File-Name: first\r\nContent-Type: a/b\r\n"
                + "X-Bz-Content-Sha1: " + RawClient.sha1(CONTENT) + "\r\nContent-Length: " + CONTENT.length
                + "\r\n\r\n"));
        String interim = "HTTP/1.1 100 Continue\r\n\r\n";
        assertThat(new String(socket.getInputStream().readNBytes(interim.length()), StandardCharsets.US_ASCII))
                .isEqualTo(interim);
        request.write(CONTENT, 0, 1);
        while (emulator.traffic().bytesReceived(Operation.UPLOAD_FILE) == 0) {
            Thread.onSpinWait();
        }
        return socket;
    }

    private Answer uploadUrl() throws Exception {
        return client.call("b2_get_upload_url", "bucketId", bucket).ok();
    }

    private Answer upload(String name, String... headers) throws Exception {
        return client.upload(bucket, name, CONTENT, headers).ok();
    }

    private List<@Nullable Object> names() throws Exception {
        return client.call("b2_list_file_names", "bucketId", bucket).ok().column("files", "fileName");
    }

    private List<Path> incoming() throws Exception {
        try (Stream<Path> files = Files.list(root.resolve("incoming"))) {
            return files.toList();
        }
    }
}
