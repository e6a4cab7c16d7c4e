package io.gpusnapshot.storage.b2.emulatortest;

import static org.assertj.core.api.Assertions.assertThat;

import io.gpusnapshot.storage.b2.emulator.Operation;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class BucketTest extends RunningEmulator {
    @Test
    void bucketsAreListedByNameIdAndType() throws Exception {
        String id = client.createBucket("first-bucket");
        client.createBucket("second-bucket", "allPublic");
        assertThat(list().column("buckets", "bucketName")).containsExactlyInAnyOrder("first-bucket", "second-bucket");
        assertThat(list("bucketId", id).column("buckets", "bucketName")).containsExactly("first-bucket");
        assertThat(list("bucketName", "second-bucket").column("buckets", "bucketType"))
                .containsExactly("allPublic");
        assertThat(list("bucketTypes", List.of("allPrivate")).column("buckets", "bucketId"))
                .containsExactly(id);
        assertThat(list("bucketName", "third-bucket").column("buckets", "bucketId"))
                .isEmpty();
    }

    @Test
    void aNameIsTakenOnce() throws Exception {
        client.createBucket("first-bucket");
        create("first-bucket", "allPrivate").isError(400, "duplicate_bucket_name");
    }

    @Test
    void oddNamesAndTypesAreRefused() throws Exception {
        create("short", "allPrivate").isError(400, "bad_request");
        create("under_score", "allPrivate").isError(400, "bad_request");
        create("b2-reserved", "allPrivate").isError(400, "bad_request");
        create("some-bucket", "shared").isError(400, "bad_request");
    }

    @Test
    void anUpdateCountsRevisionsAndKeepsWhatItDoesNotName() throws Exception {
        String id = client.createBucket("first-bucket");
        Answer updated = update(id, "bucketInfo", Map.of("colour", "blue"), "ifRevisionIs", 1)
                .ok();
        assertThat(updated.at("revision")).isEqualTo(2L);
        assertThat(updated.text("bucketType")).isEqualTo("allPrivate");
        assertThat(updated.at("bucketInfo", "colour")).isEqualTo("blue");
        update(id, "bucketType", "allPublic", "ifRevisionIs", 1).isError(409, "conflict");
    }

    @Test
    void onlyAnEmptyBucketIsDeleted() throws Exception {
        String id = client.createBucket("first-bucket");
        Answer file = client.upload(id, "file", bytes("x")).ok();
        delete(id).isError(400, "cannot_delete_non_empty_bucket");
        client.call("b2_delete_file_version", "fileName", "file", "fileId", file.text("fileId"))
                .ok();
        delete(id).ok();
        delete(id).isError(400, "bad_bucket_id");
    }

    @Test
    void anotherAccountIsUnauthorized() throws Exception {
        client.call("b2_list_buckets", "accountId", "123456").isError(401, "unauthorized");
    }

    @Test
    void aBucketThatGoesDuringAnUploadTakesItAlong() throws Exception {
        String id = client.createBucket("some-bucket");
        Answer url = client.call("b2_get_upload_url", "bucketId", id).ok();
        byte[] half = new byte[100_000];
        HttpURLConnection upload =
                (HttpURLConnection) URI.create(url.text("uploadUrl")).toURL().openConnection();
        upload.setDoOutput(true);
        upload.setFixedLengthStreamingMode(2 * half.length);
        upload.setRequestProperty("Authorization", url.text("authorizationToken"));
        upload.setRequestProperty("X-Bz-File-Name", "file");
        upload.setRequestProperty("Content-Type", "a/b");
        upload.setRequestProperty("X-Bz-Content-Sha1", "do_not_verify");
        upload.getOutputStream().write(half);
        while (emulator.traffic().bytesReceived(Operation.UPLOAD_FILE) == 0) {
            Thread.onSpinWait();
        }
        delete(id).ok();
        upload.getOutputStream().write(half);

        assertThat(upload.getResponseCode()).isEqualTo(400);
        assertThat(root.resolve("buckets")).isEmptyDirectory();
        assertThat(root.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void badRequestsSaySo() throws Exception {
        client.post("b2_list_buckets", client.token(), "{\"accountId\":").isError(400, "bad_request");
        client.post("b2_list_buckets", client.token(), "[]").isError(400, "bad_request");
        client.call("b2_list_buckets", "accountId", 7).isError(400, "bad_request");
        client.call("b2_list_buckets").isError(400, "bad_request");
        client.call("b2_make_coffee").isError(404, "not_found");
        client.get("/b2api/v5/b2_list_buckets").isError(404, "not_found");
        client.get("/b2api/v2/b2_create_bucket").isError(405, "method_not_allowed");
    }

    private Answer create(String name, String type) throws Exception {
        return client.call("b2_create_bucket", "accountId", client.accountId(), "bucketName", name, "bucketType", type);
    }

    private Answer list(Object... filters) throws Exception {
        return call("b2_list_buckets", filters).ok();
    }

    private Answer update(String id, Object... changes) throws Exception {
        Object[] params = new Object[changes.length + 2];
        params[0] = "bucketId";
        params[1] = id;
        System.arraycopy(changes, 0, params, 2, changes.length);
        return call("b2_update_bucket", params);
    }

    private Answer delete(String id) throws Exception {
        return call("b2_delete_bucket", "bucketId", id);
    }

    private Answer call(String operation, Object... more) throws Exception {
        Object[] params = new Object[more.length + 2];
        params[0] = "accountId";
        params[1] = client.accountId();
        System.arraycopy(more, 0, params, 2, more.length);
        return client.call(operation, params);
    }
}
